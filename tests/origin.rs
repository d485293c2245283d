//! A path in; status, headers and every byte out, over stores in memory that count.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod media;
mod memory;

use http::{HeaderMap, Method, StatusCode};
use media::{File, Piece, Track, boxed, visual_entry};
use memory::{Call, Memory};
use millrace::assemble::Cuts;
use millrace::build::{Limits, Rules};
use millrace::isobmff::{Moof, Tfxd};
use millrace::manifest::smooth::Form;
use millrace::memo::Memo;
use millrace::origin::{Account, Asked, Failure, Observer, Origin, Piece as Sent, Settings};
use millrace::range::ByteRange;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

const SECOND: u64 = 10_000_000;
const SETTINGS: Settings = Settings {
    form: Form::Compact,
    time_untimed: true,
    limits: Limits::REQUEST,
    rules: Rules { cuts: Cuts { target_ms: 2000, shared: false }, lone: false },
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
    stores: Memory,
    memo: RefCell<Memo>,
    reports: RefCell<Vec<String>>,
    accounts: RefCell<Vec<String>>,
    now_ms: Cell<u64>,
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
        let stores = Memory::default();
        stores.put_object("films/a.ism", ISM.as_bytes());
        stores.put_object("films/low.ismv", &low.bytes);
        stores.put_object("films/high.ismv", &high.bytes);
        let (memo, reports, accounts, now_ms, tick_ms) = Default::default();
        Self { stores, memo, reports, accounts, now_ms, tick_ms, settings: SETTINGS, low, high }
    }

    /// With its index in place, and nothing in this isolate's memory.
    fn indexed() -> Self {
        let edge = Self::new();
        edge.get("/films/a.ism/Manifest");
        edge.forget();
        edge
    }

    fn forget(&self) {
        *self.memo.borrow_mut() = Memo::new();
        self.stores.calls();
    }

    fn get(&self, path: &str) -> Got {
        self.ask(&Method::GET, path, &[])
    }

    fn ask(&self, method: &Method, path: &str, headers: &[(&str, &str)]) -> Got {
        let header =
            |name| headers.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
        let asked = Asked {
            method,
            path,
            if_none_match: header("if-none-match"),
            if_range: header("if-range"),
            range: header("range"),
            now_ms: self.now_ms.get(),
        };
        let origin = Origin {
            objects: &self.stores,
            indexes: &self.stores,
            memo: &self.memo,
            settings: &self.settings,
            observer: self,
        };
        let (head, pieces) = pollster::block_on(origin.answer(&asked)).into_parts();
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

    fn answered(&self, account: &Account<'_>) {
        self.accounts.borrow_mut().push(format!("{account:?}"));
    }
}

fn slice(stored: &Stored, at: usize) -> &[u8] {
    let range = stored.fragments[at];
    &stored.bytes[usize::try_from(range.start()).unwrap()..usize::try_from(range.end()).unwrap()]
}

const HIGH_1: &str = "QualityLevels(3000000)/Fragments(video=20000000)";

#[test]
fn a_fragment_is_the_stored_bytes_for_one_read_of_each_store() {
    let edge = Edge::indexed();
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.body, slice(&edge.high, 1));
    assert_eq!(got.header("content-type"), "video/mp4");
    assert_eq!(got.header("content-length"), got.body.len().to_string());
    assert_eq!(got.header("access-control-allow-origin"), "*");
    let open = Call::Open("films/high.ismv".into(), edge.high.fragments[1]);
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into()), open.clone()]);
    edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(edge.stores.calls(), [open], "a warm isolate asks KV nothing");
}

