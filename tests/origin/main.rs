//! A path in; status, headers and every byte out, over stores in memory that count.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "../media/mod.rs"]
mod media;
#[path = "../memory/mod.rs"]
mod memory;

mod addresses;
mod ahead;
mod archive;
mod archive_chunks;
mod at_once;
mod beside;
mod cmaf;
mod coded;
mod files;
mod folded;
mod fragments;
mod indexing;
mod key_frames;
mod labels;
mod listing;
mod plans;
mod progressive;
mod rows;
mod segments;
mod selection;
mod several_tracks;
mod shared;
mod statuses;
mod stored_filters;

use futures_util::future::join_all;
use http::{HeaderMap, Method, StatusCode};
use media::{File, Piece, Track, boxed, visual_entry};
use memory::{Call, Host, Memory};
use millrace::assemble::Cuts;
use millrace::base::range::ByteRange;
use millrace::base::target::SegmentTarget;
use millrace::isobmff::{Moof, Tfxd};
use millrace::library::Library;
use millrace::library::build::{Limits, Rules};
use millrace::library::memo::Memo;
use millrace::origin::{AccessRecord, Asked, Failure, Observer, Origin, Piece as Sent, Settings};
use millrace::url::{FileType, Form};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

const SECOND: u64 = 10_000_000;
const SETTINGS: Settings = Settings {
    form: Form::Compact,
    target: SegmentTarget::CHUNK,
    time_untimed: true,
    limits: Limits::REQUEST,
    rules: Rules { cuts: Cuts { target_ms: 2000, shared: false }, lone: false, folds: false },
    files: Vec::new(),
    names_next: false,
};

const ISM: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
<video src="low.ismv" systemBitrate="300000"><param name="trackID" value="1"/></video>
<video src="high.ismv" systemBitrate="3000000"><param name="trackID" value="1"/></video>
</switch></body></smil>"#;

/// A stored file, and where each of its fragments lies.
struct Stored {
    bytes: Vec<u8>,
    fragments: Vec<ByteRange>,
}

/// Three fragments of two seconds with `media` bytes of samples each, all of them `fill`.
fn stored(timed: bool, media: u64, fill: u8) -> Stored {
    stored_as(&Track::video(1), timed, media, fill)
}

/// The same of another track.
fn stored_as(track: &Track, timed: bool, media: u64, fill: u8) -> Stored {
    let mut file = File::new(std::slice::from_ref(track));
    let mut fragments = Vec::new();
    for at in 0..3 {
        let tfxd = timed.then_some((at * 2 * SECOND, 2 * SECOND));
        let start = file.size();
        let sizes = vec![u32::try_from(media / 10).unwrap(); 10];
        let piece = Piece { tfxd, sizes, ..Piece::lasting(1, 20_000_000) };
        file.fragment(piece, at * 2 * SECOND, media);
        fragments.push(ByteRange::new(start, file.size()).unwrap());
    }
    file.mfra();
    let mut bytes = file.bytes();
    for fragment in &fragments {
        let end = usize::try_from(fragment.end()).unwrap();
        bytes[end - usize::try_from(media).unwrap()..end].fill(fill);
    }
    Stored { bytes, fragments }
}

/// Stores that hold `films/a.ism`, and one isolate's memory.
struct Edge {
    stores: Rc<Memory>,
    memo: RefCell<Rc<Memo>>,
    host: Rc<Host>,
    reports: RefCell<Vec<String>>,
    records: RefCell<Vec<String>>,
    now_ms: Rc<Cell<u64>>,
    /// How far the clock goes each time that it is read.
    tick_ms: Cell<u64>,
    settings: Settings,
    low: Stored,
    high: Stored,
}

