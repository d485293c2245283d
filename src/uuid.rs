//! UUIDs as they are written.

use std::fmt;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_hyphens_stand_where_they_belong() {
        let uuid = Uuid(0x6d1d_9b05_42d5_44e6_80e2_141d_aff7_57b2_u128.to_be_bytes());
        assert_eq!(uuid.to_string(), "6d1d9b05-42d5-44e6-80e2-141daff757b2");
    }
}
