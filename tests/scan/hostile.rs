//! Bytes of all kinds: never a panic, never more than a bounded effort, never another result.

use crate::media::{
    File, MoovPlace, Piece, PlainSample, Track, boxed, elst, long_boxed, plain, sidx, uuid_boxed,
};
use crate::{find_with, fragments, scan_bytes};
use millrace::scan::{ScanError, ScannedMedia, ScannedTrack, Scanner, Way};
use proptest::prelude::*;

/// A small file with something of everything.
fn sample(with_mfra: bool) -> Vec<u8> {
    let mut file = File::new(&[Track::video(1), Track::audio(2)]);
    file.boxes(&sidx(1, 10_000_000, 0, &[(999, 20_000_000)]));
    for at in 0..4 {
        let time = at * 20_000_000;
        let piece = |track| Piece { tfdt: Some(time), ..Piece::lasting(track, 20_000_000) };
        file.fragment(Piece { tfxd: Some((time, 20_000_000)), ..piece(1) }, time, 40);
        file.fragment(piece(2), time, 10);
    }
    file.list(2, 80_000_000);
    file.boxes(&Piece { tfdt: Some(80_000_000), ..Piece::lasting(2, 9_000_000) }.moof());
    file.boxes(&long_boxed(b"mdat", &[5; 30]));
    if with_mfra {
        file.mfra();
    } else {
        file.boxes(&uuid_boxed([9; 16], &[1, 2, 3]));
    }
    file.bytes()
}

/// A small progressive MP4 with something of everything.
fn plain_sample(place: MoovPlace) -> Vec<u8> {
    let sample = |at: i32| PlainSample {
        composition_offset: at % 3 * 40,
        is_sync: at % 3 == 0,
        ..PlainSample::of(20 + u32::try_from(at).unwrap(), 40)
    };
    let video = Track { elst: elst(&[(9, -1, 1 << 16), (500, 40, 1 << 16)]), ..Track::video(1) };
    let audio = vec![PlainSample::of(5, 60); 10];
    let tracks = [(video, (0..12).map(sample).collect()), (Track::audio(2), audio)];
    plain(place, &tracks, 4).bytes()
}

/// Whether each track of `part` has the first of the fragments that it has in `whole`.
fn begins(whole: &[ScannedTrack], part: &[ScannedTrack]) -> bool {
    part.len() == whole.len()
        && part.iter().zip(whole).all(|(part, whole)| {
            fragments(whole).iter().zip(fragments(part)).all(|(whole, part)| whole == part)
                && fragments(part).len() <= fragments(whole).len()
        })
}

#[test]
fn a_truncated_file_is_an_error_unless_cut_between_fragments() {
    for with_mfra in [false, true] {
        let bytes = sample(with_mfra);
        let whole = scan_bytes(&bytes).0.unwrap();
        let mut survived = 0;
        for len in 0..bytes.len() {
            if let Ok(part) = scan_bytes(&bytes[..len]).0 {
                assert!(begins(&whole, &part), "cut to {len}: {part:?}");
                survived += 1;
            }
        }
        // In the table behind them, once it is seen to be one.
        let [.., a, b, c, d] = bytes[..] else { panic!("it is empty") };
        let in_table = if with_mfra { u32::from_be_bytes([a, b, c, d]) - 8 } else { 0 };
        assert_eq!(
            survived,
            9 * 4 + in_table,
            "behind each fragment, and in the zeros that a box begins with"
        );
    }
}

#[test]
fn a_plain_file_is_whole_or_an_error() {
    for place in [MoovPlace::First, MoovPlace::Last] {
        let bytes = plain_sample(place);
        assert_eq!(scan_bytes(&bytes).0.unwrap().len(), 2);
        for len in 0..bytes.len() {
            let size = u64::try_from(len).unwrap();
            let read = |range: millrace::base::range::ByteRange| {
                let place = |offset| usize::try_from(offset).unwrap();
                bytes[place(range.start())..place(range.end())].to_vec()
            };
            if let Ok(cut) = find_with(size, Way::Tables, read).0 {
                let is_told = cut.left_out.iter().any(|left| left.is_damaged);
                assert!(is_told, "{place:?} cut to {len}: {cut:?}");
            }
        }
    }
}

#[test]
fn a_source_that_ends_too_early_is_an_error() {
    let mut scanner = Scanner::new(1000, Way::Tables);
    assert_eq!(scanner.feed(0, &[]), Err(ScanError::Ended(0)));
    let wanted = scanner.wants();
    assert_eq!(scanner.feed(8, &[0; 8]), Err(ScanError::Unasked { wanted, offset: 8 }));
    assert_eq!(scanner.feed(0, &[0; 1001]), Err(ScanError::Unasked { wanted, offset: 0 }));
    assert_eq!(scanner.finish(), Err(ScanError::Unfinished));
}

