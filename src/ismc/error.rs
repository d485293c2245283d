//! Why a document is not a client manifest.

use super::chunks::ChunkError;
use crate::base::quoted::Quoted;
use crate::base::whole::whole;
use crate::base::xml::{self, XmlError};
use std::str::FromStr;
use thiserror::Error;

/// The most streams in a client manifest.
pub(super) const MAX_STREAMS: usize = 1000;
/// The most quality levels in it, all streams together.
pub(super) const MAX_LEVELS: usize = 1000;

/// Why a document is not a client manifest.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ClientManifestError {
    /// It is not XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Its root is another element.
    #[error("the root element is {0}, where a client manifest has SmoothStreamingMedia")]
    Root(String),
    /// A value is not what it should be.
    #[error("{name} is {}, which is not {expected}", Quoted(value))]
    Value {
        /// Of the attribute.
        name: &'static str,
        /// As written.
        value: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// It lists more streams or levels than any presentation has.
    #[error("it has more than {MAX_STREAMS} streams or {MAX_LEVELS} quality levels")]
    TooMuch,
    /// The chunks of a stream make no sense.
    #[error("chunk {chunk} of stream {stream}: {why}")]
    Chunk {
        /// The place of the `c`, from 0.
        chunk: usize,
        /// The place of the `StreamIndex`, from 0.
        stream: usize,
        /// What is wrong with it.
        why: ChunkError,
    },
}

/// The number that an attribute is to be.
pub(super) fn number<T: FromStr>(
    name: &'static str,
    value: &str,
) -> Result<T, ClientManifestError> {
    whole(value).ok_or_else(|| wrong(name, value, "a number in its range"))
}

/// That the value of an attribute is not what it should be.
pub(super) fn wrong(
    name: &'static str,
    value: &str,
    expected: &'static str,
) -> ClientManifestError {
    ClientManifestError::Value { name, value: xml::excerpt(value), expected }
}
