use super::*;
use crate::fragment::growth::GROWTH;
use crate::fragment::{FragmentError, Head, MakeError, Part, UnsupportedError};
use crate::isobmff::{Header, Moof};
use crate::media::{boxed, full_boxed, tfxd, uuid_boxed};
use mp4_atom::{Any, Decode};

const CHUNK: Chunk = Chunk { start: 6 << 32, duration: 90 };
const SYNC: u32 = 0x0200_0000;
const OTHER: u32 = 0x0101_0000;

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// What a file has at 5000: a `moof` of these boxes, and an `mdat` of `media` bytes.
fn head(traf: &[Vec<u8>], media: u64) -> Head {
    let mfhd = full_boxed(b"mfhd", 0, 0, &words(&[9]));
    let moof = boxed(b"moof", &[mfhd, boxed(b"traf", &traf.concat())].concat());
    let start = 5008 + u64::try_from(moof.len()).unwrap();
    let size = u32::try_from(media + 8).unwrap();
    let mdat_header = [&size.to_be_bytes(), &b"mdat"[..]].concat();
    Head { moof, mdat_header, payload: ByteRange::with_length(start, media).unwrap() }
}

/// As PIFF's encoders write it: offsets from the start of the file, two runs, negative composition
/// offsets in version 0, a time of its own and those of the fragments to come.
fn piff() -> Head {
    const TFRF: u128 = 0xd480_7ef2_ca39_4695_8e54_26cb_9e46_a79f;
    let with = |base: u64| {
        let tfhd = [&words(&[7])[..], &base.to_be_bytes(), &words(&[30, OTHER])].concat();
        let first = [2, 0, SYNC, 500, 0, 70, (-30i32).cast_unsigned()];
        let second = [1, 570, 30, 60];
        [
            full_boxed(b"tfhd", 0, 0x29, &tfhd),
            full_boxed(b"trun", 0, 0xa05, &words(&first)),
            full_boxed(b"trun", 0, 0xa01, &words(&second)),
            tfxd(CHUNK.start, CHUNK.duration),
            uuid_boxed(TFRF.to_be_bytes(), &[1, 0, 0, 0, 0]),
        ]
    };
    let samples = head(&with(0), 600).payload.start();
    head(&with(samples), 600)
}

fn segment(kind: StreamKind, head: &Head) -> Result<Parts, MakeError> {
    let recipe = Recipe::for_tests(Noun::Segment, kind, &[], CHUNK);
    assert_eq!((recipe.ahead(head.payload), recipe.length(head.payload)), (None, None));
    recipe.parts(head)
}

/// What is written in front of samples that all lie where the head says.
fn front(parts: Parts, head: &Head) -> Vec<u8> {
    let parts: Vec<Part> = parts.into_iter().collect();
    let [Part::Generated(front), Part::Stored(range)] = parts.as_slice() else {
        panic!("{parts:?}")
    };
    assert_eq!(*range, head.payload, "the transfer that has begun goes on");
    front.clone()
}

#[test]
fn a_segment_has_what_cmaf_asks_for_and_nothing_of_piff() {
    let head = piff();
    let front = front(segment(StreamKind::Video, &head).unwrap(), &head);
    let (moof, mdat) = front.split_at(front.len() - 8);
    assert_eq!(Header::parse(mdat).unwrap().size, Some(608));

    let ours = Moof::parse(moof, 0).unwrap();
    let traf = ours.only_traf().unwrap();
    assert_eq!((ours.sequence_number, traf.track_id), (9, 1));
    assert_eq!((traf.tfdt, traf.tfxd, traf.base_data_offset), (Some(CHUNK.start), None, None));
    assert!(!front.windows(4).any(|bytes| bytes == b"uuid"));

    let Any::Moof(atom) = Any::decode(&mut &*moof).unwrap() else { panic!("no moof") };
    let traf = &atom.traf[0];
    assert!(traf.tfhd.default_base_is_moof);
    assert_eq!(traf.tfdt.as_ref().unwrap().base_media_decode_time, CHUNK.start);
    let [trun] = traf.trun.as_slice() else { panic!("{} truns", traf.trun.len()) };
    assert_eq!(trun.data_offset, Some(i32::try_from(front.len()).unwrap()));
    let rows: Vec<_> =
        trun.samples.iter().map(|it| (it.size.unwrap(), it.flags, it.cts.unwrap())).collect();
    let all = (traf.tfhd.default_sample_duration, traf.tfhd.default_sample_flags);
    assert_eq!(all, (Some(30), Some(OTHER)));
    let expected = [(500, Some(SYNC), 0), (70, None, -30), (30, None, 60)];
    assert_eq!(rows, expected);
    let version_1 = [&b"trun"[..], &[1]].concat();
    assert!(front.windows(5).any(|bytes| bytes == version_1));
}

