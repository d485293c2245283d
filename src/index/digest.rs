//! A checksum.

use crate::base::digits;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The first eight bytes of a SHA-256: they show whether stored bytes are those that were meant.
///
/// It is written as 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Digest([u8; 8]);

impl Digest {
    /// The digest of `content`.
    pub fn of(content: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(content).into();
        Self(*digest.first_chunk().unwrap_or(&[0; 8]))
    }

    pub(super) fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The digest that `text` writes; `None` unless it is exactly as [`fmt::Display`] gives it.
    pub fn parse(text: &str) -> Option<Self> {
        digits::from_lower_hex(text).map(Self)
    }

    /// The eight bytes.
    pub fn bytes(self) -> [u8; 8] {
        self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&digits::hex(&self.0))
    }
}
