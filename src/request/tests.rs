use super::*;
use crate::manifest::smooth::Form;
use proptest::prelude::*;

fn fragment(path: &str) -> FragmentRequest<'_> {
    match Request::parse(path) {
        Ok(Request::Fragment(fragment)) => fragment,
        other => panic!("{path}: {other:?}"),
    }
}

fn manifest(path: &str) -> (&str, ManifestFormat) {
    match Request::parse(path) {
        Ok(Request::Manifest(manifest)) => (manifest.presentation, manifest.format),
        other => panic!("{path}: {other:?}"),
    }
}

const SMOOTH: ManifestFormat = ManifestFormat::Smooth(None);

#[test]
fn manifests_in_any_case() {
    for path in
        ["/films/tears.ism/Manifest", "/films/tears.ism/manifest", "films/tears.ism/MANIFEST"]
    {
        assert_eq!(manifest(path), ("films/tears.ism", SMOOTH));
    }
    assert_eq!(manifest("/a.isml/Manifest"), ("a.isml", SMOOTH));
    assert_eq!(manifest("/A.ISM/Manifest"), ("A.ISM", SMOOTH));
    assert_eq!(manifest("/shelf.ism/a.ism/Manifest"), ("shelf.ism/a.ism", SMOOTH));
}

#[test]
fn manifest_forms() {
    let smooth = |form| ManifestFormat::Smooth(Some(form));
    assert_eq!(manifest("/a.ism/manifest(format=fmp4-v20)").1, smooth(Form::Legacy));
    assert_eq!(manifest("/a.ism/manifest(format=fmp4)").1, smooth(Form::Compact));
    for path in ["/a.ism/manifest(format=m3u8-cmaf)", "/a.ism/Master.m3u8"] {
        assert_eq!(manifest(path), ("a.ism", ManifestFormat::Hls));
    }
    for path in ["/a.ism/manifest(format=mpd-time-cmaf)", "/a.ism/manifest.mpd"] {
        assert_eq!(manifest(path), ("a.ism", ManifestFormat::Dash));
    }
    for path in ["/a.ism/manifest(format=mpd-time-csf)", "/a.ism/manifest(format=fmp4,filter=x)"] {
        assert!(matches!(Request::parse(path), Err(RequestError::NotServed(_))), "{path}");
    }
}

#[test]
fn a_bare_presentation() {
    assert_eq!(Request::parse("/films/tears.ism"), Ok(Request::Presentation));
    assert_eq!(Request::parse("/films/tears.ism/"), Ok(Request::Presentation));
}

#[test]
fn fragments_with_and_without_a_generation() {
    let expected = FragmentRequest {
        presentation: "films/tears.ism",
        generation: None,
        bitrate: 3_000_000,
        attributes: Vec::new(),
        noun: Noun::Fragments,
        stream: "video",
        start: 40_000_000,
    };
    let tail = "QualityLevels(3000000)/Fragments(video=40000000)";
    assert_eq!(fragment(&format!("/films/tears.ism/{tail}")), expected);
    let path = format!("/films/tears.ism/00ff00ff00ff00ff/{tail}");
    let generation = Generation::parse("00ff00ff00ff00ff");
    assert_eq!(fragment(&path), FragmentRequest { generation, ..expected });
}

#[test]
fn nouns_attributes_and_names() {
    let path = "/a.ism/qualitylevels(64000, cam=2,angle=wide)/FRAGMENTINFO(Ton é=0)";
    let request = fragment(path);
    assert_eq!(request.attributes, [("cam", "2"), ("angle", "wide")]);
    assert_eq!((request.noun, request.stream, request.start), (Noun::FragmentInfo, "Ton é", 0));
    let request = fragment("/a.ism/QualityLevels(0)/RawFragments(a=b=18446744073709551615)");
    assert_eq!(
        (request.noun, request.stream, request.start),
        (Noun::RawFragments, "a=b", u64::MAX)
    );
    let request = fragment("/a.ism/QualityLevels(0)/keyframes(video=0)");
    assert_eq!((request.noun, request.stream), (Noun::KeyFrames, "video"));
}

