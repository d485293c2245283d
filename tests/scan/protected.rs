//! Files whose samples are protected.

use crate::media::{
    File, Piece, Track, audio_entry, avcc, boxed, esds, ftyp, full_boxed, moov, protected_entry,
    visual_entry, with_box,
};
use crate::{scan_by, scan_bytes};
use millrace::index::{EntryPair, Protection};
use millrace::scan::{ClearStart, ScanError, ScannedMedia, ScannedTrack, Way};

/// A protected track of audio and one in the clear, with these headers for licence systems.
fn scan(headers: &[Vec<u8>]) -> Result<Vec<ScannedTrack>, ScanError> {
    let sinf = boxed(b"sinf", &boxed(b"frma", b"mp4a"));
    let tail = [esds(0x40, &[0x11, 0x90]), sinf].concat();
    let entry = audio_entry(b"enca", 2, 48_000, &tail);
    let tracks = [Track { entry, ..Track::audio(1) }, Track::audio(2)];
    let movie = [moov(&tracks)[8..].to_vec(), headers.concat()].concat();
    let piece = |track, at| {
        let moof = Piece { tfxd: Some((at, 100)), ..Piece::lasting(track, 100) }.moof();
        [moof, boxed(b"mdat", &[7; 50])].concat()
    };
    let file = [ftyp(), boxed(b"moov", &movie), piece(1, 0), piece(2, 0), piece(1, 100)].concat();
    scan_bytes(&file).0
}

fn pssh(system_id: [u8; 16], data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap().to_be_bytes();
    full_boxed(b"pssh", 0, 0, &[&system_id[..], &len, data].concat())
}

#[test]
fn what_licence_systems_have_to_be_told_goes_with_the_protected_track() {
    let keys = [&[8; 16][..], &[0, 0, 0, 1], &[9; 16], &[0, 0, 0, 0]].concat();
    let keyed = full_boxed(b"pssh", 1, 0, &keys);
    let headers = [pssh([7; 16], b"one"), pssh(Protection::PLAYREADY, b"two"), keyed];
    let tracks = scan(&headers).unwrap();
    let told = [
        ([7; 16], &[][..], &b"one"[..]),
        (Protection::PLAYREADY, &[], b"two"),
        ([8; 16], &[[9; 16]], b""),
    ]
    .map(|(system_id, key_ids, data)| Protection {
        system_id,
        key_ids: key_ids.to_vec(),
        data: data.to_vec(),
    });
    assert_eq!(tracks[0].protections, told);
    assert_eq!(tracks[1].protections, [], "it is in the clear");
}

#[test]
fn an_index_has_room_for_so_much() {
    let most = [pssh([7; 16], &vec![0; Protection::MAX_TOGETHER])];
    assert_eq!(scan(&most).unwrap()[0].protections[0].data.len(), Protection::MAX_TOGETHER);
    let more = [most[0].clone(), pssh([8; 16], b"!")];
    assert_eq!(scan(&more), Err(ScanError::Protections(Protection::MAX_TOGETHER + 1)));
    let many: Vec<_> = (0..17).map(|at| pssh([at; 16], b"")).collect();
    assert!(matches!(scan(&many), Err(ScanError::Box(_))));
}

#[test]
fn fragments_that_nobody_can_decode_are_refused_and_not_walked() {
    let clear = visual_entry(b"avc1", 640, 360, &avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68]]));
    let encrypted = protected_entry(&clear, (b"encv", b"avc1"), b"cenc", [7; 16]);
    let file = |entry: &[u8]| {
        let mut file = File::new(&[Track { entry: entry.to_vec(), ..Track::video(1) }]);
        for at in 0..50 {
            file.fragment(
                Piece { tfxd: Some((at * 100, 100)), ..Piece::lasting(1, 100) },
                at * 100,
                9,
            );
        }
        file.mfra();
        file.bytes()
    };
    let refused = |bytes: &[u8], why: &str| {
        let (scanned, reads) = scan_bytes(bytes);
        assert_eq!(scanned.unwrap_err().to_string(), why);
        assert!(reads.len() < 12, "{} reads", reads.len());
    };
    let no_senc = "track 1: it is encrypted, but its fragments tell of no initialisation vectors: \
                   they have no 'senc'";
    refused(&file(&encrypted), no_senc);
    let mut further = file(&clear);
    let trex = further.windows(4).position(|code| code == b"trex").unwrap();
    further[trex + 15] = 2;
    let entry = "track 1: its fragments are of a further sample entry than the first, which is not \
                 served";
    refused(&further, entry);
}