#[test]
fn a_generation_makes_it_immutable_and_another_one_makes_it_absent() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let got = edge.get(&format!("/films/a.ism/{generation}/{HIGH_1}"));
    assert_eq!(got.body, slice(&edge.high, 1));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.header("cache-control"), "public, max-age=30, stale-if-error=0");
    let got = edge.get(&format!("/films/a.ism/0123456789abcdef/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert_eq!(got.header("cache-control"), "public, max-age=5, stale-if-error=0");
}

#[test]
fn a_manifest_reads_no_storage() {
    let edge = Edge::indexed();
    let got = edge.get("/films/a.ism/Manifest");
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.header("content-type"), "text/xml; charset=utf-8");
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
    let text = got.text();
    assert!(
        text.contains(r#"Bitrate="300000""#) && text.contains(r#"Bitrate="3000000""#),
        "{text}"
    );
    let legacy = edge.get("/films/a.ism/manifest(format=fmp4-v20)");
    assert!(text.contains(" r=\"3\"") && !legacy.text().contains(" r="), "{}", legacy.text());
    assert_ne!(got.header("etag"), legacy.header("etag"));
}

#[test]
fn moof_alone_and_samples_alone() {
    let edge = Edge::indexed();
    let whole = slice(&edge.low, 2);
    let info = edge.get("/films/a.ism/QualityLevels(300000)/FragmentInfo(video=40000000)");
    let samples = edge.get("/films/a.ism/QualityLevels(300000)/RawFragments(video=40000000)");
    assert_eq!(samples.body, [0x11; 500]);
    assert_eq!(info.body, &whole[..whole.len() - 508]);
    assert_eq!(info.header("content-length"), info.body.len().to_string());
    let opens = edge.stores.calls().into_iter().filter(|call| matches!(call, Call::Open(..)));
    assert_eq!(opens.count(), 2, "one read each");
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    let edge = Edge::indexed();
    for path in [format!("/films/a.ism/{HIGH_1}"), "/films/a.ism/Manifest".into()] {
        let etag = edge.get(&path).header("etag").to_owned();
        edge.stores.calls();
        let got = edge.ask(&Method::GET, &path, &[("if-none-match", &etag)]);
        assert_eq!((got.status, got.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(got.header("etag"), etag);
        assert_eq!(edge.stores.calls(), []);
    }
}

#[test]
fn head_says_what_get_would_without_reading() {
    let edge = Edge::indexed();
    for path in [format!("/films/a.ism/{HIGH_1}"), "/films/a.ism/Manifest".into()] {
        let got = edge.get(&path);
        edge.stores.calls();
        let head = edge.ask(&Method::HEAD, &path, &[("range", "bytes=0-1")]);
        assert_eq!((head.status, head.told()), (got.status, got.told()));
        assert!(head.body.is_empty());
        assert_eq!(edge.stores.calls(), []);
    }
}

#[test]
fn a_range_of_a_fragment() {
    let edge = Edge::indexed();
    let path = format!("/films/a.ism/{HIGH_1}");
    let whole = slice(&edge.high, 1);
    let got = edge.ask(&Method::GET, &path, &[("range", "bytes=100-199")]);
    assert_eq!(got.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(got.body, &whole[100..200]);
    assert_eq!(got.header("content-range"), format!("bytes 100-199/{}", whole.len()));
    assert_eq!(got.header("content-length"), "100");
    let range = edge.high.fragments[1].slice(ByteRange::new(100, 200).unwrap()).unwrap();
    assert_eq!(edge.stores.calls().pop(), Some(Call::Open("films/high.ismv".into(), range)));
    let got = edge.ask(&Method::GET, &path, &[("range", "bytes=999999-")]);
    assert_eq!(got.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(got.header("content-range"), format!("bytes */{}", whole.len()));
    let got = edge.ask(&Method::GET, "/films/a.ism/Manifest", &[("range", "bytes=0-")]);
    assert_eq!(got.status, StatusCode::PARTIAL_CONTENT);
}

#[test]
fn a_missing_index_is_built_answered_from_and_stored() {
    let edge = Edge::new();
    assert_eq!(edge.get(&format!("/films/a.ism/{HIGH_1}")).body, slice(&edge.high, 1));
    let built = edge.stores.values.borrow().get("films/a.ism").cloned();
    edge.stores.values.borrow_mut().clear();
    edge.forget();
    edge.get("/films/a.ism/Manifest");
    let again = edge.stores.values.borrow().get("films/a.ism").cloned();
    assert!(built.is_some() && built == again, "the same sources make the same bytes");
}

#[test]
fn a_corrupt_index_is_built_again() {
    let edge = Edge::indexed();
    edge.stores.values.borrow_mut().get_mut("films/a.ism").unwrap()[40] ^= 1;
    assert_eq!(edge.get(&format!("/films/a.ism/{HIGH_1}")).body, slice(&edge.high, 1));
    assert_eq!(edge.reports.borrow().len(), 1);
    edge.forget();
    edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(edge.stores.calls().len(), 2, "the value in KV is whole again");
}

#[test]
fn a_replaced_file_is_indexed_again_once_and_never_mixed() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let replaced = stored(true, 6000, 0x33);
    edge.stores.put_object("films/high.ismv", &replaced.bytes);
    let got = edge.get(&format!("/films/a.ism/{generation}/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::NOT_FOUND, "those bytes exist no more");
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.body, slice(&replaced, 1));
    assert_ne!(edge.generation(), generation);
}

#[test]
fn a_stale_store_does_not_make_it_index_again_and_again() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let stale = edge.stores.values.borrow().clone();
    edge.stores.put_object("films/high.ismv", &stored(true, 6000, 0x33).bytes);
    let old = format!("/films/a.ism/{generation}/{HIGH_1}");
    edge.get(&old);
    edge.stores.values.replace(stale);
    edge.stores.calls();
    for _ in 0..3 {
        assert_eq!(edge.get(&old).status, StatusCode::NOT_FOUND);
    }
    assert_eq!(edge.stores.calls(), [], "the sources said so a moment ago");
}

#[test]
fn a_file_that_keeps_changing_is_trouble() {
    let edge = Edge::indexed();
    edge.stores.restless.set(true);
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((got.header("retry-after"), got.header("cache-control")), ("2", "no-store"));
    let opens = edge.stores.calls().into_iter().filter(|call| matches!(call, Call::Open(..)));
    assert_eq!(opens.count(), 2, "it is tried again once");
}

#[test]
fn trouble_with_a_store_is_503_and_tells_nothing() {
    for fail in [
        |edge: &Edge| edge.stores.objects_fail.set(true),
        |edge: &Edge| {
            edge.stores.indexes_fail.set(true);
        },
    ] {
        let edge = Edge::indexed();
        fail(&edge);
        let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!got.text().contains("secret") && !got.text().contains("high"), "{}", got.text());
        assert!(edge.reports.borrow()[0].contains("secret"), "the operator is told");
    }
}

#[test]
fn broken_media_is_502() {
    let edge = Edge::new();
    edge.stores.put_object("films/high.ismv", b"this is no media file at all");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    edge.later();
    edge.stores.remove_object("films/high.ismv");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    assert!(edge.reports.borrow()[1].contains("which is not in storage"), "{:?}", edge.reports);
    edge.later();
    edge.stores.put_object("films/a.ism", b"<smil/>");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
}

#[test]
fn statuses() {
    let edge = Edge::indexed();
    for (path, status) in [
        ("/", 404),
        ("/films/b.ism/Manifest", 404),
        ("/films/a.ism/QualityLevels(3000000)/Fragments(audio=0)", 404),
        ("/films/a.ism/QualityLevels(3000001)/Fragments(video=0)", 404),
        ("/films/a.ism/QualityLevels(3000000,cam=2)/Fragments(video=0)", 404),
        ("/films/a.ism/QualityLevels(3000000)/Fragments(video=1)", 404),
        ("/films/a.ism/QualityLevels(3000000)/Fragments(video=60000000)", 404),
        ("/films/a.ism/QualityLevels(x)/Fragments(video=0)", 400),
        ("/films/../a.ism/Manifest", 400),
        ("/films/%ff.ism/Manifest", 400),
        ("/films/a.ism/manifest(format=m3u8-aapl)", 501),
        ("/films/a.ism/QualityLevels%283000000%29/Fragments%28video%3D0%29", 200),
        ("/clientaccesspolicy.xml", 200),
        ("/crossdomain.xml", 200),
    ] {
        let got = edge.get(path);
        assert_eq!(got.status.as_u16(), status, "{path}: {}", got.text());
        assert!(got.body.len() < 1000 || status == 200, "{path}");
        assert_eq!(got.header("content-length"), got.body.len().to_string(), "{path}");
    }
    let got = edge.ask(&Method::POST, "/films/a.ism/Manifest", &[]);
    assert_eq!((got.status.as_u16(), got.header("allow")), (405, "GET, HEAD, OPTIONS"));
    let got = edge.ask(&Method::OPTIONS, "/films/a.ism/Manifest", &[]);
    assert_eq!((got.status.as_u16(), got.header("access-control-max-age")), (204, "86400"));
    let got = edge.get("/films/a%20b.ism");
    assert_eq!((got.status.as_u16(), got.header("location")), (302, "/films/a%20b.ism/Manifest"));
}

#[test]
fn a_fragment_without_a_time_is_given_one() {
    let edge = Edge::of(stored(false, 500, 0x11), stored(false, 5000, 0x22));
    edge.get("/films/a.ism/Manifest");
    edge.stores.calls();
    let whole = slice(&edge.high, 1);
    let path = format!("/films/a.ism/{HIGH_1}");
    let got = edge.get(&path);
    assert_eq!(edge.stores.calls().len(), 1, "for one read, as any other");
    assert_eq!(got.body.len(), whole.len() + 44);
    assert_eq!(got.body[got.body.len() - 5008..], whole[whole.len() - 5008..], "mdat as stored");
    let moof_len = got.body.len() - 5008;
    let moof = Moof::parse(&got.body[..moof_len], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    let tfxd = Tfxd { time: 20_000_000, duration: 20_000_000 };
    assert_eq!(traf.tfxd, Some(tfxd));
    let first_sample = usize::try_from(traf.truns[0].data_offset.unwrap().value).unwrap();
    assert_eq!(first_sample, moof_len + 8);

    let head = edge.ask(&Method::HEAD, &path, &[]);
    assert_eq!(head.told(), got.told());
    let info = edge.get("/films/a.ism/QualityLevels(3000000)/FragmentInfo(video=20000000)");
    assert_eq!(info.body, &got.body[..moof_len]);
    for (range, bytes) in
        [("bytes=0-9", 0..10), ("bytes=90-399", 90..400), ("bytes=1000-1009", 1000..1010)]
    {
        let part = edge.ask(&Method::GET, &path, &[("range", range)]);
        assert_eq!(part.body, &got.body[bytes], "{range}");
    }
}

#[test]
fn unless_the_deployment_says_otherwise() {
    let mut edge = Edge::of(stored(false, 500, 0x11), stored(false, 5000, 0x22));
    edge.settings.time_untimed = false;
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.body, slice(&edge.high, 1));
}

const NONE: &str = "/films/none.ism/Manifest";

#[test]
fn what_is_not_there_costs_one_look_and_then_none_for_a_moment() {
    let edge = Edge::new();
    let key = "films/none.ism".to_owned();
    let look = [Call::Get(key.clone()), Call::Head(key)];
    for path in [NONE, "/films/none.ism/QualityLevels(1)/Fragments(video=0)", NONE] {
        assert_eq!(edge.get(path).status, StatusCode::NOT_FOUND);
    }
    assert_eq!(edge.stores.calls(), look);
    edge.later();
    assert_eq!(edge.get(NONE).status, StatusCode::NOT_FOUND);
    assert_eq!(edge.stores.calls(), look);
    assert!(edge.reports.borrow().is_empty(), "nothing has failed: {:?}", edge.reports);

    edge.stores.put_object("films/none.ism", ISM.as_bytes());
    edge.later();
    assert_eq!(edge.get(NONE).status, StatusCode::OK, "it has been uploaded");
}

#[test]
fn a_generation_that_is_not_there_costs_one_look_and_then_none_for_a_moment() {
    let edge = Edge::indexed();
    let old = format!("/films/a.ism/0123456789abcdef/{HIGH_1}");
    for _ in 0..3 {
        assert_eq!(edge.get(&old).status, StatusCode::NOT_FOUND);
    }
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
    edge.later();
    assert_eq!(edge.get(&old).status, StatusCode::NOT_FOUND);
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
}

#[test]
fn what_cannot_be_indexed_is_not_tried_again_at_once() {
    let edge = Edge::new();
    edge.stores.put_object("films/high.ismv", b"this is no media file at all");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    let tried = edge.stores.calls().len();
    for path in ["/films/a.ism/Manifest", &format!("/films/a.ism/{HIGH_1}")] {
        assert_eq!(edge.get(path).status, StatusCode::BAD_GATEWAY);
    }
    assert_eq!(edge.stores.calls(), []);
    let reports = edge.reports.take();
    assert!(reports.iter().all(|line| line.contains("films/high.ismv")), "{reports:?}");
    assert_eq!(reports.len(), 3, "each is a failure for somebody");
    edge.later();
    edge.get("/films/a.ism/Manifest");
    assert_eq!(edge.stores.calls().len(), tried);
}

#[test]
fn storage_in_trouble_is_asked_again_at_once() {
    let edge = Edge::new();
    edge.stores.objects_fail.set(true);
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::SERVICE_UNAVAILABLE);
    edge.stores.objects_fail.set(false);
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
}

#[test]
fn a_file_that_was_spoilt_takes_nothing_with_it() {
    let edge = Edge::indexed();
    edge.stores.put_object("films/high.ismv", b"this is no media file at all");
    let broken = format!("/films/a.ism/{HIGH_1}");
    assert_eq!(edge.get(&broken).status, StatusCode::BAD_GATEWAY);
    let others = "/films/a.ism/QualityLevels(300000)/Fragments(video=20000000)";
    assert_eq!(edge.get(others).body, slice(&edge.low, 1));
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
    edge.stores.calls();
    assert_eq!(edge.get(&broken).status, StatusCode::BAD_GATEWAY);
    assert_eq!(edge.stores.calls().len(), 1, "the fragment was asked for, and nothing built");
    assert_eq!(edge.get(others).body, slice(&edge.low, 1));
    assert_eq!(edge.stores.calls().len(), 1, "and that has cost nobody their index");
}

#[test]
fn says_where_the_time_went() {
    let edge = Edge::new();
    edge.tick_ms.set(7);
    let path = format!("/films/a.ism/{HIGH_1}");
    let timing = |path: &str| edge.get(path).header("server-timing").to_owned();
    // KV is asked, and then storage.
    assert_eq!(timing("/films/a.ism/Manifest"), "index;desc=\"built\";dur=14");
    assert_eq!(timing(&path), "index;desc=\"memory\";dur=0, storage;dur=7");
    edge.forget();
    assert_eq!(timing(&path), "index;desc=\"kv\";dur=7, storage;dur=7");
    assert_eq!(timing("/crossdomain.xml"), "");
    let got = edge.get(&path);
    assert_eq!(got.header("timing-allow-origin"), "*");
    assert!(got.header("access-control-expose-headers").contains("Server-Timing"));
}

#[test]
fn answers_about_a_presentation_have_its_tag() {
    let edge = Edge::indexed();
    for path in ["/films/a.ism", "/films/a.ism/Manifest", "/films/%61.ism/Manifest(format=fmp4)"] {
        assert_eq!(edge.get(path).header("cache-tag"), "films/a.ism", "{path}");
    }
    for path in [HIGH_1, "QualityLevels(1)/Fragments(video=0)"] {
        assert_eq!(edge.get(&format!("/films/a.ism/{path}")).header("cache-tag"), "films/a.ism");
    }
    assert_eq!(edge.get("/a,%20%C3%B6.ism/Manifest").header("cache-tag"), "a%2C%20%C3%B6.ism");
    assert_eq!(edge.get("/crossdomain.xml").header("cache-tag"), "");
    let long = format!("{}.ism", "%C3%B6".repeat(230));
    let got = edge.get(&format!("/{long}/Manifest"));
    let tag = got.header("cache-tag");
    assert!(tag.len() == 1024 && long.starts_with(tag), "{tag}");
}

#[test]
fn a_failure_is_one_line_that_says_what_it_befell() {
    let edge = Edge::indexed();
    edge.stores.objects_fail.set(true);
    edge.get(&format!("/films/a.ism/{HIGH_1}"));
    edge.get("/films/b.ism/Manifest");
    let lines = edge.reports.take();
    assert_eq!(
        lines[0],
        "{\"bitrate\":3000000,\"error\":\"storage failed to give films/high.ismv: \
         secret-bucket is on fire\",\"presentation\":\"films/a.ism\",\"status\":503,\
         \"stream\":\"video\",\"time\":20000000}"
    );
    assert!(lines[1].contains("\"presentation\":\"films/b.ism\""), "{}", lines[1]);
    assert_eq!(lines.len(), 2);
    edge.stores.objects_fail.set(false);
    for path in [NONE, "/", "/films/a.ism/Nonsense", "/films/a.ism/QualityLevels(1)/Fragments(v=0)"]
    {
        edge.get(path);
    }
    assert!(edge.reports.borrow().is_empty(), "{:?}", edge.reports);
}

#[test]
fn every_request_is_accounted_for() {
    let edge = Edge::indexed();
    edge.accounts.take();
    edge.tick_ms.set(7);
    let bytes = edge.get(&format!("/films/a.ism/{HIGH_1}")).body.len();
    edge.get("/films/a.ism");
    edge.get(NONE);
    let accounts = edge.accounts.take();
    let whole = format!(
        "Account {{ subject: Some(Subject {{ presentation: \"films/a.ism\", kind: \"fragment\", \
         fragment: Some(FragmentName {{ stream: \"video\", bitrate: 3000000, start: 20000000 }}) \
         }}), status: 200, bytes: {bytes}, spent: Spent {{ index: Some(Kv), index_ms: 7, \
         storage_ms: Some(7) }}, is_hit: false }}"
    );
    assert_eq!(accounts[0], whole);
    assert!(accounts[1].contains("status: 302") && accounts[2].contains("status: 404"));
    assert_eq!(accounts.len(), 3);
}

/// Sizes of the samples of each fragment of [`keyed`], and whether they are key frames.
const SAMPLES: [(u32, bool); 4] = [(300, true), (80, false), (200, true), (20, false)];

/// Three fragments of two seconds, of four samples each, whose bytes are `1`, `2`, `3` and `4`. More
/// boxes stand at the end of each `traf`.
fn keyed(samples: [(u32, bool); 4], more: &[u8]) -> Stored {
    let words =
        |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let moof = |at: u64, data_offset: u32| {
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
    let mut file = File::new(&[Track::video(1)]);
    let mut fragments = Vec::new();
    let payload: Vec<u8> = (1..)
        .zip(samples)
        .flat_map(|(fill, (size, _))| vec![fill; usize::try_from(size).unwrap()])
        .collect();
    for at in 0..3 {
        let start = file.size();
        let len = u32::try_from(moof(at, 0).len()).unwrap();
        file.list(1, at * 2 * SECOND);
        file.boxes(&moof(at, len + 8));
        file.boxes(&media::boxed(b"mdat", &payload));
        fragments.push(ByteRange::new(start, file.size()).unwrap());
    }
    file.mfra();
    Stored { bytes: file.bytes(), fragments }
}

const KEYS_1: &str = "/films/a.ism/QualityLevels(3000000)/KeyFrames(video=20000000)";

#[test]
fn key_frames_are_what_can_be_decoded_alone_under_a_moof_of_their_own() {
    let edge = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &[]));
    edge.get("/films/a.ism/Manifest");
    edge.stores.calls();
    let got = edge.get(KEYS_1);
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "video/mp4"));
    let open = Call::Open("films/high.ismv".into(), edge.high.fragments[1]);
    assert_eq!(edge.stores.calls(), [open], "what is left of the one read is cut");
    let (front, samples) = got.body.split_at(got.body.len() - 500);
    assert_eq!(samples, [[1; 300].as_slice(), &[3; 200]].concat());
    assert_eq!(&front[front.len() - 8..], [&508u32.to_be_bytes()[..], b"mdat"].concat());

    let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    assert_eq!((moof.sequence_number, traf.track_id), (7, 1));
    assert_eq!(traf.tfxd, Some(Tfxd { time: 20_000_000, duration: 20_000_000 }));
    let rows = traf.truns[0].samples().map(|sample| (sample.duration, sample.size));
    assert!(rows.eq([(Some(10_000_000), Some(300)), (Some(10_000_000), Some(200))]));
    let data_offset = traf.truns[0].data_offset.unwrap().value;
    assert_eq!(usize::try_from(data_offset).unwrap(), front.len());

    let head = edge.ask(&Method::HEAD, KEYS_1, &[]);
    assert_eq!(head.headers, got.headers);
    let whole = got.body.len();
    for span in [0..10, whole - 450..whole - 150, whole - 10..whole] {
        let range = format!("bytes={}-{}", span.start, span.end - 1);
        edge.stores.calls();
        let part = edge.ask(&Method::GET, KEYS_1, &[("range", &range)]);
        assert_eq!(part.body, &got.body[span], "{range}");
        assert_eq!(edge.stores.calls().len(), 1, "{range}");
    }
}

