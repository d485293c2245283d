//! Errors of servers.

use super::ask::AskError;
use super::limits::MAX_LIST_LENGTH;
use crate::base::range::ByteRange;
use crate::base::xml::XmlError;
use crate::store::{LISTED_AT_ONCE, StoreError};
use http::StatusCode;
use thiserror::Error;

/// Why an answer is not what was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum AnswerError {
    /// There is no such object.
    #[error("it is not there")]
    NotFound,
    /// Another version of it is there, or one that is shorter than the range begins.
    #[error("it was replaced")]
    Changed,
    /// The server does not take what proves that it may answer.
    #[error("the server refuses our credentials ({0})")]
    Credentials(StatusCode),
    /// The server is led elsewhere, where credentials are not to go.
    #[error("the server answers {0}, a redirect, which is not followed")]
    Redirected(StatusCode),
    /// The server answers something else.
    #[error("the server answers {0}")]
    Status(StatusCode),
    /// The answer has no length of the object.
    #[error("the server does not say how large it is")]
    NoLength,
    /// The answer has no strong entity tag.
    #[error(
        "the server gives no strong ETag for it, and without one versions cannot be told apart"
    )]
    NoEtag,
    /// The object is compressed on the way.
    #[error("the server sends it with a Content-Encoding")]
    Encoded,
    /// The server ignores the range.
    #[error("the server answers a range with the whole object")]
    WholeObject,
    /// The answer does not say which range it is.
    #[error("the server does not say which range it sends")]
    NoContentRange,
    /// It is another range.
    #[error("the server sends bytes {sent} where {asked} were asked for")]
    OtherRange {
        /// What is sent.
        sent: ByteRange,
        /// What was asked for.
        asked: ByteRange,
    },
    /// The answer does not have the length of its range.
    #[error("the server does not announce the length of the range")]
    NoRangeLength,
    /// The list of a folder cannot be read.
    #[error("the server's list of it cannot be read: {0}")]
    List(XmlError),
    /// A part of the list of a folder is longer than any real one.
    #[error("the server's list of it has more than {MAX_LIST_LENGTH} bytes at once")]
    LongList,
    /// A part of the list of a folder has more objects than were asked for.
    #[error("the server lists more than {LISTED_AT_ONCE} objects at once")]
    FullList,
    /// It cannot even be asked for.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// No answer came in time, which is given in milliseconds.
    #[error("no answer came within {0} ms")]
    Timeout(u32),
    /// The connection was lost, or there was none.
    #[error("{0}")]
    Connection(String),
    /// The body of the answer cannot be read as it comes.
    #[error("its body is no stream")]
    NoStream,
    /// The body of the answer broke off.
    #[error(transparent)]
    Body(StoreError),
}

impl AnswerError {
    /// Whether it may pass: asking again is worth it.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::Connection(_) | Self::Body(_) => true,
            Self::Status(status) => {
                let is_busy = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
                is_busy.contains(status) || status.is_server_error()
            }
            _ => false,
        }
    }

    /// The error of the store, for the caller that asked for `key`.
    pub fn about(self, key: &str) -> StoreError {
        match self {
            Self::NotFound => StoreError::NotFound(key.to_owned()),
            Self::Changed => StoreError::Changed(key.to_owned()),
            Self::Body(error) => error,
            other => StoreError::Unavailable { key: key.to_owned(), cause: other.to_string() },
        }
    }
}
