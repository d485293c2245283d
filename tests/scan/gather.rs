//! Fragmented files whose samples are looked for one by one.

use crate::ffmpeg::Workshop;
use crate::media::{
    File, MoovPlace, Piece, PlainSample, Track, boxed, full_boxed, plain, protected_entry,
};
use crate::plain::samples;
use crate::{Scanned, scan_by, scan_bytes, scan_with};
use millrace::base::range::ByteRange;
use millrace::scan::{ScanError, ScannedTrack, Way};

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

fn gather(bytes: &[u8]) -> (Scanned, Vec<ByteRange>) {
    let read = |range: ByteRange| bytes[place(range.start())..place(range.end())].to_vec();
    scan_with(u64::try_from(bytes.len()).unwrap(), Way::Samples, read)
}

/// When each sample is decoded, how long it lasts, when it is shown, whether it is sync, and its bytes, of
/// what the edit list shows.
fn told(file: &[u8], track: &ScannedTrack) -> Vec<(i64, u32, i64, bool, Vec<u8>)> {
    let samples = samples(track);
    let early = i64::try_from(samples.edit().media_time).unwrap();
    let told = samples.iter().map(|sample| {
        let decode = i64::try_from(sample.decode).unwrap();
        let shown = decode + i64::from(sample.composition_offset) - early;
        let range = sample.range;
        let bytes = file[place(range.start())..place(range.end())].to_vec();
        (decode, sample.duration, shown, sample.is_sync(), bytes)
    });
    told.collect()
}

#[test]
fn the_same_samples_are_found_however_ffmpeg_cuts_them() {
    let workshop = Workshop::new("gather");
    workshop.film("a.mp4", 7, 50, "200k");
    let whole = workshop.read("a.mp4");
    let plain = scan_bytes(&whole).0.unwrap();
    let ways = [
        "-movflags frag_every_frame+empty_moov+default_base_moof",
        "-movflags frag_every_frame+delay_moov",
        "-movflags frag_every_frame",
        "-movflags frag_keyframe",
        "-frag_duration 300000 -movflags empty_moov+omit_tfhd_offset",
        "-frag_duration 300000 -movflags delay_moov",
        "-frag_duration 300000 -movflags empty_moov+skip_trailer",
        "-frag_duration 300000 -movflags empty_moov+separate_moof",
        "-frag_duration 700000 -movflags dash+delay_moov",
        "-frag_duration 300000 -movflags empty_moov -f ismv",
    ];
    for (at, way) in ways.iter().enumerate() {
        let name = format!("{at}.mp4");
        workshop.ffmpeg(&format!("-i a.mp4 -c copy -avoid_negative_ts disabled {way} {name}"));
        let file = workshop.read(&name);
        let (scanned, reads) = gather(&file);
        let scanned = scanned.unwrap_or_else(|error| panic!("{way}: {error}"));
        assert_eq!(scanned.len(), 2, "{way}");
        assert!(reads.len() < 10, "{way}: {} reads", reads.len());
        for (track, plain) in scanned.iter().zip(&plain) {
            let (found, expected) = (told(&file, track), told(&whole, plain));
            let bytes = |all: &[(i64, u32, i64, bool, Vec<u8>)]| {
                all.iter().map(|sample| (sample.3, sample.4.clone())).collect::<Vec<_>>()
            };
            if track.timescale != plain.timescale {
                // A tick of an ISMV is shorter, and what comes before 0 is left out.
                let skipped = expected.len() - found.len();
                assert!(bytes(&found) == bytes(&expected[skipped..]), "{way}");
                assert!(skipped <= 1 && found[0].0 == 0, "{way}");
                continue;
            }
            assert!(bytes(&found) == bytes(&expected), "{way}: other bytes");
            // Without an edit list, ffmpeg shifts all by as much as it could not say in one.
            let shift = found[0].2 - expected[0].2;
            assert!(shift.abs() <= 1024, "{way}: {shift}");
            for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
                assert_eq!(found.2 - shift, expected.2, "{way}, {at}");
                assert_eq!(
                    found.0 - found.2 - found_early(track),
                    expected.0 - expected.2 - found_early(plain),
                    "{way}, {at}"
                );
            }
            let durations = |all: &[(i64, u32, i64, bool, Vec<u8>)]| {
                all[..all.len() - 1].iter().map(|sample| sample.1).collect::<Vec<_>>()
            };
            assert_eq!(durations(&found), durations(&expected), "{way}");
        }
    }
}

fn found_early(track: &ScannedTrack) -> i64 {
    i64::try_from(samples(track).edit().media_time).unwrap()
}

const SYNC: u32 = 0x0200_0000;
const NON_SYNC: u32 = 0x0101_0000;

