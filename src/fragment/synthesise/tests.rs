use super::*;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::fragment::{Part, UnsupportedError};
use crate::index::Run;
use crate::isobmff::{self, Tfxd};
use mp4_atom::{Any, Decode};
use proptest::prelude::*;

const SYNC: u32 = 0x0200_0000;
const OTHER: u32 = 0x0101_0000;

fn scale(ticks: u32) -> Timescale {
    Timescale::new(ticks).unwrap()
}

fn range(start: u64, end: u64) -> ByteRange {
    ByteRange::new(start, end).unwrap()
}

fn synthesis(noun: Noun, chunk: (u64, u64), timescale: u32) -> Synthesis {
    let chunk = Chunk { start: chunk.0, duration: chunk.1 };
    let (kind, timescale) = (StreamKind::Video, scale(timescale));
    Synthesis { noun, sequence_number: 4, track_id: 2, kind, chunk, timescale, early: 0 }
}

/// Four frames of 25 a second at 12800 ticks, the first alone a keyframe, two of them reordered,
/// with a run of audio in their middle.
fn pictures() -> SampledFragment {
    let sample =
        |size, composition_offset, flags| Sample { size, duration: 512, composition_offset, flags };
    SampledFragment {
        start: 76_800,
        samples: vec![
            sample(900, 0, SYNC),
            sample(70, 1024, OTHER),
            sample(30, -512, OTHER),
            sample(40, -512, OTHER),
        ],
        runs: vec![
            Run { samples: 2, range: range(5000, 5970) },
            Run { samples: 2, range: range(6300, 6370) },
        ],
    }
}

const PICTURES: (u64, u64) = (60_000_000, 1_600_000);

/// What an answer is made of: what is written, and where the rest is stored.
fn taken_apart(parts: Parts) -> (Vec<u8>, Vec<ByteRange>) {
    let (mut written, mut stored) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Generated(bytes) => {
                assert!(stored.is_empty());
                written.extend(bytes);
            }
            Part::Stored(range) => stored.push(range),
        }
    }
    (written, stored)
}

/// The front of a whole fragment, as another reader understands it.
fn read(front: &[u8]) -> mp4_atom::Moof {
    match Any::decode(&mut &*front).unwrap() {
        Any::Moof(moof) => moof,
        other => panic!("{other:?}"),
    }
}

/// Duration, size, flags and composition offset of each sample.
type Row = (u32, u32, u32, i64);

/// Checks what holds for every fragment, and gives what it says of its samples.
fn rows(parts: &Parts) -> Vec<Row> {
    let (front, stored) = taken_apart(parts.clone());
    let atom = read(&front);
    let [traf] = atom.traf.as_slice() else { panic!("{} trafs", atom.traf.len()) };
    let [trun] = traf.trun.as_slice() else { panic!("{} truns", traf.trun.len()) };
    assert_eq!((atom.mfhd.sequence_number, traf.tfhd.track_id), (4, 2));
    let header = &traf.tfhd;
    assert_eq!(header.default_sample_duration.or(header.default_sample_size), None);
    assert!(header.base_data_offset.is_none() && header.sample_description_index.is_none());
    assert_eq!(trun.data_offset, Some(i32::try_from(front.len()).unwrap()));
    let rows: Vec<Row> = trun
        .samples
        .iter()
        .map(|sample| {
            let flags = sample.flags.or(traf.tfhd.default_sample_flags).unwrap();
            (sample.duration.unwrap(), sample.size.unwrap(), flags, sample.cts.unwrap_or(0))
        })
        .collect();

    let moof_len = usize::try_from(u32::from_be_bytes(front[..4].try_into().unwrap())).unwrap();
    let ours = isobmff::Moof::parse(&front[..moof_len], 0).unwrap();
    let stated = ours.only_traf().unwrap().truns[0].samples();
    let stated = stated.map(|it| (it.duration, it.size, i64::from(it.composition_offset)));
    assert!(stated.eq(rows.iter().map(|row| (Some(row.0), Some(row.1), row.3))));
    let media = stored.iter().map(|range| range.length()).sum::<u64>();
    assert_eq!(rows.iter().map(|row| u64::from(row.1)).sum::<u64>(), media);
    let mdat = isobmff::Header::parse(&front[moof_len..]).unwrap();
    assert_eq!((mdat.code, mdat.size), (*b"mdat", Some(mdat.length + media)));
    assert_eq!(moof_len + usize::try_from(mdat.length).unwrap(), front.len());
    rows
}

