//! The client manifest, `.ismc` or the answer to `/Manifest`, as an encoder left it beside the
//! files (`[MS-SSTR]` 2.2.2).
//!
//! What is served is rendered from the index; this is where its names, chunk times, languages and
//! additional attributes come from.

mod chunks;
mod level;
pub mod names;
mod protection;
mod read;

use crate::base::chunk::Chunk;
use crate::base::time::Timescale;
use crate::base::xml::{self, Elements, XmlError};
use crate::index::{Attribute, Protection, StreamKind};
use read::Reading;
use thiserror::Error;

pub use chunks::{ChunkError, MAX_CHUNKS};
pub use level::QualityLevel;

/// The most streams in a client manifest.
const MAX_STREAMS: usize = 1000;
/// The most quality levels in it, all streams together.
const MAX_LEVELS: usize = 1000;

/// A client manifest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClientManifest {
    /// The root's attributes that the protocol does not know.
    pub attributes: Vec<Attribute>,
    /// What licence systems are told.
    pub protections: Vec<Protection>,
    /// The streams, in order.
    pub streams: Vec<StreamIndex>,
}

/// A stream of a client manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamIndex {
    /// `Type`.
    pub kind: StreamKind,
    /// `Name`.
    pub name: Option<String>,
    /// The name that `Url` asks for fragments by: that of the tracks on the server.
    pub url_name: Option<String>,
    /// `Subtype`.
    pub subtype: Option<String>,
    /// `Language`.
    pub language: Option<String>,
    /// `TimeScale`, its own or the root's.
    pub timescale: Timescale,
    /// The quality levels, in order.
    pub levels: Vec<QualityLevel>,
    /// The chunks, every one with its start and duration.
    pub chunks: Vec<Chunk>,
    /// Attributes that the protocol does not know.
    pub attributes: Vec<Attribute>,
}

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
    #[error("{name} is {value:?}, which is not {expected}")]
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

impl ClientManifest {
    /// The client manifest in `bytes`, in UTF-8 or UTF-16.
    pub fn parse(bytes: &[u8]) -> Result<Self, ClientManifestError> {
        let text = xml::decode(bytes)?;
        let mut elements = Elements::new(&text);
        let mut reading = Reading::default();
        while let Some(element) = elements.read()? {
            reading.element(&element)?;
        }
        reading.finish()
    }
}

#[cfg(test)]
mod tests;
