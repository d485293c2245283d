//! What clients of HLS and DASH are told of a presentation, whichever of the two they speak.

use super::codecs;
use crate::fragment::{ENCRYPTED_GROWTH, GROWTH};
use crate::frame_rate::FrameRate;
use crate::index::{Chunk, Format, Index, Media, Stream, StreamKind, Track, bits_a_second};
use crate::isobmff::{ProtectionError, TrackProtection};
use crate::protection;
use crate::range::ByteRange;
use crate::time::Timescale;
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
    /// The most bits a second that any stretch of it takes.
    pub(super) peak: u32,
    /// Bits a second over all of it.
    pub(super) average: u32,
    /// The most bits a second that any stretch of its key frames takes, or more.
    pub(super) key_peak: u32,
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
            let level = level(stream, track, codec, protection);
            let mut own = renditions.iter_mut().skip(known);
            match own.find(|rendition| rendition.coding() == level.coding()) {
                Some(rendition) => rendition.levels.push(level),
                None => renditions.push(Rendition { stream, levels: vec![level] }),
            }
        }
    }
    if renditions.is_empty() { Err(Untold::Nothing) } else { Ok(renditions) }
}

/// A quality level of this `codec`.
pub(super) fn level<'a>(
    stream: &'a Stream,
    track: &'a Track,
    codec: String,
    protection: Option<TrackProtection>,
) -> Level<'a> {
    let (timeline, timescale) = (&stream.timeline, stream.timescale);
    let most = |(range, chunk): (ByteRange, Chunk)| {
        range.length().saturating_add(growth(track, protection, chunk, timescale))
    };
    let (bytes, peak, key_peak) = match &track.media {
        Media::Fragments { extents, .. } => {
            let sizes = || extents.iter().zip(timeline.iter()).map(most);
            let peak = timeline.peak(sizes(), timescale);
            (sizes().map(u128::from).sum(), peak, peak)
        }
        Media::Samples(pages) => (pages.bytes.into(), pages.peak, pages.key_peak),
        Media::Cues(cues) => {
            let sizes = || cues.iter().zip(timeline.iter()).map(most);
            let peak = timeline.peak(sizes(), timescale);
            (sizes().map(u128::from).sum(), peak, peak)
        }
    };
    let ticks = timeline.end().saturating_sub(timeline.start());
    let average = bits_a_second(bytes, ticks.into(), timescale);
    let peak = peak.max(average);
    Level { track, codec, protection, peak, average, key_peak }
}

/// How many bytes longer than such a fragment its segment can be.
fn growth(
    track: &Track,
    protection: Option<TrackProtection>,
    chunk: Chunk,
    timescale: Timescale,
) -> u64 {
    /// The boxes and the document around what is said, about: text is written anew.
    const AROUND_TEXT: u64 = 1000;
    let more = match (&track.format, protection) {
        (Format::Text(_), _) => AROUND_TEXT,
        (_, None) => 0,
        (Format::Audio(_), Some(_)) => ENCRYPTED_GROWTH,
        (Format::Video(format), Some(_)) => {
            let rate = format.frame_rate.or(FrameRate::new(120, 1));
            let pictures = rate.map_or(0, |rate| rate.frames_in(chunk.duration, timescale));
            ENCRYPTED_GROWTH.saturating_add(pictures)
        }
    };
    GROWTH.saturating_add(more)
}