fn tfxd(parts: &Parts) -> Tfxd {
    let (front, _) = taken_apart(parts.clone());
    let len = usize::try_from(u32::from_be_bytes(front[..4].try_into().unwrap())).unwrap();
    isobmff::Moof::parse(&front[..len], 0).unwrap().only_traf().unwrap().tfxd.unwrap()
}

#[test]
fn a_fragment_is_a_moof_and_the_samples_where_they_lie() {
    let parts = synthesis(Noun::Fragments, PICTURES, 12_800).parts(&pictures()).unwrap();
    let expected = [
        (400_000, 900, SYNC, 0),
        (400_000, 70, OTHER, 800_000),
        (400_000, 30, OTHER, -400_000),
        (400_000, 40, OTHER, -400_000),
    ];
    assert_eq!(rows(&parts), expected);
    assert_eq!(tfxd(&parts), Tfxd { time: 60_000_000, duration: 1_600_000 });
    let (front, stored) = taken_apart(parts);
    assert_eq!(stored, [range(5000, 5970), range(6300, 6370)]);
    let trun = [&0x0100_0f01u32.to_be_bytes()[..], &4u32.to_be_bytes()].concat();
    assert!(front.windows(8).any(|bytes| bytes == trun), "a trun of version 1");
}

#[test]
fn its_moof_alone_and_its_samples_alone() {
    let of = |noun| synthesis(noun, PICTURES, 12_800).parts(&pictures()).unwrap();
    let (front, stored) = taken_apart(of(Noun::Fragments));
    assert_eq!(taken_apart(of(Noun::FragmentInfo)), (front[..front.len() - 8].to_vec(), vec![]));
    assert_eq!(taken_apart(of(Noun::RawFragments)), (vec![], stored));
}

#[test]
fn what_is_the_same_for_all_samples_takes_no_column() {
    let mut sound = pictures();
    for sample in &mut sound.samples {
        (sample.flags, sample.composition_offset) = (SYNC, 0);
    }
    let parts = synthesis(Noun::Fragments, PICTURES, 12_800).parts(&sound).unwrap();
    assert_eq!(rows(&parts)[1], (400_000, 70, SYNC, 0));
    let (front, _) = taken_apart(parts);
    // moof, mfhd, traf, tfhd with flags, trun with durations and sizes, tfxd, header of mdat.
    assert_eq!(front.len(), 8 + 16 + 8 + 20 + (20 + 4 * 8) + 44 + 8);
}

#[test]
fn key_frames_last_until_the_next() {
    let mut fragment = pictures();
    fragment.samples[2].flags = SYNC;
    let parts = synthesis(Noun::KeyFrames, PICTURES, 12_800).parts(&fragment).unwrap();
    assert_eq!(rows(&parts), [(800_000, 900, SYNC, 0), (800_000, 30, SYNC, -400_000)]);
    assert_eq!(tfxd(&parts), Tfxd { time: 60_000_000, duration: 1_600_000 });
    assert_eq!(taken_apart(parts).1, [range(5000, 5900), range(6300, 6330)]);
    fragment.samples[0].flags = OTHER;
    let parts = synthesis(Noun::KeyFrames, PICTURES, 12_800).parts(&fragment).unwrap();
    assert_eq!(rows(&parts), [(800_000, 30, SYNC, -400_000)]);
    assert_eq!(tfxd(&parts), Tfxd { time: 60_800_000, duration: 800_000 });
    fragment.samples[2].flags = OTHER;
    let none = synthesis(Noun::KeyFrames, PICTURES, 12_800).parts(&fragment);
    assert_eq!(none, Err(UnsupportedError::Dependent.into()));
}

#[test]
fn the_last_sample_ends_where_the_next_fragment_starts() {
    let of = |chunk| {
        let parts = synthesis(Noun::Fragments, chunk, 12_800).parts(&pictures()).unwrap();
        rows(&parts)[3].0
    };
    for duration in [1_599_999, 1_600_000, 1_600_001] {
        assert_eq!(u64::from(of((60_000_000, duration))), duration - 1_200_000);
    }
    // Further off is no rounding: the chunk is another level's, or the film ends within it.
    assert_eq!(of((60_000_000, 1_600_002)), 400_000);
    assert_eq!(of((60_000_000, 1_000_000)), 400_000);
}

