//! A presentation of the size that services have: ten hours, 12 levels of video and 20 tracks of audio.

use crate::library::{CHUNKS, start};
use millrace::base::chunk::Chunk;
use millrace::index::{Index, Stream, Timeline};

const HOURS: u64 = 10;
const LEVELS: u32 = 12;
const LANGUAGES: usize = 20;

/// One of the streams and tracks of `film`. Their media stay those of two hours, so it is for manifests alone.
pub(crate) fn of(film: &Index) -> Index {
    let (video, audio) = (&film.streams[0], &film.streams[1]);
    let level = |at| {
        let mut level = video.tracks[0].clone();
        level.bitrate += at;
        level
    };
    let video = Stream { tracks: (0..LEVELS).map(level).collect(), ..lasting(video, 0) };
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
    let chunks: Vec<Chunk> = (0..CHUNKS / 2 * HOURS).map(chunk).collect();
    Stream { timeline: Timeline::new(&chunks).unwrap(), ..stream.clone() }
}