fn piece(track: u32, time: u64, sizes: &[u32], first_flags: u32) -> Piece {
    Piece {
        sizes: sizes.to_vec(),
        durations: vec![40; sizes.len()],
        first_flags: Some(first_flags),
        tfdt: Some(time),
        ..Piece::of(track, u32::try_from(sizes.len()).unwrap())
    }
}

fn ranges(track: &ScannedTrack) -> Vec<(u64, u64)> {
    samples(track).iter().map(|it| (it.range.start(), it.range.end())).collect()
}

fn times(track: &ScannedTrack) -> Vec<(u64, u32)> {
    samples(track).iter().map(|it| (it.decode, it.duration)).collect()
}

#[test]
fn what_lies_behind_a_table_and_is_no_box_is_passed_over() {
    let mut file = File::new(&[Track::video(1)]);
    file.fragment(piece(1, 0, &[500, 500], SYNC), 0, 1000);
    let lost = [file.bytes(), b"padding of a kind".to_vec()].concat();
    assert!(gather(&lost).0.is_err(), "a fragment may have begun there");
    file.mfra();
    let plain = gather(&file.bytes()).0;
    assert_eq!(plain.as_ref().unwrap().len(), 1);
    assert_eq!(gather(&[file.bytes(), b"padding of a kind".to_vec()].concat()).0, plain);
}

#[test]
fn a_moof_takes_one_read_where_it_is_far_to_the_next() {
    let mut file = File::new(&[Track::video(1)]);
    for at in 0..20 {
        file.fragment(piece(1, at * 80, &[500_000, 500_000], SYNC), 0, 1_000_000);
    }
    let (scanned, reads) = scan_by(Way::Samples, &file);
    let [track] = scanned.unwrap().try_into().unwrap();
    assert_eq!(samples(&track).len(), 40);
    // The start of the file, in which the first `moof` is too, and each of the others.
    assert_eq!(reads.len(), 20);
}

#[test]
fn where_it_is_not_far_the_file_is_read_through() {
    let mut file = File::new(&[Track::video(1)]);
    for at in 0..10_000 {
        let flags = if at % 50 == 0 { SYNC } else { NON_SYNC };
        file.fragment(piece(1, at * 40, &[2000], flags), 0, 2000);
    }
    let bytes = file.bytes();
    let (scanned, reads) = gather(&bytes);
    let [track] = scanned.unwrap().try_into().unwrap();
    assert_eq!(samples(&track).len(), 10_000);
    assert_eq!(samples(&track).iter().filter(|sample| sample.is_sync()).count(), 200);
    let pieces = bytes.len() >> 20;
    assert!(reads.len() <= 3 + 2 * (pieces + 1), "{} reads of {pieces} MiB", reads.len());
}

#[test]
fn times_are_those_that_fragments_say_and_a_sample_lasts_until_the_next() {
    let mut file = File::new(&[Track::video(1)]);
    for (time, sizes) in [(7, &[10, 10][..]), (90, &[10, 10]), (165, &[10]), (205, &[])] {
        let media = sizes.iter().sum::<u32>().into();
        file.fragment(piece(1, time, sizes, SYNC), 0, media);
    }
    file.fragment(Piece { tfdt: None, ..piece(1, 0, &[10], SYNC) }, 0, 10);
    let [track] = scan_by(Way::Samples, &file).0.unwrap().try_into().unwrap();
    assert_eq!(times(&track), [(7, 40), (47, 43), (90, 40), (130, 35), (165, 40), (205, 40)]);

    file.fragment(piece(1, 204, &[10], SYNC), 0, 10);
    let error = scan_by(Way::Samples, &file).0.unwrap_err().to_string();
    let why = "the fragment starts before the last sample of the one before it";
    assert!(error.starts_with("track 1 at ") && error.ends_with(why), "{error}");
}

