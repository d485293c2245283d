//! Files whose samples are protected.

use crate::media::{
    File, Piece, Track, audio_entry, avcc, boxed, esds, ftyp, full_boxed, moov, protected_entry,
    visual_entry,
};
use crate::scan_bytes;
use millrace::index::Protection;
use millrace::scan::{ScanError, ScannedTrack};

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
