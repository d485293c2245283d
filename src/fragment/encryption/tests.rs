//! Encryption in new fragments: what is said of it, and in which boxes.

mod groups;
mod refused;

use super::*;
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::fragment::{Head, Part, Recipe};
use crate::index::{EntryPair, StreamKind};
use crate::isobmff::{Moof, SchemeError};
use crate::media::{boxed as media_boxed, full_boxed, tfxd, uuid_boxed, visual_entry};
use crate::url::Noun;
use mp4_atom::{Any, Decode};
use proptest::prelude::*;

const CHUNK: Chunk = Chunk { start: 500, duration: 90 };
const SYNC: u32 = 0x0200_0000;
const OTHER: u32 = 0x0101_0000;
const KEY: [u8; 16] = [9; 16];
/// Of the samples of a fragment, of which the first and the last stand by themselves.
const SIZES: [u32; 3] = [40, 20, 30];

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().copied().flat_map(u32::to_be_bytes).collect()
}

fn moof_of(traf: &[Vec<u8>]) -> Head {
    moof_with(full_boxed(b"tfhd", 0, 0, &words(&[1])), traf)
}

fn moof_with(tfhd: Vec<u8>, traf: &[Vec<u8>]) -> Head {
    let mfhd = full_boxed(b"mfhd", 0, 0, &words(&[9]));
    let [a, b, c] = SIZES;
    let columns = [3, 30, a, SYNC, 30, b, OTHER, 30, c, SYNC];
    let trun = full_boxed(b"trun", 0, 0x700, &words(&columns));
    let traf = [&[tfhd, trun, tfxd(CHUNK.start, CHUNK.duration)], traf].concat();
    let moof = media_boxed(b"moof", &[mfhd, media_boxed(b"traf", &traf.concat())].concat());
    let media = u64::from(SIZES.iter().sum::<u32>());
    let start = 5008 + u64::try_from(moof.len()).unwrap();
    let mdat_header = [&words(&[98])[..], b"mdat"].concat();
    Head { moof, mdat_header, payload: ByteRange::with_length(start, media).unwrap() }
}

/// The sample entry of a track that is protected like this.
fn entry(scheme: &[u8; 4], tenc: &[u8]) -> Vec<u8> {
    let frma = media_boxed(b"frma", b"avc1");
    let schm = full_boxed(b"schm", 0, 0, &[&scheme[..], &[0, 1, 0, 0]].concat());
    let tenc = full_boxed(b"tenc", 0, 0, tenc);
    let sinf = [frma, schm, media_boxed(b"schi", &tenc)].concat();
    visual_entry(b"encv", 640, 360, &media_boxed(b"sinf", &sinf))
}

fn cenc() -> Vec<u8> {
    entry(b"cenc", &[&[0, 0, 1, 8][..], &KEY].concat())
}

fn cbcs() -> Vec<u8> {
    entry(b"cbcs", &[&[0, 0x19, 1, 0][..], &KEY, &[16], &[5; 16]].concat())
}

fn made(noun: Noun, entry: &[u8], traf: &[Vec<u8>]) -> Result<Vec<u8>, MakeError> {
    let recipe = Recipe::for_tests(noun, StreamKind::Video, entry, CHUNK);
    match recipe.parts(&moof_of(traf))?.into_iter().next() {
        Some(Part::Generated(front)) => Ok(front[..front.len() - 8].to_vec()),
        other => panic!("{other:?}"),
    }
}

fn segment(entry: &[u8], traf: &[Vec<u8>]) -> Result<Vec<u8>, MakeError> {
    made(Noun::Segment, entry, traf)
}

/// As another reader has it.
fn traf_of(moof: &[u8]) -> mp4_atom::Traf {
    let Any::Moof(moof) = Any::decode(&mut &*moof).unwrap() else { panic!("no moof") };
    moof.traf.into_iter().next().unwrap()
}

/// A vector of eight bytes, and subsamples.
fn vector(number: u8, subsamples: &[(u16, u32)]) -> Vec<u8> {
    let mut bytes = vec![number; 8];
    bytes.extend(u16::try_from(subsamples.len()).unwrap().to_be_bytes());
    for (clear, encrypted) in subsamples {
        bytes.extend(clear.to_be_bytes());
        bytes.extend(encrypted.to_be_bytes());
    }
    bytes
}

fn vectors() -> [Vec<u8>; 3] {
    [vector(1, &[(8, 16), (0, 16)]), vector(2, &[(20, 0)]), vector(3, &[(14, 16)])]
}

