//! From a request to the one place in the index that it names.

use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::index::{
    Carriage, Cues, Digest, Generation, Index, Media, Pages, Source, Stream, StreamKind, Track,
};
use crate::text::Syntax;
use crate::url::{FragmentRequest, Noun};
use thiserror::Error;

/// A fragment that exists, and all that the index knows of it.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    /// The stream.
    pub stream: &'a Stream,
    /// The quality level.
    pub track: &'a Track,
    /// The object that it lies in.
    pub source: &'a Source,
    /// The quality level's place among the tracks of all streams, from 0.
    pub track_number: usize,
    /// Its place in the stream, from 0.
    pub number: usize,
    /// When it plays.
    pub chunk: Chunk,
    /// Where it is to be had.
    pub place: Place,
}

impl<'a> Located<'a> {
    /// The reads of the source that give all its samples, as far as the index knows them.
    pub fn reads(&self) -> Vec<ByteRange> {
        match &self.track.media {
            Media::Samples(pages) => pages.reads.of(self.number).collect(),
            Media::Fragments { .. } | Media::Cues(_) => Vec::new(),
        }
    }

    /// Whether other boxes may come before its `moof`: it is an object of a folder.
    pub fn may_lead(&self) -> bool {
        self.source.folder.is_some()
    }

    /// The fragment of the same level at place `number` of the stream.
    pub fn fragment_at(&self, number: usize) -> Option<Located<'a>> {
        let chunk = self.stream.timeline.chunk(number)?;
        Some(Located { number, chunk, place: place(self.track, number)?, ..*self })
    }

    /// When the fragment of the same level starts that comes `chunks` behind this one, in ticks; `None` if there is none.
    pub fn next_start(&self, chunks: usize) -> Option<u64> {
        let next = self.fragment_at(self.number.checked_add(chunks)?)?;
        (!next.place.is_missing()).then_some(next.chunk.start)
    }

    /// Whether it is to be made of the cues of a text file.
    pub(super) fn is_of_cues(&self) -> bool {
        matches!(self.place, Place::Cues { .. })
    }
}

/// A quality level that exists.
#[derive(Clone, Copy, Debug)]
pub struct LocatedLevel<'a> {
    /// The stream.
    pub stream: &'a Stream,
    /// The quality level.
    pub track: &'a Track,
    /// Its place among the tracks of all streams, from 0.
    pub number: usize,
}

impl LocatedLevel<'_> {
    /// Refuses segments that last about as long as `target` of a level that has none of several chunks.
    pub fn check_target(&self, target: SegmentTarget) -> Result<(), LocateError> {
        match target == SegmentTarget::CHUNK || self.track.can_be_joined() {
            true => Ok(()),
            false => Err(LocateError::OneChunk(self.stream.name.clone())),
        }
    }

    /// Refuses a level whose frames are all alike.
    pub fn check_key_frames(&self) -> Result<(), LocateError> {
        match self.stream.kind {
            StreamKind::Video => Ok(()),
            StreamKind::Audio | StreamKind::Text => {
                Err(LocateError::NoKeyframes(self.stream.name.clone()))
            }
        }
    }
}

/// The place of a fragment in its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// It is stored, `moof` and `mdat`, perhaps with other tracks' samples.
    Stored {
        /// Where in the source.
        range: ByteRange,
        /// How it comes to clients.
        carriage: Carriage,
    },
    /// It is to be made of samples.
    Sampled {
        /// Which page describes them: the digest that its bytes must have.
        page: Digest,
        /// The place in the page, from 0.
        at: usize,
        /// Ticks a second of what the page says.
        timescale: Timescale,
        /// How many of them come before what is shown first.
        early: u64,
    },
    /// It is to be made of the cues of a text file.
    Cues {
        /// Where in the source they lie; empty if there are none.
        range: ByteRange,
        /// What they are written in.
        syntax: Syntax,
        /// When the file's time 0 is, in ticks of Smooth Streaming.
        zero: u64,
    },
}

impl Place {
    /// Whether it is nowhere: a folder lacks the object.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Stored { range, .. } if range.is_empty())
    }
}

