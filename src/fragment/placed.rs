//! Samples of a fragment with their times and places: which are sent, and where their bytes lie.

use super::{FragmentError, MakeError, Part, Parts, UnsupportedError};
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::isobmff::{NewMoof, WrittenMoof};

/// `sample_flags` (`ISO/IEC 14496-12` 8.8.3.1) of a sample that depends on no other, and of one that
/// does.
pub(super) const SYNC: u32 = 0x0200_0000;
pub(super) const NON_SYNC: u32 = 0x0101_0000;

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

/// `samples` behind each other, whose bytes lie at `places`.
pub(super) fn placed(
    samples: impl IntoIterator<Item = Sample>,
    places: impl IntoIterator<Item = ByteRange>,
) -> Vec<Placed> {
    let mut next = 0u64;
    let placed = samples.into_iter().zip(places).map(|(sample, range)| {
        let at = next;
        next = at.saturating_add(sample.duration.into());
        Placed { at, sample, range }
    });
    placed.collect()
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
    let runs = runs(samples.iter().map(|placed| placed.range));
    runs.into_iter().map(Part::Stored).fold(front, Parts::and)
}

/// Where bytes lie that are in these `places`, in their order: one range for all that lie behind each other.
pub(super) fn runs(places: impl Iterator<Item = ByteRange>) -> Vec<ByteRange> {
    let mut runs: Vec<ByteRange> = Vec::new();
    for range in places.filter(|range| !range.is_empty()) {
        match runs.last_mut() {
            Some(run) if run.end() == range.start() => *run = run.through(range),
            _ => runs.push(range),
        }
    }
    runs
}

/// The keyframes of `samples`, each lasting until the next one or to the end of `chunk`, and when they play.
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

/// The first of `samples` that can be decoded by itself, and its place among them, lasting as long as `chunk`.
pub(super) fn key_frame(samples: &[Placed], chunk: Chunk) -> Result<(usize, Placed), MakeError> {
    let mut placed = samples.iter().enumerate();
    let Some((place, &first)) = placed.find(|(_, placed)| placed.sample.is_sync()) else {
        return Err(UnsupportedError::Dependent.into());
    };
    let sample = alone(first.sample, first.at, chunk)?;
    Ok((place, Placed { at: 0, sample, ..first }))
}

/// A sample that is sent without the others of its `chunk`, of which it is decoded `at` so many ticks: it lasts as long as the
/// chunk, and is shown when it would be among the others. Of a chunk that lasts longer than a sample can, it lasts as long as one can.
pub(super) fn alone(sample: Sample, at: u64, chunk: Chunk) -> Result<Sample, FragmentError> {
    let duration = u32::try_from(chunk.duration).unwrap_or(u32::MAX);
    let late = u32::try_from(at).ok();
    let shown = late.and_then(|late| sample.composition_offset.checked_add_unsigned(late));
    let composition_offset = shown.ok_or(FragmentError::Times)?;
    Ok(Sample { duration, composition_offset, ..sample })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHUNK: Chunk = Chunk { start: 500, duration: 90 };

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
