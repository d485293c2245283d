//! The doors through which all bytes come: stored objects, and stored indexes. Five small ones lead to
//! the links between them, to stored filters, to locators, to spellings, and to the cache in front.
//!
//! The Worker opens them onto its bindings, the command line onto files, and tests onto memory,
//! counting every call.

// The futures are awaited where they are made, on one thread: no caller needs them to be `Send`.
#![allow(async_fn_in_trait)]

mod error;
mod listing;
mod object;

use crate::base::order::map;
use crate::base::range::ByteRange;
use crate::describe::Summary;
use crate::index::{Digest, Folder, PageValue, Piece, Source};
use crate::locator::LocatorName;
use crate::selection::FilterName;
use crate::url::FoldedKey;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub use error::StoreError;
pub use listing::{FolderList, LISTED_AT_ONCE, ListPart};
pub use object::{Listed, Meta, Start};

/// Media and manifests, as whole objects under keys: what it takes to index them.
pub trait ObjectStore {
    /// How large the object is, and which version of it is there.
    async fn head(&self, key: &str) -> Result<Meta, StoreError>;

    /// The same of the object, with its first bytes: `most` of them, or all that it has. A store that says it all in one answer
    /// is asked once.
    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        let meta = self.head(key).await?;
        let bytes = self.read(key, ByteRange::first(meta.size.min(most)), &meta.etag).await?;
        Ok(Start { meta, bytes })
    }

    /// Objects right below `folder`, a key that ends in `/`, each by its name in it: in one call, the first part of them,
    /// or the one that begins at the `cursor` of another. None is no error, as no store knows folders.
    async fn list_folder(&self, folder: &str, cursor: Option<&str>)
    -> Result<ListPart, StoreError>;

    /// A small range, to be looked into: boxes, manifests. Exactly `range`, of exactly the version
    /// that `etag` names, or an error.
    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError>;
}

/// The same, and what it takes to serve them.
pub trait MediaStore: ObjectStore {
    /// Stored bytes on their way, which pass through and are never held.
    type Body: Body;

    /// A range of any size, to be handed on: exactly `range`, of exactly the version that `etag`
    /// names, or an error.
    async fn open(&self, key: &str, range: ByteRange, etag: &str)
    -> Result<Self::Body, StoreError>;
}

/// Bytes of a stored object on their way to a client. Dropping them ends the transfer.
pub trait Body {
    /// Takes the next `len` bytes off the front: the boxes before the media, nothing of the media.
    async fn take(&mut self, len: usize) -> Result<Vec<u8>, StoreError>;

    /// Waits for the next `length` bytes and parts them from the rest, as a body of their own: media, which a
    /// runtime holds outside of this code.
    async fn part(&mut self, length: u64) -> Result<Self, StoreError>
    where
        Self: Sized;
}

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

/// Links from a source to the presentations that are made from it, so that a change of the one finds
/// the others without a look at every index.
///
/// A link is a hint: it is there before the index is, and may be left when that is gone. Whoever
/// follows it looks at the presentation itself.
pub trait LinkStore {
    /// Has a link lead from `source` to `presentation`.
    async fn link(&self, source: &str, presentation: &str) -> Result<(), StoreError>;

    /// Removes that link, if it is there.
    async fn unlink(&self, source: &str, presentation: &str) -> Result<(), StoreError>;

    /// Where links from `source` lead.
    async fn linked(&self, source: &str) -> Result<Vec<String>, StoreError>;
}

/// Definitions of filters, each under a name: of one presentation, or of the whole library.
pub trait FilterStore {
    /// The definition that is stored, if there is one.
    async fn filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the definition.
    async fn put_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
        definition: &[u8],
    ) -> Result<(), StoreError>;

    /// Removes the definition, if there is one.
    async fn delete_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<(), StoreError>;
}

/// Definitions of locators, each under its name.
pub trait LocatorStore {
    /// The definition that is stored, if there is one.
    async fn locator(&self, name: &LocatorName) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the definition.
    async fn put_locator(&self, name: &LocatorName, definition: &Value) -> Result<(), StoreError>;

    /// Removes the definition, if there is one.
    async fn delete_locator(&self, name: &LocatorName) -> Result<(), StoreError>;

    /// At most `limit` locators, from the first or from where another list ended.
    async fn locators(
        &self,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<LocatorListing, StoreError>;
}

/// How the keys of presentations are spelled, by what they are in lower case.
pub trait SpellingStore {
    /// The key that is stored, if there is one.
    async fn spelling(&self, folded: &FoldedKey) -> Result<Option<String>, StoreError>;

    /// Replaces the key.
    async fn put_spelling(&self, folded: &FoldedKey, key: &str) -> Result<(), StoreError>;

    /// Removes the key, if there is one.
    async fn delete_spelling(&self, folded: &FoldedKey) -> Result<(), StoreError>;
}

/// A part of the list of all locators, in the order of their names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocatorListing {
    /// Each name with its definition, unless that was stored by something that says nothing to lists.
    pub entries: Vec<(String, Option<Value>)>,
    /// Where the list goes on; `None` at its end.
    pub cursor: Option<String>,
}

/// The cache that answers of this deployment end up in.
pub trait Cache {
    /// Drops every answer about these presentations, all at once: caches take few purges.
    async fn purge(&self, presentations: &[&str]) -> Result<Purged, StoreError>;
}

/// What purging has come to.
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

/// What the keys of indexes begin with, in whatever holds indexes.
pub const INDEX_PREFIX: &str = "index/";

/// The key under which a presentation's index lies, in whatever holds indexes.
pub fn index_key(presentation: &str) -> String {
    format!("{INDEX_PREFIX}{presentation}")
}

