//! When the segments of a stream start, as a timeline in an MPD says it (`ISO/IEC 23009-1` 5.3.9.6).

use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::manifest::attributes::integer;
use crate::manifest::rows::{Row, rows};
use crate::view::Stretch;

/// The segments of a stream. Streams whose segments are equal share one `SegmentTimeline`'s text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segments<'a> {
    stretch: Stretch<'a>,
    target: SegmentTarget,
}

impl<'a> Segments<'a> {
    /// Those of `stretch` that last about as long as `target`.
    pub(super) fn of(stretch: Stretch<'a>, target: SegmentTarget) -> Self {
        Self { stretch, target }
    }

    /// How long the longest lasts, in Smooth Streaming's ticks.
    pub(super) fn longest(self) -> u64 {
        let segments = self.stretch.segments(self.target);
        let longest = segments.map(|segment| segment.span.duration).max().unwrap_or(0);
        self.stretch.timescale().rescale(longest, Timescale::SMOOTH).unwrap_or(u64::MAX)
    }

    /// The `SegmentTimeline`.
    pub(super) fn write(self, out: &mut String) {
        out.push_str("        <SegmentTimeline>\n");
        let segments = self.stretch.segments(self.target);
        for Row { start, duration, count } in rows(segments.map(|segment| segment.span), u64::MAX) {
            out.push_str("          <S");
            if let Some(start) = start {
                integer(out, "t", start);
            }
            integer(out, "d", duration);
            if count > 1 {
                integer(out, "r", count - 1);
            }
            out.push_str("/>\n");
        }
        out.push_str("        </SegmentTimeline>\n");
    }
}
