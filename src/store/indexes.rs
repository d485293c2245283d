//! The door to stored indexes, and to what lies beside them.

use super::error::StoreError;
use super::links::LinkStore;
use super::lookups::{FilterStore, LocatorStore, SpellingStore};
use crate::base::order::map;
use crate::describe::Summary;
use crate::index::{Digest, PageValue};
use std::collections::BTreeSet;

/// Indexes, one whole value a presentation, with the pages that it names beside it.
///
/// Each call is one operation, on one value; a list is as many as it has parts. What is written and removed along
/// with an index, and in which order, is decided in [`crate::library::retention`].
pub trait IndexStore: LinkStore + FilterStore + LocatorStore + SpellingStore {
    /// The value stored for the presentation, if there is one.
    async fn get(&self, presentation: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the presentation's value, and what lists say of it, as a whole.
    async fn put(
        &self,
        presentation: &str,
        value: &[u8],
        summary: &Summary,
    ) -> Result<(), StoreError>;

    /// Removes the presentation's value, if there is one.
    async fn delete(&self, presentation: &str) -> Result<(), StoreError>;

    /// The page of the presentation with this digest, if it is there.
    async fn page(&self, presentation: &str, digest: Digest)
    -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts a page of the presentation in place.
    async fn put_page(&self, presentation: &str, page: &PageValue) -> Result<(), StoreError>;

    /// Removes the page of the presentation with this digest, if it is there.
    async fn delete_page(&self, presentation: &str, digest: Digest) -> Result<(), StoreError>;

    /// The digests of all pages of the presentation that are there.
    async fn pages(&self, presentation: &str) -> Result<BTreeSet<Digest>, StoreError>;

    /// At most `limit` presentations whose keys begin with `prefix`, from the first or from where another
    /// listing of these ended.
    async fn list(
        &self,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Listing, StoreError>;
}

/// A part of the list of all presentations that have an index, in the order of their keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// Each with what is said of it, unless its value was stored by something that says nothing.
    pub entries: Vec<(String, Option<Summary>)>,
    /// Where the list goes on; `None` at its end.
    pub cursor: Option<String>,
}

/// What an index takes with its pages, in bytes, each page once.
pub fn stored_bytes(value: &[u8], pages: &[PageValue]) -> u64 {
    let pages = map(pages.iter().map(|page| (page.digest, page.value.len())));
    let bytes = pages.into_values().fold(value.len(), usize::saturating_add);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
