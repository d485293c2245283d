//! What clients of HLS and DASH are told of a presentation, whichever of the two they speak.

use super::codecs;
use crate::index::{Index, Stream, StreamKind, Track};
use crate::isobmff::{ProtectionError, TrackProtection};
use crate::protection;
use thiserror::Error;

/// Why a presentation cannot be told to clients of HLS and DASH.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Untold {
    /// How it is protected has no name in these formats, or cannot be read.
    #[error("a track of this presentation cannot be told: {0}")]
    Protection(#[from] ProtectionError),
    /// It is coded as these formats do not know it, or nothing but text.
    #[error("this presentation has no pictures and no sound that HLS or DASH can carry")]
    Nothing,
}

/// Levels of a stream that a player can switch between: those coded alike.
pub(super) struct Rendition<'a> {
    pub(super) stream: &'a Stream,
    /// Never empty.
    pub(super) levels: Vec<Level<'a>>,
}

/// A quality level.
pub(super) struct Level<'a> {
    pub(super) track: &'a Track,
    /// In the words of `RFC 6381`.
    pub(super) codec: String,
    /// How it is protected, if it is.
    pub(super) protection: Option<TrackProtection>,
}

impl Rendition<'_> {
    /// The codec's name without its profile.
    pub(super) fn coding(&self) -> &str {
        self.levels.first().map_or("", Level::coding)
    }

    /// The name to show.
    pub(super) fn label(&self) -> &str {
        let own = self.stream.attributes.iter().find(|attribute| attribute.name == "Name");
        own.map_or(&self.stream.name, |own| &own.value)
    }
}

impl Level<'_> {
    fn coding(&self) -> &str {
        self.codec.split('.').next().unwrap_or_default()
    }
}

/// The pictures and sounds of `index` that can be told, in its order. Those that the formats cannot
/// carry are left out, and so is text, unless nothing remains.
pub(super) fn renditions(index: &Index) -> Result<Vec<Rendition<'_>>, Untold> {
    let mut renditions: Vec<Rendition<'_>> = Vec::new();
    for stream in index.streams.iter().filter(|stream| stream.kind != StreamKind::Text) {
        let known = renditions.len();
        for track in &stream.tracks {
            let Some(codec) = codecs::codec(stream.kind, &track.sample_entry) else { continue };
            let protection = protection::protection(stream.kind, &track.sample_entry)?;
            let level = Level { track, codec, protection };
            let mut own = renditions.iter_mut().skip(known);
            match own.find(|rendition| rendition.coding() == level.coding()) {
                Some(rendition) => rendition.levels.push(level),
                None => renditions.push(Rendition { stream, levels: vec![level] }),
            }
        }
    }
    if renditions.is_empty() { Err(Untold::Nothing) } else { Ok(renditions) }
}