fn piff(flags: u8, front: &[u8], vectors: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(vectors.len()).unwrap().to_be_bytes();
    uuid_boxed(Senc::PIFF, &[&[0, 0, 0, flags][..], front, &count, &vectors.concat()].concat())
}

fn senc(flags: u32, vectors: &[Vec<u8>]) -> Vec<u8> {
    let count = u32::try_from(vectors.len()).unwrap().to_be_bytes();
    full_boxed(b"senc", 0, flags, &[&count[..], &vectors.concat()].concat())
}

/// The bytes that `saiz` and `saio` lead to.
fn led_to(moof: &[u8]) -> Vec<Vec<u8>> {
    let traf = traf_of(moof);
    let ([saiz], [saio]) = (&traf.saiz[..], &traf.saio[..]) else { panic!("{traf:?}") };
    let mut at = usize::try_from(saio.offsets[0]).unwrap();
    let sizes: Vec<u8> = match saiz.default_sample_info_size {
        0 => saiz.sample_info_size.clone(),
        size => vec![size; usize::try_from(saiz.sample_count).unwrap()],
    };
    let sizes = sizes.into_iter().map(usize::from);
    sizes
        .map(|size| {
            at += size;
            moof[at - size..at].to_vec()
        })
        .collect()
}

#[test]
fn piff_and_iso_become_the_same_boxes() {
    let from_piff = segment(&cenc(), &[piff(2, &[], &vectors())]).unwrap();
    let saiz = full_boxed(b"saiz", 0, 0, &[0; 5]);
    let saio = full_boxed(b"saio", 0, 0, &words(&[1, 7]));
    let from_iso = segment(&cenc(), &[saiz, saio, senc(2, &vectors())]).unwrap();
    assert_eq!(from_piff, from_iso);
    let traf = traf_of(&from_piff);
    let senc = traf.senc.unwrap();
    assert!(senc.use_subsamples);
    assert_eq!(senc.data, [&words(&[3])[..], &vectors().concat()].concat());
    assert_eq!(traf.saiz[0].sample_info_size, [22, 16, 16]);
    assert_eq!(led_to(&from_piff), vectors());
    assert!(!from_piff.windows(4).any(|bytes| bytes == b"uuid"));
    assert!(traf.tfhd.default_base_is_moof && traf.sbgp.is_empty());
}

#[test]
fn vectors_of_one_size_are_counted_once() {
    let own: Vec<Vec<u8>> = (1..4).map(|number| vec![number; 8]).collect();
    let moof = segment(&cenc(), &[piff(0, &[], &own)]).unwrap();
    let traf = traf_of(&moof);
    assert_eq!((traf.saiz[0].default_sample_info_size, traf.saiz[0].sample_count), (8, 3));
    assert_eq!(led_to(&moof), own);
}

#[test]
fn one_vector_for_all_is_told_by_the_header_alone() {
    let traf = traf_of(&segment(&cbcs(), &[]).unwrap());
    assert_eq!((traf.senc, traf.saiz, traf.saio), (None, vec![], vec![]));
    let subsamples: Vec<Vec<u8>> = vectors().iter().map(|vector| vector[8..].to_vec()).collect();
    let moof = segment(&cbcs(), &[senc(2, &subsamples)]).unwrap();
    assert_eq!(led_to(&moof), subsamples);
}

#[test]
fn what_piff_says_in_place_of_the_track_becomes_a_group() {
    let told = |front: [u8; 4], key: [u8; 16], vectors: &[Vec<u8>]| {
        let front = [&front[..], &key].concat();
        traf_of(&segment(&cenc(), &[piff(1, &front, vectors)]).unwrap())
    };
    let own = |size| vec![vec![7; size]; 3];
    let same = told([0, 0, 1, 8], KEY, &own(8));
    assert!(same.sbgp.is_empty() && same.sgpd.is_empty());

    let other = told([0, 0, 1, 16], [8; 16], &own(16));
    let runs = &other.sbgp[0].entries;
    assert_eq!((runs.len(), runs[0].sample_count), (1, 3));
    assert_eq!(runs[0].group_description_index, 0x1_0001);
    assert_eq!(other.saiz[0].default_sample_info_size, 16);
    let entry = format!("{:?}", other.sgpd[0]);
    assert!(entry.contains("seig"), "{entry}");

    let clear = told([0; 4], [0; 16], &own(0));
    assert_eq!((clear.sbgp.len(), clear.senc), (1, None));
    assert_eq!(told([0; 4], [0; 16], &[]).sbgp.len(), 1, "of no sample there is nothing to tell");
    let front = [0; 20];
    let moof = made(Noun::KeyFrames, &cenc(), &[piff(1, &front, &[])]).unwrap();
    assert!(moof.ends_with(&piff(1, &front, &[])));
}

