//! Everything that can go wrong with a request, and the one place where it becomes a status.

use crate::fragment::{FragmentError, LocateError, MakeError, UnsupportedError};
use crate::index::Source;
use crate::isobmff::ProtectionError;
use crate::library::LibraryError;
use crate::library::build::BuildError;
use crate::locator::LocatorDenial;
use crate::store::StoreError;
use crate::url::RequestError;
use crate::view::ViewError;
use http::StatusCode;
use thiserror::Error;

/// The most characters of an error's text that a client gets.
const MAX_TEXT_CHARS: usize = 300;

/// Why a request is not answered with what it asks for.
#[derive(Debug, Error)]
pub enum Error {
    /// The path is not in the grammar, or names something that is not served.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A method other than GET, HEAD and OPTIONS.
    #[error("only GET, HEAD and OPTIONS are answered here")]
    Method,
    /// There is no such file.
    #[error("there is no file {0}")]
    NoFile(String),
    /// The host has no part of the library.
    #[error("nothing is served under this host")]
    NoHost,
    /// The presentation has no such stream, level, time or generation.
    #[error(transparent)]
    Locate(#[from] LocateError),
    /// The presentation has no chapters.
    #[error("{0} has no chapters")]
    NoChapters(String),
    /// The range asked for begins beyond the end.
    #[error("the range begins beyond the {length} bytes there are")]
    Range {
        /// Bytes there are.
        length: u64,
    },
    /// What there is has none of the entity tags that `If-Match` names.
    #[error("what is here has none of the entity tags that If-Match names")]
    OtherVersion,
    /// A stored fragment is not what its file's index said it is.
    #[error("{key}, fragment at {offset}: {cause}")]
    Fragment {
        /// The source.
        key: String,
        /// Where in it the fragment begins.
        offset: u64,
        /// What is wrong with it.
        cause: FragmentError,
    },
    /// The locator that the path begins with leads this request nowhere.
    #[error(transparent)]
    Denied(#[from] LocatorDenial),
    /// A presentation cannot be shown in the format asked for.
    #[error(transparent)]
    View(#[from] ViewError),
    /// A fragment cannot be made into what is asked for.
    #[error(transparent)]
    Unsupported(#[from] UnsupportedError),
    /// The library has no index, filter or locator to answer from.
    #[error(transparent)]
    Library(LibraryError),
    /// Storage is in trouble, or its objects change faster than they can be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LibraryError> for Error {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::NoGeneration(_) => Self::Locate(LocateError::OtherGeneration),
            // Whoever asks for an index stores none: a build's own storing of it is reported, and answers nobody.
            LibraryError::Twin { presentation, .. } => {
                Self::Library(LibraryError::NoPresentation(presentation))
            }
            LibraryError::Store(error) => Self::Store(error),
            error => Self::Library(error),
        }
    }
}

impl Error {
    /// The error of an answer that cannot be made from the fragment at `offset` of `source`.
    pub(super) fn unmade(source: &Source, offset: u64, why: MakeError) -> Self {
        match why {
            MakeError::Fragment(cause) => {
                let (key, offset) = source.place(offset);
                Self::Fragment { key, offset, cause }
            }
            MakeError::Unsupported(why) => why.into(),
        }
    }

    /// The status that says whose fault it is.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Request(RequestError::NoPresentation)
            | Self::NoFile(_)
            | Self::NoHost
            | Self::NoChapters(_)
            | Self::Denied(LocatorDenial::NotNow)
            | Self::Locate(_)
            | Self::View(ViewError::NothingLeft | ViewError::NoAudio(_))
            | Self::Unsupported(UnsupportedError::Dependent) => StatusCode::NOT_FOUND,
            Self::View(ViewError::OtherEncryption(_)) | Self::Denied(LocatorDenial::Format) => {
                StatusCode::FORBIDDEN
            }
            Self::View(ViewError::Protection { cause: ProtectionError::Broken(_), .. }) => {
                StatusCode::BAD_GATEWAY
            }
            Self::View(_) | Self::Request(RequestError::NotServed(_)) | Self::Unsupported(_) => {
                StatusCode::NOT_IMPLEMENTED
            }
            Self::Request(_) => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Range { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::OtherVersion => StatusCode::PRECONDITION_FAILED,
            Self::Fragment { .. } => StatusCode::BAD_GATEWAY,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Library(error) => status_of(error),
        }
    }

    /// Whether something is wrong on this side, and somebody should hear of it.
    pub fn is_trouble(&self) -> bool {
        matches!(self.status(), StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE)
    }

    /// Whether somebody should hear of it, who has not heard just before.
    pub fn is_news(&self) -> bool {
        self.is_trouble()
            && !matches!(self, Self::Library(LibraryError::Locator { is_news: false, .. }))
    }

    /// Whether it is of this request's own headers, and nothing that another for the same URL should be
    /// answered with.
    pub fn is_of_headers(&self) -> bool {
        matches!(self, Self::Range { .. } | Self::OtherVersion)
    }

    /// Whether the next moment may be better: then no cache is to keep that it went wrong. What is wrong
    /// with the media stays so for a while.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Library(error) => error.is_passing(),
            _ => self.status() == StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The text that the client gets: the whole error where it can mend something, and nothing of the
    /// library's insides where it cannot.
    pub fn public_text(&self) -> String {
        match self.status() {
            StatusCode::SERVICE_UNAVAILABLE if matches!(self, Self::Library(LibraryError::Busy(_))) => {
                "this presentation is being indexed; try again\n".into()
            }
            StatusCode::SERVICE_UNAVAILABLE if !self.is_passing() => {
                "this presentation takes more to index than a request may: its operator has to publish it\n".into()
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                "storage cannot answer right now; try again\n".into()
            }
            StatusCode::BAD_GATEWAY => "the stored media cannot be read\n".into(),
            // It repeats what was asked for, which can be as long as a URL.
            _ => self.to_string().chars().take(MAX_TEXT_CHARS).chain(['\n']).collect(),
        }
    }
}

/// The status that clients are told of what a library has not.
fn status_of(error: &LibraryError) -> StatusCode {
    match error {
        LibraryError::NoPresentation(_)
        | LibraryError::NoGeneration(_)
        | LibraryError::NoFilter(_)
        | LibraryError::Twin { .. } => StatusCode::NOT_FOUND,
        LibraryError::Filter { .. } | LibraryError::Locator { .. } => StatusCode::BAD_GATEWAY,
        LibraryError::Busy(_) | LibraryError::Index { .. } | LibraryError::Store(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        LibraryError::Build(error) => match **error {
            BuildError::Store(_)
            | BuildError::Crowded(_)
            | BuildError::TooCostly { .. }
            | BuildError::BySamples { .. } => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_GATEWAY,
        },
    }
}
