//! What is left out is warned of, and what cannot be left out is refused with the reason.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod ffmpeg;
mod media;
mod memory;

use ffmpeg::Workshop;
use media::{
    File, Piece, Track, audio_entry, boxed, esds, protected_entry, three_fragments, visual_entry,
    with_box,
};
use memory::Memory;
use millrace::index::StreamKind;
use millrace::library::build::{Limits, Rules, build};
use millrace::scan::Way;
use std::process::Command;

/// What a presentation is indexed as: the kinds of its streams, and the warnings.
type Indexed = Result<(Vec<StreamKind>, Vec<String>), String>;

fn indexed(stores: &Memory, key: &str) -> Indexed {
    let rules = Rules { lone: true, ..Rules::default() };
    let built = build(stores, key, &Limits::REQUEST, Way::Tables, rules);
    let built = pollster::block_on(built).map_err(|error| error.to_string())?.unwrap();
    let kinds = built.bundle.index.streams.iter().map(|stream| stream.kind).collect();
    Ok((kinds, built.warnings.iter().map(ToString::to_string).collect()))
}

fn named(stores: &Memory, entries: &str) -> Indexed {
    let ism = format!("<smil><body><switch>{entries}</switch></body></smil>");
    stores.put_object("a.ism", ism.as_bytes());
    indexed(stores, "a.ism")
}

fn mp3(id: u32) -> Track {
    Track { entry: audio_entry(b"mp4a", 2, 48_000, &esds(0x6b, &[])), ..Track::audio(id) }
}

fn stored(files: &[(&str, Vec<u8>)]) -> Memory {
    let stores = Memory::default();
    files.iter().for_each(|(key, bytes)| stores.put_object(key, bytes));
    stores
}

const VIDEO: &str = "<video src='v.ismv'/>";
const MP3: &str = "<audio src='mp3.isma'/>";
const AAC: &str = "<audio src='aac.isma'/>";

fn usual() -> Memory {
    stored(&[
        ("v.ismv", three_fragments(Track::video(1), 500)),
        ("aac.isma", three_fragments(Track::audio(1), 50)),
        ("mp3.isma", three_fragments(mp3(1), 50)),
    ])
}

/// A film of three fragments, the first of this sample entry of its two.
fn of_two_entries(other: &[u8], first: u32) -> Vec<u8> {
    let own = Track::video(1).entry;
    let mut file = File::new(&[Track { entry: [&own, other].concat(), ..Track::video(1) }]);
    for (at, entry) in [(0, first), (100, 1), (200, 1)] {
        let vector = [&[0, 0, 0, 0, 0, 0, 0, 10][..], &[7; 80]].concat();
        let piece = Piece { tfdt: Some(at), entry: Some(entry), ..Piece::lasting(1, 100) };
        file.boxes(&with_box(piece.moof(), &boxed(b"senc", &vector)));
        file.boxes(&boxed(b"mdat", &[7; 50]));
    }
    file.bytes()
}

#[test]
fn a_client_manifest_that_cannot_be_read_is_done_without() {
    let stores = usual();
    let head = "<head><meta name='clientManifestRelativePath' content='a.ismc'/></head>";
    let ism = format!("<smil>{head}<body>{VIDEO}{AAC}</body></smil>");
    stores.put_object("a.ism", ism.as_bytes());
    let both = vec![StreamKind::Video, StreamKind::Audio];
    assert_eq!(indexed(&stores, "a.ism"), Ok((both.clone(), vec![])), "nor is one missed");
    let long = vec![b' '; (8 << 20) + 1];
    for (client, why) in [
        (&b""[..], "a.ismc: the document is empty"),
        (
            b"<html/>",
            "a.ismc: the root element is html, where a client manifest has SmoothStreamingMedia",
        ),
        (
            b"\x8f\xc1\x10",
            "a.ismc: the document is neither valid UTF-8 nor UTF-16: save it as UTF-8",
        ),
        (&long, "a.ismc has 8388609 bytes, and a file of its kind may have 8388608"),
    ] {
        stores.put_object("a.ismc", client);
        let warning = format!(
            "a.ism is served without its client manifest: {why}; mend it, or delete it: what players need of it is made of \
             the media"
        );
        assert_eq!(indexed(&stores, "a.ism"), Ok((both.clone(), vec![warning])));
    }
    let other = "<SmoothStreamingMedia><StreamIndex Type='video'><c t='5' d='100'/><c d='100'/><c d='100'/></StreamIndex></SmoothStreamingMedia>";
    stores.put_object("a.ismc", other.as_bytes());
    let contradicted = indexed(&stores, "a.ism").unwrap_err();
    assert!(
        contradicted.contains("if the media are right, delete the client manifest"),
        "{contradicted}"
    );
}

#[test]
fn a_text_that_lies_elsewhere_is_done_without() {
    let warning = "a.ism is served without a text: the path \"../c.vtt\" is refused: it leads out of the manifest's folder \
                   with \"..\"";
    let indexed = named(&usual(), &[VIDEO, "<textstream src='../c.vtt'/>"].concat());
    assert_eq!(indexed, Ok((vec![StreamKind::Video], vec![warning.to_owned()])));
}