#[test]
fn more_than_four_gigabytes_have_a_size_of_64_bits() {
    let mut fragment = pictures();
    fragment.samples.truncate(2);
    (fragment.samples[0].size, fragment.samples[1].size) = (u32::MAX, 70);
    fragment.runs = vec![Run { samples: 2, range: range(0, u64::from(u32::MAX) + 70) }];
    let parts = synthesis(Noun::Fragments, PICTURES, 12_800).parts(&fragment).unwrap();
    assert_eq!(rows(&parts)[0].1, u32::MAX);
    assert_eq!(
        &taken_apart(parts).0.last_chunk(),
        &Some(&(u64::from(u32::MAX) + 86).to_be_bytes())
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let of = |change: fn(&mut SampledFragment), noun| {
        let mut fragment = pictures();
        change(&mut fragment);
        synthesis(noun, PICTURES, 12_800).parts(&fragment).unwrap_err()
    };
    // 430 seconds are more than 2^32 ticks, and -3 minutes less than -2^31.
    let long = of(|it| it.samples[1].duration = 430 * 12_800, Noun::Fragments);
    assert_eq!(long, FragmentError::Times.into());
    let early = of(|it| it.samples[1].composition_offset = -220 * 12_800, Noun::FragmentInfo);
    assert_eq!(early, FragmentError::Times.into());
    let fewer = of(|it| it.runs[1].samples = 1, Noun::RawFragments);
    assert!(matches!(fewer, MakeError::Fragment(FragmentError::Size(_))));
    let more = of(|it| it.runs[1].samples = 3, Noun::Fragments);
    assert!(matches!(more, MakeError::Fragment(FragmentError::Size(_))));
    let far = of(|it| it.runs[1].range = range(u64::MAX - 50, u64::MAX), Noun::Fragments);
    assert!(matches!(far, MakeError::Fragment(FragmentError::Size(_))));
}

#[test]
fn a_key_frame_lasts_as_long_as_the_segment_that_it_stands_for() {
    let made = |fragment: &SampledFragment| {
        let parts = synthesis(Noun::KeySegment, PICTURES, 12_800).parts(fragment)?;
        let (front, stored) = taken_apart(parts);
        let moof = isobmff::Moof::parse(&front[..front.len() - 8], 0).unwrap();
        let traf = moof.only_traf().unwrap();
        assert_eq!((traf.track_id, traf.tfdt), (1, Some(PICTURES.0)));
        let run = &traf.truns[0];
        assert_eq!(run.sample_count, 1);
        let sample = run.samples().next().unwrap_or_default();
        let defaults = (traf.default_sample_duration, traf.default_sample_size);
        assert_eq!((sample.duration, sample.size, sample.flags), (None, None, None));
        assert_eq!(traf.default_sample_flags, Some(SYNC));
        Ok::<_, MakeError>((defaults, sample.composition_offset, stored))
    };
    let lasts = Some(1_600_000);
    let expected = ((lasts, Some(900)), 0, vec![range(5000, 5900)]);
    assert_eq!(made(&pictures()), Ok(expected));
    // One that comes later is shown no earlier.
    let mut later = pictures();
    later.samples[0].flags = OTHER;
    later.samples[2].flags = SYNC;
    let expected = ((lasts, Some(30)), 400_000, vec![range(6300, 6330)]);
    assert_eq!(made(&later), Ok(expected));
    later.samples[2].flags = OTHER;
    assert_eq!(made(&later), Err(UnsupportedError::Dependent.into()));
}

#[test]
fn what_cannot_be_sent_is_known_beforehand() {
    let of = |change: fn(&mut SampledFragment)| {
        let mut fragment = pictures();
        change(&mut fragment);
        check(&fragment, synthesis(Noun::Segment, PICTURES, 12_800))
    };
    let sent = |noun| synthesis(noun, PICTURES, 12_800).parts(&pictures()).unwrap().length();
    let (segment, key_frame) = (sent(Noun::Segment), sent(Noun::KeySegment));
    let lengths = Lengths { segment, key_frame };
    let reads = vec![range(5000, 6370)];
    assert_eq!(of(|_| ()), Ok(Checked { lengths, reads }));
    let no_key = of(|it| it.samples[0].flags = OTHER).unwrap();
    assert_eq!(no_key.lengths.key_frame, 0);
    let long = of(|it| it.samples[1].duration = 430 * 12_800);
    assert_eq!(long, Err(FragmentError::Times.into()));
    // As many reads as lead back, and one more.
    let back = |count: u64| {
        let runs =
            (0..=count).rev().map(|at| Run { samples: 1, range: range(at * 500, at * 500 + 10) });
        let sample = Sample { size: 10, duration: 512, composition_offset: 0, flags: SYNC };
        let runs: Vec<_> = runs.collect();
        let fragment = SampledFragment { start: 0, samples: vec![sample; runs.len()], runs };
        check(&fragment, synthesis(Noun::Segment, (0, 1), 12_800)).map(drop)
    };
    assert_eq!([3, 4].map(back), [Ok(()), Err(FragmentError::Scattered.into())]);
}

/// A time in ticks of the stream, as a person would round it: a half goes up.
fn rounded(ticks: i64, timescale: u32) -> i64 {
    let twice = (2 * i128::from(ticks) * 10_000_000 + i128::from(timescale))
        .div_euclid(2 * i128::from(timescale));
    i64::try_from(twice).unwrap()
}

proptest! {
    #[test]
    fn nothing_drifts_and_nothing_is_lost(
        start in prop_oneof![0u64..100, 0u64..1 << 40],
        timescale in prop_oneof![Just(10_000_000), Just(90_000), Just(44_100), Just(12_800), 1000u32..100_000],
        lengths in prop::collection::vec(prop::collection::vec((1u32..3000, 0u32..5000, -4000i32..4000), 1..40), 1..5),
    ) {
        let mut decode = start;
        let mut said = rounded(i64::try_from(start).unwrap(), timescale);
        for samples in lengths {
            let size = samples.iter().map(|sample| u64::from(sample.1)).sum();
            let fragment = SampledFragment {
                start: decode,
                samples: samples
                    .iter()
                    .map(|&(duration, size, composition_offset)| {
                        Sample { size, duration, composition_offset, flags: SYNC }
                    })
                    .collect(),
                runs: vec![Run { samples: samples.len(), range: ByteRange::with_length(7, size).unwrap() }],
            };
            let end = decode + samples.iter().map(|sample| u64::from(sample.0)).sum::<u64>();
            let tick = |ticks: u64| rounded(i64::try_from(ticks).unwrap(), timescale).cast_unsigned();
            let chunk = (tick(decode), tick(end) - tick(decode));
            let parts = synthesis(Noun::Fragments, chunk, timescale).parts(&fragment).unwrap();
            for ((duration, _, _, composition_offset), sample) in rows(&parts).into_iter().zip(&samples) {
                let time = i64::try_from(decode).unwrap();
                prop_assert_eq!(said, rounded(time, timescale));
                let shown = rounded(time + i64::from(sample.2), timescale);
                prop_assert_eq!(said + composition_offset, shown);
                said += i64::from(duration);
                decode += u64::from(sample.0);
            }
        }
        prop_assert_eq!(said, rounded(i64::try_from(decode).unwrap(), timescale));
    }
}

#[test]
fn a_segment_has_the_samples_of_the_fragment_under_the_moof_of_cmaf() {
    let of = |noun| synthesis(noun, PICTURES, 12_800).parts(&pictures()).unwrap();
    let (fragment, segment) = (of(Noun::Fragments), of(Noun::Segment));
    let ((piff, _), (cmaf, stored)) = (taken_apart(fragment.clone()), taken_apart(segment));
    assert_eq!(stored, taken_apart(fragment).1);
    let (piff, cmaf) = (read(&piff), read(&cmaf));
    let (piff, cmaf) = (&piff.traf[0], &cmaf.traf[0]);
    let rows = |of: &mp4_atom::Traf| {
        let (duration, flags) = (of.tfhd.default_sample_duration, of.tfhd.default_sample_flags);
        let samples = of.trun[0].samples.iter();
        let row = |it: mp4_atom::TrunEntry| {
            (it.duration.or(duration), it.size, it.flags.or(flags), it.cts)
        };
        samples.map(row).collect::<Vec<_>>()
    };
    assert_eq!(rows(piff), rows(cmaf));
    assert_eq!((cmaf.tfhd.track_id, cmaf.tfhd.default_base_is_moof), (1, true));
    assert_eq!(cmaf.tfdt.as_ref().unwrap().base_media_decode_time, 60_000_000);
    let (front, _) = taken_apart(of(Noun::Segment));
    assert_eq!(cmaf.trun[0].data_offset, Some(i32::try_from(front.len()).unwrap()));
    assert!(!front.windows(4).any(|bytes| bytes == b"uuid"));
}
