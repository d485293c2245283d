//! Object stores of every kind, as one.

use crate::base::range::ByteRange;
use crate::store::{ListPart, Meta, ObjectStore, Start, StoreError};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

/// An [`ObjectStore`], whichever it is.
///
/// What builds an index is one of the largest parts of the Worker's script. By this it is there once, not once for each
/// kind of store.
pub(super) trait Objects {
    /// As [`ObjectStore::head`].
    fn head<'a>(&'a self, key: &'a str) -> LocalBoxFuture<'a, Result<Meta, StoreError>>;

    /// As [`ObjectStore::start`].
    fn start<'a>(
        &'a self,
        key: &'a str,
        most: u64,
    ) -> LocalBoxFuture<'a, Result<Start, StoreError>>;

    /// As [`ObjectStore::list_folder`].
    fn list_folder<'a>(
        &'a self,
        folder: &'a str,
        cursor: Option<&'a str>,
    ) -> LocalBoxFuture<'a, Result<ListPart, StoreError>>;

    /// As [`ObjectStore::read`].
    fn read<'a>(
        &'a self,
        key: &'a str,
        range: ByteRange,
        etag: &'a str,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, StoreError>>;
}

impl<O: ObjectStore> Objects for O {
    fn head<'a>(&'a self, key: &'a str) -> LocalBoxFuture<'a, Result<Meta, StoreError>> {
        ObjectStore::head(self, key).boxed_local()
    }

    fn start<'a>(
        &'a self,
        key: &'a str,
        most: u64,
    ) -> LocalBoxFuture<'a, Result<Start, StoreError>> {
        ObjectStore::start(self, key, most).boxed_local()
    }

    fn list_folder<'a>(
        &'a self,
        folder: &'a str,
        cursor: Option<&'a str>,
    ) -> LocalBoxFuture<'a, Result<ListPart, StoreError>> {
        ObjectStore::list_folder(self, folder, cursor).boxed_local()
    }

    fn read<'a>(
        &'a self,
        key: &'a str,
        range: ByteRange,
        etag: &'a str,
    ) -> LocalBoxFuture<'a, Result<Vec<u8>, StoreError>> {
        ObjectStore::read(self, key, range, etag).boxed_local()
    }
}

impl ObjectStore for dyn Objects + '_ {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        Objects::head(self, key).await
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        Objects::start(self, key, most).await
    }

    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        Objects::list_folder(self, folder, cursor).await
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        Objects::read(self, key, range, etag).await
    }
}
