//! Files whose own table is true, so that little has to be read.

use crate::media::{File, Piece, Track, boxed, ftyp, mfra, moov, sidx};
use crate::{chunks, fragments, has_times, ranges, scan, scan_by};
use millrace::base::range::ByteRange;
use millrace::index::Format;
use millrace::scan::Way;

const TWO_SECONDS: u64 = 20_000_000;

/// More media than is read with a `moof`.
const MEDIA: u64 = 10_000;

/// What is asked for at the start of a file.
const START: u64 = 4 << 10;

/// What is asked for at a place where a `moof` should be.
const MOOF_AND_MORE: u64 = 4 << 10;

fn timed(track: u32, time: u64) -> Piece {
    Piece { tfxd: Some((time, TWO_SECONDS)), ..Piece::lasting(track, 20_000_000) }
}

/// Three fragments of one track, as ffmpeg's `ismv` has them.
fn three() -> File {
    let mut file = File::new(&[Track::video(1)]);
    for at in 0..3 {
        file.fragment(timed(1, at * TWO_SECONDS), at * TWO_SECONDS, MEDIA);
    }
    file.mfra();
    file
}

#[test]
fn one_track_takes_five_reads() {
    let file = three();
    let moov_end = u64::try_from(ftyp().len() + moov(&[Track::video(1)]).len()).unwrap();
    let moof = u64::try_from(timed(1, 0).moof().len()).unwrap();
    let fragment = moof + 8 + MEDIA;
    let mfra = moov_end + 3 * fragment;
    let (scanned, reads) = scan(&file);

    let (second, last) = (moov_end + fragment, moov_end + 2 * fragment);
    let expected = [
        (0, START),
        (file.size() - 16, file.size()),
        (mfra, file.size()),
        (second, second + MOOF_AND_MORE),
        (last, last + MOOF_AND_MORE),
    ];
    assert_eq!(reads, expected.map(|(start, end)| ByteRange::new(start, end).unwrap()));

    let [track] = scanned.unwrap().try_into().unwrap();
    assert_eq!((track.track_id, has_times(&track)), (1, true));
    assert_eq!(track.timescale.ticks_per_second(), 10_000_000);
    assert!(matches!(&track.format, Format::Video(video) if video.width == 640));
    let start = |at| moov_end + at * fragment;
    assert_eq!(ranges(&track), [0, 1, 2].map(|at| (start(at), start(at + 1))));
    assert_eq!(chunks(&track), [0, 1, 2].map(|at| (at * TWO_SECONDS, TWO_SECONDS)));
}

#[test]
fn by_boxes_alone_every_fragment_is_read_and_the_same_is_found() {
    let (by_table, few) = scan(&three());
    let (by_boxes, many) = scan_by(Way::Boxes, &three());
    assert_eq!(by_boxes, by_table);
    assert!(many.len() > few.len(), "{} reads, {} with the table", many.len(), few.len());
    let mut lying = File::new(&[Track::video(1)]);
    for (at, listed) in [(0, 0), (1, 0), (2, 5), (3, 0)] {
        lying.fragment(timed(1, at * TWO_SECONDS), at * TWO_SECONDS + listed, MEDIA);
    }
    lying.mfra();
    assert_eq!(
        chunks(&scan(&lying).0.unwrap()[0])[2].0,
        2 * TWO_SECONDS + 5,
        "not seen by the table"
    );
    assert_eq!(chunks(&scan_by(Way::Boxes, &lying).0.unwrap()[0])[2].0, 2 * TWO_SECONDS);
}

#[test]
fn six_gibibytes_take_five_reads_too() {
    let mut file = File::new(&[Track::video(1)]);
    for at in 0..3600 {
        file.fragment(timed(1, at * TWO_SECONDS), at * TWO_SECONDS, 1_800_000);
    }
    file.mfra();
    assert!(file.size() > 6 << 30);
    let (scanned, reads) = scan(&file);
    assert_eq!(reads.len(), 5);
    let bytes: u64 = reads.iter().map(|range| range.length()).sum();
    assert!(bytes < 19 * 3600 + START + 2 * MOOF_AND_MORE + 3000, "{bytes}");
    let [track] = scanned.unwrap().try_into().unwrap();
    assert_eq!(fragments(&track).len(), 3600);
    assert!(fragments(&track)[3599].range.start() > 6 << 30);
    assert_eq!(chunks(&track)[3599], (3599 * TWO_SECONDS, TWO_SECONDS));
}

#[test]
fn a_fragment_beyond_four_gibibytes_has_a_longer_header() {
    let mut file = File::new(&[Track::video(1)]);
    file.fragment(timed(1, 0), 0, 5 << 30);
    file.mfra();
    let (scanned, reads) = scan(&file);
    assert_eq!(reads.len(), 3);
    assert!(fragments(&scanned.unwrap()[0])[0].range.length() > 5 << 30);
}

#[test]
fn interleaved_tracks_are_told_apart() {
    let mut file = File::new(&[Track::video(1), Track { language: *b"eng", ..Track::audio(2) }]);
    for at in 0..3 {
        file.fragment(timed(1, at * TWO_SECONDS), at * TWO_SECONDS, MEDIA);
        file.fragment(timed(2, at * TWO_SECONDS), at * TWO_SECONDS, MEDIA);
    }
    file.mfra();
    let (scanned, reads) = scan(&file);
    // Of the video the second fragment too.
    assert_eq!(reads.len(), 7);
    let [video, audio] = scanned.unwrap().try_into().unwrap();
    assert_eq!(audio.language.as_deref(), Some("eng"));
    let mut all = [ranges(&video), ranges(&audio)].concat();
    all.sort_unstable();
    assert!(all.windows(2).all(|pair| pair[0].1 == pair[1].0), "{all:?}");
    assert_eq!(chunks(&video), chunks(&audio));
}

