//! Files that have to be walked from fragment to fragment.

use crate::media::{File, Piece, Track, boxed, mfra};
use crate::{chunks, fragments, has_times, ranges, scan, scan_bytes};

fn timed(time: u64, duration: u64) -> Piece {
    Piece { tfxd: Some((time, duration)), ..Piece::lasting(1, 7) }
}

#[test]
fn without_a_table_a_fragment_takes_one_read() {
    let mut file = File::new(&[Track::video(1)]);
    for at in 0..3 {
        file.fragment(timed(at * 50, 50), 0, 10_000);
    }
    let (scanned, reads) = scan(&file);
    assert_eq!(chunks(&scanned.unwrap()[0]), [(0, 50), (50, 50), (100, 50)]);
    // Up to the first fragment, what could be a table's end, and the others.
    assert_eq!(reads.len(), 1 + 1 + 2);
}

#[test]
fn zeros_at_the_end_of_a_file_are_no_box() {
    for (end, is_read) in [(&[0; 4][..], true), (&[0; 7], true), (&[0; 20], true), (&[0, 9], false)]
    {
        let mut file = File::new(&[Track::video(1)]);
        file.fragment(timed(0, 50), 0, 1000);
        file.boxes(end);
        let (scanned, _) = scan(&file);
        assert_eq!(scanned.is_ok(), is_read, "{end:?}: {scanned:?}");
    }
}

/// A file whose table is made by `table` from the time and offset of each of three fragments of
/// 50 ticks, which have `lead` before them.
fn listed(lead: &[u8], table: impl FnOnce(&mut Vec<(u64, u64)>) -> u32) -> File {
    let mut file = File::new(&[Track::video(1), Track::audio(2)]);
    let mut entries = Vec::new();
    for at in 0..3 {
        file.boxes(lead);
        entries.push((at * 50, file.size()));
        file.fragment(timed(at * 50, 50), 0, 1000);
    }
    let track = table(&mut entries);
    file.boxes(&mfra(&[(track, entries)]));
    file
}

#[test]
fn an_untrue_table_is_not_believed() {
    let styp = boxed(b"styp", b"msdh\0\0\0\0");
    // The second track has no fragments at all, and so no table: it might have some unlisted.
    let files = [
        listed(&[], |_| 1),
        listed(&styp, |_| 1),
        listed(&[], |entries| {
            entries.iter_mut().for_each(|(time, _)| *time += 8);
            1
        }),
        listed(&[], |entries| {
            entries.remove(0);
            1
        }),
        listed(&[], |entries| {
            entries.iter_mut().for_each(|(_, offset)| *offset += 1);
            1
        }),
        listed(&[], |entries| {
            entries.push((150, u64::MAX));
            1
        }),
        listed(&[], |_| 9),
        listed(&[], |entries| {
            entries.clear();
            1
        }),
    ];
    for file in files {
        let (scanned, reads) = scan_bytes(&file.bytes());
        let [video, audio] = scanned.unwrap().try_into().unwrap();
        assert_eq!(chunks(&video), [(0, 50), (50, 50), (100, 50)]);
        assert_eq!((fragments(&audio).len(), has_times(&audio)), (0, false));
        assert!(reads.len() <= 17, "{}", reads.len());
        for (start, _) in ranges(&video) {
            assert_eq!(file.read(start + 4, start + 8), b"moof");
        }
    }
}

#[test]
fn a_table_of_times_helps_where_fragments_have_none() {
    let mut file = File::new(&[Track::video(1)]);
    for (time, duration) in [(0, 40), (50, 40), (100, 40)] {
        file.boxes(&boxed(b"free", &[]));
        file.fragment(Piece::lasting(1, duration), time, 1000);
    }
    let mut unlisted = file.clone();
    file.mfra();
    let [track] = scan(&file).0.unwrap().try_into().unwrap();
    assert!(!has_times(&track));
    assert_eq!(chunks(&track), [(0, 50), (50, 50), (100, 40)]);

    // With neither, each starts where the one before it ends.
    unlisted.boxes(&boxed(b"free", &[0; 16]));
    let [track] = scan(&unlisted).0.unwrap().try_into().unwrap();
    assert_eq!(chunks(&track), [(0, 40), (40, 40), (80, 40)]);
}

