//! Movies: a `moov` of tracks, fragmented or progressive.

use super::boxes::{boxed, full_boxed, words};
use super::entries::{audio_entry, avcc, esds, stsd, visual_entry};
use super::plain;

/// What `moov` says of a track.
#[derive(Clone)]
pub(crate) struct Track {
    pub(crate) id: u32,
    pub(crate) handler: [u8; 4],
    pub(crate) timescale: u32,
    pub(crate) language: [u8; 3],
    pub(crate) entry: Vec<u8>,
    pub(crate) trex_duration: u32,
    pub(crate) trex_size: u32,
    pub(crate) trex_flags: u32,
    pub(crate) samples: u32,
    /// The boxes that say where its samples are, if it is a progressive MP4's.
    pub(crate) tables: Vec<u8>,
    /// Its `elst`, if it has one.
    pub(crate) elst: Vec<u8>,
    /// Its data reference.
    pub(crate) reference: Vec<u8>,
    /// How its video is turned, scaled and moved.
    pub(crate) matrix: [u32; 9],
    /// The tracks that hold its chapters.
    pub(crate) chapters: Vec<u32>,
}

/// As they are.
const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

impl Track {
    pub(crate) fn video(id: u32) -> Self {
        let avcc = avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68, 0xe9]]);
        Self {
            id,
            handler: *b"vide",
            timescale: 10_000_000,
            language: *b"und",
            entry: visual_entry(b"avc1", 640, 360, &avcc),
            trex_duration: 0,
            trex_size: 0,
            trex_flags: 0,
            samples: 0,
            tables: Vec::new(),
            elst: Vec::new(),
            reference: full_boxed(b"url ", 0, 1, &[]),
            matrix: UPRIGHT,
            chapters: Vec::new(),
        }
    }

    pub(crate) fn audio(id: u32) -> Self {
        let entry = audio_entry(b"mp4a", 2, 48_000, &esds(0x40, &[0x11, 0x90]));
        Self { handler: *b"soun", entry, ..Self::video(id) }
    }
}

pub(crate) fn ftyp() -> Vec<u8> {
    boxed(b"ftyp", b"isml\0\0\0\x01iso2piff")
}

/// The `moov` of these tracks; of a progressive MP4 if any of them has sample tables.
pub(crate) fn moov(tracks: &[Track]) -> Vec<u8> {
    let is_plain = tracks.iter().any(|track| !track.tables.is_empty());
    moov_of(tracks, !is_plain)
}

/// The same, with or without an `mvex`.
pub(crate) fn moov_of(tracks: &[Track], has_mvex: bool) -> Vec<u8> {
    let mvhd = [&[0, 0, 1000, 0, 0x1_0000, 0x0100_0000, 0, 0][..], &UPRIGHT, &[0; 6], &[99]];
    let mut payload = full_boxed(b"mvhd", 0, 0, &words(&mvhd.concat()));
    let mut defaults = Vec::new();
    for track in tracks {
        let tkhd = [&[0, 0, track.id, 0, 0, 0, 0, 0, 0][..], &track.matrix, &[0; 2]].concat();
        let packed =
            track.language.iter().fold(0u16, |packed, letter| packed << 5 | u16::from(letter & 31));
        let mdhd = [words(&[0, 0, track.timescale, 0]), packed.to_be_bytes().to_vec(), vec![0; 2]];
        let hdlr = [&words(&[0]), &track.handler[..], &[0; 13]].concat();
        let dref = full_boxed(b"dref", 0, 0, &[&words(&[1]), &track.reference[..]].concat());
        let empty_tables = [
            full_boxed(b"stts", 0, 0, &words(&[0])),
            full_boxed(b"stsc", 0, 0, &words(&[0])),
            full_boxed(
                b"stsz",
                0,
                0,
                &words(&[if track.samples > 0 { 9 } else { 0 }, track.samples]),
            ),
            full_boxed(b"stco", 0, 0, &words(&[0])),
        ]
        .concat();
        let tables = if track.tables.is_empty() { &empty_tables } else { &track.tables };
        let stbl = [stsd(&track.entry), tables.clone()];
        let header = match &track.handler {
            b"vide" => full_boxed(b"vmhd", 0, 1, &[0; 8]),
            b"soun" => full_boxed(b"smhd", 0, 0, &[0; 4]),
            _ => full_boxed(b"nmhd", 0, 0, &[]),
        };
        let minf = [header, boxed(b"dinf", &dref), boxed(b"stbl", &stbl.concat())];
        let mdia = [
            full_boxed(b"mdhd", 0, 0, &mdhd.concat()),
            full_boxed(b"hdlr", 0, 0, &hdlr),
            boxed(b"minf", &minf.concat()),
        ];
        let trak = [
            full_boxed(b"tkhd", 0, 7, &words(&tkhd)),
            plain::edts(&track.elst),
            boxed(b"tref", &boxed(b"chap", &words(&track.chapters))),
            boxed(b"mdia", &mdia.concat()),
        ];
        payload.extend(boxed(b"trak", &trak.concat()));
        let trex = words(&[track.id, 1, track.trex_duration, track.trex_size, track.trex_flags]);
        defaults.extend(full_boxed(b"trex", 0, 0, &trex));
    }
    if has_mvex {
        payload.extend(boxed(b"mvex", &defaults));
    }
    boxed(b"moov", &payload)
}