#[test]
fn fragments_that_say_no_time_have_the_tables() {
    // As Microsoft's own tools write them.
    let mut file = File::new(&[Track::video(1)]);
    file.fragment(Piece::lasting(1, 20_000_000), 0, 1000);
    file.fragment(Piece::lasting(1, 20_000_000), 20_000_000, 1000);
    file.fragment(Piece::lasting(1, 429_600), 40_000_000, 100);
    file.mfra();
    let [track] = scan(&file).0.unwrap().try_into().unwrap();
    assert!(!has_times(&track));
    let expected = [(0, 20_000_000), (20_000_000, 20_000_000), (40_000_000, 429_600)];
    assert_eq!(chunks(&track), expected);
}

#[test]
fn the_last_duration_may_come_from_the_tracks_default() {
    let mut file = File::new(&[Track { trex_duration: 213_333, ..Track::audio(1) }]);
    file.fragment(Piece::of(1, 90), 0, 1000);
    file.mfra();
    assert_eq!(chunks(&scan(&file).0.unwrap()[0]), [(0, 90 * 213_333)]);
}

#[test]
fn a_time_before_zero_is_zero() {
    // As ffmpeg writes the first fragment of AAC with its priming samples.
    let first = Piece { tfxd: Some((0u64.wrapping_sub(213_333), 20_053_333)), ..timed(1, 0) };
    let mut file = File::new(&[Track::audio(1)]);
    file.fragment(first.clone(), 0, 1000);
    let mut alone = file.clone();
    alone.mfra();
    assert_eq!(chunks(&scan(&alone).0.unwrap()[0]), [(0, 19_840_000)]);

    file.fragment(timed(1, 19_840_000), 19_840_000, 1000);
    file.mfra();
    let [track] = scan(&file).0.unwrap().try_into().unwrap();
    assert!(has_times(&track));
    assert_eq!(chunks(&track), [(0, 19_840_000), (19_840_000, TWO_SECONDS)]);
}

#[test]
fn several_points_of_one_fragment_are_one_fragment() {
    let mut file = File::new(&[Track::video(1)]);
    let first = file.size();
    file.fragment(timed(1, 0), 0, MEDIA);
    let second = file.size();
    file.fragment(timed(1, TWO_SECONDS), 0, MEDIA);
    file.boxes(&mfra(&[(1, vec![(0, first), (9_000_000, first), (TWO_SECONDS, second)])]));
    let (scanned, reads) = scan(&file);
    assert_eq!(reads.len(), 4);
    assert_eq!(chunks(&scanned.unwrap()[0]), [(0, TWO_SECONDS), (TWO_SECONDS, TWO_SECONDS)]);
}

#[test]
fn tracks_that_are_not_played_are_left_out() {
    let timecode = Track { handler: *b"tmcd", entry: boxed(b"tmcd", &[0; 26]), ..Track::video(2) };
    let mut file = File::new(&[Track::video(1), timecode]);
    file.fragment(timed(1, 0), 0, 1000);
    file.fragment(timed(2, 0), 0, 4);
    file.fragment(timed(1, TWO_SECONDS), TWO_SECONDS, 1000);
    file.mfra();
    let [track] = scan(&file).0.unwrap().try_into().unwrap();
    assert_eq!((track.track_id, fragments(&track).len()), (1, 2));
}

/// Three fragments behind a `sidx` that gives the first the time `earliest`; no `mfra`.
fn indexed(earliest: u64, lead: &[u8]) -> File {
    let piece = |at: u64| Piece { tfdt: Some(at * 20_000_000), ..Piece::lasting(1, 20_000_000) };
    let size = u32::try_from(lead.len() + piece(0).moof().len() + 8 + 10_000).unwrap();
    let mut file = File::new(&[Track::video(1)]);
    file.boxes(&sidx(1, 10_000_000, earliest, &[(size, 20_000_000); 3]));
    for at in 0..3 {
        file.boxes(lead);
        file.fragment(piece(at), 0, MEDIA);
    }
    file
}

#[test]
fn a_segment_index_is_as_good_as_a_table_at_the_end() {
    let (scanned, reads) = scan(&indexed(0, &[]));
    assert_eq!(reads.len(), 3);
    let [track] = scanned.unwrap().try_into().unwrap();
    assert!(has_times(&track));
    assert_eq!(chunks(&track), [0, 1, 2].map(|at| (at * TWO_SECONDS, TWO_SECONDS)));

    let mut both = indexed(0, &[]);
    both.mfra();
    let (scanned, reads) = scan(&both);
    assert_eq!((scanned.unwrap(), reads.len()), (vec![track], 4));
}

#[test]
fn an_untrue_segment_index_leads_to_the_table_or_to_a_walk() {
    // Composition times; another box in each segment; a fragment more than there are references.
    let late = indexed(800_000, &[]);
    let styp = indexed(0, &boxed(b"styp", b"msdh\0\0\0\0"));
    let mut more = indexed(0, &[]);
    let fourth = Piece { tfdt: Some(3 * TWO_SECONDS), ..Piece::lasting(1, 20_000_000) };
    more.fragment(fourth, 0, MEDIA);
    for (file, count) in [(late, 3), (styp, 3), (more, 4)] {
        let (scanned, _) = crate::scan_bytes(&file.bytes());
        let [track] = scanned.unwrap().try_into().unwrap();
        let expected: Vec<_> = (0..count).map(|at| (at * TWO_SECONDS, TWO_SECONDS)).collect();
        assert_eq!(chunks(&track), expected);
        assert!(fragments(&track).iter().all(|each| {
            let start = each.range.start();
            &file.read(start + 4, start + 8) == b"moof"
        }));
    }
}
