//! The extent of ranges of a file.

use crate::base::range::ByteRange;

/// The extent of ranges in a file: where the first begins and the last ends.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extent(Option<(u64, u64)>);

impl Extent {
    /// Takes in one range more.
    pub(super) fn take_in(&mut self, range: ByteRange) {
        let (start, end) = self.0.unwrap_or((range.start(), range.end()));
        self.0 = Some((start.min(range.start()), end.max(range.end())));
    }

    /// How many bytes there are from the first to the last.
    pub(super) fn span(self) -> u64 {
        self.0.map_or(0, |(start, end)| end.saturating_sub(start))
    }

    /// Where the last ends; 0 without any.
    pub(super) fn end(self) -> u64 {
        self.0.map_or(0, |(_, end)| end)
    }
}
