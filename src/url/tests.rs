use super::*;
use crate::base::target::SegmentTarget;
use crate::index::Generation;
use crate::selection::{Clip, Expression, FilterName, RequiredEncryption, Selection};
use proptest::prelude::*;
use std::borrow::Cow;

const GENERATION: &str = "00ff00ff00ff00ff";

fn generation() -> Generation {
    Generation::parse(GENERATION).unwrap()
}

fn fragment(path: &str) -> FragmentRequest<'_> {
    match Request::parse(path) {
        Ok(Request::Fragment(fragment)) => fragment,
        other => panic!("{path}: {other:?}"),
    }
}

fn manifest(path: &str) -> (Cow<'_, str>, ManifestFormat) {
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
        assert_eq!(manifest(path), ("films/tears.ism".into(), SMOOTH));
    }
    assert_eq!(manifest("/a.isml/Manifest"), ("a.isml".into(), SMOOTH));
    assert_eq!(manifest("/A.ISM/Manifest"), ("A.ISM".into(), SMOOTH));
    assert_eq!(manifest("/shelf.ism/a.ism/Manifest"), ("shelf.ism/a.ism".into(), SMOOTH));
}

#[test]
fn manifest_forms() {
    let smooth = |form| ManifestFormat::Smooth(Some(form));
    assert_eq!(manifest("/a.ism/manifest(format=fmp4-v20)").1, smooth(Form::Legacy));
    assert_eq!(manifest("/a.ism/manifest(format=fmp4)").1, smooth(Form::Compact));
    for (file, format) in [
        ("manifest(format=m3u8-cmaf)", ManifestFormat::Hls),
        ("manifest(format=m3u8-aapl)", ManifestFormat::Hls),
        ("MANIFEST(FORMAT=M3U8-AAPL-V3)", ManifestFormat::Hls),
        ("manifest( format = m3u8-aapl-v4 ).m3u8", ManifestFormat::Hls),
        ("Manifest%28format%3Dm3u8-cmaf%29.M3U8", ManifestFormat::Hls),
        ("Master.m3u8", ManifestFormat::Hls),
        (".m3u8", ManifestFormat::Hls),
        ("film,1(x).m3u8", ManifestFormat::Hls),
        ("manifest(audio-only=false).m3u8", ManifestFormat::Hls),
        ("manifest(format=mpd-time-cmaf)", ManifestFormat::Dash),
        ("manifest(Format=mpd-time-csf).mpd", ManifestFormat::Dash),
        ("manifest.mpd", ManifestFormat::Dash),
        (".mpd", ManifestFormat::Dash),
        ("x.MPD", ManifestFormat::Dash),
        ("m%61nifest(audio-only=false)", SMOOTH),
    ] {
        assert_eq!(manifest(&format!("/a.ism/{file}")), ("a.ism".into(), format), "{file}");
    }
}

#[test]
fn arguments_of_manifests_have_one_spelling() {
    let one = |file: &str| {
        let path = format!("/a.ism/{file}");
        Request::parse(&path).map(|request| request.in_one_case().to_string())
    };
    for (file, written) in [
        ("manifest(audio-only=false,format=mpd-time-csf)", "manifest.mpd"),
        (
            "manifest(encryption=PIFF, AudioTrack = English%20%285.1%29%2Cb ,audio-only=True).m3u8",
            "Manifest(format=m3u8-cmaf,audio-only=true,audioTrack=english%20%285.1%29%2Cb,encryption=cenc)",
        ),
        (
            "Manifest(encryption=cbcs-aapl,filter=b;a,format=fmp4)",
            "Manifest(format=fmp4,filter=a;b,encryption=cbcs-aapl)",
        ),
        ("Manifest(AUDIO-ONLY=TRUE)", "Manifest(audio-only=true)"),
    ] {
        assert_eq!(one(file).as_deref(), Ok(&*format!("/a.ism/{written}")), "{file}");
    }
}

#[test]
fn arguments_that_are_not_understood() {
    for file in [
        "manifest()",
        "manifest(format)",
        "manifest(format=)",
        "manifest(format=m3u8)",
        "manifest(format=m3u8-aapl,format=m3u8-aapl)",
        "manifest(format=m3u8-aapl,FORMAT=m3u8-cmaf)",
        "manifest(format=m3u8-aapl,)",
        "manifest(format=m3u8-aapl%2Caudio-only=true)",
        "manifest(format=m3u8-aapl).mpd",
        "manifest(format=mpd-time-csf).m3u8",
        "manifest(format=fmp4).m3u8",
        "manifest(audio-only=1)",
        "manifest(audio-only=true,audio-only=true)",
        "manifest(audioTrack=)",
        "manifest(audioTrack=%20)",
        "manifest(encryption=cbcs)",
        "manifest(encryption=cenc,encryption=piff)",
        "manifest(bitrate=1)",
        "manifest(filter=a,filter=b)",
        "manifest(bogus=1).m3u8",
    ] {
        let path = format!("/a.ism/{file}");
        assert!(matches!(Request::parse(&path), Err(RequestError::Argument(_))), "{file}");
    }
}

