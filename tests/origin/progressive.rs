//! Fragments of a progressive MP4: what is read of it, and that it is read while its page is looked for.

use super::*;
use crate::media::{MoovPlace, PlainSample, plain};
use millrace::origin::{AtOnce, Planned};

const FILM: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
<video src="a.mp4" systemBitrate="3000000"><param name="trackID" value="1"/></video>
<audio src="a.mp4" systemBitrate="64000"><param name="trackID" value="2"/></audio>
</switch></body></smil>"#;

const VIDEO: u64 = 200_000;
const AUDIO: u64 = 1_000;

/// Twelve seconds, in which a second of video and one of audio take turns; every byte is another than the one before.
fn film() -> Vec<u8> {
    let samples = |size, keys: usize| {
        (0..60).map(move |at| PlainSample {
            is_sync: at % keys == 0,
            ..PlainSample::of(size, 2_000_000)
        })
    };
    let tracks = [
        (Track::video(1), samples(40_000, 10).collect()),
        (Track::audio(2), samples(200, 1).collect()),
    ];
    let mut bytes = plain(MoovPlace::First, &tracks, 5).bytes();
    let media = bytes.len() - usize::try_from(12 * (VIDEO + AUDIO)).unwrap();
    bytes[media..].iter_mut().zip(0u32..).for_each(|(byte, at)| *byte = (at % 251) as u8);
    bytes
}

/// Where the media of a second begin in the file.
fn second(file: &[u8], at: u64) -> u64 {
    u64::try_from(file.len()).unwrap() - (12 - at) * (VIDEO + AUDIO)
}

fn range(start: u64, length: u64) -> ByteRange {
    ByteRange::with_length(start, length).unwrap()
}

/// With the film's index and its pages stored, in an isolate that remembers the index alone.
fn edge() -> Edge {
    let edge = Edge::new();
    edge.stores.put_object("films/b.ism", FILM.as_bytes());
    edge.stores.put_object("films/a.mp4", &film());
    edge.get("/films/b.ism/Manifest");
    edge.stores.slow.set(true);
    without_pages(&edge);
    edge
}

fn without_pages(edge: &Edge) {
    edge.forget();
    edge.get("/films/b.ism/Manifest");
    edge.stores.calls();
}

/// The calls for the fragment at `path`, a page of sample tables by `None`.
fn reads(edge: &Edge) -> Vec<Option<ByteRange>> {
    let calls = edge.stores.calls().into_iter();
    let calls = calls.map(|call| match call {
        Call::Open(_, range) => Some(range),
        Call::Page(_) => None,
        other => panic!("{other:?}"),
    });
    calls.collect()
}

const VIDEO_4: &str = "/films/b.ism/QualityLevels(3000000)/Fragments(video=40000000)";
const AUDIO_4: &str = "/films/b.ism/QualityLevels(64000)/Fragments(audio=40000000)";

#[test]
fn storage_is_read_while_the_page_is() {
    let (edge, file) = (edge(), film());
    let start = second(&file, 4);
    let video = [range(start, 2 * VIDEO + AUDIO)];
    let turn = VIDEO + AUDIO;
    let audio = [range(start + VIDEO, AUDIO), range(start + VIDEO + turn, AUDIO)];
    for (path, expected) in [(VIDEO_4, &video[..]), (AUDIO_4, &audio)] {
        let expected: Vec<Option<ByteRange>> = expected.iter().copied().map(Some).collect();
        let media: Vec<u8> =
            expected.iter().flatten().flat_map(|it| slice_of(&file, *it)).collect();
        let raw = path.replace("Fragments", "RawFragments");
        for path in [path, &raw] {
            without_pages(&edge);
            let cold = edge.get(path);
            // The page answers later than storage begins to.
            assert_eq!(reads(&edge), [&expected[..], &[None]].concat(), "{path}");
            let warm = edge.get(path);
            assert_eq!(reads(&edge), expected, "{path}");
            assert_eq!((cold.status, &cold.body), (StatusCode::OK, &warm.body));
            if path == AUDIO_4 {
                assert!(cold.body.ends_with(&media));
            }
        }
    }
}

fn slice_of(file: &[u8], range: ByteRange) -> Vec<u8> {
    let place = |offset| usize::try_from(offset).unwrap();
    file[place(range.start())..place(range.end())].to_vec()
}

#[test]
fn what_is_not_all_of_a_fragment_is_not_read_before_its_page() {
    let edge = edge();
    let key_frames = VIDEO_4.replace("Fragments", "KeyFrames");
    let info = VIDEO_4.replace("Fragments", "FragmentInfo");
    let start = second(&film(), 4);
    let asked = |method: &Method, path: &str, headers: &[(&str, &str)]| {
        without_pages(&edge);
        let status = edge.ask(method, path, headers).status;
        (status.as_u16(), reads(&edge))
    };
    let key = Some(range(start, 40_000));
    assert_eq!(asked(&Method::GET, &key_frames, &[]), (200, vec![None, key]));
    assert_eq!(asked(&Method::GET, &info, &[]), (200, vec![None]));
    assert_eq!(asked(&Method::HEAD, VIDEO_4, &[]), (200, vec![None]));
    let (status, read) = asked(&Method::GET, VIDEO_4, &[("range", "bytes=-10")]);
    let last = range(start + 2 * VIDEO + AUDIO - 10, 10);
    assert_eq!((status, read), (206, vec![None, Some(last)]));
    let etag = edge.get(VIDEO_4).header("etag").to_owned();
    let unchanged = asked(&Method::GET, VIDEO_4, &[("if-none-match", &etag)]);
    assert_eq!(unchanged, (304, vec![]));
}

