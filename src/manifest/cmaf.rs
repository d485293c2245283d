//! What clients of HLS and DASH are told of a presentation, whichever of the two they speak.

use super::range::VideoRange;
use super::{Untold, codecs};
use crate::index::{Index, Stream, StreamKind, Track};
use crate::isobmff::TrackProtection;
use crate::protection::sample_entry;

/// Levels of a stream that a player can switch between: those coded alike, of one dynamic range.
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
    /// The dynamic range of video; `None` where all of the presentation has the usual one.
    pub(super) range: Option<VideoRange>,
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

    /// Whether a player can switch between it and `other`.
    fn is_like(&self, other: &Self) -> bool {
        self.coding() == other.coding() && self.range == other.range
    }
}

/// The video and audio of `index` that can be told, in its order. Those that the formats cannot
/// carry are left out, and so is text, unless nothing remains.
pub(super) fn renditions(index: &Index) -> Result<Vec<Rendition<'_>>, Untold> {
    let mut renditions: Vec<Rendition<'_>> = Vec::new();
    for stream in index.streams.iter().filter(|stream| stream.kind != StreamKind::Text) {
        let known = renditions.len();
        for track in &stream.tracks {
            let Some(entry) = sample_entry(stream.kind, &track.sample_entry) else { continue };
            let Some(codec) = codecs::codec(&entry) else { continue };
            let range = (stream.kind == StreamKind::Video).then(|| VideoRange::of(&entry));
            let level = Level { track, codec, range, protection: entry.protection()? };
            let mut own = renditions.iter_mut().skip(known);
            let is_like = |rendition: &&mut Rendition<'_>| {
                rendition.levels.first().is_some_and(|first| first.is_like(&level))
            };
            match own.find(is_like) {
                Some(rendition) => rendition.levels.push(level),
                None => renditions.push(Rendition { stream, levels: vec![level] }),
            }
        }
    }
    let levels = || renditions.iter().flat_map(|rendition| &rendition.levels);
    if !levels().filter_map(|level| level.range).any(VideoRange::is_high) {
        let levels = renditions.iter_mut().flat_map(|rendition| &mut rendition.levels);
        levels.for_each(|level| level.range = None);
    }
    if renditions.is_empty() { Err(Untold::Nothing("HLS or DASH")) } else { Ok(renditions) }
}