#[test]
fn a_fragment_of_nothing_else_is_its_own_key_frames() {
    let sound = SAMPLES.map(|(size, _)| (size, true));
    let edge = Edge::of(stored(true, 500, 0x11), keyed(sound, &media::boxed(b"senc", &[0; 8])));
    assert_eq!(edge.get(KEYS_1).body, slice(&edge.high, 1));
}

#[test]
fn encryption_that_the_track_knows_nothing_of_is_broken_media() {
    let piff = 0xa2394f52_5a9b_4f14_a244_6c427c648df4u128.to_be_bytes();
    for more in [media::boxed(b"senc", &[0; 8]), media::uuid_boxed(piff, &[0; 8])] {
        let edge = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &more));
        let got = edge.get(KEYS_1);
        assert_eq!(got.status, StatusCode::BAD_GATEWAY);
        assert!(edge.reports.borrow()[0].contains("its track is in the clear"));
    }
}

#[test]
fn key_frames_that_there_are_none_of() {
    let dependent = SAMPLES.map(|(size, _)| (size, false));
    let edge = Edge::of(stored(true, 500, 0x11), keyed(dependent, &[]));
    assert_eq!(edge.get(KEYS_1).status, StatusCode::NOT_FOUND);
    assert_eq!(edge.reports.borrow().as_slice(), [""; 0], "nothing is wrong on this side");
    let broken = SAMPLES.map(|(size, is_key)| (size * 2, is_key));
    let mut cut = keyed(broken, &[]);
    // The last sample claims one byte more than the mdat has.
    let at = usize::try_from(cut.fragments[1].start()).unwrap();
    let sizes = cut.bytes[at..].windows(4).position(|bytes| bytes == 40u32.to_be_bytes()).unwrap();
    cut.bytes[at + sizes + 3] += 1;
    let edge = Edge::of(stored(true, 500, 0x11), cut);
    assert_eq!(edge.get(KEYS_1).status, StatusCode::BAD_GATEWAY);
}