#[test]
fn manifests_of_stored_filters() {
    let read = |path| Request::parse(path).map(|request| request.to_string());
    for (path, one) in [
        ("/a.ism/manifest(filter=low)", "/a.ism/Manifest(filter=low)"),
        (
            "/a.ism/manifest(format=fmp4,filter=b;A-1.x;b)",
            "/a.ism/Manifest(format=fmp4,filter=A-1.x;b)",
        ),
        (
            "/a.ism/Manifest%28filter=b%3Ba,%20format=m3u8-cmaf%29",
            "/a.ism/Manifest(format=m3u8-cmaf,filter=a;b)",
        ),
    ] {
        assert_eq!(read(path).as_deref(), Ok(one), "{path}");
    }
    for filters in ["", ";", "a;", "a;b;c;d", "..%2fa", "a b", "a%2Fb", ".a", "é"] {
        let path = format!("/a.ism/manifest(filter={filters})");
        assert!(matches!(Request::parse(&path), Err(RequestError::Argument(_))), "{path}");
    }
}

#[test]
fn a_bare_presentation() {
    let presentation = Request::Presentation("films/tears.ism".into());
    assert_eq!(Request::parse("/films/tears.ism").as_ref(), Ok(&presentation));
    assert_eq!(Request::parse("/films/tears.ism/"), Ok(presentation));
}

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
fn what_is_not_served_says_so() {
    for path in [
        "/a.ism/QualityLevels(1)/Fragments(video=0,format=m3u8-aapl)",
        "/a.ism/QualityLevels(1)/Manifest(video,format=m3u8-aapl)",
        "/a.ism/manifest(format=f4m-f4f)",
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::NotServed(_))), "{path}");
    }
}

#[test]
fn bad_grammar() {
    for path in [
        "/a.ism/Nonsense",
        "/a.ism/Manifest(",
        "/a.ism/Manifest(format=fmp4).mp4",
        "/a.ism/Manifest(format=fmp4.m3u8",
        "/a.ism/00ff00ff00ff00ff/Manifest",
        "/a.ism/QualityLevels(1)",
        "/a.ism/QualityLevels()/Fragments(video=0)",
        "/a.ism/QualityLevels(-1)/Fragments(video=0)",
        "/a.ism/QualityLevels(+1)/Fragments(video=0)",
        "/a.ism/QualityLevels(4294967296)/Fragments(video=0)",
        "/a.ism/QualityLevels(1,x)/Fragments(video=0)",
        "/a.ism/QualityLevels(1%2Cx=1)/Fragments(video=0)",
        "/a.ism/x%2f..%2fManifest",
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
        "/a.ism/00ff00ff00ff00ff/video/300/30001ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/4294973296ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/6000/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/6s/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/-1ms/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/6000ms/iframes/0.m4s",
        "/a.ism/00ff00ff00ff00ff/video/300/other-1-2.m3u8",
        "/a.ism/00ff00ff00ff00ff/video/300/index-1-2.mp4",
        "/a.ism/Levels(1)/Fragments(video=0)",
        "/a.ism/QualityLevels(1)/Fragments(video=0)/more",
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::Grammar(_))), "{path}");
    }
}

#[test]
fn paths_that_no_object_has() {
    let long = format!("/{}.ism/Manifest", "x".repeat(MAX_PRESENTATION_LEN));
    for path in [
        "/../a.ism/Manifest",
        "//a.ism/Manifest",
        "/./a.ism/Manifest",
        "/x%2f..%2fa.ism/Manifest",
        "/a\0.ism/Manifest",
        "/%ff.ism/Manifest",
        "/a.ism/Manifest/",
        "/a.ism//Manifest",
        "/a.ism/../Manifest",
        "/a.ism/%2e%2E/Manifest",
        "/a.ism/00ff00ff00ff00ff/../64000/index.m3u8",
        "/a.ism/00ff00ff00ff00ff/a%09b/64000/index.m3u8",
        "/a.ism/QualityLevels(1)/Fragments(%ff=0)",
        &long,
    ] {
        assert!(matches!(Request::parse(path), Err(RequestError::Path(_))), "{path}");
    }
    for path in ["", "/", "/favicon.ico", "/ism/Manifest", "/a.ismv", "/a.ism%2FManifest"] {
        assert_eq!(Request::parse(path), Err(RequestError::NoPresentation), "{path}");
    }
}

