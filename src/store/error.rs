//! Errors of stores.

use crate::index::Folder;
use thiserror::Error;

/// Why a store did not give what was asked of it.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum StoreError {
    /// There is no such object.
    #[error("{0} is not there")]
    NotFound(String),
    /// It is there, but not the version that was asked for.
    #[error("{0} was replaced since it was indexed")]
    Changed(String),
    /// It is a folder, and the store lists none.
    #[error(
        "{0} is a folder, and the store of it gives no list of the objects in it: keep it in R2, S3, Azure or files"
    )]
    Unlisted(String),
    /// It is a folder of more objects than are indexed.
    #[error(
        "{0} has more than {max} objects, too many to go through: move what belongs to no track of the presentation elsewhere",
        max = Folder::MAX_CHUNKS
    )]
    TooMany(String),
    /// The store is in trouble, and said nothing of the object.
    #[error("storage failed to give {key}: {cause}")]
    Unavailable {
        /// What was asked for.
        key: String,
        /// What the store said.
        cause: String,
    },
}