#[test]
fn hls_and_dash_lead_to_segments_without_a_read_of_storage() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    edge.forget();
    let master = edge.get("/films/a.ism/master.m3u8");
    let renewed = "public, max-age=10, stale-while-revalidate=20, stale-if-error=20";
    let told = |got: &Got| (got.status, got.header("content-type").to_owned());
    let types = ["application/vnd.apple.mpegurl", "application/dash+xml", "video/mp4"];
    let [hls, dash, video] = types.map(|it| (StatusCode::OK, it.to_owned()));
    assert_eq!(told(&master), hls);
    assert_eq!(master.header("cache-control"), renewed);
    for file in ["index.m3u8\n", "iframes/index.m3u8\"\n"] {
        assert!(master.text().contains(&format!("{generation}/video/3000000/{file}")));
    }
    let mpd = edge.get("/films/a.ism/manifest.mpd");
    assert_eq!((told(&mpd), mpd.header("cache-control")), (dash, renewed));
    assert!(mpd.text().contains("<Representation id=\"video/300000\""), "{}", mpd.text());
    assert_ne!(master.header("etag"), mpd.header("etag"));
    for (path, same) in [("m3u8-cmaf", &master), ("mpd-time-cmaf", &mpd)] {
        let got = edge.get(&format!("/films/a.ism/manifest(format={path})"));
        assert_eq!(
            (got.body, got.headers.get("etag")),
            (same.body.clone(), same.headers.get("etag"))
        );
    }

    let level = format!("/films/a.ism/{generation}/video/3000000");
    let playlist = edge.get(&format!("{level}/index.m3u8"));
    let header = edge.get(&format!("{level}/init.mp4"));
    assert_eq!((told(&playlist), told(&header)), (hls.clone(), video));
    let other = edge.get(&format!("/films/a.ism/{generation}/video/300000/init.mp4"));
    let keys = edge.get(&format!("{level}/iframes/index.m3u8"));
    assert_eq!(told(&keys), hls);
    let etags = [&playlist, &header, &other, &keys].map(|got| got.header("etag"));
    assert_eq!(etags.iter().collect::<HashSet<_>>().len(), 4, "{etags:?}");
    for got in [&playlist, &header, &other, &keys] {
        assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(got.header("content-length"), got.body.len().to_string());
    }
    assert!(playlist.text().contains("#EXTINF:2.0000000,\n40000000.m4s\n#EXT-X-ENDLIST"));
    assert!(keys.text().contains("#EXT-X-I-FRAMES-ONLY\n"));
    assert_eq!(&header.body[4..8], b"ftyp");
    assert_eq!(edge.get(&format!("{level}/iframes/init.mp4")).body, header.body);
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
}

