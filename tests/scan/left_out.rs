//! Tracks that are not served: those that nobody plays spoil nothing, and of the others it is said why.

use crate::find_with;
use crate::media::{
    File, MoovPlace, Piece, PlainSample, Track, audio_entry, boxed, esds, moov, plain, visual_entry,
};
use millrace::scan::{Scanned, Way};

fn found(file: &File) -> Scanned {
    let read = |range: millrace::base::range::ByteRange| file.read(range.start(), range.end());
    find_with(file.size(), Way::Tables, read).0.unwrap()
}

/// Which tracks are served, and of those left out which they are, whether damaged, and why.
fn told(file: &File) -> (Vec<u32>, Vec<String>) {
    let Scanned { tracks, left_out } = found(file);
    let left_out = left_out.iter().map(|left| {
        let (_, problem) = left.why.to_string().rsplit_once(": ").map_or_else(
            || panic!("{}", left.why),
            |(before, problem)| (before.to_owned(), problem.to_owned()),
        );
        let kind = left.kind.map_or("unknown", |kind| kind.as_str());
        let damage = if left.is_damaged { ", damaged" } else { "" };
        format!("{} {kind}{damage}: {problem}", left.track_id)
    });
    (tracks.iter().map(|track| track.track_id).collect(), left_out.collect())
}

/// A file of this video and these others, of which each has as many seconds in as many fragments.
fn fragmented(others: &[Track]) -> File {
    let tracks = [&[Track::video(1)], others].concat();
    let mut file = File::new(&tracks);
    for at in 0..3 {
        for track in &tracks {
            let tfxd = Some((at * 20_000_000, 20_000_000));
            let piece = Piece { tfxd, ..Piece::lasting(track.id, 20_000_000) };
            file.fragment(piece, at * 20_000_000, 100);
        }
    }
    file.mfra();
    file
}

fn progressive(others: &[Track]) -> File {
    let samples = || vec![PlainSample::of(100, 10_000_000); 3];
    let tracks = [&[Track::video(1)], others].concat();
    let tracks: Vec<_> = tracks.into_iter().map(|track| (track, samples())).collect();
    plain(MoovPlace::Last, &tracks, 1)
}

#[test]
fn a_track_that_nobody_plays_spoils_nothing() {
    let empty = boxed(b"stsd", &[]);
    let of = |handler: &[u8; 4]| Track { handler: *handler, ..Track::audio(9) };
    let broken = [
        Track { timescale: 0, ..of(b"meta") },
        Track { entry: Vec::new(), ..of(b"data") },
        Track { entry: empty, ..of(b"tmcd") },
        Track { entry: vec![0xff; 7], ..of(b"hint") },
        Track { elst: vec![9; 30], reference: Vec::new(), ..of(b"meta") },
        Track { id: 1, ..of(b"meta") },
    ];
    for track in broken {
        let handler = String::from_utf8_lossy(&track.handler).into_owned();
        if track.id != 1 {
            assert_eq!(
                told(&fragmented(std::slice::from_ref(&track))),
                (vec![1], vec![]),
                "{handler}"
            );
        }
        assert_eq!(told(&progressive(&[track])), (vec![1], vec![]), "{handler}");
    }
}

#[test]
fn chapters_are_played_by_nobody() {
    let chapters = Track { handler: *b"text", entry: boxed(b"text", &[0; 60]), ..Track::video(3) };
    let thumbnails = Track { entry: visual_entry(b"jpeg", 60, 60, &[]), ..Track::video(4) };
    let audio = Track { chapters: vec![3, 4], ..Track::audio(2) };
    let broken = Track { timescale: 0, ..chapters.clone() };
    for chapters in [chapters, broken] {
        let others = [audio.clone(), chapters, thumbnails.clone()];
        assert_eq!(told(&fragmented(&others)), (vec![1, 2], vec![]));
        assert_eq!(told(&progressive(&others)), (vec![1, 2], vec![]));
    }
}

#[test]
fn what_cannot_be_served_is_left_out_and_told() {
    let mp3 = audio_entry(b"mp4a", 2, 48_000, &esds(0x6b, &[]));
    let foreign = Track { entry: mp3, ..Track::audio(2) };
    let nameless = Track { entry: visual_entry(b"xxxx", 60, 60, &[]), ..Track::video(3) };
    let timeless = Track { timescale: 0, ..Track::audio(4) };
    let others = [foreign, nameless, timeless];
    let why = [
        "4 audio, damaged: its timescale is zero",
        "2 audio: it is MP3, which no browser plays in MP4",
        "3 video: it is of no codec that can be served",
    ];
    let why: Vec<String> = why.map(str::to_owned).into();
    assert_eq!(told(&fragmented(&others)), (vec![1], why.clone()));
    assert_eq!(told(&progressive(&others)), (vec![1], why));
}

#[test]
fn samples_of_what_nobody_plays_make_no_file_progressive() {
    let timecode = Track { handler: *b"tmcd", samples: 1, ..Track::audio(9) };
    assert_eq!(told(&fragmented(&[timecode])), (vec![1], vec![]));
}

#[test]
fn a_file_of_nothing_that_can_be_served_is_not_walked() {
    let unknown = Track { entry: visual_entry(b"xxxx", 60, 60, &[]), ..Track::video(1) };
    let mut file = File::default();
    file.boxes(&moov(&[unknown]));
    for at in 0..500 {
        file.fragment(Piece { tfdt: Some(at), ..Piece::lasting(1, 10) }, 0, 100_000);
    }
    let read = |range: millrace::base::range::ByteRange| file.read(range.start(), range.end());
    let (found, reads) = find_with(file.size(), Way::Tables, read);
    assert_eq!(found.unwrap().left_out.len(), 1);
    assert!(reads.len() < 4, "{reads:?}");
}
