//! The door to the cache in front.

use super::error::StoreError;

/// The cache that answers of this deployment end up in.
pub trait Cache {
    /// Drops every answer about these presentations, all at once: caches take few purges.
    async fn purge(&self, presentations: &[&str]) -> Result<Purged, StoreError>;
}

/// The outcome of a purge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purged {
    /// The cache holds nothing of the presentation any more.
    Everywhere,
    /// Its manifests were dropped in one location; the rest, and all of it elsewhere, leaves as it grows
    /// old.
    ManifestsHere,
    /// There is no cache that could be purged: answers leave caches as they grow old.
    NoCache,
}