#[test]
fn samples_in_the_movie_come_before_those_in_fragments() {
    let video = (0..3).map(|at| PlainSample { is_sync: at == 0, ..PlainSample::of(10, 40) });
    let tracks = [(Track::video(1), video.collect::<Vec<_>>())];
    let whole = plain(MoovPlace::First, &tracks, 3).bytes();
    // The same with an `mvex`: it is as long whatever is in the tables.
    let moov = whole.windows(4).position(|bytes| bytes == b"moov").unwrap() - 4;
    let mdat = whole.windows(4).position(|bytes| bytes == b"mdat").unwrap() - 4;
    let trex = full_boxed(
        b"trex",
        0,
        0,
        &[[0, 0, 0, 1], [0, 0, 0, 1], [0; 4], [0; 4], [1, 1, 0, 0]].concat(),
    );
    let mvex = boxed(b"mvex", &trex);
    let mut bytes = whole.clone();
    let size = u32::try_from(mdat - moov + mvex.len()).unwrap();
    bytes[moov..moov + 4].copy_from_slice(&size.to_be_bytes());
    let offset = bytes.windows(4).position(|bytes| bytes == b"co64").unwrap() + 12;
    let moved = u64::try_from(mdat + 8 + mvex.len()).unwrap();
    bytes[offset..offset + 8].copy_from_slice(&moved.to_be_bytes());
    bytes.splice(mdat..mdat, mvex);
    let fragments = u64::try_from(bytes.len()).unwrap();
    for (time, flags) in [(120, NON_SYNC), (160, SYNC)] {
        bytes.extend(piece(1, time, &[30], flags).moof());
        bytes.extend(boxed(b"mdat", &[7; 30]));
    }
    let refused = scan_bytes(&bytes).0.unwrap_err();
    assert!(matches!(refused, ScanError::Unfit(_)), "{refused}");
    let [track] = gather(&bytes).0.unwrap().try_into().unwrap();
    assert_eq!(times(&track), [(0, 40), (40, 40), (80, 40), (120, 40), (160, 40)]);
    let sync = samples(&track).iter().map(|sample| sample.is_sync()).collect::<Vec<_>>();
    assert_eq!(sync, [true, false, false, false, true]);
    let found = ranges(&track);
    assert_eq!(found[..3], [0, 1, 2].map(|at| (moved + 10 * at, moved + 10 * at + 10)));
    assert!(found[3].0 > fragments && found[4].1 == u64::try_from(bytes.len()).unwrap());
}

#[test]
fn defaults_come_from_the_fragment_else_from_the_track() {
    let track = Track { trex_duration: 40, trex_size: 9, trex_flags: NON_SYNC, ..Track::video(1) };
    let mut file = File::new(&[track]);
    file.fragment(Piece { first_flags: Some(SYNC), ..Piece::of(1, 3) }, 0, 27);
    let default_duration = Some(50);
    file.fragment(Piece { default_duration, ..Piece::of(1, 2) }, 0, 18);
    let [track] = scan_by(Way::Samples, &file).0.unwrap().try_into().unwrap();
    assert_eq!(times(&track), [(0, 40), (40, 40), (80, 40), (120, 50), (170, 50)]);
    let flags = samples(&track).iter().map(|sample| sample.flags).collect::<Vec<_>>();
    assert_eq!(flags, [SYNC, NON_SYNC, NON_SYNC, NON_SYNC, NON_SYNC]);
    assert!(samples(&track).iter().all(|sample| sample.range.length() == 9));
}

#[test]
fn samples_lie_in_an_mdat_and_do_not_overlap() {
    let wrong = |media: u64, second: &[u32]| {
        let mut file = File::new(&[Track::video(1)]);
        file.fragment(piece(1, 0, &[10, 10], SYNC), 0, 20);
        file.fragment(piece(1, 80, second, SYNC), 0, media);
        scan_by(Way::Samples, &file).0.map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(wrong(20, &[10, 10]), Ok(()));
    let error = wrong(19, &[10, 10]).unwrap_err();
    assert!(error.starts_with("track 1 at 0.000 s: the sample at bytes "), "{error}");
    assert!(error.contains(" does not lie in an 'mdat'"), "{error}");
}

#[test]
fn what_is_protected_or_claims_too_much_is_refused() {
    let entry = protected_entry(&Track::video(1).entry, (b"encv", b"avc1"), b"cenc", [7; 16]);
    let mut file = File::new(&[Track { entry, ..Track::video(1) }]);
    file.fragment(piece(1, 0, &[10], SYNC), 0, 10);
    assert_eq!(scan_by(Way::Samples, &file).0.unwrap_err(), ScanError::Protected(1));

    let mut file = File::new(&[Track::video(1)]);
    file.fragment(Piece::of(1, u32::MAX), 0, 10);
    assert_eq!(scan_by(Way::Samples, &file).0.unwrap_err(), ScanError::TooManySamples);
}

#[test]
fn flipped_bytes_never_panic() {
    let tracks = [Track::video(1), Track { trex_size: 3, ..Track::audio(2) }];
    let mut file = File::new(&tracks);
    for at in 0..6 {
        file.fragment(piece(1, at * 80, &[10, 12], if at == 0 { SYNC } else { NON_SYNC }), 0, 22);
        file.fragment(Piece { tfxd: Some((at * 80, 80)), ..Piece::of(2, 4) }, 0, 12);
    }
    let bytes = file.bytes();
    assert_eq!(gather(&bytes).0.unwrap().len(), 2);
    let mut state = 1u64;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..10_000 {
        let mut altered = bytes.clone();
        for _ in 0..=random(4) {
            altered[random(bytes.len())] = random(256).to_be_bytes()[7];
        }
        let (scanned, reads) = gather(&altered);
        assert!(reads.len() < 60, "{} reads", reads.len());
        for track in scanned.unwrap_or_default() {
            let size = u64::try_from(altered.len()).unwrap();
            assert!(samples(&track).iter().all(|sample| sample.range.end() <= size));
        }
    }
}
