//! What a fragment costs in the index, of a two-hour presentation through the files it would lie in;
//! and what a sample of a progressive MP4 does.

#![allow(clippy::panic, clippy::unwrap_used)]

mod ffmpeg;
mod media;
mod memory;

use ffmpeg::Workshop;
use media::{File, Piece, Track};
use memory::Memory;
use millrace::index::{Index, Page};
use millrace::library::build::{Limits, Rules, build};
use millrace::scan::Way;
use std::fmt::Write;

const CHUNKS: u64 = 3600;
const VIDEO_RATES: [u64; 8] =
    [300_000, 500_000, 800_000, 1_200_000, 2_000_000, 3_000_000, 5_000_000, 8_000_000];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % bound
    }

    /// Bytes of two seconds of video, from a still picture's tenth to a storm's double.
    fn video(&mut self, rate: u64) -> u64 {
        let usual = rate / 4;
        usual / 10 + self.below(usual * 19 / 10)
    }

    /// Bytes of two seconds of audio, which vary little.
    fn audio(&mut self, rate: u64) -> u64 {
        rate / 4 + self.below(rate / 32)
    }
}

/// When the audio's chunk at place `at` starts: whole frames of 1024 samples at 48 kHz.
fn audio_start(at: u64) -> u64 {
    let frames = (at * 2 * 48_000).div_ceil(1024);
    frames * 1024 * 10_000_000 / 48_000
}

fn video_piece(at: u64) -> (Piece, u64) {
    let start = at * 20_000_000;
    (Piece { tfxd: Some((start, 20_000_000)), ..Piece::lasting(1, 20_000_000) }, start)
}

fn audio_piece(track: u32, at: u64) -> (Piece, u64) {
    let (start, end) = (audio_start(at), audio_start(at + 1));
    let duration = u32::try_from(end - start).unwrap();
    (Piece { tfxd: Some((start, end - start)), ..Piece::lasting(track, duration) }, start)
}

/// Builds the index of `files`, and gives it with its stored size by fragment.
fn built(files: Vec<(String, File)>, entries: &str) -> (Index, f64) {
    let stores = Memory::default();
    let ism = format!("<smil><body><switch>{entries}</switch></body></smil>");
    stores.put_object("a.ism", ism.as_bytes());
    for (name, file) in files {
        stores.put_file(&name, file);
    }
    let index = pollster::block_on(build(
        &stores,
        "a.ism",
        &Limits::REQUEST,
        Way::Tables,
        Rules::default(),
    ));
    let index = index.unwrap().unwrap().bundle.index;
    let fragments: usize =
        index.streams.iter().flat_map(|it| &it.tracks).map(|it| it.media.len()).sum();
    assert_eq!(u64::try_from(fragments).unwrap(), 10 * CHUNKS);
    let size = u32::try_from(index.encode().len()).unwrap();
    (index, f64::from(size) / f64::from(u32::try_from(fragments).unwrap()))
}

#[test]
fn three_bytes_where_each_track_has_a_file() {
    let mut dice = Dice(1);
    let (mut files, mut entries) = (Vec::new(), String::new());
    for rate in VIDEO_RATES {
        let mut file = File::new(&[Track::video(1)]);
        for at in 0..CHUNKS {
            let (piece, start) = video_piece(at);
            file.fragment(piece, start, dice.video(rate));
        }
        file.mfra();
        let _ = write!(entries, r#"<video src="v{rate}.ismv" systemBitrate="{rate}"/>"#);
        files.push((format!("v{rate}.ismv"), file));
    }
    for (rate, language) in [(128_000, "eng"), (64_000, "deu")] {
        let mut file = File::new(&[Track::audio(1)]);
        for at in 0..CHUNKS {
            let (piece, start) = audio_piece(1, at);
            file.fragment(piece, start, dice.audio(rate));
        }
        file.mfra();
        let _ = write!(
            entries,
            r#"<audio src="{language}.isma" systemBitrate="{rate}" systemLanguage="{language}"/>"#
        );
        files.push((format!("{language}.isma"), file));
    }
    let (index, bytes) = built(files, &entries);
    assert!(bytes <= 3.0, "{bytes} bytes a fragment");
    assert_eq!(Index::decode(&index.encode()), Ok(index));
}

#[test]
fn six_bytes_where_tracks_are_interleaved() {
    let mut dice = Dice(2);
    let (mut files, mut entries) = (Vec::new(), String::new());
    for rate in [500_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000] {
        let mut file = File::new(&[Track::video(1), Track::audio(2)]);
        for at in 0..CHUNKS {
            let (piece, start) = video_piece(at);
            file.fragment(piece, start, dice.video(rate));
            let (piece, start) = audio_piece(2, at);
            file.fragment(piece, start, dice.audio(128_000));
        }
        file.mfra();
        let _ = write!(entries, r#"<video src="{rate}.ismv" systemBitrate="{rate}"/>"#);
        let _ = write!(entries, r#"<audio src="{rate}.ismv" systemBitrate="{}"/>"#, 128_000 + rate);
        files.push((format!("{rate}.ismv"), file));
    }
    let (_, bytes) = built(files, &entries);
    assert!(bytes <= 6.0, "{bytes} bytes a fragment");
}

#[test]
fn four_bytes_a_sample_of_plain_files() {
    let workshop = Workshop::new("index-size");
    workshop.film("a.mp4", 120, 50, "600k");
    let stores = Memory::default();
    stores.put_object("a.mp4", &workshop.read("a.mp4"));
    stores
        .put_object("a.ism", b"<smil><body><video src='a.mp4'/><audio src='a.mp4'/></body></smil>");
    let built = build(&stores, "a.ism", &Limits::REQUEST, Way::Tables, Rules::default());
    let bundle = pollster::block_on(built).unwrap().unwrap().bundle;
    let mut samples = 0;
    for (entry, page) in bundle.index.pages().zip(&bundle.pages) {
        let page = Page::decode(&page.value, entry.digest).unwrap();
        let fragments = (0..page.len()).map(|at| page.fragment(at).unwrap());
        samples += fragments.map(|fragment| fragment.samples.len()).sum::<usize>();
    }
    // All frames of video; and of the audio all frames but the one that encoding begins with.
    assert!((3000 + 5620..3000 + 5630).contains(&samples), "{samples} samples");
    let bytes = bundle.encode().len();
    assert!(bytes <= 4 * samples, "{bytes} bytes of {samples} samples");
}