#[test]
fn decodes_once() {
    let encoded = "/a%20b.ism/QualityLevels%28300%29/Fragments%28video%3D0%29";
    assert_eq!(fragment(encoded).presentation, "a b.ism");
    assert_eq!(fragment("/a.ism/QualityLevels(1)/Fragments(%2541=0)").stream, "%41");
    assert_eq!(manifest("/films%2Ftears.ism/Manifest").0, "films/tears.ism");
}

#[test]
fn what_is_not_encoded_is_borrowed() {
    let FragmentRequest { presentation, stream, .. } =
        fragment("/a/b.ism/00ff00ff00ff00ff/QualityLevels(1)/Fragments(video=0)");
    assert!(matches!((presentation, stream), (Cow::Borrowed(_), Cow::Borrowed(_))));
}

#[test]
fn all_spellings_have_one() {
    let one = |path| Request::parse(path).unwrap().in_one_case().to_string();
    let fragment = "/a.ism/QualityLevels(300)/Fragments(ton%20%C3%A9=20)";
    assert_eq!(one(fragment), fragment);
    assert_eq!(one("/%61.ism/qualitylevels(0300)/FRAGMENTS(Ton%20%c3%a9=0020)"), fragment);
    let header = "/a.ism/00ff00ff00ff00ff/video/300/init.mp4";
    assert_eq!(one("/a.ism/00ff00ff00ff00ff/VIDEO/00300/iframes/Init.MP4"), header);
    assert_eq!(one("/a.ism/manifest(format=mpd-time-cmaf)"), "/a.ism/manifest.mpd");
    assert_eq!(one("/a.ism/"), "/a.ism");
}

fn name() -> impl Strategy<Value = String> {
    let odd = "[a-zA-Z0-9()=,/.%&;:$'\"#? é\u{1f3ac}-]{1,20}";
    prop_oneof![any::<String>(), odd].prop_map(|name| match nearest_name(&name) {
        name if name.is_empty() => "video".to_owned(),
        name => name.into_owned(),
    })
}

fn clip() -> impl Strategy<Value = Option<Clip>> {
    let times = prop_oneof![Just("1;"), Just("0;0.5"), Just("100.25;450"), Just("0;")];
    times.prop_map(|times| Clip::parse(times, ';').unwrap())
}

fn selection() -> impl Strategy<Value = Selection> {
    let filter = prop_oneof![
        Just(None),
        Just(Some("type==\"video\"&&MaxHeight<=720")),
        Just(Some("trackName=='é&+%\"'||!(channels>2||channels<1)")),
    ];
    let filter = filter.prop_map(|filter| filter.map(|text| Expression::parse(text).unwrap()));
    let encryption = ["cenc", "cbcs-aapl", "cbc", ""].map(RequiredEncryption::named);
    let audio = prop::option::of("[a-zA-Z0-9()=,/.%;: é-]{0,8}x");
    let arguments = (audio, any::<bool>(), prop::sample::select(encryption.to_vec()));
    (filter, clip(), arguments).prop_map(|(filter, clip, (audio, has_audio_alone, encryption))| {
        let audio = audio.map(|audio| audio.trim().to_owned());
        Selection { filter, clip, first: None, audio, has_audio_alone, encryption }
    })
}

fn filters() -> impl Strategy<Value = Vec<FilterName>> {
    let names = prop::collection::btree_set("[A-Za-z0-9][A-Za-z0-9._-]{0,8}", 0..=3);
    names.prop_map(|names| names.iter().map(|name| FilterName::parse(name).unwrap()).collect())
}

/// What a written request is read as, with its query.
fn read(written: &str) -> Result<Request<'_>, RequestError> {
    match written.split_once('?') {
        Some((path, query)) => Request::parse_with(path, Some(query)),
        None => Request::parse(written),
    }
}

fn target() -> impl Strategy<Value = SegmentTarget> {
    (0..=SegmentTarget::MAX_MS).prop_map(|milliseconds| SegmentTarget::new(milliseconds).unwrap())
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

fn file() -> impl Strategy<Value = Request<'static>> {
    let key = "[a-z %é,]{1,8}(/[a-z %é,=()]{1,8}){0,2}\\.(jpg|MP4)";
    let download = prop::option::of("[a-zA-Z0-9 \"'%&=é;]{1,20}");
    (key, download).prop_map(|(key, download)| {
        let extension = key.rsplit('.').next().unwrap();
        let file_type = FileType::of(extension).unwrap();
        Request::File(FileRequest { key: Cow::Owned(key), file_type, download })
    })
}

