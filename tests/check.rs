//! Files that are handed over together: what is found of each, and of all.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod ffmpeg;
mod media;
mod memory;

use ffmpeg::Workshop;
use memory::{Call, Memory};
use millrace::assemble::Cuts;
use millrace::check::handed;
use millrace::ism::ServerManifest;
use serde_json::{Value, json};
use std::cell::RefCell;

const ISM: &str = "<smil><body><switch><video src='film.mp4'/><audio src='film.mp4'/>\
                   <textstream src='film.en.vtt'/></switch></body></smil>";
const VTT: &str = "WEBVTT\n\n00:01.000 --> 00:02.000\nWater\n";

/// What is told of files with these names and contents.
fn told(files: &[(&str, &[u8])]) -> Vec<Value> {
    let stores = Memory::default();
    for (name, bytes) in files {
        stores.put_object(name, bytes);
    }
    let names: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    let told = RefCell::new(Vec::new());
    let tell = |value: &Value| told.borrow_mut().push(value.clone());
    pollster::block_on(handed(&stores, &names, Cuts::default(), &tell));
    told.into_inner()
}

fn film(name: &str) -> (Workshop, Vec<u8>) {
    let workshop = Workshop::new(name);
    workshop.film("film.mp4", 6, 50, "200k");
    let bytes = std::fs::read(workshop.path("film.mp4")).unwrap();
    (workshop, bytes)
}