#[test]
fn levels_and_their_segments() {
    let generation = Generation::parse("00ff00ff00ff00ff").unwrap();
    let level = |path: &'static str| match Request::parse(path) {
        Ok(Request::Level(level)) => level,
        other => panic!("{path}: {other:?}"),
    };
    let expected = LevelRequest {
        presentation: "films/tears.ism",
        generation,
        stream: "Ton é",
        bitrate: 64_000,
        part: LevelPart::Playlist(Frames::All),
    };
    assert_eq!(level("/films/tears.ism/00ff00ff00ff00ff/Ton é/64000/index.m3u8"), expected);
    let expected = LevelRequest { part: LevelPart::Header, ..expected };
    assert_eq!(level("/films/tears.ism/00ff00ff00ff00ff/Ton é/64000/INIT.mp4"), expected);
    let segment = fragment("/a.ism/00ff00ff00ff00ff/video/300/20000000.m4s");
    let expected = FragmentRequest {
        presentation: "a.ism",
        generation: Some(generation),
        bitrate: 300,
        attributes: Vec::new(),
        noun: Noun::Segment,
        stream: "video",
        start: 20_000_000,
    };
    assert_eq!(segment, expected);

    let key = fragment("/a.ism/00ff00ff00ff00ff/video/300/IFrames/20000000.m4s");
    assert_eq!(key, FragmentRequest { noun: Noun::KeySegment, ..expected });
    let part = |file| level(file).part;
    let keys = "/a.ism/00ff00ff00ff00ff/video/300/iframes/index.m3u8";
    assert_eq!(part(keys), LevelPart::Playlist(Frames::Key));
    assert_eq!(part("/a.ism/00ff00ff00ff00ff/video/300/iframes/init.mp4"), LevelPart::Header);
}

#[test]
fn what_is_not_served_says_so() {
    for path in [
        "/a.ism/QualityLevels(1)/Fragments(video=0,format=m3u8-aapl)",
        "/a.ism/manifest(format=m3u8-aapl)",
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::NotServed(_))), "{path}");
    }
}

#[test]
fn bad_grammar() {
    for path in [
        "/a.ism/Nonsense",
        "/a.ism/Manifest/",
        "/a.ism//Manifest",
        "/a.ism/Manifest(",
        "/a.ism/00ff00ff00ff00ff/Manifest",
        "/a.ism/QualityLevels(1)",
        "/a.ism/QualityLevels()/Fragments(video=0)",
        "/a.ism/QualityLevels(-1)/Fragments(video=0)",
        "/a.ism/QualityLevels(+1)/Fragments(video=0)",
        "/a.ism/QualityLevels(4294967296)/Fragments(video=0)",
        "/a.ism/QualityLevels(1,x)/Fragments(video=0)",
        "/a.ism/QualityLevels(1)/Fragments",
        "/a.ism/QualityLevels(1)/Fragments()",
        "/a.ism/QualityLevels(1)/Fragments(=0)",
        "/a.ism/QualityLevels(1)/Fragments(video)",
        "/a.ism/QualityLevels(1)/Fragments(video=)",
        "/a.ism/QualityLevels(1)/Fragments(video=0x10)",
        "/a.ism/QualityLevels(1)/Fragments(video=18446744073709551616)",
        "/a.ism/QualityLevels(1)/Fragments(video=0)x",
        "/a.ism/QualityLevels(1)/Frames(video=0)",
        "/a.ism/video/300/index.m3u8",
        "/a.ism/00ff00ff00ff00ff/master.m3u8",
        "/a.ism/00ff00ff00ff00ff/video/300/0.mp4",
        "/a.ism/00ff00ff00ff00ff/video/300/.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/+1.m4s",
        "/a.ism/00ff00ff00ff00ff/video/x/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/0.m4s/more",
        "/a.ism/00ff00ff00ff00ff/video/300/keys/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/iframes/0.mp4",
        "/a.ism/video/300/iframes/0.m4s",
        "/a.ism/Levels(1)/Fragments(video=0)",
        "/a.ism/QualityLevels(1)/Fragments(video=0)/more",
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::Grammar(_))), "{path}");
    }
}

#[test]
fn paths_that_no_object_has() {
    let long = format!("/{}.ism/Manifest", "x".repeat(MAX_PRESENTATION_LEN));
    for path in
        ["/../a.ism/Manifest", "//a.ism/Manifest", "/./a.ism/Manifest", "/a\0.ism/Manifest", &long]
    {
        assert!(matches!(Request::parse(path), Err(RequestError::Path(_))), "{path}");
    }
    for path in ["", "/", "/favicon.ico", "/ism/Manifest", "/a.ismv"] {
        assert_eq!(Request::parse(path), Err(RequestError::NoPresentation), "{path}");
    }
}

#[test]
fn decodes_once() {
    let decoded = decode("/a%20b.ism/QualityLevels%28300%29/Fragments%28video%3D0%29").unwrap();
    assert_eq!(fragment(&decoded).presentation, "a b.ism");
    assert_eq!(decode("/%2541").unwrap(), "/%41");
    assert_eq!(decode("/%ff.ism"), Err(RequestError::Path("does not decode to UTF-8")));
}

proptest! {
    #[test]
    fn never_panics(path: String) {
        let _ = decode(&path).map(|path| Request::parse(&path).is_ok());
    }

    #[test]
    fn whatever_stands_behind_a_presentation(tail in "[a-zA-Z0-9()=,/ .]{0,60}") {
        let _ = Request::parse(&format!("/a.ism/{tail}"));
    }
}