#[test]
fn a_segment_is_one_read_of_storage_and_the_stored_samples() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    edge.stores.calls();
    let path = format!("/films/a.ism/{generation}/video/3000000/20000000.m4s");
    let got = edge.get(&path);
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "video/mp4"));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(got.header("content-length"), got.body.len().to_string());
    let open = Call::Open("films/high.ismv".into(), edge.high.fragments[1]);
    assert_eq!(edge.stores.calls(), [open]);
    let (front, samples) = got.body.split_at(got.body.len() - 5000);
    assert_eq!(samples, [0x22; 5000]);
    let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    assert_eq!((traf.track_id, traf.tfdt, traf.tfxd), (1, Some(2 * SECOND), None));
    assert_eq!(traf.samples_duration(0), Some(2 * SECOND));

    let part = edge.ask(&Method::GET, &path, &[("range", "bytes=4-9")]);
    assert_eq!((part.status, part.body), (StatusCode::PARTIAL_CONTENT, got.body[4..10].to_vec()));
    let etag = got.header("etag").to_owned();
    edge.stores.calls();
    let again = edge.ask(&Method::GET, &path, &[("if-none-match", &etag)]);
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(edge.stores.calls(), []);
    let fragment = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_ne!(fragment.header("etag"), etag);
}

#[test]
fn what_is_not_there_in_cmaf_is_absent_or_not_served() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let status = |path: &str| edge.get(&format!("/films/a.ism/{path}")).status;
    for path in [
        "video/3000000/1.m4s",
        "video/3000000/iframes/1.m4s",
        "video/1/init.mp4",
        "sound/3000000/index.m3u8",
    ] {
        assert_eq!(status(&format!("{generation}/{path}")), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(status(&format!("0123456789abcdef/{path}")), StatusCode::NOT_FOUND);
        assert_eq!(status(path), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn a_key_frame_is_one_read_of_storage_and_the_rest_of_its_segment_is_not_sent() {
    let edge = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &[]));
    let folder = format!("/films/a.ism/{}/video/3000000", edge.generation());
    edge.stores.calls();
    let path = format!("{folder}/iframes/20000000.m4s");
    let got = edge.get(&path);
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "video/mp4"));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(edge.stores.calls(), [Call::Open("films/high.ismv".into(), edge.high.fragments[1])]);
    let (front, samples) = got.body.split_at(got.body.len() - 300);
    assert_eq!(samples, [1; 300], "the first key frame alone, though there are two");
    let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    assert_eq!((traf.tfdt, traf.samples_duration(0)), (Some(2 * SECOND), Some(2 * SECOND)));
    let segment = edge.get(&format!("{folder}/20000000.m4s"));
    assert_ne!(segment.header("etag"), got.header("etag"));

    let last = format!("bytes={}-", got.body.len() - 10);
    let part = edge.ask(&Method::GET, &path, &[("range", &last)]);
    assert_eq!((part.status, part.body), (StatusCode::PARTIAL_CONTENT, vec![1; 10]));
    let none =
        Edge::of(stored(true, 500, 0x11), keyed(SAMPLES.map(|(size, _)| (size, false)), &[]));
    let path = format!("/films/a.ism/{}/video/3000000/iframes/20000000.m4s", none.generation());
    assert_eq!(none.get(&path).status, StatusCode::NOT_FOUND);
}