/// What the keys of all pages of a presentation begin with.
pub fn pages_prefix(presentation: &str) -> String {
    format!("page/{presentation}/")
}

/// The key of a page: the index that names it by this `digest` may be of any generation.
pub fn page_key(presentation: &str, digest: Digest) -> String {
    format!("{}{digest}", pages_prefix(presentation))
}

/// Pages under their keys, each once: tracks may have the same.
pub fn keyed_pages(presentation: &str, pages: Vec<PageValue>) -> BTreeMap<String, Rc<[u8]>> {
    pages.into_iter().map(|page| (page_key(presentation, page.digest), page.value)).collect()
}

/// What an index takes with its pages, in bytes, each page once.
pub fn stored_bytes(value: &[u8], pages: &[PageValue]) -> u64 {
    let pages = map(pages.iter().map(|page| (page.digest, page.value.len())));
    let bytes = pages.into_values().fold(value.len(), usize::saturating_add);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The digest of the page that lies under `key`, if that is one of the presentation. The pages of a presentation
/// whose name goes on where this one ends are not its own.
pub fn page_at(key: &str, presentation: &str) -> Option<Digest> {
    Digest::parse(key.strip_prefix(&pages_prefix(presentation))?)
}

/// What the keys of all links from `source` begin with, in whatever holds indexes: a digest of it, as
/// two keys would not fit into one.
pub fn link_prefix(source: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(source).into();
    let first = u64::from_be_bytes(*digest.first_chunk().unwrap_or(&[0; 8]));
    format!("source/{first:016x}/")
}

/// The key of a filter, in whatever holds indexes: of one presentation's with a digest of its name, as two names would
/// not always fit into one key.
pub fn filter_key(presentation: Option<&str>, name: &FilterName) -> String {
    match presentation {
        Some(presentation) => {
            format!("filter/{}/{name}", Digest::of(presentation.as_bytes()))
        }
        None => format!("filter/{name}"),
    }
}

/// What the keys of locators begin with, in whatever holds indexes.
pub const LOCATOR_PREFIX: &str = "alias/";

/// The key of a locator, in whatever holds indexes.
pub fn locator_key(name: &LocatorName) -> String {
    format!("{LOCATOR_PREFIX}{name}")
}

/// The key under which it lies how a presentation is spelled, in whatever holds indexes.
pub fn spelling_key(folded: &FoldedKey) -> String {
    format!("case/{folded}")
}

/// The key of the link from `source` to `presentation`. Its value is empty.
pub fn link_key(source: &str, presentation: &str) -> String {
    link_prefix(source) + presentation
}

/// The keys of the sources from which links lead to an index of `presentation`: all of its `sources` but itself.
pub fn linked_sources<'a>(
    presentation: &'a str,
    sources: &'a [Source],
) -> impl Iterator<Item = &'a str> {
    sources.iter().map(|source| source.key.as_str()).filter(move |&key| key != presentation)
}

/// The folder `key` as it is, if there is an init segment in it.
pub async fn folder<O: ObjectStore + ?Sized>(objects: &O, key: &str) -> Result<Folder, StoreError> {
    let mut list = FolderList::new(key);
    while list.is_open() {
        list.take(objects.list_folder(key, list.cursor()).await?)?;
    }
    list.finish()
}

/// Size and version of the source `key`: an object, or a folder if it ends in `/`.
pub async fn current<O: ObjectStore>(objects: &O, key: &str) -> Result<Meta, StoreError> {
    if !key.ends_with('/') {
        return objects.head(key).await;
    }
    let folder = folder(objects, key).await?;
    Ok(Meta { size: folder.size(), etag: folder.etag() })
}

/// A small range of `source`, to be looked into, out of each object that it lies in.
pub async fn read<O: ObjectStore + ?Sized>(
    objects: &O,
    source: &Source,
    range: ByteRange,
) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    for Piece { key, etag, range } in source.pieces(range) {
        bytes.append(&mut objects.read(&key, range, &etag).await?);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `docs/index-format.md`.
    #[test]
    fn a_link_is_found_by_its_source_and_says_where_it_leads() {
        let (source, presentation) = ("films/tears_3M.ismv", "films/tears.ism");
        let key = link_key(source, presentation);
        assert_eq!(key, "source/a66e36b67d919a69/films/tears.ism");
        assert_eq!(key.strip_prefix(&link_prefix(source)), Some(presentation));
        assert!(!key.starts_with(INDEX_PREFIX), "lists of indexes do not show it");
    }

    #[test]
    fn pages_are_told_by_their_keys() {
        let digest = Digest::of(b"a page");
        let key = page_key("a.ism", digest);
        assert_eq!(key, "page/a.ism/9a8eeff1d0bc6b9b");
        assert_eq!((page_at(&key, "a.ism"), page_at(&key, "b.ism")), (Some(digest), None));
        let inner = page_key("a.ism/b.ism", digest);
        assert_eq!(page_at(&inner, "a.ism"), None);
        assert_eq!(page_at(&inner, "a.ism/b.ism"), Some(digest));
    }

    #[test]
    fn all_sources_link_but_the_server_manifest() {
        let source = |key: &str| Source::object(key, 1, "e");
        let sources = ["a.ism", "a.ismc", "a.ismv"].map(source);
        assert_eq!(linked_sources("a.ism", &sources).collect::<Vec<_>>(), ["a.ismc", "a.ismv"]);
    }

    #[test]
    fn the_longest_key_is_one_that_kv_takes() {
        use crate::url::MAX_PRESENTATION_LEN;
        assert!(link_prefix(&"x".repeat(1024)).len() + MAX_PRESENTATION_LEN <= 512);
    }
}
