//! How many frames a second a scan finds, of all that it reads anyway.

use crate::media::{File, MoovPlace, Piece, PlainSample, Track, plain};
use crate::{scan, scan_by};
use millrace::index::Format;
use millrace::scan::{ScannedTrack, Way};

/// The frame rate of each track.
fn rates(tracks: &[ScannedTrack]) -> Vec<String> {
    let rate = |track: &ScannedTrack| match &track.format {
        Format::Video(video) => video.frame_rate.map_or("unknown".into(), |rate| rate.to_string()),
        Format::Audio(_) | Format::Text(_) => "none".into(),
    };
    tracks.iter().map(rate).collect()
}

/// A file of two fragments of `piece` for each of these tracks.
fn fragmented(tracks: &[Track], piece: impl Fn(u32, u64) -> Piece) -> File {
    let mut file = File::new(tracks);
    for at in 0..2u64 {
        for track in tracks {
            file.fragment(piece(track.id, at), at * 20_000_000, 1000);
        }
    }
    file.mfra();
    file
}

#[test]
fn the_first_fragment_tells() {
    let piece = |track, at: u64| Piece {
        tfxd: Some((at * 20_000_000, 20_000_000)),
        // The second fragment has half as many.
        durations: vec![[333_333, 666_667][usize::try_from(at).unwrap()]; 40],
        ..Piece::of(track, 40)
    };
    let file = fragmented(&[Track::video(1), Track::audio(2)], piece);
    for way in [Way::Tables, Way::Boxes] {
        assert_eq!(rates(&scan_by(way, &file).0.unwrap()), ["30", "none"]);
    }
}

#[test]
fn defaults_tell_too_and_a_count_is_not_believed() {
    let of = |samples, trex_duration, default_duration| {
        let track = Track { trex_duration, ..Track::video(1) };
        let file = fragmented(&[track], |track, at| Piece {
            tfxd: Some((at * 20_000_000, 20_000_000)),
            default_duration,
            ..Piece::of(track, samples)
        });
        rates(&scan(&file).0.unwrap())
    };
    assert_eq!(of(50, 0, Some(400_000)), ["25"]);
    assert_eq!(of(50, 166_667, None), ["60"]);
    assert_eq!(of(50, 0, None), ["unknown"]);
    assert_eq!(of(u32::MAX, 400_000, None), ["25"]);
}

#[test]
fn all_samples_of_a_plain_file_tell_but_the_last() {
    let track = Track { timescale: 30_000, ..Track::video(1) };
    let mut samples = vec![PlainSample::of(100, 1001); 60];
    samples[59].duration = 1;
    let file = plain(MoovPlace::First, &[(track.clone(), samples.clone())], 10);
    assert_eq!(rates(&scan(&file).0.unwrap()), ["30000/1001"]);
    // For two seconds there are twice as many.
    samples.splice(10..10, vec![PlainSample::of(100, 500); 120]);
    let file = plain(MoovPlace::First, &[(track.clone(), samples)], 10);
    assert_eq!(rates(&scan(&file).0.unwrap()), ["60"]);
    let one = plain(MoovPlace::First, &[(track, vec![PlainSample::of(1, 3000)])], 1);
    assert_eq!(rates(&scan(&one).0.unwrap()), ["10"]);
}
