//! `millrace compose`, as it is run: what it writes is read back, and indexed.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod ffmpeg;
mod media;

use ffmpeg::Workshop;
use media::{File, Piece, Track, text_entry};
use millrace::index::{Bundle, StreamKind};
use millrace::ism::ServerManifest;
use std::process::{Command, Output};

fn millrace(workshop: &Workshop, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
    command.current_dir(workshop.path("")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A line a track: kind, file, `trackID`, name, language.
fn lines(manifest: &ServerManifest) -> Vec<String> {
    let line = |entry: &millrace::ism::Entry| {
        let kind = entry.kind.map_or("ref", StreamKind::as_str);
        let (id, file) = (entry.track_id.unwrap(), &manifest.media[entry.media]);
        let name = entry.name.as_deref().unwrap();
        format!("{kind} {file} #{id} {name} {}", entry.language.as_deref().unwrap_or("-"))
    };
    manifest.tracks.iter().map(line).collect()
}

#[test]
fn what_it_writes_can_be_read_and_indexed() {
    let workshop = Workshop::new("compose");
    workshop.film("high.mp4", 5, 50, "900k");
    std::fs::rename(workshop.path("high.mp4"), workshop.path("high 100%.mp4")).unwrap();
    workshop.film("low.mp4", 5, 50, "100k");
    // In German, twice: the second is a commentary. And fragmented.
    workshop.ffmpeg(
        "-i low.mp4 -map 0:a -map 0:a -c copy -metadata:s:a language=deu \
         -f ismv other.isma",
    );
    let files = ["high 100%.mp4", "low.mp4", "other.isma"];
    let output = millrace(&workshop, &[&["compose"], &files[..]].concat());
    assert_eq!((said(&output).as_str(), output.status.code()), ("", Some(0)));
    let manifest = ServerManifest::parse(&output.stdout).unwrap();
    assert_eq!(
        lines(&manifest),
        [
            "video high 100%.mp4 #1 video -",
            "video low.mp4 #1 video -",
            "audio low.mp4 #2 audio_eng eng",
            "audio other.isma #1 audio_deu deu",
            "audio other.isma #2 audio_deu_2 deu",
        ]
    );
    let bitrates: Vec<_> = manifest.tracks.iter().map(|entry| entry.bitrate.unwrap()).collect();
    assert!((400_000..950_000).contains(&bitrates[0]), "{bitrates:?}");
    assert!((50_000..200_000).contains(&bitrates[1]), "{bitrates:?}");
    assert!((60_000..70_000).contains(&bitrates[2]), "{bitrates:?}");

    workshop.write("film.ism", std::str::from_utf8(&output.stdout).unwrap());
    let output = millrace(&workshop, &["index", "film.ism"]);
    assert_eq!((said(&output).as_str(), output.status.code()), ("", Some(0)));
    let indexed = String::from_utf8(output.stdout).unwrap();
    // Below each stream, its levels stand one step further in.
    let streams = indexed.lines().skip(1).filter(|line| !line.starts_with("    "));
    let names = streams.map(|line| line.split_whitespace().next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["video", "audio_eng", "audio_deu", "audio_deu_2"]);
}

#[test]
fn sound_by_itself_comes_in_levels_and_every_text_is_a_stream() {
    let workshop = Workshop::new("compose-kinds");
    workshop.film("a.mp4", 3, 50, "100k");
    workshop.ffmpeg("-i a.mp4 -vn -c:a aac -b:a 96k sound_96.m4a");
    workshop.ffmpeg("-i a.mp4 -vn -c:a aac -b:a 32k sound_32.m4a");
    for (name, language) in [("eng.ismt", b"eng"), ("again.ismt", b"eng"), ("none.ismt", b"und")] {
        let entry = text_entry(b"stpp");
        let track = Track { handler: *b"text", entry, language: *language, ..Track::video(1) };
        let mut file = File::new(&[track]);
        file.fragment(Piece { tfdt: Some(0), ..Piece::lasting(1, 20_000_000) }, 0, 100);
        std::fs::write(workshop.path(name), file.bytes()).unwrap();
    }
    let files = ["a.mp4", "sound_96.m4a", "sound_32.m4a", "eng.ismt", "again.ismt", "none.ismt"];
    let output = millrace(&workshop, &[&["compose"], &files[..]].concat());
    assert_eq!((said(&output).as_str(), output.status.code()), ("", Some(0)));
    let manifest = ServerManifest::parse(&output.stdout).unwrap();
    assert_eq!(
        lines(&manifest),
        [
            "video a.mp4 #1 video -",
            "audio sound_96.m4a #1 audio_eng eng",
            "audio sound_32.m4a #1 audio_eng eng",
            "text eng.ismt #1 textstream_eng eng",
            "text again.ismt #1 textstream_eng_2 eng",
            "text none.ismt #1 textstream -",
        ]
    );
    assert!(manifest.tracks[3..].iter().all(|entry| entry.subtype.as_deref() == Some("SUBT")));
}

#[test]
fn captions_in_text_files_are_streams_in_the_language_of_their_names() {
    let workshop = Workshop::new("compose-captions");
    workshop.film("film.mp4", 5, 50, "100k");
    for name in ["film.en.vtt", "captions.vtt"] {
        workshop.write(name, "WEBVTT\n\n00:01.000 --> 00:03.000\nHello\n");
    }
    // A file that is named twice is meant once.
    let files = ["film.mp4", "film.en.vtt", "captions.vtt", "./film.en.vtt", "film.mp4"];
    let output = millrace(&workshop, &[&["compose"], &files[..]].concat());
    assert_eq!((said(&output).as_str(), output.status.code()), ("", Some(0)));
    let manifest = ServerManifest::parse(&output.stdout).unwrap();
    assert_eq!(
        lines(&manifest),
        [
            "video film.mp4 #1 video -",
            "audio film.mp4 #2 audio_eng eng",
            "text film.en.vtt #1 textstream_en en",
            "text captions.vtt #1 textstream -",
        ]
    );
    workshop.write("film.ism", std::str::from_utf8(&output.stdout).unwrap());
    let output = millrace(&workshop, &["index", "film.ism"]);
    assert_eq!((said(&output).as_str(), output.status.code()), ("", Some(0)));
    let bundle = Bundle::decode(&std::fs::read(workshop.path("film.index")).unwrap()).unwrap();
    let texts = bundle.index.streams.iter().filter(|stream| stream.kind == StreamKind::Text);
    let texts: Vec<_> = texts.map(|text| (text.name.as_str(), text.timeline.len())).collect();
    assert_eq!(texts, [("textstream_en", 3), ("textstream", 3)]);
}

#[test]
fn captions_that_cannot_be_read_are_left_out_unless_there_is_nothing_else() {
    let workshop = Workshop::new("compose-broken-captions");
    workshop.film("film.mp4", 3, 50, "100k");
    workshop.write("captions.vtt", "Hello");
    workshop.write("film.en.vtt", "WEBVTT\n\n00:01.000 --> 00:03.000\nHello\n");
    let why = "captions.vtt, line 1: WebVTT begins with WEBVTT\n";
    let files = ["captions.vtt", "film.mp4", "film.en.vtt"];
    let output = millrace(&workshop, &[&["compose"], &files[..]].concat());
    let warning = format!("warning: the server manifest is served without a text: {why}");
    assert_eq!((said(&output), output.status.code()), (warning, Some(0)));
    let manifest = ServerManifest::parse(&output.stdout).unwrap();
    assert_eq!(manifest.media, ["film.mp4", "film.en.vtt"]);

    let output = millrace(&workshop, &["compose", "captions.vtt"]);
    assert_eq!((said(&output), output.status.code()), (format!("millrace: {why}"), Some(1)));
    let output = millrace(&workshop, &["compose", "film.mp4", "gone.vtt"]);
    assert_eq!(output.status.code(), Some(1), "what is not there is a mistake");
}

#[test]
fn levels_that_do_not_line_up_are_warned_of() {
    let workshop = Workshop::new("compose-warns");
    workshop.film("a.mp4", 7, 50, "200k");
    workshop.film("b.mp4", 7, 75, "100k");
    let output = millrace(&workshop, &["compose", "a.mp4", "b.mp4", "--output", "film.ism"]);
    assert_eq!(
        said(&output).lines().next().unwrap(),
        "warning: track 1 of b.mp4 has no keyframe at 2.000 s (20000000 ticks of \
         1/10000000 s), where a chunk of track 1 of a.mp4 starts; encode all quality levels with the \
         same keyframes, or have them cut where all have one: --shared-cuts on the command line, \
         CUTS = \"shared\" at a deployment"
    );
    assert_eq!(output.status.code(), Some(0));
    let manifest = ServerManifest::parse(&workshop.read("film.ism")).unwrap();
    assert_eq!(manifest.media, ["a.mp4", "b.mp4"]);
    let shared = ["compose", "a.mp4", "b.mp4", "--output", "film.ism", "--shared-cuts"];
    assert_eq!(said(&millrace(&workshop, &shared)), "");
    assert_eq!(millrace(&workshop, &["index", "film.ism"]).status.code(), Some(1));
    let index = ["index", "film.ism", "--shared-cuts"];
    assert_eq!(millrace(&workshop, &index).status.code(), Some(0));
    let output = millrace(&workshop, &["index", "film.ism", "--chunk-ms", "100"]);
    assert!(said(&output).contains("it is not a number from 200 to 60000"), "{}", said(&output));
}

#[test]
fn what_cannot_be_named_is_refused() {
    let workshop = Workshop::new("compose-refuses");
    workshop.film("a.mp4", 1, 25, "100k");
    std::fs::create_dir(workshop.path("elsewhere")).unwrap();
    let output = millrace(&workshop, &["compose", "a.mp4", "-o", "elsewhere/film.ism"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("a.mp4 does not lie below"), "{}", said(&output));
    assert!(!workshop.path("elsewhere/film.ism").exists());
    workshop.write("text.mp4", "not a film");
    let output = millrace(&workshop, &["compose", "text.mp4"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("text.mp4"), "{}", said(&output));
}

#[test]
fn two_videos_of_one_file_are_not_levels_of_each_other() {
    let workshop = Workshop::new("compose-two");
    workshop.film("one.mp4", 3, 50, "200k");
    workshop.ffmpeg("-i one.mp4 -map 0:v -map 0:v -map 0:a -c copy two.mp4");
    let output = millrace(&workshop, &["compose", "two.mp4", "one.mp4"]);
    assert_eq!((said(&output).as_str(), output.status.code()), ("", Some(0)));
    assert_eq!(
        lines(&ServerManifest::parse(&output.stdout).unwrap()),
        [
            "video two.mp4 #1 video -",
            "video one.mp4 #1 video -",
            "video two.mp4 #2 video_2 -",
            "audio one.mp4 #2 audio_eng eng",
        ]
    );
}