/// The part of a request's predicate that nothing answers to (`[MS-SSTR]` 2.2.3).
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LocateError {
    /// The URL is of another build than the one that is served.
    #[error(
        "this URL is of an earlier or later version of the presentation; load its manifest again"
    )]
    OtherGeneration,
    /// No stream has the name.
    #[error("there is no stream {0}")]
    NoSuchStream(String),
    /// No quality level has the bitrate and attributes.
    #[error("stream {stream} has no quality level {bitrate} with these attributes")]
    NoSuchLevel {
        /// The stream.
        stream: String,
        /// The bitrate asked for.
        bitrate: u32,
    },
    /// It is not of video, which alone has keyframes to be played by themselves.
    #[error("stream {0} has no keyframes, as it is not video")]
    NoKeyframes(String),
    /// It is asked for as text, and is not.
    #[error("stream {0} has no text")]
    NoText(String),
    /// It is asked for in segments of several chunks, and its text cannot be joined.
    #[error("stream {0} has segments of one chunk alone, as its text lies in fragments")]
    OneChunk(String),
    /// The chunk that starts then is not in storage.
    #[error("the chunk of stream {stream} that starts at {start} is missing in this quality level")]
    MissingChunk {
        /// The stream.
        stream: String,
        /// When it starts, in ticks.
        start: u64,
    },
    /// No chunk starts then.
    #[error("no chunk of stream {stream} starts at {start}")]
    NoSuchTime {
        /// The stream.
        stream: String,
        /// The time asked for, in ticks.
        start: u64,
    },
}

/// The fragment of `index` that `request` names, exactly.
pub fn locate<'a>(
    index: &'a Index,
    request: &FragmentRequest<'_>,
) -> Result<Located<'a>, LocateError> {
    let FragmentRequest { generation, bitrate, start, .. } = *request;
    let level = locate_level(index, generation, &request.stream, bitrate)?;
    let LocatedLevel { stream, track, number: track_number } = level;
    if request.noun == Noun::KeySegment {
        level.check_key_frames()?;
    }
    level.check_target(request.target)?;
    let no_level = || LocateError::NoSuchLevel { stream: stream.name.clone(), bitrate };
    if !has_all(track, &request.attributes) {
        return Err(no_level());
    }
    if request.noun == Noun::WebVtt && stream.kind != StreamKind::Text {
        return Err(LocateError::NoText(stream.name.clone()));
    }
    let no_chunk = || LocateError::NoSuchTime { stream: stream.name.clone(), start };
    let (number, chunk) = stream.timeline.find(start).ok_or_else(no_chunk)?;
    let source = index.sources.get(track.source).ok_or_else(no_level)?;
    let place = place(track, number).ok_or_else(no_chunk)?;
    if place.is_missing() {
        return Err(LocateError::MissingChunk { stream: stream.name.clone(), start });
    }
    Ok(Located { stream, track, source, track_number, number, chunk, place })
}

/// Where the fragment of `track` at place `number` is to be had.
fn place(track: &Track, number: usize) -> Option<Place> {
    match &track.media {
        Media::Fragments { carriage, extents, .. } => {
            extents.range(number).map(|range| Place::Stored { range, carriage: *carriage })
        }
        Media::Samples(pages) => pages.find(number).and_then(|(page, at)| {
            let page = pages.entries.get(page)?.digest;
            let Pages { timescale, early, .. } = *pages;
            Some(Place::Sampled { page, at, timescale, early })
        }),
        Media::Cues(cues) => {
            let Cues { syntax, zero, .. } = *cues;
            cues.range(number).map(|range| Place::Cues { range, syntax, zero })
        }
    }
}

/// The quality level of `index` with these names, of this generation if that is said.
pub fn locate_level<'a>(
    index: &'a Index,
    generation: Option<Generation>,
    stream: &str,
    bitrate: u32,
) -> Result<LocatedLevel<'a>, LocateError> {
    if generation.is_some_and(|generation| generation != index.generation) {
        return Err(LocateError::OtherGeneration);
    }
    let (at, stream) = index
        .streams
        .iter()
        .enumerate()
        .find(|(_, each)| each.name.eq_ignore_ascii_case(stream))
        .ok_or_else(|| LocateError::NoSuchStream(stream.to_owned()))?;
    let before: usize = index.streams.iter().take(at).map(|stream| stream.tracks.len()).sum();
    let (number, track) = (before..)
        .zip(&stream.tracks)
        .find(|(_, track)| track.bitrate == bitrate)
        .ok_or_else(|| LocateError::NoSuchLevel { stream: stream.name.clone(), bitrate })?;
    Ok(LocatedLevel { stream, track, number })
}

fn has_all(track: &Track, attributes: &[(String, String)]) -> bool {
    attributes.iter().all(|(name, value)| {
        track.custom_attributes.iter().any(|has| has.name == *name && has.value == *value)
    })
}
