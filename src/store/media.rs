//! The doors to stored media and manifests.

use super::error::StoreError;
use super::listing::ListPart;
use super::object::{Meta, Start};
use crate::base::range::ByteRange;

/// Media and manifests, as whole objects under keys: what it takes to index them.
pub trait ObjectStore {
    /// How large the object is, and which version of it is there.
    async fn head(&self, key: &str) -> Result<Meta, StoreError>;

    /// Size and version of the object, with its first `most` bytes or all that it has. A store that says it all in
    /// one answer is asked once.
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

/// An object store that can also serve objects to viewers.
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
