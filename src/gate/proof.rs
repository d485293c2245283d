//! Signatures of public keys: whether one is right takes a runtime that verifies it, and is remembered then.

use super::public_key::PublicKey;
use lru::LruCache;
use sha2::{Digest, Sha256};
use std::cell::RefCell;

/// Signatures that are remembered: those of tokens that are in use at once.
const MAX_PROVEN: usize = 1024;

/// A proof that a token needs before it opens anything: that one of `keys` has made `signature` of `signed`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// Live keys that the token may be signed with.
    pub keys: Vec<PublicKey>,
    /// The text that is signed.
    pub signed: String,
    /// Its signature (`RFC 7518` 3.3 and 3.4).
    pub signature: Vec<u8>,
}

impl Proof {
    fn digest(&self) -> [u8; 32] {
        let digest = Sha256::new().chain_update(&self.signed).chain_update(".");
        digest.chain_update(&self.signature).finalize().into()
    }
}

/// Signatures that were verified. The keys of a deployment do not change while they are remembered.
#[derive(Debug)]
pub(super) struct Proven(RefCell<LruCache<[u8; 32], ()>>);

impl Default for Proven {
    fn default() -> Self {
        Self(RefCell::new(LruCache::unbounded()))
    }
}

impl Proven {
    pub(super) fn has(&self, proof: &Proof) -> bool {
        self.0.borrow_mut().get(&proof.digest()).is_some()
    }

    pub(super) fn add(&self, proof: &Proof) {
        let mut proven = self.0.borrow_mut();
        proven.put(proof.digest(), ());
        if proven.len() > MAX_PROVEN {
            proven.pop_lru();
        }
    }
}