fn entries() -> (Vec<u8>, Vec<u8>) {
    let clear = visual_entry(b"avc1", 640, 360, &avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68]]));
    let protected = protected_entry(&clear, (b"encv", b"avc1"), b"cenc", [7; 16]);
    (protected, clear)
}

/// A film of so many fragments of a hundred ticks, which are of these `entries`. Each says of which it is, but for those
/// of the first; those of `clear` are in the clear.
fn film(entries: &[u8], count: u32, is_clear: impl Fn(u32) -> bool, clear: u32) -> File {
    let mut file = File::new(&[Track { entry: entries.to_vec(), ..Track::video(1) }]);
    for at in 0..count {
        let entry = if is_clear(at) { clear } else { 3 - clear };
        let start = u64::from(at) * 100;
        let said = Some(entry).filter(|&entry| entry > 1);
        let piece = Piece { tfdt: Some(start), entry: said, ..Piece::lasting(1, 100) };
        let vectors = [&[0, 0, 0, 0, 0, 0, 0, 10][..], &[7; 80]].concat();
        let senc = if is_clear(at) { vec![] } else { boxed(b"senc", &vectors) };
        file.list(1, start);
        file.boxes(&with_box(piece.moof(), &senc));
        file.mdat(9000);
    }
    file.mfra();
    file
}

fn clear_start(track: &ScannedTrack) -> Option<ClearStart> {
    match &track.media {
        ScannedMedia::Fragments { manner, .. } => manner.clear,
        _ => panic!("samples"),
    }
}

#[test]
fn a_start_in_the_clear_is_found_where_it_ends() {
    let (protected, clear) = entries();
    let orders = [([&protected[..], &clear].concat(), 2), ([&clear[..], &protected].concat(), 1)];
    for (entries, number) in orders {
        for lead in [0, 1, 3, 17, 60] {
            let file = film(&entries, 60, |at| at < lead, number);
            let (listed, reads) = scan_by(Way::Tables, &file);
            let listed = listed.unwrap();
            let until = if lead == 60 { u64::MAX } else { u64::from(lead) * 100 };
            let entries = EntryPair::new(number, 1).unwrap();
            assert_eq!(clear_start(&listed[0]), Some(ClearStart { entries, until }), "{lead}");
            assert_eq!(listed[0].sample_entry, protected);
            assert!(reads.len() < 22, "{} reads", reads.len());
            assert_eq!(scan_by(Way::Boxes, &file).0.unwrap(), listed, "all of them read");
        }
    }
}

#[test]
fn an_entry_that_is_coded_otherwise_is_none_of_a_pair() {
    let (protected, clear) = entries();
    let larger = visual_entry(b"avc1", 1280, 720, &clear[86..]);
    let further = protected_entry(&clear, (b"encv", b"avc1"), b"cenc", [8; 16]);
    for entries in [
        [&clear[..], &clear].concat(),
        [&protected[..], &larger].concat(),
        [&protected[..], &further].concat(),
        [&protected[..], &clear, &clear].concat(),
    ] {
        let track = scan_by(Way::Tables, &film(&entries, 9, |_| false, 2)).0.unwrap().remove(0);
        assert_eq!(clear_start(&track), None);
        assert_eq!(track.sample_entry, entries[..track.sample_entry.len()], "its first");
    }
}

#[test]
fn what_is_in_the_clear_does_not_make_up_for_vectors_that_are_missing() {
    let (protected, clear) = entries();
    let mut file = File::new(&[Track { entry: [protected, clear].concat(), ..Track::video(1) }]);
    for (at, entry) in [(0, 2), (100, 2), (200, 1), (300, 1)] {
        let piece = Piece { tfdt: Some(at), entry: Some(entry), ..Piece::lasting(1, 100) };
        file.fragment(piece, at, 9000);
    }
    file.mfra();
    let error = scan_by(Way::Tables, &file).0.unwrap_err().to_string();
    assert!(error.contains("tell of no initialisation vectors"), "{error}");
}
