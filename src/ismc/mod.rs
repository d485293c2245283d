//! The client manifest, `.ismc` or the answer to `/Manifest`, as an encoder left it beside the
//! files (`[MS-SSTR]` 2.2.2).
//!
//! What is served is rendered from the index; this is where its names, chunk times, languages and
//! additional attributes come from.

mod chunks;
mod level;
pub mod names;

use crate::index::{Attribute, Chunk, StreamKind};
use crate::time::Timescale;
use crate::xml::{self, Element, Elements, XmlError};
use chunks::Chunks;
use percent_encoding::percent_decode_str;
use std::str::FromStr;
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
        reading.finish_stream()?;
        Ok(reading.manifest)
    }
}

/// A client manifest of which a part has been read.
struct Reading {
    manifest: ClientManifest,
    timescale: Timescale,
    duration: u64,
    levels: usize,
    /// Chunks that there may still be.
    left: usize,
    /// Those of the last stream, and of how many `c`.
    chunks: Chunks,
    coded: usize,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            manifest: ClientManifest::default(),
            timescale: Timescale::SMOOTH,
            duration: 0,
            levels: 0,
            left: MAX_CHUNKS,
            chunks: Chunks::default(),
            coded: 0,
        }
    }
}

impl Reading {
    fn element(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        let (root, path) = element.path.split_once('/').unwrap_or((element.path, ""));
        if root != "SmoothStreamingMedia" {
            return Err(ClientManifestError::Root(xml::excerpt(root)));
        }
        match path {
            "" => self.root(element),
            "StreamIndex" => self.stream(element),
            "StreamIndex/c" => self.chunk(element),
            "StreamIndex/QualityLevel" => self.level(element),
            "StreamIndex/QualityLevel/CustomAttributes/Attribute" => self.custom(element),
            _ => Ok(()),
        }
    }

    fn root(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        for attribute in element.attributes() {
            match attribute? {
                ("TimeScale", value) => self.timescale = timescale(&value)?,
                ("Duration", value) => self.duration = number("Duration", &value)?,
                (name, value) if names::is_foreign(name, names::ROOT) => {
                    names::keep(&mut self.manifest.attributes, name, &value);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn stream(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        self.finish_stream()?;
        if self.manifest.streams.len() == MAX_STREAMS {
            return Err(ClientManifestError::TooMuch);
        }
        let mut stream = StreamIndex {
            kind: StreamKind::Video,
            name: None,
            url_name: None,
            subtype: None,
            language: None,
            timescale: self.timescale,
            levels: Vec::new(),
            chunks: Vec::new(),
            attributes: Vec::new(),
        };
        let mut kind = None;
        for attribute in element.attributes() {
            match attribute? {
                ("Type", value) => kind = Some(stream_kind(&value)?),
                ("Name", value) => stream.name = text(&value),
                ("Url", value) => stream.url_name = url_name(&value),
                ("Subtype", value) => stream.subtype = text(&value),
                ("Language", value) => stream.language = text(&value),
                ("TimeScale", value) => stream.timescale = timescale(&value)?,
                (name, value) if names::is_foreign(name, names::STREAM) => {
                    names::keep(&mut stream.attributes, name, &value);
                }
                _ => {}
            }
        }
        stream.kind = kind.map_or_else(|| stream_kind(""), Ok)?;
        self.manifest.streams.push(stream);
        Ok(())
    }

    fn chunk(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        let (mut t, mut d, mut r) = (None, None, 1);
        for attribute in element.attributes() {
            match attribute? {
                ("t", value) => t = Some(number("t", &value)?),
                ("d", value) => d = Some(number("d", &value)?),
                ("r", value) => r = number("r", &value)?,
                _ => {}
            }
        }
        let pushed = self.chunks.push(t, d, r, &mut self.left);
        pushed.map_err(|why| self.chunk_error(self.coded, why))?;
        self.coded += 1;
        Ok(())
    }

    fn level(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        if self.levels == MAX_LEVELS {
            return Err(ClientManifestError::TooMuch);
        }
        self.levels += 1;
        let level = QualityLevel::read(element)?;
        if let Some(stream) = self.manifest.streams.last_mut() {
            stream.levels.push(level);
        }
        Ok(())
    }

    fn custom(&mut self, element: &Element<'_, '_>) -> Result<(), ClientManifestError> {
        let streams = self.manifest.streams.last_mut();
        match streams.and_then(|stream| stream.levels.last_mut()) {
            Some(level) => level.read_custom(element),
            None => Ok(()),
        }
    }

    /// Ends the stream that was read last.
    fn finish_stream(&mut self) -> Result<(), ClientManifestError> {
        let coded = std::mem::take(&mut self.coded);
        let chunks = std::mem::take(&mut self.chunks);
        let Some(stream) = self.manifest.streams.last_mut() else { return Ok(()) };
        let duration = self.timescale.rescale(self.duration, stream.timescale).unwrap_or(0);
        match chunks.finish(duration) {
            Ok(chunks) => stream.chunks = chunks,
            Err(why) => return Err(self.chunk_error(coded.saturating_sub(1), why)),
        }
        Ok(())
    }

    fn chunk_error(&self, chunk: usize, why: ChunkError) -> ClientManifestError {
        let stream = self.manifest.streams.len().saturating_sub(1);
        ClientManifestError::Chunk { chunk, stream, why }
    }
}

fn stream_kind(value: &str) -> Result<StreamKind, ClientManifestError> {
    let kinds = [StreamKind::Video, StreamKind::Audio, StreamKind::Text];
    let kind = kinds.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(value.trim()));
    kind.ok_or_else(|| wrong("Type", value, "video, audio or text"))
}

fn timescale(value: &str) -> Result<Timescale, ClientManifestError> {
    let ticks = number("TimeScale", value)?;
    Timescale::new(ticks).ok_or_else(|| wrong("TimeScale", value, "above zero"))
}

fn number<T: FromStr>(name: &'static str, value: &str) -> Result<T, ClientManifestError> {
    value.trim().parse().map_err(|_| wrong(name, value, "a number in its range"))
}

fn wrong(name: &'static str, value: &str, expected: &'static str) -> ClientManifestError {
    ClientManifestError::Value { name, value: xml::excerpt(value), expected }
}

fn text(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The `NAME` of `QualityLevels({bitrate})/Fragments(NAME={start time})` (`[MS-SSTR]` 2.2.2.4).
fn url_name(url: &str) -> Option<String> {
    let (_, fragments) = url.rsplit_once("/Fragments(")?;
    let (name, _) = fragments.rsplit_once('=')?;
    text(&percent_decode_str(name).decode_utf8().ok()?)
}

#[cfg(test)]
mod tests;
