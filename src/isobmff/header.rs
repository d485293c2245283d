//! Headers of boxes: size and type.

use crate::base::uuid::Uuid;
use std::fmt;
use thiserror::Error;

/// The type of a box (`ISO/IEC 14496-12` 4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum BoxType {
    /// Four characters.
    Code([u8; 4]),
    /// The extended type of a `uuid` box.
    Uuid([u8; 16]),
}

impl fmt::Display for BoxType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "'{}'", code.escape_ascii()),
            Self::Uuid(uuid) => write!(f, "uuid {}", Uuid(*uuid)),
        }
    }
}

/// A box that is not what its type says: which, where, and what is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("box {kind} at {offset}: {problem}")]
pub struct BoxError {
    /// What the box calls itself.
    pub kind: BoxType,
    /// Where it begins in its source.
    pub offset: u64,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// The beginning of a box: `size`, `type`, `largesize` (`ISO/IEC 14496-12` 4.2).
///
/// The extended type of a `uuid` box is not part of it: it is the first thing in the box, so that a
/// box can be passed over by its header alone, whatever it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// The four characters.
    pub code: [u8; 4],
    /// Bytes of the header: [`Header::SHORT`] or [`Header::LONG`].
    pub length: u64,
    /// Bytes of the whole box; `None` where it runs to the end of its source.
    pub size: Option<u64>,
}

/// Why bytes are not a header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeaderError {
    /// There are fewer of them than this.
    Short(u64),
    /// The size that the box of this type states would not hold its own header.
    Small([u8; 4]),
}

impl Header {
    /// Bytes of nearly every header.
    pub const SHORT: u64 = 8;
    /// Bytes of a header with a 64-bit size.
    pub const LONG: u64 = 16;

    /// The header that `bytes` begin with.
    pub fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        let (size, rest) = bytes.split_first_chunk().ok_or(HeaderError::Short(Self::SHORT))?;
        let (&code, rest) = rest.split_first_chunk().ok_or(HeaderError::Short(Self::SHORT))?;
        let (length, size) = match u32::from_be_bytes(*size) {
            0 => (Self::SHORT, None),
            1 => {
                let size = rest.first_chunk().ok_or(HeaderError::Short(Self::LONG))?;
                (Self::LONG, Some(u64::from_be_bytes(*size)))
            }
            size => (Self::SHORT, Some(u64::from(size))),
        };
        if size.is_some_and(|size| size < length) {
            return Err(HeaderError::Small(code));
        }
        Ok(Self { code, length, size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_forms() {
        let header = |code: &[u8; 4], length, size| Ok(Header { code: *code, length, size });
        assert_eq!(Header::parse(b"\0\0\0\x08free"), header(b"free", 8, Some(8)));
        assert_eq!(Header::parse(b"\0\0\0\0mdat"), header(b"mdat", 8, None));
        assert_eq!(Header::parse(b"\0\0\0\x01mdat"), Err(HeaderError::Short(16)));
        assert_eq!(
            Header::parse(b"\0\0\0\x01mdat\0\0\0\x02\0\0\0\0"),
            header(b"mdat", 16, Some(1 << 33))
        );
        assert_eq!(Header::parse(b"\0\0\0"), Err(HeaderError::Short(8)));
        assert_eq!(Header::parse(b"\0\0\0\x07free"), Err(HeaderError::Small(*b"free")));
        let long = b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x0f";
        assert_eq!(Header::parse(long), Err(HeaderError::Small(*b"mdat")));
    }

    #[test]
    fn types_print_as_written() {
        assert_eq!(BoxType::Code(*b"vc-1").to_string(), "'vc-1'");
        assert_eq!(BoxType::Code([0xa9, b'n', b'a', b'm']).to_string(), r"'\xa9nam'");
        assert_eq!(
            crate::isobmff::tfxd::TFXD.to_string(),
            "uuid 6d1d9b05-42d5-44e6-80e2-141daff757b2"
        );
    }
}
