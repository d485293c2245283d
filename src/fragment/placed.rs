//! Samples of a fragment with their times and places: what key frames are picked from.

use super::{BrokenFragment, Head, NoKeyFrames, Part, Parts, Unmade};
use crate::index::{Chunk, Sample};
use crate::isobmff::{self, Traf, Trun};
use crate::range::ByteRange;

/// A fragment has no more samples than this; a count alone can claim any number.
const MAX_SAMPLES: usize = 1 << 17;

/// `sample_flags` (`ISO/IEC 14496-12` 8.8.3.1) of a sample that depends on no other, and of one that
/// does.
const SYNC: u32 = 0x0200_0000;
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

/// The samples of a stored fragment, by what the `traf` of its `moof` says. Its samples' bytes are
/// in `head.payload`.
pub(super) fn stored(
    head: &Head,
    traf: &Traf<'_>,
    chunk: Chunk,
) -> Result<Vec<Placed>, BrokenFragment> {
    let misfit = || BrokenFragment::Size("what its trun says of samples");
    // A data offset counts from the moof (ISO/IEC 14496-12 8.8.7), unless the tfhd says otherwise.
    let front = head.moof.len().saturating_add(head.mdat_header.len());
    let front = u64::try_from(front).map_err(|_| misfit())?;
    let moof = head.payload.start().checked_sub(front).ok_or_else(misfit)?;
    let base = traf.base_data_offset.unwrap_or(moof);

    let stated = traf.truns.iter().flat_map(fields).take(MAX_SAMPLES + 1).collect::<Vec<_>>();
    if stated.len() > MAX_SAMPLES {
        return Err(misfit());
    }
    // Where the moof says no duration the track does, the same for every sample.
    let count = u64::try_from(stated.len()).map_err(|_| misfit())?;
    let even = chunk.duration.checked_div(count).and_then(|even| u32::try_from(even).ok());

    let (mut at, mut end) = (0u64, head.payload.start());
    let mut placed = Vec::new();
    for Fields { data_offset, duration, size, flags, composition_offset } in stated {
        if let Some(offset) = data_offset {
            end = base.checked_add_signed(offset.into()).ok_or_else(misfit)?;
        }
        let size = size.or(traf.default_sample_size).ok_or_else(misfit)?;
        let range = ByteRange::with_length(end, size.into());
        let range = range.filter(|&range| head.payload.contains(range)).ok_or_else(misfit)?;
        let duration = duration.or(traf.default_sample_duration).or(even).ok_or_else(misfit)?;
        // Where nothing says which samples stand by themselves, the first does: a fragment begins
        // with one.
        let unsaid = if placed.is_empty() { SYNC } else { NON_SYNC };
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

/// `samples` behind `front`.
pub(super) fn behind(front: Parts, samples: &[Placed]) -> Parts {
    samples.iter().fold(front, |parts, placed| parts.and(Part::Stored(placed.range)))
}

/// Of `samples`, those that can be decoded by themselves, each lasting until the next of them or to
/// the end of `chunk`; and when they play.
pub(super) fn key_frames(
    samples: Vec<Placed>,
    chunk: Chunk,
) -> Result<(Chunk, Vec<Placed>), Unmade> {
    let mut kept: Vec<Placed> =
        samples.into_iter().filter(|placed| placed.sample.is_sync()).collect();
    let Some(first) = kept.first().map(|placed| placed.at) else {
        return Err(NoKeyFrames::Dependent.into());
    };
    let starts = kept.iter().map(|placed| placed.at).skip(1);
    let ends: Vec<u64> = starts.chain([chunk.duration]).collect();
    for (placed, end) in kept.iter_mut().zip(ends) {
        // The last keeps its own duration if it starts where its chunk has ended.
        if let Some(lasts) = end.checked_sub(placed.at).filter(|&lasts| lasts > 0) {
            placed.sample.duration = u32::try_from(lasts).map_err(|_| BrokenFragment::Times)?;
        }
    }
    let end = kept.last().and_then(|last| last.at.checked_add(last.sample.duration.into()));
    let timing = end.and_then(|end| {
        let start = chunk.start.checked_add(first)?;
        Some(Chunk { start, duration: end.checked_sub(first)? })
    });
    Ok((timing.ok_or(BrokenFragment::Times)?, kept))
}
