//! What cannot be served, and how that is said.

use crate::media::{File, Piece, Track, boxed, ftyp, moof, moov, moov_of, visual_entry};
use crate::scan_bytes;

fn timed(track: u32, time: u64) -> Piece {
    Piece { tfxd: Some((time, 20_000_000)), ..Piece::lasting(track, 20_000_000) }
}

fn one_fragment() -> File {
    let mut file = File::new(&[Track::video(1)]);
    file.fragment(timed(1, 0), 0, 100);
    file
}

#[track_caller]
fn refused(file: &File, why: &str) {
    let error = scan_bytes(&file.bytes()).0.unwrap_err().to_string();
    let digits = |text: &str| text.split(|c: char| c.is_ascii_digit()).collect::<Vec<_>>().concat();
    assert_eq!(digits(&error), digits(why), "offsets aside");
}

#[test]
fn files_without_samples() {
    let why = "has no samples: neither does its 'moov' list any, nor are there fragments";
    let mut file = File::new(&[Track::video(1)]);
    refused(&file, why);
    file.mdat(1000);
    refused(&file, why);
    let mut file = File::default();
    file.boxes(&moov_of(&[Track::video(1)], false));
    refused(&file, why);
}

#[test]
fn no_movie() {
    let mut file = File::default();
    refused(&file, "has no 'moov' box: not an MP4 or ISMV file, or its end is missing");
    file.boxes(&ftyp());
    file.mdat(1000);
    refused(&file, "has no 'moov' box: not an MP4 or ISMV file, or its end is missing");
    file.boxes(&timed(1, 0).moof());
    refused(&file, "box 'moof' at 1032: it has no 'moov' before it");
}

#[test]
fn a_track_twice_in_a_fragment() {
    let mut file = File::new(&[Track::video(1), Track::audio(2)]);
    file.boxes(&moof(&[timed(1, 0), timed(2, 0), timed(1, 20_000_000)]));
    file.mdat(100);
    let why = "the fragment at 999 has track 1 in more than one 'traf', so it has to be indexed by its \
               samples";
    refused(&file, why);
}

#[test]
fn unknown_codecs_and_tracks() {
    let mut file =
        File::new(&[Track { entry: visual_entry(b"mp4v", 1, 1, &[]), ..Track::video(3) }]);
    file.fragment(timed(3, 0), 0, 100);
    refused(&file, "track 3: box 'mp4v' at 400: it is of no codec that can be served");

    let mut file = one_fragment();
    file.fragment(timed(7, 0), 0, 100);
    refused(&file, "the fragment at 999 is of track 7, which 'moov' does not declare");
}

#[test]
fn fragments_without_their_media() {
    let mut file = one_fragment();
    file.boxes(&timed(1, 20_000_000).moof());
    refused(
        &file,
        "track 1 at 2.000 s: box 'moof' at 99: the file ends behind it, without an 'mdat'",
    );
    file.boxes(&boxed(b"free", &[]));
    refused(&file, "track 1 at 2.000 s: box 'free' at 99: it stands where an 'mdat' should");

    let mut file = one_fragment();
    file.boxes(&timed(1, 40_000_000).moof());
    file.boxes(b"\0\x01\0\0mdat");
    let why = "track 1 at 4.000 s: box 'mdat' at 99: it ends beyond the end of the file, of which a part is missing";
    refused(&file, why);

    let mut file = one_fragment();
    file.mdat(20);
    refused(&file, "box 'mdat' at 999: it has no 'moof' before it");
}

#[test]
fn times_that_make_no_sense() {
    let mut file = one_fragment();
    file.fragment(timed(1, 0), 0, 100);
    refused(&file, "track 1 at 0.000 s: the fragment does not start after the one before it");

    let mut file = one_fragment();
    file.fragment(Piece { tfdt: Some(20_000_000), ..Piece::of(1, 3) }, 0, 100);
    refused(&file, "track 1 at 2.000 s: the last fragment does not say how long it lasts");

    let mut file = one_fragment();
    file.fragment(Piece { tfdt: Some(u64::MAX), ..Piece::lasting(1, 10) }, 0, 100);
    let error = scan_bytes(&file.bytes()).0.unwrap_err().to_string();
    assert!(error.ends_with("the fragment ends beyond 2^64 ticks"), "{error}");
}

#[test]
fn sizes_that_lie() {
    // Four gibibytes in a kilobyte; a box smaller than its header; too many boxes of nothing.
    let with = |lie: &[u8]| {
        let mut file = File::new(&[Track::video(1)]);
        file.boxes(lie);
        file.boxes(&[0; 1000]);
        file
    };
    let why = "box 'moof' at 99: it ends beyond the end of the file, of which a part is missing";
    refused(&with(b"\xff\xff\xff\xffmoof"), why);
    refused(&with(b"\0\0\0\x01moof\xff\xff\xff\xff\xff\xff\xff\xff"), why);
    refused(&with(b"\0\0\0\x02moof"), "box 'moof' at 99: its size is less than its header's");
    let many = boxed(b"free", &[]).repeat((1 << 14) + 1);
    let why = "box 'free' at 999: more than 16384 boxes in a row are no part of a fragment";
    refused(&with(&many), why);
    let mut file = File::default();
    file.boxes(&many);
    refused(&file, "box 'free' at 999: more than 16384 boxes come before the 'moov'");

    let mut file = File::default();
    file.boxes(&ftyp());
    file.boxes(&boxed(b"moov", &vec![0; 65 << 20]));
    let why = "box 'moov' at 24: it has 68157448 bytes, more than the 67108864 that are read";
    refused(&file, why);
    let error = scan_bytes(&[ftyp(), moov(&[])[..40].to_vec()].concat()).0.unwrap_err();
    assert_eq!(
        error.to_string(),
        "box 'moov' at 24: it ends beyond the end of the file, of which a part is missing"
    );
}
