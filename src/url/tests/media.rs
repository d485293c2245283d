//! Fragments, segments, levels, and files beside presentations.

use super::*;
use crate::base::target::SegmentTarget;
use crate::selection::Clip;

#[test]
fn fragments_with_and_without_a_generation() {
    let expected = FragmentRequest {
        presentation: "films/tears.ism".into(),
        generation: None,
        bitrate: 3_000_000,
        attributes: Vec::new(),
        noun: Noun::Fragments,
        stream: "video".into(),
        start: 40_000_000,
        target: SegmentTarget::CHUNK,
    };
    let tail = "QualityLevels(3000000)/Fragments(video=40000000)";
    assert_eq!(fragment(&format!("/films/tears.ism/{tail}")), expected);
    let path = format!("/films/tears.ism/00ff00ff00ff00ff/{tail}");
    let generation = Generation::parse("00ff00ff00ff00ff");
    assert_eq!(fragment(&path), FragmentRequest { generation, ..expected });
}

#[test]
fn nouns_attributes_and_names() {
    let predicate = |path: &'static str| {
        let FragmentRequest { noun, stream, start, .. } = fragment(path);
        (noun, stream.into_owned(), start)
    };
    let path = "/a.ism/qualitylevels(64000,%20cam=2,angle=wide%2C%20a=b)/FRAGMENTINFO(Ton%20é=0)";
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let expected = [attribute("cam", "2"), attribute("angle", "wide, a=b")];
    assert_eq!(fragment(path).attributes, expected);
    assert_eq!(predicate(path), (Noun::FragmentInfo, "Ton é".into(), 0));
    let path = "/a.ism/QualityLevels(0)/RawFragments(a=b=18446744073709551615)";
    assert_eq!(predicate(path), (Noun::RawFragments, "a=b".into(), u64::MAX));
    let path = "/a.ism/QualityLevels(0)/keyframes(video=0)";
    assert_eq!(predicate(path), (Noun::KeyFrames, "video".into(), 0));
}

#[test]
fn a_name_may_hold_what_parts_a_path() {
    for (written, name) in [
        ("Director%27s%2C%20commentary", "Director's, commentary"),
        ("Director's, commentary", "Director's, commentary"),
        ("AC3%2f5.1", "AC3/5.1"),
        ("x%2F..%2Fy", "x/../y"),
        ("English%20%285.1%29", "English (5.1)"),
        ("100%25", "100%"),
        ("a=b%3D", "a=b="),
        ("C%23%20#1?", "C# #1?"),
        ("%20a%20", " a "),
        ("iframes", "iframes"),
        ("QualityLevels(1)", "QualityLevels(1)"),
    ] {
        let path = format!("/a.ism/{GENERATION}/QualityLevels(1)/Fragments({written}=0)");
        assert_eq!(fragment(&path).stream, name, "{path}");
        let path = format!("/a.ism/{GENERATION}/{written}/1/iframes/0.m4s");
        assert_eq!(fragment(&path).stream, name, "{path}");
    }
}

#[test]
fn levels_and_their_segments() {
    let generation = Generation::parse("00ff00ff00ff00ff").unwrap();
    let level = |path: &'static str| match Request::parse(path) {
        Ok(Request::Level(level)) => level,
        other => panic!("{path}: {other:?}"),
    };
    let expected = LevelRequest {
        presentation: "films/tears.ism".into(),
        generation,
        stream: "Ton é".into(),
        bitrate: 64_000,
        part: LevelPart::Playlist(Frames::CHUNKS, None),
    };
    assert_eq!(level("/films/tears.ism/00ff00ff00ff00ff/Ton é/64000/index.m3u8"), expected);
    let expected = LevelRequest { part: LevelPart::Init, ..expected };
    assert_eq!(level("/films/tears.ism/00ff00ff00ff00ff/Ton%20%c3%a9/64000/INIT.mp4"), expected);
    let segment = fragment("/a.ism/00ff00ff00ff00ff/video/300/20000000.m4s");
    let expected = FragmentRequest {
        presentation: "a.ism".into(),
        generation: Some(generation),
        bitrate: 300,
        attributes: Vec::new(),
        noun: Noun::Segment,
        stream: "video".into(),
        start: 20_000_000,
        target: SegmentTarget::CHUNK,
    };
    assert_eq!(segment, expected);

    let key = fragment("/a.ism/00ff00ff00ff00ff/video/300/IFrames/20000000.m4s");
    assert_eq!(key, FragmentRequest { noun: Noun::KeySegment, ..expected.clone() });
    let long = fragment("/a.ism/00ff00ff00ff00ff/video/300/06000MS/20000000.m4s");
    assert_eq!(long, FragmentRequest { target: SegmentTarget::DEFAULT, ..expected.clone() });
    assert_eq!(fragment("/a.ism/00ff00ff00ff00ff/video/300/0ms/20000000.m4s"), expected);
    let part = |file| level(file).part;
    let keys = "/a.ism/00ff00ff00ff00ff/video/300/iframes/index.m3u8";
    assert_eq!(part(keys), LevelPart::Playlist(Frames::Key, None));
    assert_eq!(part("/a.ism/00ff00ff00ff00ff/video/300/iframes/init.mp4"), LevelPart::Init);
    let long = "/a.ism/00ff00ff00ff00ff/video/300/6000ms/index.m3u8";
    assert_eq!(part(long), LevelPart::Playlist(Frames::All(SegmentTarget::DEFAULT), None));
    assert_eq!(part("/a.ism/00ff00ff00ff00ff/video/300/6000ms/init.mp4"), LevelPart::Init);
}

