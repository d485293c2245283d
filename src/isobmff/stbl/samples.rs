//! The tables of a track, joined sample by sample.

use super::chunks::Iter as Chunks;
use super::marks::Flags;
use super::runs::Values;
use super::sample::TableSample;
use super::sizes::Sizes;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;

/// The samples of a track, one after another: a place in each of its tables.
///
/// A film has some hundred thousand of them, and they are gone through several times. That is why this is written out
/// rather than made of adapters, of which there would be a dozen.
#[derive(Clone, Debug)]
pub struct TableSamples<'a> {
    /// How many samples were given.
    at: u32,
    sizes: Sizes<'a>,
    durations: Values<'a>,
    composition_offsets: Option<Values<'a>>,
    flags: Flags<'a>,
    chunks: Chunks<'a>,
    /// How many more samples the chunk holds.
    left: u32,
    /// Where the next of them begins.
    start: u64,
    /// When the next sample is decoded.
    decode: u64,
}

impl<'a> TableSamples<'a> {
    pub(super) fn new(
        sizes: Sizes<'a>,
        durations: Values<'a>,
        composition_offsets: Option<Values<'a>>,
        flags: Flags<'a>,
        chunks: Chunks<'a>,
    ) -> Self {
        Self {
            at: 0,
            sizes,
            durations,
            composition_offsets,
            flags,
            chunks,
            left: 0,
            start: 0,
            decode: 0,
        }
    }

    /// How many samples lie before the next one.
    pub(super) fn at(&self) -> u32 {
        self.at
    }

    /// Puts the next `count` samples behind `taken`, or as many as there are: table by table, which takes a fraction of what it takes
    /// sample by sample. Says where they lie, chunk by chunk: how many, and all their bytes.
    pub fn take_into(
        &mut self,
        count: u32,
        taken: &mut Vec<Sample>,
        mut lie: impl FnMut(usize, ByteRange),
    ) -> Option<()> {
        let before = taken.len();
        let of_size = |size| Sample { size, duration: 0, composition_offset: 0, flags: 0 };
        taken.extend(self.sizes.some(self.at, count).map(of_size));
        let samples = taken.get_mut(before..)?;
        self.at = self.at.saturating_add(count);
        for sample in samples.iter_mut() {
            sample.duration = self.durations.next();
            self.decode = self.decode.saturating_add(sample.duration.into());
        }
        if let Some(offsets) = &mut self.composition_offsets {
            for sample in samples.iter_mut() {
                sample.composition_offset = offsets.next().cast_signed();
            }
        }
        samples.iter_mut().for_each(|sample| sample.flags = self.flags.next());
        let mut rest = &*samples;
        while !rest.is_empty() {
            while self.left == 0 {
                (self.start, self.left) = self.chunks.next()?;
            }
            let held = usize::try_from(self.left).unwrap_or(rest.len()).min(rest.len());
            let (these, behind) = rest.split_at_checked(held)?;
            let bytes = these.iter().map(|sample| u64::from(sample.size)).sum();
            let range = ByteRange::with_length(self.start, bytes)?;
            lie(held, range);
            self.left = self.left.saturating_sub(u32::try_from(held).ok()?);
            (self.start, rest) = (range.end(), behind);
        }
        Some(())
    }

    /// Passes over `count` samples: not one by one, but by the runs and chunks that they are in.
    pub fn pass(&mut self, count: u32) {
        if count == 0 {
            return;
        }
        let first = self.at;
        self.at = first.saturating_add(count);
        if let Some(left) = self.left.checked_sub(count) {
            self.left = left;
            self.start = self.start.saturating_add(self.sizes.sum(first, count));
        } else {
            let into = self.chunks.pass(count.saturating_sub(self.left));
            let chunk = if into > 0 { self.chunks.next() } else { None };
            let (start, held) = chunk.unwrap_or((0, 0));
            self.left = held.saturating_sub(into);
            self.start = start.saturating_add(self.sizes.sum(self.at.saturating_sub(into), into));
        }
        self.decode = self.decode.saturating_add(self.durations.pass(count));
        if let Some(offsets) = &mut self.composition_offsets {
            offsets.pass(count);
        }
        self.flags.pass(count);
    }
}

impl Iterator for TableSamples<'_> {
    type Item = TableSample;

    #[inline(always)]
    fn next(&mut self) -> Option<TableSample> {
        let size = self.sizes.get(self.at)?;
        while self.left == 0 {
            (self.start, self.left) = self.chunks.next()?;
        }
        let range = ByteRange::with_length(self.start, size.into())?;
        let decode = self.decode;
        let duration = self.durations.next();
        // Version 0 is unsigned by the letter, but negative offsets are written into it, and no
        // honest offset reaches 2^31.
        let offset = self.composition_offsets.as_mut().map_or(0, Values::next);
        let (composition_offset, flags) = (offset.cast_signed(), self.flags.next());
        self.at += 1;
        self.left -= 1;
        self.start = range.end();
        // As many samples as 32 bits count do not last beyond 2^64.
        self.decode = decode.saturating_add(duration.into());
        Some(TableSample { decode, duration, composition_offset, range, flags })
    }

    /// What is passed over is not looked at: a sample there that would lie beyond 2^64 ends nothing.
    fn nth(&mut self, count: usize) -> Option<TableSample> {
        self.pass(u32::try_from(count).unwrap_or(u32::MAX));
        self.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.sizes.count().saturating_sub(self.at);
        (0, usize::try_from(left).ok())
    }
}
