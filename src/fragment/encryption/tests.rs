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

fn seig(entries: &[Encryption]) -> Vec<u8> {
    let count = u32::try_from(entries.len()).unwrap();
    let entries = entries.iter().flat_map(Encryption::bytes).collect::<Vec<_>>();
    full_boxed(b"sgpd", 1, 0, &[&b"seig"[..], &words(&[20, count]), &entries].concat())
}

fn sbgp(runs: &[u32]) -> Vec<u8> {
    let count = u32::try_from(runs.len() / 2).unwrap();
    full_boxed(b"sbgp", 0, 0, &[&b"seig"[..], &words(&[count]), &words(runs)].concat())
}

#[test]
fn stored_groups_are_kept() {
    let other = Encryption { pattern: 0, vectors: Some(Vectors::Own16), key_id: [8; 16] };
    let clear = Encryption { pattern: 0, vectors: None, key_id: [0; 16] };
    let groups = [seig(&[other, clear]), sbgp(&[1, 0x1_0002, 1, 0x1_0001])];
    let vectors = [vec![], vec![1; 16], vec![2; 8]];
    let stored = [&groups[..], &[senc(0, &vectors)]].concat();
    let moof = segment(&cenc(), &stored).unwrap();
    assert_eq!(led_to(&moof), vectors);
    let parsed = Moof::parse(&moof, 0).unwrap();
    let boxes = parsed.only_traf().unwrap().encryption;
    assert_eq!(boxes.sgpd.unwrap().bytes(), groups[0]);
    let runs = isobmff::sample_groups(&boxes.sbgp.unwrap()).unwrap();
    assert_eq!(runs, [(1, 0x1_0002), (1, 0x1_0001), (1, 0)]);
    // Of keyframes, the second sample goes, and with it its group.
    let moof = made(Noun::KeyFrames, &cenc(), &stored).unwrap();
    assert_eq!(led_to(&moof), [vec![], vec![2; 8]]);
    let runs = traf_of(&moof).sbgp[0].entries.clone();
    assert_eq!(runs.iter().map(|run| run.sample_count).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn groups_of_version_2_are_told_in_version_1() {
    let other = Encryption { pattern: 0, vectors: Some(Vectors::Own16), key_id: [8; 16] };
    let clear = Encryption { pattern: 0, vectors: None, key_id: [0; 16] };
    let version_2 = |of_others: u32, fields: &[u32]| {
        let entries = [clear.bytes(), other.bytes()].concat();
        let front = [&b"seig"[..], &words(fields), &words(&[of_others, 2]), &entries].concat();
        full_boxed(b"sgpd", 2, 0, &front)
    };
    let told = |sgpd: Vec<u8>, runs: &[Vec<u8>], vectors: &[Vec<u8>]| {
        let stored = [&[sgpd][..], runs, &[senc(0, vectors)]].concat();
        let moof = segment(&cenc(), &stored).unwrap();
        assert_eq!(led_to(&moof), vectors);
        let parsed = Moof::parse(&moof, 0).unwrap();
        let boxes = parsed.only_traf().unwrap().encryption;
        assert_eq!(boxes.sgpd.unwrap().bytes(), seig(&[clear, other]));
        isobmff::sample_groups(&boxes.sbgp.unwrap()).unwrap()
    };
    let clear_lead = [vec![], vec![2; 8], vec![2; 8]];
    for fields in [&[][..], &[20]] {
        let runs = told(version_2(0, fields), &[sbgp(&[1, 0x1_0001])], &clear_lead);
        assert_eq!(runs, [(1, 0x1_0001), (2, 0)]);
        let runs = told(version_2(2, fields), &[], &vec![vec![3; 16]; 3]);
        assert_eq!(runs, [(3, 0x1_0002)], "of those that nothing is said of");
    }
}

#[test]
fn what_is_left_over_in_a_clear_track_is_passed_by() {
    let clear = visual_entry(b"avc1", 640, 360, &[]);
    let left = [senc(2, &vectors()), full_boxed(b"saiz", 0, 0, &[8, 0, 0, 0, 3]), seig(&[])];
    assert_eq!(segment(&clear, &left), segment(&clear, &[]));
    assert_eq!(segment(&clear, &[piff(2, &[], &vectors())]), segment(&clear, &[]));
}

#[test]
fn groups_that_are_not_there_are_refused() {
    let senc = senc(0, &vec![vec![7; 8]; 3]);
    let of = |runs: &[u32]| segment(&cenc(), &[sbgp(runs), seig(&[]), senc.clone()]);
    assert_eq!(of(&[3, 1]), Err(UnsupportedError::Elsewhere.into()), "it is in the moov");
    assert!(matches!(of(&[3, 0x1_0001]), Err(MakeError::Fragment(FragmentError::Size(_)))));
    assert!(matches!(of(&[4, 0]), Err(MakeError::Fragment(FragmentError::Size(_)))));
    assert!(matches!(of(&[u32::MAX, 0]), Err(MakeError::Fragment(FragmentError::Size(_)))));
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

#[test]
fn what_contradicts_itself_is_broken() {
    let broken = |entry: &[u8], traf: &[Vec<u8>]| match segment(entry, traf) {
        Err(MakeError::Fragment(broken)) => broken.to_string(),
        other => panic!("{other:?}"),
    };
    let nothing = "its track is encrypted, but nothing tells of initialisation vectors";
    assert_eq!(broken(&cenc(), &[]), nothing);
    assert_eq!(broken(&cenc(), &[senc(0, &[])]), nothing);
    let sums = "what subsamples make up does not fit the fragment";
    for wrong in [(8, 15), (8, 17), (u16::MAX, u32::MAX)] {
        let [_, second, third] = vectors();
        let vectors = [vector(1, &[wrong, (0, 16)]), second, third];
        assert_eq!(broken(&cenc(), &[piff(2, &[], &vectors)]), sums);
    }
    let short = broken(&cenc(), &[senc(0, &[vec![7; 23]])]);
    assert!(short.ends_with("it is not of as many samples as there are"), "{short}");
    for size in [0, 3, 255] {
        let front = [&[0, 0, 1, size][..], &KEY].concat();
        let sized = broken(&cenc(), &[piff(1, &front, &vec![vec![7; size.into()]; 3])]);
        assert!(sized.contains("neither 8 nor 16 bytes"), "{sized}");
        let entry = entry(b"cenc", &[&[0, 0, 1, size][..], &KEY, &[size; 300]].concat());
        let sized = broken(&entry, &[senc(0, &[])]);
        assert!(sized.contains("how its track is protected") || size == 0, "{sized}");
    }
}

#[test]
fn what_is_well_but_not_told_is_named() {
    let adobe = entry(b"adkm", &[]);
    assert_eq!(
        segment(&adobe, &[]),
        Err(UnsupportedError::Scheme(SchemeError::UnknownScheme(*b"adkm")).into())
    );
    let front = [&[0, 0, 2, 16][..], &KEY].concat();
    let cbc = segment(&cenc(), &[piff(1, &front, &vec![vec![7; 16]; 3])]);
    assert_eq!(cbc, Err(UnsupportedError::Scheme(SchemeError::UnknownAlgorithm(2)).into()));
    let saiz = full_boxed(b"saiz", 0, 0, &[8, 0, 0, 0, 3]);
    assert_eq!(segment(&cenc(), &[saiz]), Err(UnsupportedError::Elsewhere.into()));
    let [_, second, third] = vectors();
    let many = [vector(1, &[[(1, 0); 40].as_slice(), &[(0, 0)]].concat()), second, third];
    assert_eq!(segment(&cenc(), &[senc(2, &many)]), Err(UnsupportedError::Subsamples.into()));
}

proptest! {
    #[test]
    fn nothing_that_a_box_can_say_is_a_panic(
        is_piff: bool,
        flags in 0u8..4,
        fields in prop::collection::vec(prop_oneof![Just(0), Just(1), Just(3), any::<u8>()], 0..120),
    ) {
        let stored = if is_piff {
            uuid_boxed(Senc::PIFF, &[&[0, 0, 0, flags][..], &fields].concat())
        } else {
            full_boxed(b"senc", 0, flags.into(), &fields)
        };
        for entry in [cenc(), cbcs()] {
            if let Ok(moof) = segment(&entry, std::slice::from_ref(&stored)) {
                let again = Moof::parse(&moof, 0).unwrap();
                prop_assert!(again.only_traf().is_some());
            }
        }
    }

    #[test]
    fn every_vector_comes_out_as_it_went_in(
        is_piff: bool,
        numbers: [u8; 3],
        clear in prop::collection::vec(0u16..7, 3),
    ) {
        let each = numbers.iter().zip(&clear).zip(SIZES);
        let stored: Vec<Vec<u8>> = each
            .map(|((&number, &clear), size)| vector(number, &[(clear, 0), (0, size - u32::from(clear))]))
            .collect();
        let told = if is_piff { piff(2, &[], &stored) } else { senc(2, &stored) };
        let moof = segment(&cenc(), &[told]).unwrap();
        prop_assert_eq!(led_to(&moof), stored);
    }
}
