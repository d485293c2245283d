//! Fragmented files whose fragments cannot be handed on as they lie: they begin between keyframes.

use crate::media::{File, Piece, Track, boxed, sidx};
use crate::{scan, scan_by};
use millrace::scan::Way;

const TWO_SECONDS: u64 = 20_000_000;
const MEDIA: u64 = 10_000;
const SYNC: u32 = 0x0200_0000;
const NON_SYNC: u32 = 0x0101_0000;

fn piece(track: u32, at: u64, first_flags: Option<u32>) -> Piece {
    Piece { first_flags, tfdt: Some(at * TWO_SECONDS), ..Piece::lasting(track, 20_000_000) }
}

/// Six fragments of video and of audio each, of which that of video at place `at` begins between
/// keyframes.
fn between(at: u64) -> File {
    let mut file = File::new(&[Track::video(1), Track::audio(2)]);
    for place in 0..6 {
        let flags = if place == at { NON_SYNC } else { SYNC };
        file.fragment(piece(1, place, Some(flags)), place * TWO_SECONDS, MEDIA);
        file.fragment(piece(2, place, Some(NON_SYNC)), place * TWO_SECONDS, MEDIA);
    }
    file
}

fn indexed_by_samples(file: &File, why: &str) {
    let error = scan(file).0.unwrap_err().to_string();
    assert_eq!(error, format!("{why}, so it has to be indexed by its samples"));
    let [video] = scan_by(Way::Samples, file).0.unwrap().try_into().unwrap();
    assert_eq!(video.samples().unwrap().iter().count(), 20);
}

/// A fragment of ten samples of 100 bytes.
fn sized(at: u64) -> Piece {
    Piece { sizes: vec![100; 10], ..piece(1, at, Some(SYNC)) }
}

#[test]
fn a_fragment_of_nothing_is_told() {
    let mut file = File::new(&[Track::video(1)]);
    file.fragment(sized(0), 0, 1000);
    let at = file.size();
    file.boxes(&Piece { tfdt: Some(TWO_SECONDS), ..Piece::of(1, 0) }.moof());
    file.mdat(0);
    file.fragment(sized(1), TWO_SECONDS, 1000);
    indexed_by_samples(&file, &format!("the fragment at {at} has no samples"));
}

#[test]
fn what_parts_a_moof_from_its_mdat_is_told() {
    for code in [b"free", b"skip", b"wide", b"uuid"] {
        let mut file = File::new(&[Track::video(1)]);
        file.fragment(sized(0), 0, 1000);
        let at = file.size();
        let between = boxed(code, &[7; 16]);
        let mut moof = sized(1).moof();
        // The data offset, behind the type, the flags and the count of the run.
        let place = moof.windows(4).position(|it| it == b"trun").unwrap() + 15;
        moof[place] += u8::try_from(between.len()).unwrap();
        file.boxes(&moof);
        file.boxes(&between);
        file.mdat(1000);
        let kind = str::from_utf8(code).unwrap();
        indexed_by_samples(
            &file,
            &format!("the fragment at {at} has a '{kind}' before its 'mdat'"),
        );
    }
}

fn says(file: &File, way: Way, time: &str) -> usize {
    let (scanned, reads) = scan_by(way, file);
    let error = scanned.unwrap_err().to_string();
    assert!(error.starts_with(&format!("track 1 at {time}: the fragment at ")), "{error}");
    let end = " begins between keyframes, so it has to be indexed by its samples";
    assert!(error.ends_with(end), "{error}");
    reads.len()
}

#[test]
fn a_fragment_between_keyframes_is_seen_where_it_is_read() {
    for (at, time) in [(0, "0.000 s"), (1, "2.000 s"), (5, "10.000 s")] {
        let mut file = between(at);
        says(&file, Way::Tables, time);
        file.mfra();
        let reads = says(&file, Way::Tables, time);
        assert!(reads <= if at == 5 { 9 } else { 8 }, "{reads}");
        says(&file, Way::Boxes, time);
    }
    // Nobody looks at it, unless at every box.
    let mut file = between(3);
    file.mfra();
    assert_eq!(scan(&file).0.unwrap().len(), 2);
    says(&file, Way::Boxes, "6.000 s");
}

#[test]
fn audio_and_fragments_that_say_nothing_begin_with_keyframes() {
    let mut file = between(6);
    file.mfra();
    let (scanned, reads) = scan(&file);
    assert_eq!((scanned.unwrap().len(), reads.len()), (2, 7));
}

#[test]
fn what_fragments_do_not_say_the_track_does() {
    for (trex_flags, first_flags, is_fit) in [
        (NON_SYNC, None, false),
        (NON_SYNC, Some(SYNC), true),
        (SYNC, None, true),
        (SYNC, Some(NON_SYNC), false),
    ] {
        let mut file = File::new(&[Track { trex_flags, ..Track::video(1) }]);
        (0..3).for_each(|at| file.fragment(piece(1, at, first_flags), at * TWO_SECONDS, MEDIA));
        file.mfra();
        assert_eq!(scan(&file).0.is_ok(), is_fit, "{trex_flags:x} {first_flags:x?}");
    }
}

#[test]
fn a_segment_index_that_lists_no_access_point_is_looked_into() {
    let of = |word: u32, flags: u32| {
        let moof = piece(1, 0, Some(SYNC)).moof().len();
        let size = u32::try_from(moof + 8).unwrap() + u32::try_from(MEDIA).unwrap();
        let mut table = sidx(1, 10_000_000, 0, &[(size, 20_000_000); 6]);
        // Twelve bytes a reference, of which the last four say how it starts.
        let at = table.len() - 2 * 12 - 4;
        table[at..at + 4].copy_from_slice(&word.to_be_bytes());
        let mut file = File::new(&[Track::video(1)]);
        file.boxes(&table);
        for place in 0..6 {
            let flags = if place == 3 { flags } else { SYNC };
            file.fragment(piece(1, place, Some(flags)), 0, MEDIA);
        }
        file.boxes(&boxed(b"mfra", &[]));
        file
    };
    says(&of(0, NON_SYNC), Way::Tables, "6.000 s");
    let reads = |file: File| {
        let (scanned, reads) = scan(&file);
        scanned.unwrap();
        reads.len()
    };
    assert_eq!(reads(of(0, SYNC)), reads(of(0x9000_0000, NON_SYNC)) + 1);
}

#[test]
fn many_fragments_of_less_than_a_fifth_of_a_second_are_too_short() {
    let of = |count: u64, ticks: u32, listed: bool| {
        let mut file = File::new(&[Track { timescale: 48_000, ..Track::audio(1) }]);
        for at in 0..count {
            let time = at * u64::from(ticks);
            let piece = Piece { tfdt: Some(time), ..Piece::lasting(1, ticks) };
            file.fragment(piece, time, MEDIA);
        }
        if listed {
            file.mfra();
        }
        let (scanned, reads) = scan(&file);
        (scanned.map(|_| ()).map_err(|error| error.to_string()), reads.len())
    };
    let short =
        "track 1: its fragments last 21 ms on average, so it has to be indexed by its samples";
    let (error, reads) = of(500, 1024, true);
    assert_eq!((error, reads), (Err(short.to_owned()), 4));
    let (error, reads) = of(500, 1024, false);
    assert_eq!(error, Err(short.to_owned()));
    assert!(reads < 140, "{reads}");
    assert_eq!(of(500, 9600, true).0, Ok(()));
    assert_eq!(of(40, 1024, true).0, Ok(()), "a few do no harm");
}
