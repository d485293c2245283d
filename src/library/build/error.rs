//! Why a presentation has no index.

use super::Limits;
use crate::assemble::AssembleError;
use crate::index::Folder;
use crate::ism::ServerManifestError;
use crate::scan::{ScanError, UnfitError};
use crate::store::StoreError;
use crate::text::TextError;
use thiserror::Error;

/// Why a presentation has no index. All but trouble with storage is the media's fault.
#[derive(Debug, Error)]
pub enum BuildError {
    /// Storage failed, or an object changed while it was read.
    #[error(transparent)]
    Store(StoreError),
    /// A file that the server manifest names is not there.
    #[error("{manifest} names {key}, which is not there")]
    Missing {
        /// The server manifest.
        manifest: String,
        /// The file.
        key: String,
    },
    /// A file that the server manifest names is there under two other names, where case decides nothing.
    #[error(
        "{key} is not there, and {one} and {other} differ from it in case alone: remove one of them, or have the manifest name it"
    )]
    Twins {
        /// The file as it is named.
        key: String,
        /// What is there.
        one: String,
        /// The other name that is there.
        other: String,
    },
    /// A folder lies in a store that lists none, or has too many objects.
    #[error(transparent)]
    Folder(StoreError),
    /// It takes more than was granted.
    #[error("indexing {key} takes more than {limits}; index it with the command line")]
    TooCostly {
        /// What was being read.
        key: String,
        /// What was granted.
        limits: Limits,
    },
    /// Others take so much memory that it would not get what it needs soon.
    #[error("{0} waited too long for room beside others that are being indexed")]
    Crowded(String),
    /// Another file of the presentation failed first: that error is the outcome of the build.
    #[error("{0} was not read to its end, as another file of its presentation cannot be indexed")]
    Abandoned(String),
    /// A manifest or a text file is longer than any real one.
    #[error("{key} has {size} bytes, and a file of its kind may have {limit}")]
    TooLong {
        /// The file.
        key: String,
        /// Its size in bytes.
        size: u64,
        /// The most bytes that a file of its kind may have.
        limit: u64,
    },
    /// The server manifest cannot be read.
    #[error("{key}: {cause}")]
    Server {
        /// The server manifest.
        key: String,
        /// What is wrong with it.
        cause: ServerManifestError,
    },
    /// A media file cannot be read.
    #[error("{key}: {cause}")]
    Scan {
        /// The media file.
        key: String,
        /// What is wrong with it.
        cause: ScanError,
    },
    /// What a folder begins with is no init segment.
    #[error(
        "{folder}{}: {cause}; if the asset is encrypted in storage (StorageEncrypted), decrypt all of its files first",
        Folder::HEADER
    )]
    Header {
        /// The folder.
        folder: String,
        /// What is wrong with it.
        cause: ScanError,
    },
    /// A media file has to be indexed by its samples, which takes more reads than are granted.
    #[error(
        "{key}: {cause}, so it has to be indexed by its samples, which takes a look at every 'moof': do \
         so with `millrace index` or `millrace publish`"
    )]
    BySamples {
        /// The media file.
        key: String,
        /// Why its fragments are of no use.
        cause: UnfitError,
    },
    /// A text file cannot be read.
    #[error("{key}, {cause}")]
    Text {
        /// The file.
        key: String,
        /// What is wrong with it, and in which line.
        cause: TextError,
    },
    /// Manifests and media do not fit each other.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
}

impl BuildError {
    /// Whether the next moment may be better: storage is in trouble, not the media.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Crowded(_))
    }
}
