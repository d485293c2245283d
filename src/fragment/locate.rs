//! From a request to the one place in the index that it names.

use crate::index::{Chunk, Digest, Index, Media, PagePlace, Source, Stream, Track};
use crate::range::ByteRange;
use crate::request::FragmentRequest;
use crate::time::Timescale;
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
    /// Its place in the stream, from 0.
    pub number: usize,
    /// When it plays.
    pub chunk: Chunk,
    /// Where it is to be had.
    pub place: Place,
}

/// Where a fragment is to be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// It is stored whole, `moof` and `mdat`.
    Stored {
        /// Where in the source.
        range: ByteRange,
        /// Whether it carries its own start time.
        timed: bool,
    },
    /// It is to be made of samples.
    Sampled {
        /// Which page tells of them.
        page: PagePlace,
        /// What the page's bytes must have.
        digest: Digest,
        /// The place in the page, from 0.
        at: usize,
        /// Ticks a second of what the page says.
        timescale: Timescale,
    },
}

/// Which part of a request's predicate nothing answers to (`[MS-SSTR]` 2.2.3).
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Absent {
    /// The URL is of another build than the one that is served.
    #[error(
        "this URL is of an earlier or later version of the presentation; load its manifest again"
    )]
    Generation,
    /// No stream has the name.
    #[error("there is no stream {0}")]
    Stream(String),
    /// No quality level has the bitrate and attributes.
    #[error("stream {stream} has no quality level {bitrate} with these attributes")]
    Level {
        /// The stream.
        stream: String,
        /// The bitrate asked for.
        bitrate: u32,
    },
    /// No chunk starts then.
    #[error("no chunk of stream {stream} starts at {start}")]
    Time {
        /// The stream.
        stream: String,
        /// The time asked for, in ticks.
        start: u64,
    },
}

/// The fragment of `index` that `request` names, exactly.
pub fn locate<'a>(index: &'a Index, request: &FragmentRequest<'_>) -> Result<Located<'a>, Absent> {
    if request.generation.is_some_and(|generation| generation != index.generation) {
        return Err(Absent::Generation);
    }
    let (before, stream) = index
        .streams
        .iter()
        .enumerate()
        .find(|(_, stream)| stream.name.eq_ignore_ascii_case(request.stream))
        .ok_or_else(|| Absent::Stream(request.stream.to_owned()))?;
    let no_level = || Absent::Level { stream: stream.name.clone(), bitrate: request.bitrate };
    let (level, track) = stream
        .tracks
        .iter()
        .enumerate()
        .find(|(_, track)| track.bitrate == request.bitrate && has_all(track, &request.attributes))
        .ok_or_else(no_level)?;
    let no_chunk = || Absent::Time { stream: stream.name.clone(), start: request.start };
    let number = stream.timeline.find(request.start).ok_or_else(no_chunk)?;
    let chunk = stream.timeline.chunk(number).ok_or_else(no_chunk)?;
    let source = index.sources.get(track.source).ok_or_else(no_level)?;
    let place = match &track.media {
        Media::Fragments { timed, extents } => {
            extents.range(number).map(|range| Place::Stored { range, timed: *timed })
        }
        Media::Samples(pages) => pages.find(number).and_then(|(page, at)| {
            let others = index.streams.iter().take(before).map(|stream| stream.tracks.len());
            let track = others.sum::<usize>().checked_add(level)?;
            let digest = pages.entries.get(page)?.digest;
            let page = PagePlace { track, page };
            Some(Place::Sampled { page, digest, at, timescale: pages.timescale })
        }),
    };
    let place = place.ok_or_else(no_chunk)?;
    Ok(Located { stream, track, source, number, chunk, place })
}

fn has_all(track: &Track, attributes: &[(&str, &str)]) -> bool {
    attributes.iter().all(|(name, value)| {
        track.custom_attributes.iter().any(|has| has.name == *name && has.value == *value)
    })
}