#[test]
fn what_cmaf_cannot_carry_is_not_served_and_smooth_streaming_goes_on() {
    let headers = [&[0xc0, 0, 0, 0, 0, 0, 0][..], &[0, 0, 1, 0x0f, 0xd3]].concat();
    let windows = visual_entry(b"vc-1", 640, 360, &boxed(b"dvc1", &headers));
    let avcc = media::avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68, 0xe9]]);
    let schm = media::full_boxed(b"schm", 0, 0, b"adkm\0\0\0\x01");
    let sinf = boxed(b"sinf", &[boxed(b"frma", b"avc1"), schm].concat());
    let protected = visual_entry(b"encv", 640, 360, &[avcc, sinf].concat());
    for (entry, why) in [(windows, "no pictures and no sound"), (protected, "scheme 'adkm'")] {
        let track = Track { entry, ..Track::video(1) };
        let edge = Edge::of(stored_as(&track, true, 500, 1), stored_as(&track, true, 5000, 2));
        assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
        for path in ["master.m3u8", "manifest.mpd"] {
            let got = edge.get(&format!("/films/a.ism/{path}"));
            assert_eq!(got.status, StatusCode::NOT_IMPLEMENTED);
            assert!(got.text().contains(why), "{}", got.text());
        }
        assert_eq!(*edge.reports.borrow(), [""; 0]);
    }
}

