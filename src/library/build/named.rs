//! The files that a manifest names, found under their names, and folders with what lies in them.

use super::BuildError;
use super::reader::{Begun, Names, Reader};
use crate::index::Source;
use crate::store::{FolderList, StoreError};
use crate::url::FoldedKey;
use std::rc::Rc;

/// Bytes that a part of a folder's list counts for, as it is kept: names and entity tags of a thousand objects.
const LIST_PART_LENGTH: u64 = 64 << 10;

impl Reader<'_> {
    /// The file that a manifest names as `key`, if it is there: if case decides nothing here, under whichever name differs from it
    /// in case alone; with its first bytes, `most` of them or all that it has.
    pub(super) async fn named(&self, key: &str, most: u64) -> Result<Option<Begun>, BuildError> {
        match self.look_beside(key, most).await? {
            None if self.folds => self.respelled(key, most).await,
            begun => Ok(begun),
        }
    }

    async fn respelled(&self, key: &str, most: u64) -> Result<Option<Begun>, BuildError> {
        let (folder, name) =
            key.split_at(key.rfind('/').map_or(0, |slash| slash.saturating_add(1)));
        let names = self.names(folder).await?;
        match names.get(&FoldedKey::of(name)).map_or(&[][..], Vec::as_slice) {
            [] => Ok(None),
            [name] => self.look_beside(&format!("{folder}{name}"), most).await,
            [one, other, ..] => Err(BuildError::Twins {
                key: key.to_owned(),
                one: one.clone(),
                other: other.clone(),
            }),
        }
    }

    /// The names of the files right below `folder`; none if the store does not list them.
    async fn names(&self, folder: &str) -> Result<Rc<Names>, BuildError> {
        // Files are looked for side by side: the first of them lists the folder, and the others wait for that.
        let _turn = self.listing.lock().await;
        if let Some(names) = self.listed.borrow().get(folder) {
            return Ok(Rc::clone(names));
        }
        let mut names = Names::new();
        match self.list(folder).await {
            Err(BuildError::Folder(StoreError::Unlisted(_))) => {}
            Err(error) => return Err(error),
            Ok(list) => {
                for name in list.names() {
                    names.entry(FoldedKey::of(name)).or_default().push(name.to_owned());
                }
            }
        }
        let names = Rc::new(names);
        self.listed.borrow_mut().insert(folder.to_owned(), Rc::clone(&names));
        Ok(names)
    }

    /// The list of `folder`, to its end.
    async fn list<'k>(&self, folder: &'k str) -> Result<FolderList<'k>, BuildError> {
        let mut list = FolderList::new(folder);
        while list.is_open() {
            self.spend(folder, 1, LIST_PART_LENGTH).await?;
            let part = self.objects.list_folder(folder, list.cursor()).await;
            part.and_then(|part| list.take(part)).map_err(unlisted)?;
        }
        Ok(list)
    }

    /// The folder `key`, if there is one with a header.
    pub(super) async fn folder(&self, key: &str) -> Result<Option<Begun>, BuildError> {
        match self.list(key).await?.finish() {
            Ok(folder) => Ok(Some(Source::folder(key, folder).into())),
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(unlisted(error)),
        }
    }
}

/// Why a folder cannot be listed: for what it is, or because storage failed.
fn unlisted(error: StoreError) -> BuildError {
    match error {
        StoreError::Unlisted(_) | StoreError::TooMany(_) => BuildError::Folder(error),
        error => BuildError::Store(error),
    }
}
