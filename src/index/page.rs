//! The samples of some fragments of a progressive MP4: what it takes to write their `moof`, and where
//! their bytes lie.

use super::Digest;
use super::dictionary::Dictionary;
use super::packed::Packed;
use super::sampled::{Run, SampledFragment};
use super::wire::{FormatError, Reader, Writer};
use super::{FORMAT_VERSION, format};
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::base::varint::{unzigzag, zigzag};

const MAGIC: [u8; 4] = *b"MRPG";

/// Consecutive fragments of one track, in columns: a value of its own beside the index, which is
/// read only when one of them is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// Fragments, samples and runs that there are.
    counts: [usize; 3],
    starts: Packed,
    /// How many samples lie before each fragment's first.
    samples_before: Packed,
    /// How many runs lie before each fragment's first.
    runs_before: Packed,
    /// Where each fragment's first run begins.
    offsets: Packed,
    sizes: Packed,
    durations: Dictionary,
    composition_offsets: Dictionary,
    flags: Dictionary,
    run_samples: Packed,
    /// From the end of the run before to the start of each, zigzag; 0 for the first of a fragment.
    run_gaps: Packed,
}

impl Page {
    /// A page is closed by the fragment that brings it to so many samples.
    pub const SAMPLES: usize = 1 << 14;

    /// The most fragments that a page has.
    pub const FRAGMENTS: usize = 1 << 9;

    /// The most fragments, samples or runs that a stored page may state; one with more is refused.
    const MAX_SAMPLES: usize = 1 << 20;

    /// A page of `fragments`.
    pub fn new(fragments: &[SampledFragment]) -> Self {
        let first_offset =
            |fragment: &SampledFragment| fragment.runs.first().map_or(0, |run| run.range.start());
        let of_samples = |field: fn(&Sample) -> u64| of_each(fragments, |it| &it.samples, field);
        let sizes = of_samples(|sample| sample.size.into());
        let durations = of_samples(|sample| sample.duration.into());
        let composition_offsets = of_samples(|sample| zigzag(sample.composition_offset.into()));
        let flags = of_samples(|sample| sample.flags.into());
        let mut run_gaps = Vec::with_capacity(fragments.iter().map(|it| it.runs.len()).sum());
        fragments.iter().for_each(|fragment| run_gaps.extend(gaps(fragment)));
        let run_samples = of_each(fragments, |it| &it.runs, |run| long(run.samples));
        Self {
            counts: [fragments.len(), sizes.len(), run_samples.len()],
            starts: column(fragments, |fragment| fragment.start),
            samples_before: before(fragments, |fragment| fragment.samples.len()),
            runs_before: before(fragments, |fragment| fragment.runs.len()),
            offsets: column(fragments, first_offset),
            sizes: Packed::new(&sizes),
            durations: Dictionary::new(&durations),
            composition_offsets: Dictionary::new(&composition_offsets),
            flags: Dictionary::new(&flags),
            run_samples: Packed::new(&run_samples),
            run_gaps: Packed::new(&run_gaps),
        }
    }

    /// How many fragments it has.
    pub fn len(&self) -> usize {
        self.counts[0]
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fragment at place `at` of this page, from 0. `None` too where the page contradicts
    /// itself.
    pub fn fragment(&self, at: usize) -> Option<SampledFragment> {
        let [_, samples, runs] = self.counts;
        let samples = self.span(&self.samples_before, at, samples)?;
        let samples: Vec<Sample> = samples.map(|at| self.sample(at)).collect::<Option<Vec<_>>>()?;
        let mut left = samples.as_slice();
        let mut end = self.offsets.value(at)?;
        let mut ranges = Vec::new();
        for run in self.span(&self.runs_before, at, runs)? {
            let count = usize::try_from(self.run_samples.value(run)?).ok()?;
            let (these, rest) = left.split_at_checked(count)?;
            let length = these.iter().map(|sample| u64::from(sample.size)).sum();
            let start = end.checked_add_signed(unzigzag(self.run_gaps.value(run)?))?;
            let range = ByteRange::with_length(start, length)?;
            ranges.push(Run { samples: count, range });
            (left, end) = (rest, range.end());
        }
        let start = self.starts.value(at)?;
        left.is_empty().then_some(SampledFragment { start, samples, runs: ranges })
    }

    /// The stored form.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.bytes(&MAGIC);
        out.u8(FORMAT_VERSION);
        self.counts.iter().for_each(|&count| out.count(count));
        for fragment_column in
            [&self.starts, &self.samples_before, &self.runs_before, &self.offsets, &self.sizes]
        {
            fragment_column.encode(&mut out);
        }
        for sample_column in [&self.durations, &self.composition_offsets, &self.flags] {
            sample_column.encode(&mut out);
        }
        self.run_samples.encode(&mut out);
        self.run_gaps.encode(&mut out);
        out.out
    }