#[test]
fn what_is_of_the_entry_in_the_clear_is_sent_as_such() {
    let of =
        |noun, pair: Option<EntryPair>, entry: u32, traf: &[Vec<u8>]| -> Result<_, MakeError> {
            let coded = cenc();
            let recipe = Recipe::for_tests(noun, StreamKind::Video, &coded, CHUNK);
            let recipe = pair.map_or(recipe, |pair| recipe.with_entries(pair));
            let head = moof_with(full_boxed(b"tfhd", 0, 2, &words(&[1, entry])), traf);
            match recipe.parts(&head)?.into_iter().next() {
                Some(Part::Generated(front)) => Ok(front[..front.len() - 8].to_vec()),
                other => panic!("{other:?}"),
            }
        };
    for clear in [1, 2] {
        let pair = EntryPair::new(clear, 1);
        let (in_the_clear, protected) = (clear, 3 - clear);
        let traf = traf_of(&of(Noun::Segment, pair, in_the_clear, &[]).unwrap());
        assert_eq!(traf.tfhd.sample_description_index, Some(2), "of the init segment");
        assert_eq!((traf.senc, traf.saiz, traf.saio), (None, vec![], vec![]));
        let encrypted = [senc(2, &vectors())];
        let traf = traf_of(&of(Noun::KeySegment, pair, protected, &encrypted).unwrap());
        assert_eq!((traf.tfhd.sample_description_index, traf.saiz.len()), (None, 1));
        let frames = traf_of(&of(Noun::KeyFrames, pair, in_the_clear, &[]).unwrap());
        assert_eq!((frames.tfhd.sample_description_index, frames.senc), (None, None));
        let vectors = Err(FragmentError::Vectors.into());
        assert_eq!(of(Noun::Segment, pair, protected, &[]), vectors);
        assert_eq!(of(Noun::Segment, pair, 3, &[]), Err(UnsupportedError::Entry.into()));
    }
    assert_eq!(of(Noun::Segment, None, 2, &[]), Err(UnsupportedError::Entry.into()));
}

#[test]
fn segments_grow_by_so_much_and_no_more() {
    let growth = |entry: &[u8], traf: &[Vec<u8>]| {
        let stored = i64::try_from(moof_of(traf).moof.len()).unwrap();
        i64::try_from(segment(entry, traf).unwrap().len()).unwrap() - stored
    };
    let clear = growth(&visual_entry(b"avc1", 640, 360, &[]), &[]);
    let most = i64::try_from(ENCRYPTED_GROWTH).unwrap();
    let front = [&[0, 0, 1, 8][..], &[8; 16]].concat();
    let even = [vector(1, &[(40, 0)]), vector(2, &[(20, 0)]), vector(3, &[(30, 0)])];
    assert_eq!(growth(&cenc(), &[piff(3, &front, &even)]) - clear, most);
    assert_eq!(growth(&cenc(), &[piff(3, &front, &vectors())]) - clear, most + 3);
    assert_eq!(growth(&cenc(), &[senc(2, &vectors())]) - clear, 17 + 20 + 3);
    let whole = [senc(2, &vectors()), full_boxed(b"saiz", 0, 0, &[0, 0, 0, 0, 3, 22, 16, 16])];
    let saio = full_boxed(b"saio", 0, 0, &words(&[1, 7]));
    assert_eq!(growth(&cenc(), &[&whole[..], &[saio]].concat()) - clear, 0);
}

#[test]
fn key_frames_are_told_as_the_file_tells_it() {
    let [first, _, last] = vectors();
    let moof = made(Noun::KeyFrames, &cenc(), &[piff(2, &[], &vectors())]).unwrap();
    let kept = piff(2, &[], &[first.clone(), last.clone()]);
    assert!(moof.ends_with(&kept), "{moof:?}");
    let front = [&[0, 0, 1, 8][..], &[8; 16]].concat();
    let moof = made(Noun::KeyFrames, &cenc(), &[piff(3, &front, &vectors())]).unwrap();
    assert!(moof.ends_with(&piff(3, &front, &[first.clone(), last.clone()])));
    let moof = made(Noun::KeyFrames, &cenc(), &[senc(2, &vectors())]).unwrap();
    assert_eq!(led_to(&moof), [first, last]);
}
