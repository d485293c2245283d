//! What an index was made from: stored objects, and folders of them.

use super::{Folder, Piece};
use crate::base::range::ByteRange;
use std::rc::Rc;

/// A stored object, or a folder of them, as it was when the index was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its key in the object store.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its entity tag, unquoted. Every read carries it: other bytes under the same key are refused.
    pub etag: String,
    /// What lies in it if it is a folder, whose key ends in `/`: size and tag are of all its objects then.
    pub folder: Option<Rc<Folder>>,
}

impl Source {
    /// The object under `key`.
    pub fn object(key: impl Into<String>, size: u64, etag: impl Into<String>) -> Self {
        Self { key: key.into(), size, etag: etag.into(), folder: None }
    }

    /// The folder under `key`, which ends in `/`.
    pub fn folder(key: impl Into<String>, folder: Folder) -> Self {
        let (size, etag) = (folder.size(), folder.etag());
        Self { key: key.into(), size, etag, folder: Some(Rc::new(folder)) }
    }

    /// The stretches of objects that `range` of it is, in order: one, unless it is a folder.
    pub fn pieces(&self, range: ByteRange) -> Vec<Piece> {
        match &self.folder {
            Some(folder) => folder.pieces(&self.key, range),
            None => vec![Piece { key: self.key.clone(), etag: self.etag.clone(), range }],
        }
    }

    /// The object that its byte at `offset` is of, and where in that it lies.
    pub fn place(&self, offset: u64) -> (String, u64) {
        let byte = ByteRange::with_length(offset, 0);
        let piece = byte.and_then(|byte| self.pieces(byte).pop());
        piece.map_or((self.key.clone(), offset), |piece| (piece.key, piece.range.start()))
    }

    /// Whether `range` of it lies in one object.
    pub fn is_of_one_object(&self, range: ByteRange) -> bool {
        self.folder.as_ref().is_none_or(|folder| folder.is_whole(range))
    }
}