#[test]
fn a_client_manifest_that_lies_elsewhere_is_done_without() {
    let stores = usual();
    for (path, why) in [
        ("http://cdn/a.ismc", "it begins with a scheme"),
        ("../b/a.ismc", "it leads out of the manifest's folder with \"..\""),
        ("/a.ismc", "it is absolute"),
    ] {
        let head =
            format!("<head><meta name='clientManifestRelativePath' content='{path}'/></head>");
        stores.put_object("a.ism", format!("<smil>{head}<body>{VIDEO}</body></smil>").as_bytes());
        let warning = format!(
            "a.ism is served without its client manifest: the path \"{path}\" is refused: {why}"
        );
        assert_eq!(indexed(&stores, "a.ism"), Ok((vec![StreamKind::Video], vec![warning])));
    }
}

#[test]
fn what_lies_behind_the_fragments_of_a_file_is_told_if_it_is_no_box() {
    let film = three_fragments(Track::video(1), 500);
    let length: [u8; 4] = *film.last_chunk().unwrap();
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
    let (whole, table) = film.split_at(film.len() - length);
    let told = |tail: &[u8]| {
        let file = [whole, tail].concat();
        indexed(&stored(&[("v.ismv", file)]), "v.ismv.ism").map(|(_, warnings)| warnings)
    };
    let warning = |at: usize, length: usize| {
        format!(
            "v.ismv ends in {length} bytes that are no box, from {at} on, and are passed over: if it was cut short, upload it again"
        )
    };
    assert_eq!(told(table), Ok(vec![]));
    assert_eq!(told(&[table, &boxed(b"free", &[7; 9])].concat()), Ok(vec![]));
    assert_eq!(told(&table[..50]), Ok(vec![warning(whole.len(), 50)]));
    let end = whole.len() + table.len();
    assert_eq!(told(&[table, b"padding"].concat()), Ok(vec![warning(end, 7)]));
    for lost in [&b"\0\0\x01\0moof"[..], b"\0\0\x01\0styp", b"\0\0\x01", b"padding of a kind"] {
        assert!(told(lost).is_err(), "a fragment may have begun there: {lost:?}");
    }
}

#[test]
fn fragments_of_an_entry_that_is_coded_otherwise_are_warned_of() {
    let clear = Track::video(1).entry;
    let protected = protected_entry(&clear, (b"encv", b"avc1"), b"cenc", [7; 16]);
    let larger = visual_entry(b"avc1", 1280, 720, &clear[86..]);
    let warnings = |other: &[u8], first| {
        let file = of_two_entries(other, first);
        indexed(&stored(&[("v.ismv", file)]), "v.ismv.ism").unwrap().1
    };
    assert!(warnings(&larger, 1).is_empty());
    let [warning] = warnings(&larger, 2).try_into().unwrap();
    assert!(warning.starts_with("track 1 of v.ismv has fragments of a further sample entry"));
    for first in [1, 2] {
        assert!(warnings(&protected, first).is_empty(), "the same, protected");
    }
}

