//! Samples of a fragment with their times and places: what keyframes are picked from.

use super::{FragmentError, Head, MakeError, Part, Parts, UnsupportedError};
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::index::{Defaults, StreamKind};
use crate::isobmff::{self, Moof, NewMoof, Traf, Trun, WrittenMoof};

/// A fragment has no more samples than this; a count alone can claim any number.
const MAX_SAMPLES: usize = 1 << 17;

/// `sample_flags` (`ISO/IEC 14496-12` 8.8.3.1) of a sample that depends on no other, and of one that
/// does.
pub(super) const SYNC: u32 = 0x0200_0000;
const NON_SYNC: u32 = 0x0101_0000;

/// A sample of a fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    /// When it is decoded, in ticks from the start of the fragment's chunk.
    pub(super) at: u64,
    /// What there is to say of it, in the same ticks.
    pub(super) sample: Sample,
    /// Where its bytes lie in the source.
    pub(super) range: ByteRange,
}

/// The samples of a stored fragment, by what a `traf` of its `moof` says, and these `defaults` where it does
/// not. Its samples' bytes are in `head.payload`.
pub(super) fn stored(
    head: &Head,
    (moof, traf): (&Moof<'_>, &Traf<'_>),
    defaults: Defaults,
    chunk: Chunk,
    kind: StreamKind,
) -> Result<Vec<Placed>, FragmentError> {
    let misfit = || FragmentError::Size("what its trun says of samples");
    let front = head.moof.len().saturating_add(head.mdat_header.len());
    let front = u64::try_from(front).map_err(|_| misfit())?;
    let offset = head.payload.start().checked_sub(front).ok_or_else(misfit)?;
    let base = moof.base_of(traf, offset).ok_or_else(misfit)?;

    let stated = traf.truns.iter().flat_map(fields).take(MAX_SAMPLES + 1).collect::<Vec<_>>();
    if stated.len() > MAX_SAMPLES {
        return Err(misfit());
    }
    // Where nothing says how long they last, they do so equally long.
    let count = u64::try_from(stated.len()).map_err(|_| misfit())?;
    let even = chunk.duration.checked_div(count).and_then(|even| u32::try_from(even).ok());

    let default =
        |stated: Option<u32>, unsaid| stated.or(Some(unsaid).filter(|&unsaid| unsaid > 0));
    let default_size = default(traf.default_sample_size, defaults.size);
    let default_duration = default(traf.default_sample_duration, defaults.duration).or(even);

    let (mut at, mut end) = (0u64, base.max(head.payload.start()));
    let mut placed = Vec::new();
    for Fields { data_offset, duration, size, flags, composition_offset } in stated {
        if let Some(offset) = data_offset {
            end = base.checked_add_signed(offset.into()).ok_or_else(misfit)?;
        }
        let size = size.or(default_size).ok_or_else(misfit)?;
        let range = ByteRange::with_length(end, size.into());
        let range = range.filter(|&range| head.payload.contains(range)).ok_or_else(misfit)?;
        let duration = duration.or(default_duration).ok_or_else(misfit)?;
        // Where nothing says which samples stand by themselves, the first does, as a fragment begins
        // with one; of audio and text, all do.
        let is_sync = kind != StreamKind::Video || placed.is_empty();
        let unsaid = if is_sync { SYNC } else { NON_SYNC };
        let flags = flags.or(traf.default_sample_flags).unwrap_or(unsaid);
        let sample = Sample { size, duration, composition_offset, flags };
        placed.push(Placed { at, sample, range });
        at = at.checked_add(duration.into()).ok_or_else(misfit)?;
        end = range.end();
    }
    Ok(placed)
}

/// What a run says of a sample.
#[derive(Clone, Copy)]
struct Fields {
    /// Of the run, at its first sample.
    data_offset: Option<i32>,
    duration: Option<u32>,
    size: Option<u32>,
    flags: Option<u32>,
    composition_offset: i32,
}

/// The same for every sample of `run`, also where samples have no fields of their own: then as many
/// as it counts.
fn fields<'a>(run: &'a Trun<'_>) -> impl Iterator<Item = Fields> + 'a {
    let silent = if run.samples().next().is_none() { run.sample_count } else { 0 };
    let silent = (0..silent).map(|_| isobmff::Sample::default());
    run.samples().chain(silent).enumerate().map(|(at, sample)| {
        let first = at == 0;
        Fields {
            data_offset: run.data_offset.filter(|_| first).map(|offset| offset.value),
            duration: sample.duration,
            size: sample.size,
            flags: sample.flags.or(run.first_sample_flags.filter(|_| first)),
            composition_offset: sample.composition_offset,
        }
    })
}

/// What a `moof` says of `samples`.
pub(super) fn samples(placed: &[Placed]) -> Vec<Sample> {
    placed.iter().map(|placed| placed.sample).collect()
}

