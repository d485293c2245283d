//! The doors through which all bytes come: stored objects, and stored indexes. Five small ones lead to
//! the links between them, to stored filters, to locators, to spellings, and to the cache in front.
//!
//! The Worker opens them onto its bindings, the command line onto files, and tests onto memory,
//! counting every call.

// The futures are awaited where they are made, on one thread: no caller needs them to be `Send`.
#![allow(async_fn_in_trait)]

mod cache;
mod error;
mod indexes;
mod keys;
mod links;
mod listing;
mod lookups;
mod media;
mod object;
mod source;

pub use cache::{Cache, Purged};
pub use error::StoreError;
pub use indexes::{IndexStore, Listing, stored_bytes};
pub use keys::{
    INDEX_PREFIX, LOCATOR_PREFIX, filter_key, index_key, keyed_pages, link_key, link_prefix,
    locator_key, page_at, page_key, pages_prefix, spelling_key,
};
pub use links::{LinkStore, linked_sources};
pub use listing::{FolderList, LISTED_AT_ONCE, ListPart};
pub use lookups::{FilterStore, LocatorListing, LocatorStore, SpellingStore};
pub use media::{Body, MediaStore, ObjectStore};
pub use object::{Listed, Meta, Start};
pub use source::{current, folder, read};
