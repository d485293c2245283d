//! A checksum.

use sha2::{Digest as _, Sha256};

/// The first eight bytes of a SHA-256: they tell whether stored bytes are those that were meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Digest([u8; 8]);

impl Digest {
    /// Of `content`.
    pub fn of(content: &[u8]) -> Self {
        let digest: [u8; 32] = Sha256::digest(content).into();
        Self(*digest.first_chunk().unwrap_or(&[0; 8]))
    }

    pub(super) fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The eight bytes.
    pub fn bytes(self) -> [u8; 8] {
        self.0
    }
}
