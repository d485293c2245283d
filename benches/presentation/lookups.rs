//! What a lookup takes in presentations of every size: it has to be the same.

use crate::service::media;
use millrace::base::chunk::Chunk;
use millrace::fragment::locate;
use millrace::index::{Index, Stream, Timeline, Track};
use millrace::url::Request;
use std::hint::black_box;

/// Chunks of two seconds in ten minutes and in ten hours, and how many levels there are.
pub(crate) const SIZES: [(&str, u64, u32); 3] =
    [("10min", 300, 8), ("10h", 18_000, 8), ("100_levels", 300, 100)];

/// How many fragments are looked up, all over a presentation.
const LOOKUPS: u64 = 1000;

const CHUNK_TICKS: u64 = 20_000_000;

/// A presentation, and paths of fragments all over it.
pub(crate) struct Lookups {
    index: Index,
    paths: Vec<String>,
}

impl Lookups {
    /// As many levels and chunks of the video of `film`.
    pub(crate) fn of(film: &Index, chunks: u64, levels: u32) -> Self {
        let video = &film.streams[0];
        let chunk = |at| Chunk { start: at * CHUNK_TICKS, duration: CHUNK_TICKS };
        let timeline = Timeline::new(&(0..chunks).map(chunk).collect::<Vec<_>>()).unwrap();
        let level = |at| {
            let bitrate = 100_000 + at;
            Track { bitrate, media: media(chunks), ..video.tracks[0].clone() }
        };
        let tracks = (0..levels).map(level).collect();
        let video = Stream { timeline, tracks, ..video.clone() };
        let path = |number: u64| {
            let (at, level) = (number * 997 % chunks, number * 31 % u64::from(levels));
            let (bitrate, start) = (100_000 + level, at * CHUNK_TICKS);
            format!("/a.ism/QualityLevels({bitrate})/Fragments({}={start})", video.name)
        };
        let paths = (0..LOOKUPS).map(path).collect();
        Self { index: Index::new(vec![], vec![], film.sources.clone(), vec![video]), paths }
    }

    /// The mean of what `measure` says that each takes.
    pub(crate) fn each(&self, measure: impl Fn(&dyn Fn()) -> f64) -> f64 {
        let requests: Vec<_> =
            self.paths.iter().map(|path| Request::parse(path).unwrap()).collect();
        let all = || {
            for request in &requests {
                let Request::Fragment(request) = request else { panic!("{request:?}") };
                black_box(locate(&self.index, request).unwrap());
            }
        };
        measure(&all) / LOOKUPS as f64
    }
}