#[test]
fn sound_that_does_not_say_so_is_all_sync() {
    let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, 100]));
    let head = head(&[tfhd, full_boxed(b"trun", 0, 0, &words(&[3]))], 300);
    let flags = |kind| {
        let front = front(segment(kind, &head).unwrap(), &head);
        let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
        let traf = moof.only_traf().unwrap();
        (traf.default_sample_flags, traf.truns[0].first_sample_flags)
    };
    assert_eq!(flags(StreamKind::Audio), (Some(SYNC), None));
    assert_eq!(flags(StreamKind::Video), (Some(OTHER), Some(SYNC)));
}

#[test]
fn a_segment_is_hardly_longer_than_its_fragment() {
    let growth = |head: &Head, kind| {
        let stored = i64::try_from(head.moof.len() + head.mdat_header.len()).unwrap();
        i64::try_from(front(segment(kind, head).unwrap(), head).len()).unwrap() - stored
    };
    let most = i64::try_from(GROWTH).unwrap();
    // Whatever can be left to the track is.
    let silent = [
        full_boxed(b"tfhd", 0, 0, &words(&[1])),
        full_boxed(b"trun", 0, 0x200, &words(&[3, 90, 100, 110])),
    ];
    assert_eq!(growth(&head(&silent, 300), StreamKind::Video), most - 4);
    let even =
        [full_boxed(b"tfhd", 0, 0x10, &words(&[1, 100])), full_boxed(b"trun", 0, 0, &words(&[3]))];
    assert_eq!(growth(&head(&even, 300), StreamKind::Video), most - 4);
    assert!(growth(&piff(), StreamKind::Video) < 0);
}

#[test]
fn a_key_frame_is_taken_out_of_its_fragment() {
    let piff = piff();
    let recipe = Recipe::for_tests(Noun::KeySegment, StreamKind::Video, &[], CHUNK);
    let parts: Vec<Part> = recipe.parts(&piff).unwrap().into_iter().collect();
    let [Part::Generated(front), Part::Stored(range)] = parts.as_slice() else {
        panic!("{parts:?}")
    };
    assert_eq!(*range, ByteRange::with_length(piff.payload.start(), 500).unwrap());
    let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    assert_eq!((traf.tfdt, traf.default_sample_duration), (Some(CHUNK.start), Some(90)));
    assert_eq!((traf.truns[0].sample_count, traf.default_sample_flags), (1, Some(SYNC)));
}

#[test]
fn samples_of_a_further_sample_entry_are_refused() {
    let of = |entry| {
        let tfhd = full_boxed(b"tfhd", 0, 0x12, &words(&[1, entry, 100]));
        segment(StreamKind::Audio, &head(&[tfhd, full_boxed(b"trun", 0, 0, &words(&[3]))], 300))
    };
    assert!(of(1).is_ok());
    assert_eq!(of(2), Err(UnsupportedError::Entry.into()));
}

#[test]
fn samples_that_lie_elsewhere_are_refused() {
    let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, 100]));
    let trun = full_boxed(b"trun", 0, 1, &words(&[3, 1 << 20]));
    let misplaced = segment(StreamKind::Audio, &head(&[tfhd, trun], 300));
    assert!(matches!(misplaced, Err(MakeError::Fragment(FragmentError::Size(_)))), "{misplaced:?}");
}
