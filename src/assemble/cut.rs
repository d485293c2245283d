//! Samples of a progressive MP4, cut into the fragments that they will be sent in.

use super::clock::Clock;
use super::cuts::TOLERANCE;
use crate::base::sample::Sample;
use crate::index::{Page, Run, SampledFragment};
use crate::scan::ScannedSample;

/// The fragments of one track: one for each of the stream's cuts.
pub(super) struct Fragments<'a, I: Iterator> {
    samples: I,
    /// The sample that the next fragment may begin with.
    next: Option<ScannedSample>,
    clock: Clock,
    cuts: &'a [u64],
    at: usize,
    rule: Rule,
    /// How many samples and runs the last fragment had: about as many as the next one.
    usual: (usize, usize),
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

impl Rule {
    /// When a sample is decoded at the earliest, by this `clock`, that a fragment at `cut` may start with; `None` if none can.
    fn earliest(self, cut: u64, clock: Clock) -> Option<u64> {
        let tolerance = if self == Self::Exact { 0 } else { TOLERANCE };
        clock.decode(cut.saturating_sub(tolerance))
    }
}

/// Why a track cannot be cut, and at which cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CutError {
    /// There is no sample at which the fragment could start.
    NoSync(u64),
    /// The fragment has too many samples.
    Long(u64),
}

impl<'a, I: Iterator<Item = ScannedSample>> Fragments<'a, I> {
    /// `samples`, which start by this `clock`, cut at `cuts` as far as `rule` allows.
    pub(super) fn new(mut samples: I, clock: Clock, cuts: &'a [u64], rule: Rule) -> Self {
        // What cannot be decoded without what comes before is not sent.
        let next = samples.find(ScannedSample::is_sync);
        Self { samples, next, clock, cuts, at: 0, rule, usual: (0, 0) }
    }

    fn fragment(&mut self, cut: u64) -> Result<SampledFragment, CutError> {
        let (clock, rule) = (self.clock, self.rule);
        let end = self.cuts.get(self.at + 1).and_then(|&end| rule.earliest(end, clock));
        let is_over = |it: &ScannedSample| it.is_sync() && end.is_some_and(|end| it.decode >= end);
        let is_far = |first: &ScannedSample| {
            rule != Rule::After && clock.start(first.decode) > cut.saturating_add(TOLERANCE)
        };
        let first = self.next.take().filter(|first| !is_far(first) && !is_over(first));
        let first = first.ok_or(CutError::NoSync(cut))?;
        let (usual_samples, usual_runs) = self.usual;
        let mut made = SampledFragment {
            start: first.decode,
            samples: Vec::with_capacity(usual_samples),
            runs: Vec::with_capacity(usual_runs),
        };
        push(&mut made, &first);
        for sample in self.samples.by_ref() {
            if is_over(&sample) {
                self.next = Some(sample);
                break;
            }
            if made.samples.len() == Page::SAMPLES {
                return Err(CutError::Long(cut));
            }
            push(&mut made, &sample);
        }
        self.usual = (made.samples.len(), made.runs.len());
        Ok(made)
    }
}

impl<I: Iterator<Item = ScannedSample>> Iterator for Fragments<'_, I> {
    type Item = Result<SampledFragment, CutError>;

    fn next(&mut self) -> Option<Self::Item> {
        let cut = *self.cuts.get(self.at)?;
        let fragment = self.fragment(cut);
        self.at += 1;
        Some(fragment)
    }
}

#[inline(always)]
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
            if !sample.range.is_empty() {
                run.range = run.range.through(sample.range);
            }
        }
        None => fragment.runs.push(Run { samples: 1, range: sample.range }),
    }
}

#[cfg(test)]
mod tests;
