//! Everything that can go wrong with what an operator asks, and the one place where it becomes a
//! status. An operator gets the whole text, as whoever has the token may know it.

use crate::index::{FormatError, Source};
use crate::library::LibraryError;
use crate::library::build::BuildError;
use crate::locator::LocatorError;
use crate::selection::DefinitionError;
use crate::store::{Meta, StoreError};
use crate::sweep::StateError;
use crate::url::RequestError;
use http::StatusCode;
use thiserror::Error;

/// Why an operator is not answered with what was asked for.
#[derive(Debug, Error)]
pub enum AdminError {
    /// No secret is set: there is no such API.
    #[error("the admin API does not exist, as no ADMIN_TOKEN is set")]
    Hidden,
    /// The token is missing or wrong.
    #[error("the token is missing or wrong")]
    Unauthorised,
    /// There is nothing of that name.
    #[error("there is no such resource")]
    NoResource,
    /// The resource does not have the method; it has these.
    #[error("only {0} are answered here")]
    Method(&'static str),
    /// The path names what no presentation could be called.
    #[error(transparent)]
    Path(#[from] RequestError),
    /// The query is not understood.
    #[error("the query {0}")]
    Query(&'static str),
    /// The body is longer than any index.
    #[error("the body has more than {} bytes", super::MAX_BODY_LEN)]
    TooLarge,
    /// The body's end does not come.
    #[error("the body breaks off before its end")]
    BrokenOff,
    /// The body is no index.
    #[error("the body is invalid: {0}")]
    Body(FormatError),
    /// The body is the index of another presentation.
    #[error("the index is not of {0}")]
    OtherPresentation(String),
    /// The index was made from something that does not belong to its presentation.
    #[error(
        "the index names {key}, which lies neither beside nor below {presentation}, nor in a folder \
             that the deployment's variable SOURCES names"
    )]
    ForeignSource {
        /// The presentation.
        presentation: String,
        /// What it names.
        key: String,
    },
    /// The index was made from something that is not there.
    #[error(
        "the index is of {0}, which is not in storage: upload it, or have keys counted as they are there, by \
             `--root` and `--as`"
    )]
    NoSource(String),
    /// The index was made from something else than what is there.
    #[error(
        "the index is of another {key}: it has {size} bytes and the etag {etag} there, and in \
             storage {there_size} and {there_etag}; upload it anew, or if it was uploaded in parts, whose etag \
             no copy tells, publish with `--from-storage`",
        key = indexed.key, size = indexed.size, etag = indexed.etag,
        there_size = there.size, there_etag = there.etag
    )]
    OtherSource {
        /// As the index has it.
        indexed: Source,
        /// As storage has it.
        there: Meta,
    },
    /// There is nothing to build an index of.
    #[error("{0} is not in storage")]
    NoPresentation(String),
    /// Nothing is stored under this name.
    #[error("{0} has no index; it is made when it is first asked for")]
    NoIndex(String),
    /// No filter is stored under this name.
    #[error("there is no filter {0}")]
    NoFilter(String),
    /// The body, or what is stored, is no filter.
    #[error(transparent)]
    Filter(DefinitionError),
    /// No locator is stored under this name.
    #[error("there is no locator {0}")]
    NoLocator(String),
    /// The body, or what is stored, is no locator.
    #[error(transparent)]
    Locator(LocatorError),
    /// The presentation has no such stream, or the stream no such level.
    #[error("{0} has no stream of this name, or the stream has no level of this bitrate")]
    NoLevel(String),
    /// What is stored is as good as nothing.
    #[error("the stored index is invalid, and is made again when it is asked for: {0}")]
    Stored(FormatError),
    /// The body is not how far a sweep is.
    #[error("the body is invalid: {0}")]
    Sweep(StateError),
    /// There is no queue that a library could be sent through.
    #[error(
        "the deployment has no queue to send the library through: bind one as SWEEP in its wrangler.toml, and consume it"
    )]
    NoQueue,
    /// No entry of `STORES` is a bucket of R2, and others are not listed by a deployment.
    #[error(
        "no entry of STORES is an R2 bucket, and no other store is listed here: publish from a machine, by s3:// or az://"
    )]
    NoBucket,
    /// The index names more sources than may be looked at.
    #[error(transparent)]
    TooManySources(BuildError),
    /// The presentation's index could not be made.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// A store is in trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AdminError {
    /// The status that says whose fault it is. Media that cannot be indexed are no failure of this
    /// side's: the operator can mend them.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Hidden
            | Self::NoResource
            | Self::NoPresentation(_)
            | Self::NoIndex(_)
            | Self::NoFilter(_)
            | Self::NoLocator(_)
            | Self::NoLevel(_)
            | Self::Stored(_) => StatusCode::NOT_FOUND,
            Self::Unauthorised => StatusCode::UNAUTHORIZED,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Path(_)
            | Self::Query(_)
            | Self::Body(_)
            | Self::Filter(_)
            | Self::Locator(_)
            | Self::Sweep(_)
            | Self::BrokenOff => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::OtherPresentation(_)
            | Self::ForeignSource { .. }
            | Self::NoSource(_)
            | Self::OtherSource { .. }
            | Self::NoQueue
            | Self::NoBucket
            | Self::Library(LibraryError::Twin { .. }) => StatusCode::CONFLICT,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Library(error) if error.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooManySources(_) | Self::Library(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}
