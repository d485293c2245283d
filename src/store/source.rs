//! Sources as they lie in a store: an object each, or a folder of them.

use super::error::StoreError;
use super::listing::FolderList;
use super::media::ObjectStore;
use super::object::Meta;
use crate::base::range::ByteRange;
use crate::index::{Folder, Piece, Source};

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
