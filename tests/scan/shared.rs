//! Fragments that hold several tracks.

use crate::media::{File, Piece, Track, boxed, moof};
use crate::{chunks, ranges, scan, scan_by};
use millrace::index::StreamKind;
use millrace::scan::{ScannedFragment, ScannedMedia, ScannedTrack, Share, Way};

const SECOND: u64 = 10_000_000;

fn piece(track: u32, time: u64, sizes: [u32; 10]) -> Piece {
    let (sizes, tfdt) = (sizes.to_vec(), Some(time));
    Piece { sizes, tfdt, ..Piece::lasting(track, 20_000_000) }
}

/// Of video and audio together, all but the second, which lacks audio; and whether a table lists them.
fn film(count: u64, has_table: bool) -> File {
    let mut file = File::new(&[Track::video(1), Track::audio(2)]);
    for at in 0..count {
        let time = at * 2 * SECOND;
        let mut pieces = vec![piece(1, time, [900; 10])];
        file.list(1, time);
        if at != 1 {
            pieces.push(piece(2, time, [100; 10]));
            file.list(2, time);
        }
        file.boxes(&moof(&pieces));
        file.mdat(pieces.iter().flat_map(|piece| &piece.sizes).copied().map(u64::from).sum());
    }
    match has_table {
        true => file.mfra(),
        // Where a table is looked for, which is not media.
        false => file.boxes(&boxed(b"free", &[0; 16])),
    }
    file
}

fn share(track: &ScannedTrack) -> Share {
    match &track.media {
        ScannedMedia::Fragments { manner, .. } => manner.share.unwrap(),
        _ => panic!("{track:?}"),
    }
}

#[test]
fn a_table_tells_of_every_track() {
    let (scanned, reads) = scan(&film(1800, true));
    assert_eq!(reads.len(), 5, "as many as a file of one track takes");
    let [video, audio] = scanned.unwrap().try_into().unwrap();
    assert_eq!((ranges(&video).len(), ranges(&audio).len()), (1800, 1799));
    assert_eq!(ranges(&video)[2..], ranges(&audio)[1..], "the same bytes are of both");
    // A table does not have gaps.
    assert_eq!(chunks(&audio)[..2], [(0, 4 * SECOND), (4 * SECOND, 2 * SECOND)]);
    assert_eq!(share(&audio), Share { own: 2_000, others: 18_000, ticks: 4 * SECOND });
    assert_eq!(share(&video), Share { own: 18_000, others: 2_000, ticks: 4 * SECOND });
}

#[test]
fn boxes_tell_the_same() {
    let (by_table, _) = scan(&film(5, true));
    let places = |tracks: &[ScannedTrack]| {
        let starts = |track| chunks(track).into_iter().map(|(start, _)| start).collect::<Vec<_>>();
        tracks.iter().map(|track| (ranges(track), starts(track))).collect::<Vec<_>>()
    };
    let by_table = places(&by_table.unwrap());
    assert_eq!(places(&scan_by(Way::Boxes, &film(5, true)).0.unwrap()), by_table);
    assert_eq!(places(&scan(&film(5, false)).0.unwrap()), by_table);
}

#[test]
fn a_table_that_leaves_out_a_track_of_a_fragment_is_not_believed() {
    let mut file = File::new(&[Track::video(1), Track::audio(2)]);
    for at in 0..3 {
        let time = at * 2 * SECOND;
        file.list(1, time);
        if at != 2 {
            file.list(2, time);
        }
        file.boxes(&moof(&[piece(1, time, [900; 10]), piece(2, time, [100; 10])]));
        file.mdat(10_000);
    }
    file.mfra();
    let [video, audio] = scan(&file).0.unwrap().try_into().unwrap();
    assert_eq!(ranges(&video), ranges(&audio));
}

#[test]
fn what_is_a_tracks_is_told_from_what_is_another_s() {
    let [video, audio] = scan(&film(3, true)).0.unwrap().try_into().unwrap();
    let of = |track: &ScannedTrack, at: usize| match &track.media {
        ScannedMedia::Fragments { fragments, .. } => {
            let fragment: ScannedFragment = fragments[at];
            track.bytes_of(&fragment)
        }
        _ => panic!("{track:?}"),
    };
    assert_eq!((audio.format.kind(), of(&audio, 1)), (StreamKind::Audio, 1250));
    let whole = ranges(&video)[0].1 - ranges(&video)[0].0;
    assert_eq!(of(&video, 0), whole - 750);
}
