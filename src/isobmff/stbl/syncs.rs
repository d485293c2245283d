//! The sync samples of a track, without those between them.

use super::marks::Marks;
use super::runs::Values;
use super::sample::TableSample;
use super::samples::TableSamples;
use std::ops::Range;
use std::slice::Iter;

/// Those of a track's samples with which decoding can begin, one after another, each with its place from 0.
#[derive(Clone, Debug)]
pub struct TableSyncs<'a> {
    samples: TableSamples<'a>,
    places: Places<'a>,
}

impl<'a> TableSyncs<'a> {
    /// Those of `samples`, of which there are `count`.
    pub(super) fn new(samples: TableSamples<'a>, count: u32, marks: Marks<'a>) -> Self {
        Self { samples, places: Places::new(count, marks) }
    }
}

impl Iterator for TableSyncs<'_> {
    type Item = (usize, TableSample);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let place = self.places.next()?;
        let between = usize::try_from(place.saturating_sub(self.samples.at())).ok()?;
        let sample = if between == 0 { self.samples.next() } else { self.samples.nth(between) };
        Some((usize::try_from(place).ok()?, sample?))
    }
}

/// When those of a track's samples are decoded with which decoding can begin, one after another, each with its place from 0.
#[derive(Clone, Debug)]
pub struct TableSyncTimes<'a> {
    places: Places<'a>,
    durations: Values<'a>,
    /// How many samples lie before the next one.
    at: u32,
    /// When the next sample is decoded.
    decode: u64,
}

impl<'a> TableSyncTimes<'a> {
    /// Those of `count` samples, which last so long.
    pub(super) fn new(count: u32, durations: Values<'a>, marks: Marks<'a>) -> Self {
        Self { places: Places::new(count, marks), durations, at: 0, decode: 0 }
    }
}

impl Iterator for TableSyncTimes<'_> {
    type Item = (usize, u64);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let place = self.places.next()?;
        if place > self.at {
            let between = self.durations.pass(place.saturating_sub(self.at));
            self.decode = self.decode.saturating_add(between);
        }
        let decode = self.decode;
        self.at = place.saturating_add(1);
        self.decode = decode.saturating_add(self.durations.next().into());
        Some((usize::try_from(place).ok()?, decode))
    }
}

/// The places of those samples, from 0.
#[derive(Clone, Debug)]
struct Places<'a> {
    /// Their numbers, from 1, as far as they have not been given; `None` if all samples are.
    numbers: Option<Iter<'a, [u8; 4]>>,
    /// Of all samples, likewise.
    all: Range<u32>,
}

impl<'a> Places<'a> {
    fn new(count: u32, marks: Marks<'a>) -> Self {
        Self { numbers: marks.sync(), all: 0..count }
    }
}

impl Iterator for Places<'_> {
    type Item = u32;

    #[inline(always)]
    fn next(&mut self) -> Option<u32> {
        match &mut self.numbers {
            Some(numbers) => Some(u32::from_be_bytes(*numbers.next()?).saturating_sub(1)),
            None => self.all.next(),
        }
    }
}