#[track_caller]
fn ends(text: &str, end: &str) {
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn what_cannot_be_served_is_dropped_where_there_is_other_audio() {
    let (stores, why) = (usual(), "it is MP3, which no browser plays in MP4");
    for mp3 in [MP3, "<audio src='mp3.isma'><param name='trackID' value='1'/></audio>"] {
        let (kinds, warnings) = named(&stores, &[VIDEO, mp3, AAC].concat()).unwrap();
        assert_eq!(kinds, [StreamKind::Video, StreamKind::Audio]);
        let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
        assert!(warning.starts_with("mp3.isma is served without a track, track 1: "), "{warning}");
        ends(warning, why);
        let error = named(&stores, &[VIDEO, mp3].concat()).unwrap_err();
        assert!(error.starts_with("mp3.isma: track 1: box 'mp4a' at "), "{error}");
        ends(&error, why);
    }
}

#[test]
fn a_text_file_that_is_not_there_is_done_without() {
    let stores = usual();
    let captions = "<textstream src='c.vtt' systemLanguage='eng'/>";
    let warning = "a.ism names c.vtt, which is not there: it is served without that text";
    assert_eq!(
        named(&stores, &[VIDEO, captions, AAC].concat()),
        Ok((vec![StreamKind::Video, StreamKind::Audio], vec![warning.to_owned()]))
    );
    let gone = |src: &str| Err(format!("a.ism names {src}, which is not there"));
    assert_eq!(named(&stores, captions), gone("c.vtt"), "nothing else is left");
    assert_eq!(named(&stores, &[VIDEO, "<audio src='b.isma'/>"].concat()), gone("b.isma"));
    assert_eq!(named(&stores, &[VIDEO, "<ref src='b.isma'/>"].concat()), gone("b.isma"));
}

#[test]
fn a_text_file_that_cannot_be_read_is_done_without() {
    let captions = |src: &str| format!("<textstream src='{src}' systemLanguage='eng'/>");
    let many = format!("WEBVTT\n\n{}", "00:00.000 --> 00:09.000\nx\n\n".repeat(1001));
    for (src, file, why) in [
        ("c.vtt", &b""[..], "c.vtt, line 1: it is empty"),
        ("c.srt", b"\xef\xbb\xbf\r\n", "c.srt, line 1: it is empty"),
        ("c.ttml", b"", "c.ttml, line 1: it is empty"),
        ("c.vtt", b"hello", "c.vtt, line 1: WebVTT begins with WEBVTT"),
        ("c.vtt", b"WEBVTT\n\ncaf\xe9\0", "c.vtt, line 3: it is not UTF-8; save it as UTF-8"),
        (
            "c.xml",
            b"<tt><body></tt>",
            "c.xml, line 1: ill-formed document: expected `</body>`, but `</tt>` was found",
        ),
        (
            "c.vtt",
            &vec![b' '; (4 << 20) + 1],
            "c.vtt has 4194305 bytes, and a file of its kind may have 4194304",
        ),
        (
            "c.vtt",
            many.as_bytes(),
            "c.vtt: more than 1000 cues are shown in the chunk at 0.000 s (0 ticks of 1/10000000 s)",
        ),
    ] {
        let stores = usual();
        stores.put_object(src, file);
        let warning = format!("a.ism is served without a text: {why}");
        let kinds = vec![StreamKind::Video, StreamKind::Audio];
        let indexed = named(&stores, &[VIDEO, &captions(src), AAC].concat());
        assert_eq!(indexed, Ok((kinds, vec![warning])));
    }
    for (file, why) in [
        (Vec::new(), "has no 'moov' box: not an MP4 or ISMV file, or its end is missing"),
        (
            b"no film".to_vec(),
            "is text, not MP4, whatever it is called: put the media file in its place",
        ),
    ] {
        let stores = usual();
        stores.put_object("c.ismt", &file);
        let warning = format!("a.ism is served without a text: c.ismt: {why}");
        let kinds = vec![StreamKind::Video, StreamKind::Audio];
        let indexed = named(&stores, &[VIDEO, &captions("c.ismt"), AAC].concat());
        assert_eq!(indexed, Ok((kinds, vec![warning])));
        let both = named(&stores, &[VIDEO, &captions("c.ismt"), "<audio src='c.ismt'/>"].concat());
        assert_eq!(both, Err(format!("c.ismt: {why}")), "it is not named for text alone");
    }
    let stores = usual();
    stores.put_object("c.vtt", b"");
    let alone = named(&stores, &captions("c.vtt")).unwrap_err();
    assert_eq!(alone, "c.vtt, line 1: it is empty", "nothing else is left");
    let as_video = named(&stores, &[VIDEO, "<video src='c.vtt'/>"].concat()).unwrap_err();
    assert_eq!(as_video, "c.vtt, line 1: it is empty", "it is not named for text");
}

#[test]
fn a_text_file_that_says_nothing_is_told_of() {
    for (file, why) in [
        ("WEBVTT\n", Some("it has no cues")),
        (
            "WEBVTT\n\n10:00:00.000 --> 10:00:01.000\na\n",
            Some("its one cue is shown before the start or behind the end of the presentation"),
        ),
        (
            "WEBVTT\n\n10:00:00.000 --> 10:00:01.000\na\n\n10:00:01.000 --> 10:00:02.000\nb\n",
            Some(
                "all of its 2 cues are shown before the start or behind the end of the presentation",
            ),
        ),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\na\n", None),
    ] {
        let stores = usual();
        stores.put_object("c.vtt", file.as_bytes());
        let warning = |why| format!("c.vtt is announced as a text that says nothing: {why}");
        let kinds = vec![StreamKind::Video, StreamKind::Text];
        let indexed = named(&stores, &[VIDEO, "<textstream src='c.vtt'/>"].concat());
        assert_eq!(indexed, Ok((kinds, why.map(warning).into_iter().collect())));
    }
}

#[test]
fn a_file_by_itself_and_a_composed_one_go_the_same_way() {
    let workshop = Workshop::new("warnings");
    workshop.film("aac.mp4", 2, 50, "100k");
    workshop.ffmpeg("-i aac.mp4 -map 0 -map 0:a -c copy -c:a:1 libmp3lame two.mp4");
    workshop.ffmpeg("-i aac.mp4 -c:v copy -c:a libmp3lame only.mp4");
    let stores = stored(&["two.mp4", "only.mp4"].map(|it| (it, workshop.read(it))));
    let why = "it is MP3, which no browser plays in MP4";

    let (kinds, warnings) = indexed(&stores, "two.mp4.ism").unwrap();
    assert_eq!((kinds.len(), warnings.len()), (2, 1), "{warnings:?}");
    ends(&warnings[0], why);
    ends(&indexed(&stores, "only.mp4.ism").unwrap_err(), why);

    let compose = |files: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
        let command = command.current_dir(workshop.path("")).arg("compose").args(files);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = compose(&["two.mp4"]);
    assert_eq!((code, said.lines().count()), (Some(0), 1), "{said}");
    assert!(said.starts_with("warning: two.mp4 is served without a track, track 3: "), "{said}");
    let (code, said) = compose(&["only.mp4"]);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    ends(said.trim_end(), why);
}