/// An answer whose body has been read.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What it says of what was asked for, and not of how it was answered.
    fn told(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        headers.remove("server-timing");
        headers
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl Edge {
    fn new() -> Self {
        Self::of(stored(true, 500, 0x11), stored(true, 5000, 0x22))
    }

    fn of(low: Stored, high: Stored) -> Self {
        let stores = Rc::new(Memory::default());
        stores.put_object("films/a.ism", ISM.as_bytes());
        stores.put_object("films/low.ismv", &low.bytes);
        stores.put_object("films/high.ismv", &high.bytes);
        let (memo, host, reports, records, tick_ms) = Default::default();
        let (host, settings): (Rc<Host>, _) = (host, SETTINGS);
        let now_ms = Rc::clone(&host.now_ms);
        Self { stores, memo, host, reports, records, now_ms, tick_ms, settings, low, high }
    }

    /// With its index in place, and nothing in this isolate's memory.
    fn indexed() -> Self {
        let edge = Self::new();
        edge.get("/films/a.ism/Manifest");
        edge.forget();
        edge
    }

    fn forget(&self) {
        self.memo.take();
        self.stores.calls();
    }

    fn get(&self, path: &str) -> Got {
        self.ask(&Method::GET, path, &[])
    }

    /// All at once.
    fn get_all(&self, paths: &[&str]) -> Vec<Got> {
        let all = pollster::block_on(join_all(paths.iter().map(|path| self.answer(path))));
        self.host.finish();
        all
    }

    /// An answer, and what is left for after it not done yet.
    async fn answer(&self, path: &str) -> Got {
        self.answer_to(&Method::GET, path, &[]).await
    }

    fn ask(&self, method: &Method, path: &str, headers: &[(&str, &str)]) -> Got {
        let got = pollster::block_on(self.answer_to(method, path, headers));
        self.host.finish();
        self.reports.borrow_mut().extend(self.host.reports.take());
        got
    }

    fn library(&self) -> Library<Memory, Memory, Host> {
        Library {
            objects: Rc::clone(&self.stores),
            indexes: Rc::clone(&self.stores),
            runtime: Rc::clone(&self.host),
            memo: Rc::clone(&self.memo.borrow()),
            limits: self.settings.limits,
            rules: self.settings.rules,
        }
    }

    async fn answer_to(&self, method: &Method, path: &str, headers: &[(&str, &str)]) -> Got {
        let header =
            |name| headers.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
        let asked = Asked {
            wants_headers: header("access-control-request-headers"),
            if_match: header("if-match"),
            if_none_match: header("if-none-match"),
            if_range: header("if-range"),
            range: header("range"),
            now_ms: self.now_ms.get(),
            ..Asked::with_query(method, path, header("query"))
        };
        let library = self.library();
        let origin = Origin { library: &library, settings: &self.settings, observer: self };
        let (head, pieces) = origin.answer(&asked).await.into_parts();
        let body = pieces.into_iter().flat_map(|piece| {
            let length = piece.length();
            let bytes = match piece {
                Sent::Bytes(bytes) => bytes,
                Sent::Stored { body, read } => read.cut(&body.0),
            };
            assert_eq!(u64::try_from(bytes.len()).unwrap(), length, "{path}");
            bytes
        });
        Got { status: head.status, headers: head.headers, body: body.collect() }
    }

    /// Lets the time pass for which a miss is remembered.
    fn later(&self) {
        self.now_ms.set(self.now_ms.get() + 5_000);
    }

    /// The template's generation, out of the manifest.
    fn generation(&self) -> String {
        let manifest = self.get("/films/a.ism/Manifest").text();
        let (_, url) = manifest.split_once("Url=\"").unwrap();
        url.split('/').next().unwrap().to_owned()
    }
}

impl Observer for Edge {
    fn now_ms(&self) -> u64 {
        let now_ms = self.now_ms.get() + self.tick_ms.get();
        self.now_ms.set(now_ms);
        now_ms
    }

    fn failed(&self, failure: &Failure<'_>) {
        self.reports.borrow_mut().push(failure.to_json().to_string());
    }

    fn answered(&self, record: &AccessRecord<'_>) {
        self.records.borrow_mut().push(format!("{record:?}"));
    }
}

fn slice(stored: &Stored, at: usize) -> &[u8] {
    let range = stored.fragments[at];
    &stored.bytes[usize::try_from(range.start()).unwrap()..usize::try_from(range.end()).unwrap()]
}

const HIGH_1: &str = "QualityLevels(3000000)/Fragments(video=20000000)";
const NONE: &str = "/films/none.ism/Manifest";

/// Sizes of the samples of each fragment of [`keyed`], and whether they are keyframes.
const SAMPLES: [(u32, bool); 4] = [(300, true), (80, false), (200, true), (20, false)];

/// Three fragments of two seconds, of four samples each, whose bytes are `1`, `2`, `3` and `4`. More
/// boxes stand at the end of each `traf`.
fn keyed(samples: [(u32, bool); 4], more: &[u8]) -> Stored {
    keyed_each(&[samples; 3], more)
}

/// Four fragments like those, the third of which, that nobody reads when it is indexed, has no keyframe.
fn keyed_but_one(dependent: [(u32, bool); 4]) -> Stored {
    keyed_each(&[SAMPLES, SAMPLES, dependent.map(|(size, _)| (size, false)), SAMPLES], &[])
}

fn keyed_each(fragments: &[[(u32, bool); 4]], more: &[u8]) -> Stored {
    keyed_as(&Track::video(1), fragments, more)
}

/// The same of another track, which is the first.
fn keyed_as(track: &Track, fragments: &[[(u32, bool); 4]], more: &[u8]) -> Stored {
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let moof = |at: u64, samples: [(u32, bool); 4], data_offset: u32| {
        let rows = samples.map(|(size, is_key)| {
            [5_000_000, size, if is_key { 0x0200_0000 } else { 0x0101_0000 }]
        });
        let run = [&[4, data_offset][..], rows.as_flattened()].concat();
        let traf = [
            media::full_boxed(b"tfhd", 0, 0, &words(&[1])),
            media::full_boxed(b"trun", 0, 0x701, &words(&run)),
            media::tfxd(at * 2 * SECOND, 2 * SECOND),
            more.to_vec(),
        ];
        let mfhd = media::full_boxed(b"mfhd", 0, 0, &words(&[7]));
        media::boxed(b"moof", &[mfhd, media::boxed(b"traf", &traf.concat())].concat())
    };
    let mut file = File::new(std::slice::from_ref(track));
    let mut ranges = Vec::new();
    for (at, &samples) in (0..).zip(fragments) {
        let payload = (1..).zip(samples);
        let payload =
            payload.flat_map(|(fill, (size, _))| vec![fill; usize::try_from(size).unwrap()]);
        let start = file.size();
        let len = u32::try_from(moof(at, samples, 0).len()).unwrap();
        file.list(1, at * 2 * SECOND);
        file.boxes(&moof(at, samples, len + 8));
        file.boxes(&media::boxed(b"mdat", &payload.collect::<Vec<u8>>()));
        ranges.push(ByteRange::new(start, file.size()).unwrap());
    }
    file.mfra();
    Stored { bytes: file.bytes(), fragments: ranges }
}
