//! Timelines: when the chunks of a stream start, and how long they last.

use super::packed::Packed;
use super::wire::{FormatError, Reader, Writer};
use crate::base::chunk::{Chunk, Row};
use std::collections::HashMap;

/// The chunks of a stream in order, packed: shared by all its quality levels.
///
/// Chunks mostly last equally long and follow each other without a gap, so a chunk is stored as the
/// number of its *step* (how long it lasts, and how far it is to the next one) in a small table.
/// Every [`Timeline::STRIDE`]th start is stored outright, so that finding a chunk walks no further
/// than that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timeline {
    count: usize,
    steps: Vec<Step>,
    picks: Packed,
    checkpoints: Vec<u64>,
}

/// The length of a chunk, and the gap between its end and the next one's start, in ticks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Step {
    duration: u64,
    gap: u64,
}

impl Timeline {
    /// Chunks from one stored start to the next.
    pub const STRIDE: usize = 64;

    /// A timeline of `chunks`, or the place of the first chunk that starts before its predecessor
    /// ends, lasts no time, or ends beyond 2^64.
    pub fn new(chunks: &[Chunk]) -> Result<Self, usize> {
        let mut steps: Vec<Step> = Vec::new();
        let mut known = HashMap::new();
        let mut picks = Vec::with_capacity(chunks.len());
        for (at, chunk) in chunks.iter().enumerate() {
            let end = chunk.end().filter(|_| chunk.duration > 0).ok_or(at)?;
            let gap = match chunks.get(at + 1) {
                Some(next) => next.start.checked_sub(end).ok_or(at + 1)?,
                None => 0,
            };
            let pick = *known.entry((chunk.duration, gap)).or_insert_with(|| {
                steps.push(Step { duration: chunk.duration, gap });
                steps.len() - 1
            });
            picks.push(u64::try_from(pick).unwrap_or(u64::MAX));
        }
        Ok(Self {
            count: chunks.len(),
            steps,
            picks: Packed::new(&picks),
            checkpoints: chunks.iter().step_by(Self::STRIDE).map(|chunk| chunk.start).collect(),
        })
    }

    /// How many chunks there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The chunk at place `at`, from 0.
    pub fn chunk(&self, at: usize) -> Option<Chunk> {
        self.from(at).next()
    }

    /// The chunk that starts at exactly `start`, behind its place.
    pub fn find(&self, start: u64) -> Option<(usize, Chunk)> {
        let block = self.checkpoints.partition_point(|&checkpoint| checkpoint <= start);
        let mut block = self.walk(block.checked_sub(1)?).take(Self::STRIDE);
        block.find(|(_, chunk)| chunk.start >= start).filter(|(_, chunk)| chunk.start == start)
    }

    /// The place of the chunk that plays at `time`, in the stream's ticks, or of the next after it; as many
    /// as there are chunks where there is none.
    pub fn place_at(&self, time: u64) -> usize {
        let block = self.checkpoints.partition_point(|&checkpoint| checkpoint <= time);
        let ends_after = |chunk: &Chunk| chunk.end().is_none_or(|end| end > time);
        self.walk(block.saturating_sub(1))
            .take(Self::STRIDE.saturating_add(1))
            .find(|(_, chunk)| ends_after(chunk))
            .map_or(self.count, |(at, _)| at)
    }

    /// All chunks in order.
    pub fn iter(&self) -> impl Iterator<Item = Chunk> {
        self.walk(0).map(|(_, chunk)| chunk)
    }

