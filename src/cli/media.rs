//! The files of a library, under the keys that the deployment has for them.

use super::bucket::Bucket;
use super::folder::{Folder, ReadBytes, Tags};
use super::keys::Keys;
use super::place::Place;
use super::reading::Reading;
use super::session::Session;
use anyhow::Result;
use millrace::base::range::ByteRange;
use millrace::store::{ListPart, MediaStore, Meta, ObjectStore, Start, StoreError};
use std::path::PathBuf;

/// The media below a root, local or at a store.
pub(super) struct Media {
    source: Source,
    keys: Keys,
    reading: Reading,
}

enum Source {
    Folder(Folder),
    Bucket(Bucket),
}

impl Media {
    /// What lies below `root`, where keys begin with `prefix`.
    pub(super) fn open(root: &Place, prefix: &str, session: &Session) -> Result<Self> {
        Self::tagged(root, prefix, Tags::Md5, session)
    }

    /// The same media, where versions of a local file are told apart by these `tags`.
    pub(super) fn tagged(
        root: &Place,
        prefix: &str,
        tags: Tags,
        session: &Session,
    ) -> Result<Self> {
        let (source, keys) = match root {
            Place::Here(root) => {
                let folder = Folder::new(root.clone(), tags, session);
                (Source::Folder(folder), Keys::new("", prefix))
            }
            Place::There(address, root) => {
                (Source::Bucket(session.bucket(address)?), Keys::new(root, prefix))
            }
        };
        let reading = Reading::new(session);
        Ok(Self { source, keys, reading })
    }

    /// What lies below a folder here, to be looked into for this run alone: nothing is read to tell versions of a
    /// file apart.
    pub(super) fn look(folder: PathBuf, session: &Session) -> Self {
        let source = Source::Folder(Folder::new(folder, Tags::Modified, session));
        Self { source, keys: Keys::new("", ""), reading: Reading::new(session) }
    }

    fn name(&self, key: &str) -> Result<String, StoreError> {
        self.keys.name(key).ok_or_else(|| StoreError::NotFound(key.to_owned()))
    }
}

impl ObjectStore for Media {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let name = self.name(key)?;
        let meta = match &self.source {
            Source::Folder(folder) => folder.head(&name).await,
            Source::Bucket(bucket) => bucket.head(&name).await,
        }?;
        self.reading.begin(key, meta.size);
        Ok(meta)
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        let name = self.name(key)?;
        let start = match &self.source {
            Source::Folder(folder) => folder.start(&name, most).await,
            Source::Bucket(bucket) => bucket.start(&name, most).await,
        }?;
        self.reading.begin(key, start.meta.size);
        self.reading.go_on(key, ByteRange::first(start.bytes.len().try_into().unwrap_or(u64::MAX)));
        Ok(start)
    }

    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        let name = self.name(folder)?;
        match &self.source {
            Source::Folder(folder) => folder.list_folder(&name, cursor).await,
            Source::Bucket(bucket) => bucket.list_folder(&name, cursor).await,
        }
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        let name = self.name(key)?;
        self.reading.go_on(key, range);
        match &self.source {
            Source::Folder(folder) => folder.read(&name, range, etag).await,
            Source::Bucket(bucket) => bucket.read(&name, range, etag).await,
        }
    }
}

impl MediaStore for Media {
    type Body = ReadBytes;

    async fn open(&self, key: &str, range: ByteRange, etag: &str) -> Result<ReadBytes, StoreError> {
        let bytes = self.read(key, range, etag).await?;
        Ok(ReadBytes { key: key.to_owned(), bytes })
    }
}
