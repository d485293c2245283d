//! UUIDs as they are written.

use super::digits;
use std::fmt;
use std::str::FromStr;

/// A UUID, written in lower case with its hyphens (RFC 9562 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uuid(pub [u8; 16]);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(at, byte)| {
            let hyphen = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{hyphen}{byte:02x}")
        })
    }
}

/// In either case, and with braces around it or without.
impl FromStr for Uuid {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        let digits: String = bare.split('-').collect();
        let bytes = digits::from_hex(&digits).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_hyphens_stand_where_they_belong() {
        let uuid = Uuid(0x6d1d_9b05_42d5_44e6_80e2_141d_aff7_57b2_u128.to_be_bytes());
        assert_eq!(uuid.to_string(), "6d1d9b05-42d5-44e6-80e2-141daff757b2");
        assert_eq!(uuid.to_string().parse(), Ok(uuid));
        assert_eq!("{6D1D9B05-42D5-44E6-80E2-141DAFF757B2}".parse(), Ok(uuid));
        for other in ["", "6d1d9b05", "+d1d9b05-42d5-44e6-80e2-141daff757b2"] {
            assert_eq!(other.parse::<Uuid>(), Err(()), "{other}");
        }
    }
}