    /// All chunks in order, those in a row that last equally long as one. Where one ends and the next begins without
    /// a gap, they may still be equally long.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        let (mut runs, mut start) =
            (self.picks.runs(self.count), self.checkpoints.first().copied());
        let mut run = (Step { duration: 0, gap: 0 }, 0);
        std::iter::from_fn(move || {
            if run.1 == 0 {
                let (pick, count) = runs.next()?;
                run = (*self.steps.get(usize::try_from(pick).ok()?)?, count);
            }
            let (Step { duration, gap }, left) = run;
            let count = if gap == 0 { left } else { 1 };
            run.1 = left.saturating_sub(count);
            let row = Row { first: Chunk { start: start?, duration }, count };
            start = row.end().and_then(|end| end.checked_add(gap));
            Some(row)
        })
    }

    /// The chunks from place `at` on, in order.
    pub(super) fn from(&self, at: usize) -> impl Iterator<Item = Chunk> {
        self.walk(at / Self::STRIDE).skip(at % Self::STRIDE).map(|(_, chunk)| chunk)
    }

    /// When the first chunk starts; 0 where there is none.
    pub fn start(&self) -> u64 {
        self.checkpoints.first().copied().unwrap_or(0)
    }

    /// When the last chunk ends; 0 where there is none.
    pub fn end(&self) -> u64 {
        let last = self.count.checked_sub(1).and_then(|last| self.chunk(last));
        last.and_then(Chunk::end).unwrap_or(0)
    }

    /// The chunks from a checkpoint on, with their places.
    fn walk(&self, block: usize) -> impl Iterator<Item = (usize, Chunk)> {
        let mut start = self.checkpoints.get(block).copied();
        let first = block.saturating_mul(Self::STRIDE);
        (first..self.count).map_while(move |at| {
            let pick = usize::try_from(self.picks.value(at)?).ok()?;
            let step = self.steps.get(pick)?;
            let chunk = Chunk { start: start?, duration: step.duration };
            start = chunk.end().and_then(|end| end.checked_add(step.gap));
            Some((at, chunk))
        })
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        out.count(self.count);
        out.list(&self.steps, |out, step| {
            out.varint(step.duration);
            out.varint(step.gap);
        });
        self.picks.encode(out);
        self.checkpoints.iter().for_each(|&start| out.u64(start));
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let count = from.narrow()?;
        let steps = from.list(|from| Ok(Step { duration: from.varint()?, gap: from.varint()? }))?;
        let picks = Packed::decode(from, count)?;
        let checkpoints = from.checkpoints(count.div_ceil(Self::STRIDE))?;
        Ok(Self { count, steps, picks, checkpoints })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn even(count: u64, duration: u64) -> Vec<Chunk> {
        (0..count).map(|at| Chunk { start: at * duration, duration }).collect()
    }

    #[test]
    fn finds_exact_starts_only() {
        let timeline = Timeline::new(&even(3600, 20_000_000)).unwrap();
        let find = |start| timeline.find(start).map(|(at, _)| at);
        assert_eq!(find(0), Some(0));
        assert_eq!(find(20_000_000 * 3599), Some(3599));
        assert_eq!(find(20_000_000 * 64), Some(64));
        assert_eq!(find(20_000_001), None);
        assert_eq!(find(20_000_000 * 3600), None);
        assert_eq!(find(u64::MAX), None);
        assert_eq!(timeline.end(), 20_000_000 * 3600);
    }

    #[test]
    fn chunks_that_last_equally_long_are_one_row() {
        let row = |start, duration, count| Row { first: Chunk { start, duration }, count };
        let rows = |chunks: &[Chunk]| Timeline::new(chunks).unwrap().rows().collect::<Vec<_>>();
        assert_eq!(rows(&even(3600, 20)), [row(0, 20, 3600)]);
        let mut chunks = even(100, 20);
        chunks.push(Chunk { start: 2000, duration: 7 });
        assert_eq!(rows(&chunks), [row(0, 20, 100), row(2000, 7, 1)]);
        chunks.push(Chunk { start: 2010, duration: 20 });
        assert_eq!(rows(&chunks), [row(0, 20, 100), row(2000, 7, 1), row(2010, 20, 1)]);
        assert_eq!(rows(&[]), []);
    }

    #[test]
    fn says_which_chunk_does_not_follow() {
        let mut chunks = even(10, 5);
        chunks[7].start -= 1;
        assert_eq!(Timeline::new(&chunks), Err(7));
        assert_eq!(Timeline::new(&[Chunk { start: 0, duration: 0 }]), Err(0));
        assert_eq!(Timeline::new(&[Chunk { start: 1, duration: u64::MAX }]), Err(0));
    }

    #[test]
    fn an_even_timeline_costs_an_eighth_of_a_byte_a_chunk() {
        let timeline = Timeline::new(&even(3600, 20_000_000)).unwrap();
        let mut out = Writer::default();
        timeline.encode(&mut out);
        assert!(out.out.len() <= 3600 / 8 + 20, "{} bytes", out.out.len());
    }

    proptest! {
        #[test]
        fn gives_back_what_went_in(
            steps in prop::collection::vec((1u64..1 << 40, 0u64..3, 1usize..5), 1..100),
            first in 0u64..1 << 60,
        ) {
            let mut start = first;
            let mut chunks = Vec::new();
            for (duration, gap, times) in steps {
                for _ in 0..times {
                    chunks.push(Chunk { start, duration });
                    start += duration + gap;
                }
            }
            let timeline = Timeline::new(&chunks).unwrap();
            prop_assert_eq!(timeline.iter().collect::<Vec<_>>(), chunks.clone());
            let rows: Vec<_> = timeline.rows().flat_map(Row::chunks).collect();
            prop_assert_eq!(rows, chunks.clone());
            for (at, chunk) in chunks.iter().enumerate() {
                prop_assert_eq!(timeline.find(chunk.start), Some((at, *chunk)));
                prop_assert_eq!(timeline.chunk(at), Some(*chunk));
            }
            let mut out = Writer::default();
            timeline.encode(&mut out);
            prop_assert_eq!(Timeline::decode(&mut Reader::new(&out.out)).unwrap(), timeline);
        }
    }
}
