//! The files of a library, under the keys that the deployment has for them.

use super::bucket::Bucket;
use super::folder::{Folder, ReadBytes};
use super::keys::Keys;
use super::place::Place;
use super::session::Session;
use anyhow::Result;
use millrace::range::ByteRange;
use millrace::store::{MediaStore, Meta, ObjectStore, StoreError};

/// What lies below a root, here or elsewhere.
pub(super) struct Media {
    source: Source,
    keys: Keys,
}

enum Source {
    Folder(Folder),
    Bucket(Bucket),
}

impl Media {
    /// What lies below `root`, where keys begin with `prefix`.
    pub(super) fn open(root: &Place, prefix: &str, session: &Session) -> Result<Self> {
        Ok(match root {
            Place::Here(root) => Self {
                source: Source::Folder(Folder::new(root.clone(), session)),
                keys: Keys::new("", prefix),
            },
            Place::There(address, root) => Self {
                source: Source::Bucket(session.bucket(address)?),
                keys: Keys::new(root, prefix),
            },
        })
    }

    fn name(&self, key: &str) -> Result<String, StoreError> {
        self.keys.name(key).ok_or_else(|| StoreError::NotFound(key.to_owned()))
    }
}

impl ObjectStore for Media {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let name = self.name(key)?;
        match &self.source {
            Source::Folder(folder) => folder.head(&name).await,
            Source::Bucket(bucket) => bucket.head(&name).await,
        }
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        let name = self.name(key)?;
        match &self.source {
            Source::Folder(folder) => folder.read(&name, range, etag).await,
            Source::Bucket(bucket) => bucket.read(&name, range, etag).await,
        }
    }
}

impl MediaStore for Media {
    type Body = ReadBytes;

    async fn open(&self, key: &str, range: ByteRange, etag: &str) -> Result<ReadBytes, StoreError> {
        self.read(key, range, etag).await.map(ReadBytes)
    }
}
