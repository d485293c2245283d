//! A presentation of the size that services have: ten hours, 12 levels of video and 20 tracks of audio.

use crate::library::{CHUNKS, start};
use millrace::base::chunk::Chunk;
use millrace::base::range::ByteRange;
use millrace::index::{Carriage, Extents, Index, Media, Stream, Timeline};

const HOURS: u64 = 10;
const LEVELS: u32 = 12;
const LANGUAGES: usize = 20;

/// One of the streams and tracks of `film`.
pub(crate) fn of(film: &Index) -> Index {
    let (video, audio) = (&film.streams[0], &film.streams[1]);
    let video = lasting(video, 0);
    let level = |at| {
        let mut level = video.tracks[0].clone();
        level.bitrate += at;
        level
    };
    let video = Stream { tracks: (0..LEVELS).map(level).collect(), ..video.clone() };
    let language = |at| Stream { name: format!("audio-{at}"), ..lasting(audio, 8) };
    let streams = [video].into_iter().chain((0..LANGUAGES).map(language)).collect();
    Index::new(vec![], vec![], film.sources.clone(), streams)
}

/// `stream` with the chunks of `track` for all of these hours.
fn lasting(stream: &Stream, track: usize) -> Stream {
    let chunk = |at| {
        let begun = start(track, at);
        Chunk { start: begun, duration: start(track, at + 1) - begun }
    };
    let all = CHUNKS / 2 * HOURS;
    let timeline = Timeline::new(&(0..all).map(chunk).collect::<Vec<_>>()).unwrap();
    let mut stream = Stream { timeline, ..stream.clone() };
    stream.tracks.iter_mut().for_each(|track| track.media = media(all));
    stream
}

/// So many fragments of 100 kB, more or less.
pub(crate) fn media(fragments: u64) -> Media {
    let length = |at: u64| 80_000 + at * 7919 % 40_000;
    let ranges = (0..fragments).scan(4096, |start, at| {
        let range = ByteRange::with_length(*start, length(at)).unwrap();
        *start = range.end();
        Some(range)
    });
    let extents = Extents::new(&ranges.collect::<Vec<_>>()).unwrap();
    Media::Fragments { carriage: Carriage::Stored { timed: true }, clear: None, extents }
}