#[test]
fn protection_that_cannot_be_read_is_broken_media_and_smooth_streaming_goes_on() {
    let avcc = media::avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68, 0xe9]]);
    let sinf = boxed(b"sinf", &boxed(b"frma", b"avc1"));
    let entry = visual_entry(b"encv", 640, 360, &[avcc, sinf].concat());
    let track = Track { entry, ..Track::video(1) };
    let edge = Edge::of(stored_as(&track, true, 500, 1), stored_as(&track, true, 5000, 2));
    let generation = edge.generation();
    let level = format!("{generation}/video/300000");
    let paths = ["master.m3u8".to_owned(), "manifest.mpd".into()];
    let parts = ["index.m3u8", "init.mp4", "0.m4s"].map(|part| format!("{level}/{part}"));
    for path in paths.iter().chain(&parts) {
        let got = edge.get(&format!("/films/a.ism/{path}"));
        assert_eq!(got.status, StatusCode::BAD_GATEWAY, "{path}");
        let report = edge.reports.borrow().last().cloned().unwrap();
        assert!(report.contains("it has no 'schm'"), "{report}");
    }
    let fragment = "/films/a.ism/QualityLevels(300000)/Fragments(video=0)";
    assert_eq!(edge.get(fragment).status, StatusCode::OK);
}

#[test]
fn each_kind_of_answer_is_told_apart() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    edge.accounts.borrow_mut().clear();
    let level = format!("{generation}/video/300000");
    let asked = [
        ("hls", "master.m3u8".to_owned()),
        ("dash", "manifest.mpd".into()),
        ("playlist", format!("{level}/index.m3u8")),
        ("header", format!("{level}/init.mp4")),
        ("segment", format!("{level}/0.m4s")),
    ];
    for (kind, path) in asked {
        edge.get(&format!("/films/a.ism/{path}"));
        let account = edge.accounts.borrow_mut().pop().unwrap();
        assert!(account.contains(&format!("kind: \"{kind}\"")), "{account}");
    }
}