#[test]
fn a_presentation_takes_its_files_and_leaves_the_others() {
    let (_workshop, film) = film("handed-presentation");
    let files: [(&str, &[u8]); 4] = [
        ("a/film.mp4", &film),
        ("a/film.ism", ISM.as_bytes()),
        ("film.mp4", &film),
        ("a/film.en.vtt", VTT.as_bytes()),
    ];
    let told = told(&files);
    assert_eq!(told.len(), 2, "{told:#?}");
    let presentation = &told[0];
    assert_eq!(presentation["presentation"], "a/film.ism");
    assert_eq!(presentation["verdict"], "can be served, from its samples");
    assert_eq!(presentation["missing"], json!([]));
    assert_eq!(presentation["sources"][1]["bytes"], film.len());
    let tracks = presentation["tracks"].as_array().unwrap();
    let sources: Vec<_> = tracks.iter().map(|track| track["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["a/film.mp4", "a/film.mp4", "a/film.en.vtt"]);
    let chunks = json!({ "count": 3, "shortest_ms": 2000, "longest_ms": 2000 });
    assert_eq!(tracks[0]["chunks"], chunks);
    assert_eq!((&told[1]["file"], &told[1]["served"]), (&json!("film.mp4"), &json!(true)));
}

#[test]
fn captions_in_an_old_coding_are_guessed_at_and_that_is_told() {
    let (_workshop, film) = film("handed-western");
    let latin = b"WEBVTT\n\n00:01.000 --> 00:02.000\nCaf\xe9\n";
    let warning = "film.en.vtt is not UTF-8, and is read as Windows-1252, in which its letters may be wrong: save it as \
                   UTF-8 (iconv -f WINDOWS-1252 -t UTF-8, if that is what it is in)";
    let files: [(&str, &[u8]); 3] =
        [("film.ism", ISM.as_bytes()), ("film.mp4", &film), ("film.en.vtt", latin)];
    for handed in [&files[..], &files[2..]] {
        let [told] = told(handed).try_into().unwrap();
        assert_eq!((&told["served"], &told["warnings"]), (&json!(true), &json!([warning])));
    }
}

#[test]
fn captions_that_cannot_be_read_spoil_nothing_and_are_told_how_to_be_mended() {
    let (_workshop, film) = film("handed-captions");
    let russian =
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xcf\xf0\xe8\xe2\xe5\xf2, \xcf\xb8\xf2\xf0!\n";
    let told = told(&[("film.ism", ISM.as_bytes()), ("film.mp4", &film), ("film.en.vtt", russian)]);
    let [presentation, captions] = told.try_into().unwrap();
    assert_eq!(presentation["verdict"], "can be served, from its samples");
    let warning =
        "film.ism is served without a text: film.en.vtt, line 4: it is not UTF-8; save it as UTF-8";
    assert_eq!(presentation["warnings"], json!([warning]));
    assert_eq!((&captions["file"], &captions["served"]), (&json!("film.en.vtt"), &json!(false)));
    let mend = "iconv -f CODING -t UTF-8 film.en.vtt > mended.film.en.vtt";
    assert_eq!(captions["refused"]["mend"], mend);
}

#[test]
fn all_that_is_missing_is_named_and_what_is_there_is_looked_at() {
    let (_workshop, film) = film("handed-missing");
    let ism = ISM.replace("audio src='film.mp4'", "audio src='film.isma'");
    let none = told(&[("x.ism", ism.as_bytes())]);
    assert_eq!(none[0]["missing"], json!(["film.mp4", "film.isma"]));
    let why = "x.ism names film.mp4, film.isma, which are not here";
    assert_eq!(none[0]["refused"]["why"], why);
    let one = told(&[("x.ism", ism.as_bytes()), ("film.mp4", &film)]);
    assert_eq!(one[0]["missing"], json!(["film.isma"]), "captions are done without");
    assert_eq!((&one[1]["file"], &one[1]["served"]), (&json!("film.mp4"), &json!(true)));
    let broken = told(&[("x.ism", b"<smil>")]);
    assert!(broken[0]["refused"]["why"].as_str().unwrap().starts_with("x.ism: "), "{broken:?}");
    let client = told(&[("x.ismc", b"<SmoothStreamingMedia/>")]);
    assert!(client[0]["error"].as_str().unwrap().contains("hand over the .ism"), "{client:?}");
}

#[test]
fn no_more_is_read_than_an_index_takes() {
    let workshop = Workshop::new("handed-long");
    workshop.film("film.mp4", 120, 50, "400k");
    workshop.ffmpeg("-i film.mp4 -c copy -f ismv film.ismv");
    let (stores, told) = (Memory::default(), RefCell::new(Vec::new()));
    let film = workshop.read("film.ismv");
    stores.put_object("film.ismv", &film);
    let tell = |value: &Value| told.borrow_mut().push(value["served"] == true);
    let names = ["film.ismv".to_owned()];
    pollster::block_on(handed(&stores, &names, Cuts::default(), &tell));
    assert_eq!(told.into_inner(), [true]);
    let lengths = stores.calls().into_iter().map(|call| match call {
        Call::Read(_, range) => usize::try_from(range.length()).unwrap(),
        _ => 0,
    });
    let read: usize = lengths.sum();
    assert!(read < film.len() / 20, "{read} of {} bytes", film.len());
}

#[test]
fn nothing_is_read_twice() {
    let workshop = Workshop::new("handed-once");
    workshop.film("film.mp4", 6, 50, "200k");
    workshop.ffmpeg("-i film.mp4 -c copy -f ismv film.ismv");
    let (mp4, ismv) = (workshop.read("film.mp4"), workshop.read("film.ismv"));
    let moov = mp4.windows(4).position(|code| code == b"moov").unwrap();
    for (bytes, is_served) in [(&mp4[..], true), (&ismv[..], true), (&mp4[..moov - 4], false)] {
        let (stores, told) = (Memory::default(), RefCell::new(Vec::new()));
        stores.put_object("film.mp4", bytes);
        let tell = |value: &Value| told.borrow_mut().push(value["served"] == true);
        pollster::block_on(handed(&stores, &["film.mp4".to_owned()], Cuts::default(), &tell));
        assert_eq!(told.into_inner(), [is_served]);
        let mut read = Vec::new();
        for call in stores.calls() {
            assert!(!read.contains(&call), "{call:?} of {read:?}");
            read.push(call);
        }
    }
}

#[test]
fn what_is_no_media_is_refused_by_itself() {
    let (_workshop, film) = film("handed-broken");
    let cut = &film[..film.len() / 2];
    let told = told(&[("a.jpg", b"\xff\xd8\xff\xe0 JFIF"), ("b.mp4", cut), ("c.mp4", b"")]);
    let why = |at: usize| told[at]["refused"]["why"].as_str().unwrap();
    assert!(why(0).starts_with("it is no MP4, by its first bytes"), "{}", why(0));
    assert!(why(1).contains("b.mp4"), "{}", why(1));
    assert!(why(2).contains("has no 'moov' box"), "{}", why(2));
    assert_eq!(told.len(), 3);
}

#[test]
fn levels_without_a_manifest_are_given_one() {
    let (workshop, film) = film("handed-together");
    workshop.film("low.mp4", 6, 50, "60k");
    let low = std::fs::read(workshop.path("low.mp4")).unwrap();
    let files: [(&str, &[u8]); 3] =
        [("film.mp4", &film), ("low.mp4", &low), ("film.en.vtt", VTT.as_bytes())];
    let both = told(&files);
    let together = both.last().unwrap();
    assert_eq!(together["together"], json!(["film.mp4", "low.mp4", "film.en.vtt"]));
    assert_eq!(together["served"], true, "{together:#}");
    let manifest = together["manifest"].as_str().unwrap();
    let manifest = ServerManifest::parse(manifest.as_bytes()).unwrap();
    assert_eq!(manifest.media, ["film.mp4", "low.mp4", "film.en.vtt"]);
    workshop.film("other.mp4", 6, 37, "60k");
    let other = std::fs::read(workshop.path("other.mp4")).unwrap();
    let apart = told(&[("film.mp4", &film), ("other.mp4", &other)]);
    assert_eq!(apart.last().unwrap()["served"], false, "their keyframes do not line up");
}