#[test]
fn a_read_that_began_in_vain_is_given_up() {
    let edge = edge();
    let expected = edge.get(VIDEO_4).body;
    edge.stores.pages.borrow_mut().clear();
    without_pages(&edge);
    let got = edge.get(VIDEO_4);
    assert_eq!((got.status, got.body), (StatusCode::OK, expected));
    let opened = edge.stores.calls().into_iter().filter(|it| matches!(it, Call::Open(..)));
    assert_eq!(opened.count(), 2, "before the page was missed, and after it was made");
}

#[test]
fn storage_that_has_changed_is_noticed_before_the_page_is_used() {
    let edge = edge();
    edge.stores.put_object("films/a.mp4", &film());
    let got = edge.get(VIDEO_4);
    assert_eq!(got.status, StatusCode::OK, "{}", got.text());
}

#[test]
fn a_segment_of_several_chunks_is_read_while_its_page_is_in_no_more_reads_than_a_fragment() {
    let (edge, file) = (edge(), film());
    let generation = edge.get("/films/b.ism/Manifest").text();
    let generation =
        generation.split_once("Url=\"").unwrap().1.split('/').next().unwrap().to_owned();
    let (start, turn) = (second(&file, 0), VIDEO + AUDIO);
    let video = vec![range(start, 6 * VIDEO + 5 * AUDIO)];
    // Of as many gaps as wide, the first are kept out.
    let audio = |at: u64, turns: u64| range(start + VIDEO + at * turn, turns * turn + AUDIO);
    let audio = vec![audio(0, 0), audio(1, 0), audio(2, 0), audio(3, 2)];
    for (level, expected) in [("video/3000000", video), ("audio/64000", audio)] {
        without_pages(&edge);
        let got = edge.get(&format!("/films/b.ism/{generation}/{level}/6000ms/0.m4s"));
        assert_eq!(got.status, StatusCode::OK);
        let expected: Vec<Option<ByteRange>> = expected.into_iter().map(Some).collect();
        assert_eq!(reads(&edge), [&expected[..], &[None]].concat(), "{level}");
    }
}

/// Eight hundred seconds of video at 25 frames a second: 400 fragments, which take two pages.
fn long_film() -> Vec<u8> {
    let samples =
        (0..20_000).map(|at| PlainSample { is_sync: at % 50 == 0, ..PlainSample::of(10, 400_000) });
    plain(MoovPlace::First, &[(Track::video(1), samples.collect())], 50).bytes()
}

#[test]
fn the_next_page_is_fetched_behind_the_answer_near_the_end_of_one() {
    let edge = Edge::new();
    edge.stores.put_object(
        "films/b.ism",
        b"<smil><body><switch><video src='a.mp4'/></switch></body></smil>",
    );
    edge.stores.put_object("films/a.mp4", &long_film());
    let manifest = edge.get("/films/b.ism/Manifest").text();
    let (_, url) = manifest.split_once("Bitrate=\"").unwrap();
    let bitrate = url.split('"').next().unwrap();
    without_pages(&edge);
    let pages = |at: u64| {
        let start = at * 2 * SECOND;
        let path = format!("/films/b.ism/QualityLevels({bitrate})/Fragments(video={start})");
        assert_eq!(edge.get(&path).status, StatusCode::OK, "{path}");
        reads(&edge).into_iter().filter(Option::is_none).count()
    };
    // The first page has 328 fragments.
    assert_eq!((pages(0), pages(324)), (1, 0), "somebody seeks");
    assert_eq!((pages(325), pages(326), pages(327)), (1, 0, 0), "once");
    assert_eq!((pages(328), pages(398), pages(399)), (0, 0, 0), "it is there, and the last");
}

#[test]
fn with_its_page_in_memory_all_is_planned_at_once() {
    let edge = edge();
    let at_once = |path| match edge.at_once(&Asked::new(&Method::GET, path), None) {
        Some(AtOnce::Answer(plan)) => Some(plan),
        None => None,
        other => panic!("{path}: {other:?}"),
    };
    for path in [VIDEO_4, AUDIO_4] {
        without_pages(&edge);
        assert!(at_once(path).is_none(), "the page is still to be read");
        let got = edge.get(path);
        let plan = at_once(path).unwrap();
        let mut headers = plan.headers().clone();
        headers.remove("server-timing");
        assert_eq!((plan.status(), headers), (got.status, got.told()));
        let file = film();
        let bytes = |planned| match planned {
            Planned::Bytes(bytes) => bytes,
            Planned::Stored(stored) => stored.read.cut(&slice_of(&file, stored.read.range())),
            rest @ Planned::Rest { .. } => panic!("{rest:?}"),
        };
        assert!(plan.into_body().into_iter().flat_map(bytes).eq(got.body), "{path}");
    }
}
