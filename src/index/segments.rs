//! Segments of HLS and DASH: runs of whole chunks.

use super::Timeline;
use crate::base::chunk::{Chunk, Row};
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;

/// Chunks one behind the other that are sent as one segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    /// How many there are, of which the first starts when the segment does; never 0.
    pub chunks: usize,
    /// From the start of the first to the end of the last.
    pub span: Chunk,
}

impl Segment {
    /// A segment has no more chunks than this: where they lie apart from each other, each takes a read of
    /// its own, all are under way at the same time, and a Worker may wait for six.
    pub const MAX_CHUNKS: usize = 6;
}

/// Segments of as many chunks, each of which starts where the one before it ends, and all of which last equally long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Alike {
    first: Segment,
    count: usize,
}

impl Timeline {
    /// All chunks as segments that last about as long as `target`, in the order of the timeline.
    ///
    /// A segment ends with the chunk whose end is nearest to where the target is reached; of two that are as near,
    /// with the first. Levels of a stream share its chunks, and so its segments.
    pub fn segments(
        &self,
        target: SegmentTarget,
        timescale: Timescale,
    ) -> impl Iterator<Item = Segment> {
        alike(self.rows(), target, timescale).flat_map(|Alike { first, count }| {
            let spans = Row { first: first.span, count }.chunks();
            spans.map(move |span| Segment { span, ..first })
        })
    }

    /// The spans of the same, those in a row that last equally long as one.
    pub fn segment_rows(
        &self,
        target: SegmentTarget,
        timescale: Timescale,
    ) -> impl Iterator<Item = Row> {
        let alike = alike(self.rows(), target, timescale);
        alike.map(|Alike { first, count }| Row { first: first.span, count })
    }

    /// The segment that begins with the chunk at place `at`.
    pub fn segment(
        &self,
        at: usize,
        target: SegmentTarget,
        timescale: Timescale,
    ) -> Option<Segment> {
        Some(alike(self.from(at).map(Row::one), target, timescale).next()?.first)
    }
}

fn alike(
    mut rows: impl Iterator<Item = Row>,
    target: SegmentTarget,
    timescale: Timescale,
) -> impl Iterator<Item = Alike> {
    let milliseconds = target.milliseconds().into();
    let target = Timescale::MILLISECONDS.rescale(milliseconds, timescale).unwrap_or(u64::MAX);
    let mut row = rows.next();
    std::iter::from_fn(move || {
        let begun = row?;
        let Chunk { start, duration } = begun.first;
        // A segment ends where it does because the chunk behind it is known; that of the row's last may be another.
        if let Some(before) = begun.count.checked_sub(1).filter(|&before| before > 0)
            && let each = chunks_of(duration, target)
            && let Some(count) = before.checked_div(each).filter(|&count| count > 0)
        {
            row = begun.after(count * each);
            let span = Row { count: each, ..begun }.end().unwrap_or(u64::MAX).saturating_sub(start);
            let span = Chunk { start, duration: span };
            return Some(Alike { first: Segment { chunks: each, span }, count });
        }
        let goal = start.saturating_add(target);
        let (mut chunks, mut end) = (1, start.saturating_add(duration));
        row = begun.after(1).or_else(|| rows.next());
        while chunks < Segment::MAX_CHUNKS
            && let Some(next) = row
            && let Some(next_end) = next.first.end()
            && next_end.abs_diff(goal) < end.abs_diff(goal)
        {
            chunks += 1;
            end = next_end;
            row = next.after(1).or_else(|| rows.next());
        }
        let span = Chunk { start, duration: end.saturating_sub(start) };
        Some(Alike { first: Segment { chunks, span }, count: 1 })
    })
}

/// How many chunks a segment has where all of them last so long, in ticks as `target`: at least one.
fn chunks_of(duration: u64, target: u64) -> usize {
    let off = |end: u64| end.abs_diff(target);
    let (mut chunks, mut end) = (1, duration);
    while chunks < Segment::MAX_CHUNKS && off(end.saturating_add(duration)) < off(end) {
        chunks += 1;
        end = end.saturating_add(duration);
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: Timescale = Timescale::MILLISECONDS;

    fn timeline(durations: &[u64]) -> Timeline {
        let chunks = durations.iter().scan(0, |start, &duration| {
            *start += duration;
            Some(Chunk { start: *start - duration, duration })
        });
        Timeline::new(&chunks.collect::<Vec<_>>()).unwrap()
    }

    fn target(milliseconds: u32) -> SegmentTarget {
        SegmentTarget::new(milliseconds).unwrap()
    }

    fn counts(durations: &[u64], milliseconds: u32) -> Vec<usize> {
        let timeline = timeline(durations);
        timeline.segments(target(milliseconds), MS).map(|segment| segment.chunks).collect()
    }

    #[test]
    fn a_segment_ends_as_near_to_its_target_as_chunks_allow() {
        assert_eq!(counts(&[2000; 7], 6000), [3, 3, 1]);
        assert_eq!(counts(&[2002; 7], 6000), [3, 3, 1], "also if that is beyond it");
        assert_eq!(counts(&[2005, 1984, 2005, 2005, 1984, 2005], 6000), [3, 3]);
        assert_eq!(counts(&[4000; 3], 6000), [1, 1, 1], "of 4 s and of 8 s, the shorter");
        assert_eq!(counts(&[9000, 1000, 5500, 3000], 6000), [1, 2, 1]);
        assert_eq!(counts(&[2000; 3], 0), [1, 1, 1]);
        assert_eq!(counts(&[100; 13], 6000), [6, 6, 1], "and has a few chunks at most");
        assert_eq!(counts(&[], 6000), [0; 0]);
        assert_eq!(
            counts(&[2000, 2000, 2000, 2000, 2000, 500], 6000),
            [3, 3],
            "whatever lasts how long"
        );
    }

    #[test]
    fn a_segment_lasts_from_its_first_chunk_to_the_end_of_its_last() {
        let gap = [(500, 2000), (2500, 1000), (4000, 2000)];
        let chunks = gap.map(|(start, duration)| Chunk { start, duration });
        let timeline = Timeline::new(&chunks).unwrap();
        let segments: Vec<_> = timeline.segments(target(6000), MS).collect();
        assert_eq!(segments, [Segment { chunks: 3, span: Chunk { start: 500, duration: 5500 } }]);
    }

    proptest! {
        #[test]
        fn a_segment_is_the_same_by_itself(
            rows in prop::collection::vec((1u64..9000, 1usize..20), 0..40),
            milliseconds in 0..=SegmentTarget::MAX_MS,
        ) {
            let durations = rows.iter().flat_map(|&(duration, times)| vec![duration; times]);
            let durations: Vec<u64> = durations.collect();
            let timeline = timeline(&durations);
            let mut at = 0;
            for segment in timeline.segments(target(milliseconds), MS) {
                prop_assert_eq!(timeline.segment(at, target(milliseconds), MS), Some(segment));
                at += segment.chunks;
            }
            prop_assert_eq!(at, durations.len());
            let spans = timeline.segments(target(milliseconds), MS).map(|segment| segment.span);
            let rows = timeline.segment_rows(target(milliseconds), MS).flat_map(Row::chunks);
            prop_assert_eq!(rows.collect::<Vec<_>>(), spans.collect::<Vec<_>>());
            prop_assert_eq!(timeline.segment(at, target(milliseconds), MS), None);
        }
    }
}
