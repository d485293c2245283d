//! Samples of a progressive MP4, cut into the fragments that they will be sent in.

use super::cuts::TOLERANCE;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::index::{Page, Run, SampledFragment};
use crate::scan::ScannedSample;
use std::iter::Peekable;

/// The fragments of one track: one for each of the stream's cuts.
pub(super) struct Fragments<'a, I: Iterator, T> {
    samples: Peekable<I>,
    /// When a sample starts, in the ticks of the cuts.
    time: T,
    cuts: &'a [u64],
    at: usize,
    rule: Rule,
    /// How many samples the last fragment had: about as many as the next one.
    usual: usize,
}

/// Where a track may be cut, other than exactly where the cut is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rule {
    /// Only there: the cut was made for it.
    Exact,
    /// At a sync sample so near that it makes no difference: video of another quality.
    Near,
    /// At the first sync sample from there on: audio of another quality.
    After,
}

/// Why a track cannot be cut, and at which cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CutError {
    /// There is no sample at which the fragment could start.
    NoSync(u64),
    /// The fragment has too many samples.
    Long(u64),
}

impl<'a, I: Iterator<Item = ScannedSample>, T: Fn(&ScannedSample) -> u64> Fragments<'a, I, T> {
    /// `samples`, each of which starts at `time`, cut at `cuts` as far as `rule` allows.
    pub(super) fn new(samples: I, time: T, cuts: &'a [u64], rule: Rule) -> Self {
        let mut fragments = Self { samples: samples.peekable(), time, cuts, at: 0, rule, usual: 0 };
        // What cannot be decoded without what comes before is not sent.
        while fragments.samples.next_if(|sample| !sample.is_sync()).is_some() {}
        fragments
    }

    /// Whether `sample` is one that a fragment at `cut` may start with, or comes after those.
    fn reaches(&self, sample: &ScannedSample, cut: u64) -> bool {
        let tolerance = if self.rule == Rule::Exact { 0 } else { TOLERANCE };
        sample.is_sync() && (self.time)(sample).saturating_add(tolerance) >= cut
    }

    fn fragment(&mut self, cut: u64) -> Result<SampledFragment, CutError> {
        let next = self.cuts.get(self.at + 1).copied();
        let is_far = |time: u64| self.rule != Rule::After && time > cut.saturating_add(TOLERANCE);
        let first = self.samples.peek().copied();
        let first = first.filter(|first| !is_far((self.time)(first)));
        let first = first.filter(|first| next.is_none_or(|next| !self.reaches(first, next)));
        let first = first.ok_or(CutError::NoSync(cut))?;
        let samples = Vec::with_capacity(self.usual);
        let mut made = SampledFragment { start: first.decode, samples, runs: Vec::new() };
        while let Some(sample) = self.samples.peek().copied() {
            if next.is_some_and(|next| self.reaches(&sample, next)) {
                break;
            }
            if made.samples.len() == Page::SAMPLES {
                return Err(CutError::Long(cut));
            }
            push(&mut made, &sample);
            self.samples.next();
        }
        self.usual = made.samples.len();
        Ok(made)
    }
}

impl<I: Iterator<Item = ScannedSample>, T: Fn(&ScannedSample) -> u64> Iterator
    for Fragments<'_, I, T>
{
    type Item = Result<SampledFragment, CutError>;

    fn next(&mut self) -> Option<Self::Item> {
        let cut = *self.cuts.get(self.at)?;
        let fragment = self.fragment(cut);
        self.at += 1;
        Some(fragment)
    }
}

fn push(fragment: &mut SampledFragment, sample: &ScannedSample) {
    fragment.samples.push(Sample {
        size: u32::try_from(sample.range.length()).unwrap_or(u32::MAX),
        duration: sample.duration,
        composition_offset: sample.composition_offset,
        flags: sample.flags,
    });
    // A sample without bytes lies wherever the others do.
    let follows =
        |run: &&mut Run| sample.range.is_empty() || run.range.end() == sample.range.start();
    match fragment.runs.last_mut().filter(follows) {
        Some(run) => {
            run.samples += 1;
            let longer = run.range.length().checked_add(sample.range.length());
            let range = longer.and_then(|l| ByteRange::with_length(run.range.start(), l));
            run.range = range.unwrap_or(run.range);
        }
        None => fragment.runs.push(Run { samples: 1, range: sample.range }),
    }
}

#[cfg(test)]
mod tests;