    /// The page stored as `bytes`, which must have this digest: the index says which.
    pub fn decode(bytes: &[u8], digest: Digest) -> Result<Self, FormatError> {
        let mut from = Reader::new(bytes);
        if from.array() != Ok(MAGIC) {
            return Err(FormatError::Magic);
        }
        format::known_version(&mut from)?;
        if Digest::of(bytes) != digest {
            return Err(FormatError::Digest);
        }
        let mut counts = [0; 3];
        for count in &mut counts {
            *count = from.narrow()?;
            if *count > Self::MAX_SAMPLES {
                return Err(FormatError::Malformed("a page is too long"));
            }
        }
        let [fragments, samples, runs] = counts;
        let page = Self {
            counts,
            starts: Packed::decode(&mut from, fragments)?,
            samples_before: Packed::decode(&mut from, fragments)?,
            runs_before: Packed::decode(&mut from, fragments)?,
            offsets: Packed::decode(&mut from, fragments)?,
            sizes: Packed::decode(&mut from, samples)?,
            durations: Dictionary::decode(&mut from, samples)?,
            composition_offsets: Dictionary::decode(&mut from, samples)?,
            flags: Dictionary::decode(&mut from, samples)?,
            run_samples: Packed::decode(&mut from, runs)?,
            run_gaps: Packed::decode(&mut from, runs)?,
        };
        from.finish()?;
        Ok(page)
    }

    /// Places of the entries that belong to the fragment at place `at`, of `count` in all.
    fn span(&self, before: &Packed, at: usize, count: usize) -> Option<std::ops::Range<usize>> {
        let place = |at| usize::try_from(before.value(at)?).ok();
        let end = if at.checked_add(1)? < self.len() { place(at + 1)? } else { count };
        (at < self.len() && end <= count).then_some(place(at)?..end)
    }

    fn sample(&self, at: usize) -> Option<Sample> {
        Some(Sample {
            size: u32::try_from(self.sizes.value(at)?).ok()?,
            duration: u32::try_from(self.durations.value(at)?).ok()?,
            composition_offset: i32::try_from(unzigzag(self.composition_offsets.value(at)?))
                .ok()?,
            flags: u32::try_from(self.flags.value(at)?).ok()?,
        })
    }
}

/// A number for each of the parts that fragments have, fragment by fragment: what an iterator over all of them would look for
/// between two parts is looked for between two fragments here.
fn of_each<T>(
    fragments: &[SampledFragment],
    parts: impl Fn(&SampledFragment) -> &[T],
    number: impl Fn(&T) -> u64,
) -> Vec<u64> {
    let count = fragments.iter().map(|fragment| parts(fragment).len()).sum();
    let mut column = Vec::with_capacity(count);
    fragments.iter().for_each(|fragment| column.extend(parts(fragment).iter().map(&number)));
    column
}

fn column(fragments: &[SampledFragment], value: impl Fn(&SampledFragment) -> u64) -> Packed {
    Packed::new(&fragments.iter().map(value).collect::<Vec<_>>())
}

fn before(fragments: &[SampledFragment], len: impl Fn(&SampledFragment) -> usize) -> Packed {
    let mut sum = 0;
    let sums = fragments.iter().map(|fragment| {
        let before = long(sum);
        sum = sum.saturating_add(len(fragment));
        before
    });
    Packed::new(&sums.collect::<Vec<_>>())
}

/// From the end of each run to the start of the next, modulo 2^64, zigzag.
fn gaps(fragment: &SampledFragment) -> impl Iterator<Item = u64> {
    let mut end = fragment.runs.first().map_or(0, |run| run.range.start());
    fragment.runs.iter().map(move |run| {
        let gap = run.range.start().wrapping_sub(end).cast_signed();
        end = run.range.end();
        zigzag(gap)
    })
}

fn long(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