/// A small generator, so that a failing round can be run again by its number.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn flipped_bytes_never_panic() {
    for with_mfra in [false, true] {
        let bytes = sample(with_mfra);
        let len = u64::try_from(bytes.len()).unwrap();
        for round in 0..20_000 {
            let mut state = round;
            let mut altered = bytes.clone();
            for _ in 0..=random(&mut state) % 4 {
                let at = usize::try_from(random(&mut state) % len).unwrap();
                altered[at] = random(&mut state).to_be_bytes()[7];
            }
            let (_, reads) = scan_bytes(&altered);
            assert!(reads.len() < 200, "round {round}: {} reads", reads.len());
        }
    }
}

#[test]
fn flipped_bytes_of_plain_files_never_panic() {
    let mut read = 0;
    for place in [MoovPlace::First, MoovPlace::Last] {
        let bytes = plain_sample(place);
        let size = u64::try_from(bytes.len()).unwrap();
        for round in 0..10_000 {
            let mut state = round;
            let mut altered = bytes.clone();
            for _ in 0..=random(&mut state) % 4 {
                let at = usize::try_from(random(&mut state) % size).unwrap();
                altered[at] = random(&mut state).to_be_bytes()[7];
            }
            let (scanned, reads) = scan_bytes(&altered);
            assert!(reads.len() < 100, "round {round}: {} reads", reads.len());
            for track in scanned.unwrap_or_default() {
                if let ScannedMedia::Samples(samples) = &track.media {
                    assert_eq!(samples.iter().count(), samples.len(), "round {round}");
                    assert!(samples.iter().all(|it| it.range.end() <= size), "round {round}");
                    read += 1;
                }
            }
        }
    }
    assert!(read > 10_000, "hardly any file was still one: {read}");
}

/// Scans bytes that are fed in pieces of these lengths, over and over.
fn scan_in_pieces(bytes: &[u8], pieces: &[u64]) -> Result<Vec<ScannedTrack>, ScanError> {
    let mut scanner = Scanner::new(u64::try_from(bytes.len()).unwrap(), Way::Tables);
    let mut pieces = pieces.iter().cycle();
    while let Some(range) = scanner.wants() {
        let length = *pieces.next().unwrap().min(&range.length());
        let start = usize::try_from(range.start()).unwrap();
        scanner.feed(range.start(), &bytes[start..start + usize::try_from(length).unwrap()])?;
    }
    scanner.finish().map(|scanned| scanned.tracks)
}

#[test]
fn byte_by_byte_is_as_good_as_the_whole() {
    let plain = [MoovPlace::First, MoovPlace::Last].map(plain_sample);
    for bytes in [sample(false), sample(true)].into_iter().chain(plain) {
        assert_eq!(scan_in_pieces(&bytes, &[1]).unwrap(), scan_bytes(&bytes).0.unwrap());
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>, after_movie: bool) {
        let mut file = File::new(&[Track::video(1)]);
        file.boxes(&bytes);
        let all = if after_movie { file.bytes() } else { bytes };
        let (_, reads) = scan_bytes(&all);
        prop_assert!(reads.len() < 200);
    }

    #[test]
    fn arbitrary_boxes_never_panic(
        codes in prop::collection::vec(
            (prop::sample::select(vec![
                *b"moof", *b"traf", *b"tfhd", *b"tfdt", *b"trun", *b"mfhd", *b"mdat", *b"sidx",
                *b"mfra", *b"tfra", *b"mfro", *b"uuid", *b"moov", *b"trak", *b"free",
            ]), prop::collection::vec(any::<u8>(), 0..40)),
            0..12,
        ),
    ) {
        let mut file = File::new(&[Track::video(1)]);
        for (code, payload) in &codes {
            file.boxes(&boxed(code, &boxed(code, payload)));
        }
        let (_, reads) = scan_bytes(&file.bytes());
        prop_assert!(reads.len() < 200);
    }

    #[test]
    fn pieces_of_any_size_are_as_good_as_the_whole(
        bytes in prop::sample::select(vec![
            sample(false),
            sample(true),
            plain_sample(MoovPlace::First),
            plain_sample(MoovPlace::Last),
        ]),
        pieces in prop::collection::vec(1u64..40, 1..50),
    ) {
        prop_assert_eq!(scan_in_pieces(&bytes, &pieces), scan_bytes(&bytes).0);
    }
}