#[test]
fn playlists_of_a_stretch() {
    let part = |file: &str| {
        let path = format!("/a.ism/00ff00ff00ff00ff/video/300/{file}");
        let level = match Request::parse(&path)? {
            Request::Level(level) => level,
            other => panic!("{path}: {other:?}"),
        };
        Ok::<_, RequestError>((level.part, level.to_string()))
    };
    let clip = |times| Clip::parse(times, ';').unwrap();
    let playlist = |frames, times| LevelPart::Playlist(frames, clip(times));
    let path = |file: &str| format!("/a.ism/00ff00ff00ff00ff/video/300/{file}");
    let long = Frames::All(SegmentTarget::DEFAULT);
    for (file, expected, written) in [
        ("index-100-450.m3u8", playlist(Frames::CHUNKS, "100;450"), "index-100-450.m3u8"),
        ("6000ms/Index-0100.50-.M3U8", playlist(long, "100.5;"), "6000ms/index-100.5-.m3u8"),
        ("iframes/index-0-2.m3u8", playlist(Frames::Key, "0;2"), "iframes/index-0-2.m3u8"),
        ("index-0-.m3u8", playlist(Frames::CHUNKS, "0;"), "index.m3u8"),
    ] {
        assert_eq!(part(file), Ok((expected, path(written))), "{file}");
    }
    for file in
        ["index-.m3u8", "index-1.m3u8", "index-2-1.m3u8", "index-a-b.m3u8", "index--1-2.m3u8"]
    {
        assert!(matches!(part(file), Err(RequestError::Selection(_))), "{file}");
    }
}

#[test]
fn files_beside_presentations() {
    for (path, query, written) in [
        ("/films/poster.jpg", None, "/films/poster.jpg"),
        ("/films/%70oster%20a.JPG", None, "/films/poster%20a.JPG"),
        ("/films%2Fa.mp4", Some("x=y&CMCD=z"), "/films/a.mp4"),
        ("/films/a.mp4", Some("download"), "/films/a.mp4?download=a.mp4"),
        ("/a.srt", Some("x&DOWNLOAD=a+b%22.srt"), "/a.srt?download=a%20b%22.srt"),
    ] {
        let read = Request::parse_with(path, query).unwrap();
        assert!(matches!(read, Request::File(_)), "{path}");
        assert_eq!(read.to_string(), written);
    }
    for no in ["/films/a.ism.html", "/films/a.ismc", "/films/a.ismv", "/jpg", "/a.jpg/", "/a.jpg/b"]
    {
        assert_eq!(Request::parse(no), Err(RequestError::NoPresentation), "{no}");
    }
    for no in ["/films/../a.jpg", "//a.jpg", "/films%2f%2e%2e/a.jpg", "/a%5cb.jpg", "/%ff.jpg"] {
        assert!(matches!(Request::parse(no), Err(RequestError::Path(_))), "{no}");
    }
    for within in ["/a.ism/b.jpg", "/a.ism%2fb.jpg", "/shelf.isml/x/b.jpg"] {
        assert!(Request::parse(within).is_err(), "{within}");
    }
    let long = format!("download={}", "a".repeat(256));
    for no in [
        "download=a/b",
        "download=..",
        "download=a%0Ab",
        "download=%ff",
        "download&download=a",
        &long,
    ] {
        let read = Request::parse_with("/a.jpg", Some(no));
        assert!(matches!(read, Err(RequestError::Query(_))), "{no}");
    }
}
