//! Signatures of requests to stores, made from secrets and the time.
//!
//! Nothing here reads a clock or the environment, and nothing prints a secret.

pub mod azure;
pub mod sigv4;
mod stamp;

pub use stamp::Stamp;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;

/// Something that must not be seen: a key, a token. What would print it prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(pub T);

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Whether two digests are equal. All of both is compared: how long it takes says nothing of how much was right.
pub fn are_equal(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.iter().zip(other).fold(0, |sum, (one, other)| sum | (one ^ other)) == 0
}

/// A key of HMAC-SHA256 (`RFC 2104`), with what of every digest is the key's alone made ahead.
#[derive(Clone)]
pub struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    /// `key`, brought to the digest's block here, as the RFC says it is: then nothing can fail.
    pub fn new(key: &[u8]) -> Self {
        let mut block = [0; 64];
        let digest = Sha256::digest(key);
        let key = if key.len() > block.len() { digest.as_slice() } else { key };
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Self(Hmac::new(&block.into()))
    }

    /// The digest of `text`.
    pub fn sign(&self, text: &[u8]) -> [u8; 32] {
        self.0.clone().chain_update(text).finalize().into_bytes().into()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey")
    }
}

/// HMAC-SHA256 of `text`, with a key that is used once.
pub fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    HmacKey::new(key).sign(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digits::hex;

    /// `RFC 4231`, test cases 1, 2 and 6: a short key, a shorter one, one longer than a block.
    #[test]
    fn published_digests() {
        for (key, text, digest) in [
            (
                vec![0x0b; 20],
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(&key, text.as_bytes())), digest);
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret("hunter2")), "Secret");
        assert_eq!(format!("{:?}", HmacKey::new(b"hunter2")), "HmacKey");
    }
}