fn request() -> impl Strategy<Value = Request<'static>> {
    let key = "[a-z %é,]{1,8}(/[a-z %é,=()]{1,8}){0,2}\\.isml?".prop_map(Cow::<str>::Owned);
    let attribute = ("[a-z,=]{1,4}", "[a-z,=()/%]{0,4}");
    let attributes = prop::collection::vec(attribute, 0..3);
    let place = (key, prop::option::of(Just(generation())), name().prop_map(Cow::<str>::Owned));
    let shown = (target(), clip(), selection(), filters());
    let what = (any::<u32>(), any::<u64>(), 0..17usize, attributes, shown);
    (place, what).prop_map(|((presentation, generation, stream), what)| {
        let (bitrate, start, which, attributes, (target, clip, selection, filters)) = what;
        let made = FragmentRequest {
            presentation: presentation.clone(),
            generation,
            bitrate,
            attributes: Vec::new(),
            noun: Noun::Fragments,
            stream: stream.clone(),
            start,
            target: SegmentTarget::CHUNK,
        };
        let smooth = |noun| FragmentRequest { noun, attributes, ..made.clone() };
        let cmaf =
            |noun| FragmentRequest { noun, generation: Some(self::generation()), ..made.clone() };
        let level = |part| {
            let (presentation, stream) = (presentation.clone(), stream.clone());
            let generation = self::generation();
            Request::Level(LevelRequest { presentation, generation, stream, bitrate, part })
        };
        match which {
            0 => Request::Fragment(smooth(Noun::Fragments)),
            1 => Request::Fragment(smooth(Noun::FragmentInfo)),
            2 => Request::Fragment(smooth(Noun::RawFragments)),
            3 => Request::Fragment(smooth(Noun::KeyFrames)),
            4 => Request::Fragment(FragmentRequest { target, ..cmaf(Noun::Segment) }),
            5 => Request::Fragment(cmaf(Noun::KeySegment)),
            6 => Request::Fragment(FragmentRequest { target, ..cmaf(Noun::WebVtt) }),
            7 => level(LevelPart::Init),
            8 => level(LevelPart::Playlist(Frames::All(target), clip)),
            9 => level(LevelPart::Playlist(Frames::Key, clip)),
            10 => Request::Presentation(presentation),
            11 => {
                Request::Chapters(ChaptersRequest { presentation, generation: self::generation() })
            }
            which => {
                let format = ManifestFormat::ALL[which - 12];
                Request::Manifest(ManifestRequest { presentation, format, selection, filters })
            }
        }
    })
}

proptest! {
    #[test]
    fn never_panics(path: String) {
        let _ = Request::parse(&path).is_ok();
    }

    #[test]
    fn whatever_stands_behind_a_presentation(tail in "[a-zA-Z0-9()=,/ .%]{0,60}") {
        let _ = Request::parse(&format!("/a.ism/{tail}"));
    }

    #[test]
    fn what_is_written_reads_as_what_it_was(request in prop_oneof![9 => request(), 1 => file()]) {
        let path = request.to_string();
        prop_assert!(path.is_ascii() && !path.contains([' ', '#', '\\']), "{path}");
        prop_assert!(path.matches('?').count() <= 1, "{path}");
        let read = read(&path);
        prop_assert_eq!(read.as_ref(), Ok(&request), "{}", path);
    }

    #[test]
    fn what_manifests_say_is_read_as_what_it_is_of(
        name in name(),
        bitrate: u32,
        start: u64,
        target in target(),
        clip in clip(),
    ) {
        let filled = |path: String| {
            let path = path.replace("{bitrate}", &bitrate.to_string());
            format!("/a.ism/{}", path.replace("{start time}", &start.to_string()))
        };
        let smooth = filled(fragment_template(generation(), &name));
        let folder = level_folder(&name, bitrate, Frames::Key);
        let keys = format!("/a.ism/{GENERATION}/{folder}/{start}{SEGMENT}");
        for (path, noun) in [(smooth, Noun::Fragments), (keys, Noun::KeySegment)] {
            let read = fragment(&path);
            prop_assert_eq!((read.noun, &*read.stream, read.start), (noun, &*name, start));
            prop_assert_eq!(read.bitrate, bitrate);
        }
        for frames in [Frames::All(target), Frames::Key] {
            let path = playlist(generation(), (&name, bitrate), frames, clip);
            let path = format!("/a.ism/{path}");
            let Ok(Request::Level(level)) = Request::parse(&path) else { panic!("{path}") };
            prop_assert_eq!((&*level.stream, level.part), (&*name, LevelPart::Playlist(frames, clip)));
        }
    }
}
