//! The `SegmentTimeline` of a stream in an MPD (`ISO/IEC 23009-1` 5.3.9.6).

use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::manifest::attributes::integer;
use crate::manifest::once::Once;
use crate::manifest::rows::{LINES, Listed, listed};
use crate::view::Stretch;

/// The segments of a stream. Streams whose segments are equal share one `SegmentTimeline`'s text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segments<'a> {
    stretch: Stretch<'a>,
    target: SegmentTarget,
}

impl<'a> Segments<'a> {
    /// The segments of `stretch`, which last about as long as `target`.
    pub(super) fn of(stretch: Stretch<'a>, target: SegmentTarget) -> Self {
        Self { stretch, target }
    }

    /// Writes the `SegmentTimeline`, and says how long the longest lasts, in Smooth Streaming's ticks.
    fn write(self, out: &mut String) -> u64 {
        let mut longest = 0;
        out.push_str("        <SegmentTimeline>\n");
        let mut lines = Once::of_last(LINES);
        for each in listed(self.stretch.segment_rows(self.target), usize::MAX) {
            longest = each.duration.max(longest);
            lines.append(out, each, line);
        }
        out.push_str("        </SegmentTimeline>\n");
        self.stretch.timescale().rescale(longest, Timescale::SMOOTH).unwrap_or(u64::MAX)
    }
}

fn line(out: &mut String, &Listed { start, duration, count }: &Listed) {
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

/// The timelines of an MPD. Each is gone through once, and its text copied where streams share it.
pub(super) struct Timelines<'a> {
    texts: Once<Segments<'a>>,
    longest: u64,
}

impl<'a> Timelines<'a> {
    /// None so far.
    pub(super) fn new() -> Self {
        Self { texts: Once::new(), longest: 0 }
    }

    /// Appends the `SegmentTimeline` of `segments` to `out`, which is the same text each time.
    pub(super) fn append(&mut self, out: &mut String, segments: Segments<'a>) {
        let longest = &mut self.longest;
        self.texts.append(out, segments, |out, segments| {
            *longest = segments.write(out).max(*longest);
        });
    }

    /// How long the longest segment lasts so far, in Smooth Streaming's ticks.
    pub(super) fn longest(&self) -> u64 {
        self.longest
    }
}
