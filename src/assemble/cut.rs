//! Samples of a progressive MP4, cut into the fragments that they will be sent in.

use super::clock::Clock;
use super::cuts::TOLERANCE;
use super::shown::SyncRun;
use crate::index::{Page, Run, SampledFragment};
use crate::scan::Cursor;
use std::iter::Peekable;
use std::ops::Range;

/// The fragments of one track: one for each of the stream's cuts.
pub(super) struct Fragments<'a, I: Iterator> {
    /// Those of its samples that are in no fragment yet.
    runs: Peekable<I>,
    samples: Cursor<'a>,
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
    /// When the first sample is decoded, by this `clock`, that a fragment at `cut` may start with; `None` if none can.
    fn earliest(self, cut: u64, clock: Clock) -> Option<u64> {
        let tolerance = if self == Self::Exact { 0 } else { TOLERANCE };
        clock.reaching(cut.saturating_sub(tolerance))
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

impl<'a, I: Iterator<Item = SyncRun>> Fragments<'a, I> {
    /// The `runs` of `samples`, which start by this `clock`, cut at `cuts` as far as `rule` allows.
    pub(super) fn new(
        runs: I,
        samples: Cursor<'a>,
        clock: Clock,
        cuts: &'a [u64],
        rule: Rule,
    ) -> Self {
        Self { runs: runs.peekable(), samples, clock, cuts, at: 0, rule, usual: (0, 0) }
    }

    fn fragment(&mut self, cut: u64) -> Result<SampledFragment, CutError> {
        let (clock, rule) = (self.clock, self.rule);
        let end = self.cuts.get(self.at + 1).and_then(|&end| rule.earliest(end, clock));
        let is_within = |run: &SyncRun| end.is_none_or(|end| run.decoded < end);
        let is_near = |first: &SyncRun| {
            rule == Rule::After || clock.start(first.decoded) <= cut.saturating_add(TOLERANCE)
        };
        let first = self.runs.next_if(|first| is_near(first) && is_within(first));
        let SyncRun { mut places, decoded } = first.ok_or(CutError::NoSync(cut))?;
        let (usual_samples, usual_runs) = self.usual;
        let mut made = SampledFragment {
            start: decoded,
            samples: Vec::with_capacity(usual_samples),
            runs: Vec::with_capacity(usual_runs),
        };
        loop {
            if made.samples.len().saturating_add(places.len()) > Page::SAMPLES {
                return Err(CutError::Long(cut));
            }
            let Some(next) = self.runs.next_if(is_within) else { break };
            if next.places.start == places.end {
                places.end = next.places.end;
            } else {
                self.take(places, &mut made);
                places = next.places;
            }
        }
        self.take(places, &mut made);
        clock.lift(&mut made.samples);
        self.usual = (made.samples.len(), made.runs.len());
        Ok(made)
    }

    /// Puts the samples at these `places` into `made`.
    fn take(&mut self, places: Range<usize>, made: &mut SampledFragment) {
        let SampledFragment { samples, runs, .. } = made;
        self.samples.take(places, samples, |samples, range| {
            // Samples without bytes lie wherever the others do.
            let follows = |run: &&mut Run| range.is_empty() || run.range.end() == range.start();
            match runs.last_mut().filter(follows) {
                Some(run) => {
                    run.samples = run.samples.saturating_add(samples);
                    if !range.is_empty() {
                        run.range = run.range.through(range);
                    }
                }
                None => runs.push(Run { samples, range }),
            }
        });
    }
}

impl<I: Iterator<Item = SyncRun>> Iterator for Fragments<'_, I> {
    type Item = Result<SampledFragment, CutError>;

    fn next(&mut self) -> Option<Self::Item> {
        let cut = *self.cuts.get(self.at)?;
        let fragment = self.fragment(cut);
        self.at += 1;
        Some(fragment)
    }
}

#[cfg(test)]
mod tests;
