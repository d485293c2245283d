//! The stretch of a stream that a client is shown.

use crate::base::chunk::{Chunk, Row};
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::index::{Segment, Stream, Timeline};
use crate::selection::Clip;
use std::ops::Range;

/// The chunks of a stream that a client is shown: all, or those that are in part within a stretch of time. Their times
/// are those of the whole. Streams that play at the same times are equal in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch<'a> {
    timeline: &'a Timeline,
    timescale: Timescale,
    clip: Option<Clip>,
}

impl<'a> Stretch<'a> {
    /// All of `stream`, or what of it is in `clip`.
    pub(super) fn of(stream: &'a Stream, clip: Option<Clip>) -> Self {
        Self { timeline: &stream.timeline, timescale: stream.timescale, clip }
    }

    /// Ticks a second of its times.
    pub fn timescale(self) -> Timescale {
        self.timescale
    }

    /// The stretch of time; `None` is all of it.
    pub fn clip(self) -> Option<Clip> {
        self.clip
    }

    /// The chunks, in order.
    pub fn chunks(self) -> impl Iterator<Item = Chunk> + use<'a> {
        self.timeline.iter().filter(move |chunk| self.has(*chunk))
    }

    /// The chunks, in order, those in a row that last equally long as one.
    pub fn rows(self) -> impl Iterator<Item = Row> + use<'a> {
        self.timeline.rows().filter_map(move |row| self.shown(row))
    }

    /// How many chunks there are.
    pub fn len(self) -> usize {
        match self.clip {
            None => self.timeline.len(),
            Some(_) => self.chunks().count(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.chunks().next().is_none()
    }

    /// The segments of about `target`, in order: those that the whole stream has.
    pub fn segments(self, target: SegmentTarget) -> impl Iterator<Item = Segment> + use<'a> {
        let segments = self.timeline.segments(target, self.timescale);
        segments.filter(move |segment| self.has(segment.span))
    }

    /// When the same start and end, those in a row that last equally long as one.
    pub fn segment_rows(self, target: SegmentTarget) -> impl Iterator<Item = Row> + use<'a> {
        let rows = self.timeline.segment_rows(target, self.timescale);
        rows.filter_map(move |row| self.shown(row))
    }

    /// From the start of the first chunk to the end of the last, in ticks of `timescale`.
    pub fn span(self, timescale: Timescale) -> Range<u64> {
        let ticks = |at| self.timescale.rescale(at, timescale).unwrap_or(u64::MAX);
        let (start, end) = match self.clip {
            None => (self.timeline.start(), self.timeline.end()),
            Some(_) => {
                let start = self.chunks().next().map_or(0, |chunk| chunk.start);
                (start, self.chunks().last().and_then(Chunk::end).unwrap_or(0))
            }
        };
        ticks(start)..ticks(end)
    }

    /// What of `row` is shown; `None` if nothing is.
    #[inline(always)]
    fn shown(self, row: Row) -> Option<Row> {
        if self.clip.is_none() { Some(row) } else { self.clipped(row) }
    }

    fn clipped(self, row: Row) -> Option<Row> {
        let rest = row.after(row.chunks().take_while(|slot| !self.has(*slot)).count())?;
        let count = rest.chunks().take_while(|slot| self.has(*slot)).count();
        Some(Row { count, ..rest })
    }

    fn has(self, slot: Chunk) -> bool {
        self.clip.is_none_or(|clip| clip.has_some_of(slot, self.timescale))
    }
}