#[test]
fn tfdt_serves_where_there_is_no_tfxd() {
    let mut file = File::new(&[Track { timescale: 48_000, ..Track::audio(1) }]);
    for at in 0..2 {
        let piece = Piece { tfdt: Some(9600 + at * 96_000), ..Piece::lasting(1, 96_000) };
        file.fragment(piece, 0, 1000);
    }
    let [track] = scan_bytes(&file.bytes()).0.unwrap().try_into().unwrap();
    assert!(has_times(&track));
    assert_eq!(chunks(&track), [(9600, 96_000), (105_600, 96_000)]);
}

#[test]
fn rounding_is_mended_and_gaps_are_kept() {
    let mut file = File::new(&[Track::video(1)]);
    // A millisecond short of the next, a little more than that, and beyond it.
    let times = [(0, 19_990_000), (20_000_000, 19_989_999), (40_000_000, 30_000_000)];
    for (time, duration) in times {
        file.fragment(timed(time, duration), 0, 1000);
    }
    file.fragment(timed(60_000_000, 10), 0, 1000);
    let [track] = scan_bytes(&file.bytes()).0.unwrap().try_into().unwrap();
    let expected =
        [(0, 20_000_000), (20_000_000, 19_989_999), (40_000_000, 20_000_000), (60_000_000, 10)];
    assert_eq!(chunks(&track), expected);
}

#[test]
fn a_fragment_that_runs_to_the_end_of_the_file() {
    let mut file = File::new(&[Track::video(1)]);
    file.boxes(&timed(0, 50).moof());
    file.boxes(b"\0\0\0\0mdat");
    file.boxes(&[7; 100]);
    let [track] = scan(&file).0.unwrap().try_into().unwrap();
    assert_eq!(ranges(&track)[0].1, file.size());
}

/// A film of as many fragments, which do not say when they start, and its table.
fn untimed(count: u64) -> (File, Vec<u8>) {
    let mut file = File::new(&[Track::video(1)]);
    let mut entries = Vec::new();
    for at in 0..count {
        entries.push((1000 + at * 50, file.size()));
        file.fragment(Piece::lasting(1, 50), 0, 10_000);
    }
    (file, mfra(&[(1, entries)]))
}

#[test]
fn a_table_with_something_behind_it_is_found() {
    let cut = &boxed(b"free", &[7; 500])[..100];
    for junk in [&[7; 9][..], &[0; 3000], &boxed(b"free", &[7; 2000]), cut, b"\r\n"] {
        for count in [3, 20] {
            let (mut file, table) = untimed(count);
            file.boxes(&table);
            let (plain, _) = scan(&file);
            let wanted = plain.unwrap();
            file.boxes(junk);
            let (scanned, reads) = scan(&file);
            assert_eq!(scanned.as_ref(), Ok(&wanted), "{count}, {junk:?}");
            assert_eq!(chunks(&wanted[0])[0], (1000, 50));
            if count > 10 {
                // The last bytes twice, the table, and the first, second and last fragment.
                assert!(reads.len() <= 7, "{reads:?}");
            }
        }
    }
}

#[test]
fn what_is_left_of_a_table_is_passed_over_and_what_is_left_of_a_fragment_is_not() {
    for count in [3, 20] {
        let (mut file, table) = untimed(count);
        let whole = file.bytes().len();
        file.boxes(&table);
        let bytes = file.bytes();
        for length in [8, 40, 63] {
            let (scanned, _) = scan_bytes(&bytes[..whole + length]);
            assert_eq!(fragments(&scanned.unwrap()[0]).len() as u64, count, "{length}");
        }
        let (mut more, _) = untimed(count);
        more.fragment(Piece::lasting(1, 50), 0, 10_000);
        for length in [5, 8, 20, 5000] {
            let (scanned, _) = scan_bytes(&more.bytes()[..whole + length]);
            assert!(scanned.is_err(), "{length}");
        }
    }
}
