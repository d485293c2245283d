//! The files of a presentation, and what it has taken to look into them.

use crate::cli::media::Media;
use millrace::base::range::ByteRange;
use millrace::library::build::Limits;
use millrace::store::{LISTED_AT_ONCE, ListPart, Meta, ObjectStore, Start, StoreError};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Files, each of which is weighed when it is first asked for.
pub(super) struct Weighed {
    media: Media,
    calls: Cell<u32>,
    read: Cell<u64>,
    sizes: RefCell<BTreeMap<String, u64>>,
}

impl Weighed {
    pub(super) fn new(media: Media) -> Self {
        Self { media, calls: Cell::new(0), read: Cell::new(0), sizes: RefCell::default() }
    }

    /// Bytes of all files that were there.
    pub(super) fn size(&self) -> u64 {
        self.sizes.borrow().values().fold(0, |sum, size| sum.saturating_add(*size))
    }

    /// Whether all that was asked so far is more than a deployment asks to make an index.
    pub(super) fn exceeds(&self, limits: Limits) -> bool {
        self.calls.get() > limits.calls || self.read.get() > limits.bytes
    }

    fn call(&self, bytes: u64) {
        self.calls.set(self.calls.get().saturating_add(1));
        self.read.set(self.read.get().saturating_add(bytes));
    }
}

impl ObjectStore for Weighed {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        self.call(0);
        let meta = self.media.head(key).await?;
        self.sizes.borrow_mut().insert(key.to_owned(), meta.size);
        Ok(meta)
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        let start = self.media.start(key, most).await?;
        self.call(u64::try_from(start.bytes.len()).unwrap_or(u64::MAX));
        self.sizes.borrow_mut().insert(key.to_owned(), start.meta.size);
        Ok(start)
    }

    /// Here in one part, where a deployment takes one for every thousand objects.
    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        let part = self.media.list_folder(folder, cursor).await?;
        (0..part.listed.len().div_ceil(LISTED_AT_ONCE).max(1)).for_each(|_| self.call(0));
        let size = part.listed.iter().map(|it| it.meta.size).fold(0, u64::saturating_add);
        self.sizes.borrow_mut().insert(folder.to_owned(), size);
        Ok(part)
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        self.call(range.length());
        self.media.read(key, range, etag).await
    }
}
