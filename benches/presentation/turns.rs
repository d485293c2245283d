//! For how long at most a build of a long progressive film lets nobody else have a turn.

use crate::media::{File, MoovPlace, PlainSample, Track, plain};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use millrace::base::range::ByteRange;
use millrace::base::turns::{Others, Turns};
use millrace::library::build::{Limits, Rules, build_among};
use millrace::scan::Way;
use millrace::store::{ListPart, Meta, ObjectStore, StoreError};
use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const LEVELS: usize = 4;

/// What a build of two hours in four levels takes, and its longest stretch between two turns, both of CPU.
pub(crate) fn of_two_hours() -> (Duration, Duration) {
    let film = Film::new(7200);
    let watch = &film.watch;
    watch.begun.set(cpu());
    let turns = Turns::among(watch);
    let built = build_among(&film, "a.ism", &Limits::NONE, Way::Tables, Rules::default(), &turns);
    pollster::block_on(built).unwrap().unwrap();
    watch.lap();
    (watch.whole.get(), watch.longest.get())
}

/// Takes the time of every stretch: between two turns, or between a read of storage and the next.
#[derive(Default)]
struct Watch {
    begun: Cell<Duration>,
    longest: Cell<Duration>,
    whole: Cell<Duration>,
}

impl Watch {
    fn lap(&self) {
        let now = cpu();
        let stretch = now.saturating_sub(self.begun.replace(now));
        self.longest.set(self.longest.get().max(stretch));
        self.whole.set(self.whole.get() + stretch);
    }
}

impl Others for Watch {
    fn turn(&self) -> LocalBoxFuture<'_, ()> {
        async { self.lap() }.boxed_local()
    }

    /// What is read is waited for: that is a turn too.
    fn room(&self, _: u64) -> LocalBoxFuture<'_, bool> {
        self.lap();
        async { true }.boxed_local()
    }
}

/// What this thread has spent, where the system tells; else the time.
fn cpu() -> Duration {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ns = told.and_then(|told| told.split(' ').next()?.parse().ok());
    ns.map_or_else(|| BEGUN.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// A film whose samples take turns one by one, four times over, and its server manifest.
struct Film {
    file: File,
    manifest: String,
    watch: Watch,
}

impl Film {
    fn new(seconds: u32) -> Self {
        let video = (0..seconds * 25).map(|at| PlainSample {
            size: 40_000 + at * 17 % 101,
            duration: 512,
            composition_offset: if at % 50 == 0 { 512 } else { [0, 1024][at as usize % 2] },
            is_sync: at % 50 == 0,
        });
        let audio = (0..seconds * 375 / 8).map(|at| PlainSample::of(200 + at * 3 % 101, 1024));
        let (mut first, mut second) = (Track::video(1), Track::audio(2));
        (first.timescale, second.timescale) = (12_800, 48_000);
        let tracks = [(first, video.collect()), (second, audio.collect())];
        let levels = (0..LEVELS)
            .map(|at| format!("<video src='{at}.mp4' systemBitrate='{}'/>", 1_000_000 * (at + 1)));
        let levels: String = levels.collect();
        let manifest =
            format!("<smil><body><switch>{levels}<audio src='0.mp4'/></switch></body></smil>");
        Self { file: plain(MoovPlace::Last, &tracks, 1), manifest, watch: Watch::default() }
    }
}

impl ObjectStore for Film {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let size = match key {
            "a.ism" => self.manifest.len() as u64,
            _ => self.file.size(),
        };
        Ok(Meta { size, etag: key.to_owned() })
    }

    async fn list_folder(&self, folder: &str, _: Option<&str>) -> Result<ListPart, StoreError> {
        Err(StoreError::Unlisted(folder.to_owned()))
    }

    async fn read(&self, key: &str, range: ByteRange, _: &str) -> Result<Vec<u8>, StoreError> {
        let bytes = match key {
            "a.ism" => {
                self.manifest.as_bytes()[range.start() as usize..range.end() as usize].to_vec()
            }
            _ => self.file.read(range.start(), range.end()),
        };
        // What the film's bytes take to make is no part of the build.
        self.watch.begun.set(cpu());
        Ok(bytes)
    }
}
