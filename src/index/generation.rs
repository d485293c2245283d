//! The name of one build of an index.

use super::Digest;
use crate::base::digits;
use std::fmt;

/// The [`Digest`] of everything else in an index, the sources' entity tags included: other media, or other media under the same keys, have another generation.
///
/// It is written as 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation([u8; 8]);

impl Generation {
    /// Digits of its written form.
    pub const LEN: usize = 16;

    pub(super) fn of(content: &[u8]) -> Self {
        Self(Digest::of(content).bytes())
    }

    pub(super) fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(self) -> [u8; 8] {
        self.0
    }

    /// The generation that `text` writes; `None` unless it is exactly as [`fmt::Display`] gives it.
    pub fn parse(text: &str) -> Option<Self> {
        Digest::parse(text).map(|digest| Self(digest.bytes()))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&digits::hex(&self.0))
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_written_form() {
        let generation = Generation::of(b"millrace");
        assert_eq!(Generation::parse(&generation.to_string()), Some(generation));
        assert_eq!(
            Generation::parse("00000000000000ff"),
            Some(Generation([0, 0, 0, 0, 0, 0, 0, 255]))
        );
        for other in
            ["", "00000000000000FF", "00000000000000f", "+0000000000000ff", "QualityLevels(300"]
        {
            assert_eq!(Generation::parse(other), None, "{other}");
        }
    }
}
