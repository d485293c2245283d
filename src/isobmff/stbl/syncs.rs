//! The sync samples of a track, without those between them.

use super::marks::Marks;
use super::runs::Values;
use super::sample::TableSample;
use super::samples::TableSamples;
use std::slice::Iter;

/// Those of a track's samples with which decoding can begin, one after another, each with its place from 0.
#[derive(Clone, Debug)]
pub struct TableSyncs<'a> {
    samples: TableSamples<'a>,
    /// Their numbers, from 1, as far as they have not been given; `None` if all samples are.
    numbers: Option<Iter<'a, [u8; 4]>>,
}

impl<'a> TableSyncs<'a> {
    pub(super) fn new(samples: TableSamples<'a>, marks: Marks<'a>) -> Self {
        Self { samples, numbers: marks.sync() }
    }
}

impl Iterator for TableSyncs<'_> {
    type Item = (usize, TableSample);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let at = self.samples.at();
        let place = match &mut self.numbers {
            Some(numbers) => u32::from_be_bytes(*numbers.next()?).saturating_sub(1),
            None => at,
        };
        let between = usize::try_from(place.saturating_sub(at)).ok()?;
        let sample = if between == 0 { self.samples.next() } else { self.samples.nth(between) };
        Some((usize::try_from(place).ok()?, sample?))
    }
}

/// When those of a track's samples are decoded with which decoding can begin, one after another, each with its place from 0.
#[derive(Clone, Debug)]
pub struct TableSyncTimes<'a> {
    /// How many samples lie before the next one.
    at: u32,
    /// How many there are.
    count: u32,
    /// When the next sample is decoded.
    decode: u64,
    durations: Values<'a>,
    /// As in [`TableSyncs`].
    numbers: Option<Iter<'a, [u8; 4]>>,
}

impl<'a> TableSyncTimes<'a> {
    pub(super) fn new(count: u32, durations: Values<'a>, marks: Marks<'a>) -> Self {
        Self { at: 0, count, decode: 0, durations, numbers: marks.sync() }
    }
}

impl Iterator for TableSyncTimes<'_> {
    type Item = (usize, u64);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(numbers) = &mut self.numbers {
            let place = u32::from_be_bytes(*numbers.next()?).saturating_sub(1);
            let between = self.durations.pass(place.saturating_sub(self.at));
            (self.at, self.decode) = (place, self.decode.saturating_add(between));
        }
        let (at, decode) = (self.at, self.decode);
        if at >= self.count {
            return None;
        }
        self.at = at.saturating_add(1);
        self.decode = decode.saturating_add(self.durations.next().into());
        Some((usize::try_from(at).ok()?, decode))
    }
}