/// `moof`, written.
pub(super) fn written(moof: NewMoof<'_>) -> Result<WrittenMoof, FragmentError> {
    moof.write().ok_or(FragmentError::Size("a moof of all its samples"))
}

/// Bytes of `moof` and of the header of the `mdat` behind it.
pub(super) fn length(moof: &NewMoof<'_>) -> Result<u64, FragmentError> {
    moof.length().ok_or(FragmentError::Size("a moof of all its samples"))
}

/// `samples` behind `front`.
pub(super) fn behind(front: Parts, samples: &[Placed]) -> Parts {
    runs(samples).into_iter().map(Part::Stored).fold(front, Parts::and)
}

/// Where the bytes of `samples` lie, in their order: one range for all that lie behind each other.
pub(super) fn runs(samples: &[Placed]) -> Vec<ByteRange> {
    let mut runs: Vec<ByteRange> = Vec::new();
    for range in samples.iter().map(|placed| placed.range).filter(|range| !range.is_empty()) {
        match runs.last_mut() {
            Some(run) if run.end() == range.start() => *run = run.through(range),
            _ => runs.push(range),
        }
    }
    runs
}

/// Of `samples`, those that can be decoded by themselves, each lasting until the next of them or to
/// the end of `chunk`; and when they play.
pub(super) fn key_frames(
    samples: Vec<Placed>,
    chunk: Chunk,
) -> Result<(Chunk, Vec<Placed>), MakeError> {
    let mut kept: Vec<Placed> =
        samples.into_iter().filter(|placed| placed.sample.is_sync()).collect();
    let Some(first) = kept.first().map(|placed| placed.at) else {
        return Err(UnsupportedError::Dependent.into());
    };
    let starts = kept.iter().map(|placed| placed.at).skip(1);
    let ends: Vec<u64> = starts.chain([chunk.duration]).collect();
    for (placed, end) in kept.iter_mut().zip(ends) {
        // The last keeps its own duration if it starts where its chunk has ended.
        if let Some(lasts) = end.checked_sub(placed.at).filter(|&lasts| lasts > 0) {
            placed.sample.duration = u32::try_from(lasts).map_err(|_| FragmentError::Times)?;
        }
    }
    let end = kept.last().and_then(|last| last.at.checked_add(last.sample.duration.into()));
    let timing = end.and_then(|end| {
        let start = chunk.start.checked_add(first)?;
        Some(Chunk { start, duration: end.checked_sub(first)? })
    });
    Ok((timing.ok_or(FragmentError::Times)?, kept))
}

/// The first of `samples` that can be decoded by itself, and its place among them, lasting as long as `chunk`. It is shown when it
/// would be among the others. Of a chunk that lasts longer than a sample can, it lasts as long as one can.
pub(super) fn key_frame(samples: &[Placed], chunk: Chunk) -> Result<(usize, Placed), MakeError> {
    let mut placed = samples.iter().enumerate();
    let Some((place, &first)) = placed.find(|(_, placed)| placed.sample.is_sync()) else {
        return Err(UnsupportedError::Dependent.into());
    };
    let duration = u32::try_from(chunk.duration).unwrap_or(u32::MAX);
    let late = u32::try_from(first.at).ok();
    let shown = late.and_then(|late| first.sample.composition_offset.checked_add_unsigned(late));
    let composition_offset = shown.ok_or(FragmentError::Times)?;
    let sample = Sample { duration, composition_offset, ..first.sample };
    Ok((place, Placed { at: 0, sample, ..first }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{boxed, full_boxed};

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// A `moof` of these boxes, and the header of an `mdat` of 100 bytes, at 1000.
    fn head(traf: &[Vec<u8>]) -> Head {
        let mfhd = full_boxed(b"mfhd", 0, 0, &words(&[9]));
        let moof = boxed(b"moof", &[mfhd, boxed(b"traf", &traf.concat())].concat());
        let start = 1008 + u64::try_from(moof.len()).unwrap();
        let mdat_header = [&108u32.to_be_bytes(), &b"mdat"[..]].concat();
        Head { moof, mdat_header, payload: ByteRange::with_length(start, 100).unwrap() }
    }

    const CHUNK: Chunk = Chunk { start: 500, duration: 90 };

    fn samples(head: &Head) -> Result<Vec<Placed>, FragmentError> {
        samples_of(head, Defaults::default())
    }

    fn samples_of(head: &Head, defaults: Defaults) -> Result<Vec<Placed>, FragmentError> {
        let moof = Moof::parse(&head.moof, 0).unwrap();
        let traf = moof.only_traf().unwrap();
        stored(head, (&moof, traf), defaults, CHUNK, StreamKind::Video)
    }

    /// When, how long, how large, where in the payload, and whether it is sync.
    fn told(head: &Head) -> Vec<(u64, u32, u32, u64, bool)> {
        let of = |Placed { at, sample, range }| {
            let place = range.start() - head.payload.start();
            (at, sample.duration, sample.size, place, sample.is_sync())
        };
        samples(head).unwrap().into_iter().map(of).collect()
    }

    #[test]
    fn a_column_counts_before_a_default() {
        let tfhd = full_boxed(b"tfhd", 0, 0x38, &words(&[1, 7, 8, NON_SYNC]));
        let columns = [5, 10, SYNC, 6, 20, NON_SYNC];
        let trun = full_boxed(b"trun", 0, 0x700, &words(&[&[2][..], &columns].concat()));
        let plain = full_boxed(b"trun", 0, 0, &words(&[2]));
        let expected = [
            (0, 5, 10, 0, true),
            (5, 6, 20, 10, false),
            (11, 7, 8, 30, false),
            (18, 7, 8, 38, false),
        ];
        assert_eq!(told(&head(&[tfhd, trun, plain])), expected);
    }

    #[test]
    fn the_first_sample_has_flags_of_its_own() {
        let tfhd = full_boxed(b"tfhd", 0, 0x30, &words(&[1, 8, NON_SYNC]));
        let trun = full_boxed(b"trun", 0, 0x104, &words(&[2, SYNC, 5, 6]));
        let expected = [(0, 5, 8, 0, true), (5, 6, 8, 8, false)];
        assert_eq!(told(&head(&[tfhd, trun])), expected);
    }

    #[test]
    fn where_nothing_is_said_they_last_equally_long_and_the_first_is_sync() {
        let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, 8]));
        let trun = full_boxed(b"trun", 0, 0, &words(&[3]));
        let expected = [(0, 30, 8, 0, true), (30, 30, 8, 8, false), (60, 30, 8, 16, false)];
        assert_eq!(told(&head(&[tfhd, trun])), expected);
    }

    #[test]
    fn what_the_moof_does_not_say_the_track_does() {
        let tfhd =
            |flags, rest: &[u32]| full_boxed(b"tfhd", 0, flags, &words(&[&[1], rest].concat()));
        let trun = full_boxed(b"trun", 0, 0, &words(&[2]));
        let of = |tfhd| {
            let defaults = Defaults { duration: 7, size: 8 };
            let told = samples_of(&head(&[tfhd, trun.clone()]), defaults).unwrap();
            let of = |placed: &Placed| (placed.sample.duration, placed.sample.size);
            told.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(of(tfhd(0, &[])), [(7, 8); 2]);
        assert_eq!(of(tfhd(0x8, &[5])), [(5, 8); 2]);
        assert_eq!(of(tfhd(0x10, &[4])), [(7, 4); 2]);
    }

    #[test]
    fn runs_lie_where_their_offsets_say() {
        let run = |offset: u32| full_boxed(b"trun", 0, 1, &words(&[1, offset]));
        let with = |first: u32, second: u32| {
            let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, 8]));
            head(&[tfhd, run(first), run(second)])
        };
        let front = u32::try_from(with(0, 0).moof.len() + 8).unwrap();
        let places = |head: &Head| told(head).iter().map(|sample| sample.3).collect::<Vec<_>>();
        assert_eq!(places(&with(front + 50, front + 10)), [50, 10]);
        let beyond = with(front, front + 93);
        assert!(samples(&beyond).is_err());
        assert!(samples(&with(front - 1, front)).is_err());

        let based = |base: u64| {
            let fields = [&words(&[1])[..], &base.to_be_bytes(), &words(&[8])];
            head(&[full_boxed(b"tfhd", 0, 0x11, &fields.concat()), run(30)])
        };
        assert_eq!(places(&based(based(0).payload.start() - 10)), [20]);
    }

    #[test]
    fn a_count_is_not_believed() {
        let trun = full_boxed(b"trun", 0, 0, &words(&[u32::MAX]));
        for size in [0, 1] {
            let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, size]));
            assert!(samples(&head(&[tfhd, trun.clone()])).is_err());
        }
        let silent = full_boxed(b"tfhd", 0, 0, &words(&[1]));
        let one = full_boxed(b"trun", 0, 0, &words(&[1]));
        assert!(samples(&head(&[silent, one])).is_err(), "of no known size");
    }

    #[test]
    fn key_frames_share_the_chunk_among_them() {
        let sample = |at, flags| Placed {
            at,
            sample: Sample { size: 1, duration: 10, composition_offset: 0, flags },
            range: ByteRange::with_length(at, 1).unwrap(),
        };
        let all = [(0, NON_SYNC), (10, SYNC), (20, NON_SYNC), (30, SYNC), (95, SYNC)];
        let all: Vec<_> = all.map(|(at, flags)| sample(at, flags)).into();
        let (chunk, kept) = key_frames(all, CHUNK).unwrap();
        let durations: Vec<_> = kept.iter().map(|placed| placed.sample.duration).collect();
        assert_eq!(durations, [20, 65, 10]);
        assert_eq!(chunk, Chunk { start: 510, duration: 95 });
        let none = key_frames(vec![sample(0, NON_SYNC)], CHUNK);
        assert_eq!(none, Err(UnsupportedError::Dependent.into()));
    }
}
