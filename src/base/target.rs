//! The target length of HLS and DASH segments.

use std::fmt;

/// About how long each segment of HLS and DASH is to last, in whole milliseconds. A segment is a run of whole
/// chunks, so it lasts as long as the run that comes nearest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SegmentTarget(u32);

impl SegmentTarget {
    /// Every chunk is a segment of its own.
    pub const CHUNK: Self = Self(0);

    /// Six seconds, as the HLS Authoring Specification recommends.
    pub const DEFAULT: Self = Self(6000);

    /// The longest that can be asked for, in milliseconds.
    pub const MAX_MS: u32 = 30_000;

    /// A target of so many milliseconds; `None` beyond [`SegmentTarget::MAX_MS`].
    pub fn new(milliseconds: u32) -> Option<Self> {
        (milliseconds <= Self::MAX_MS).then_some(Self(milliseconds))
    }

    /// Whole milliseconds.
    pub fn milliseconds(self) -> u32 {
        self.0
    }
}

impl fmt::Display for SegmentTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_segment_is_without_bounds() {
        assert_eq!(SegmentTarget::new(0), Some(SegmentTarget::CHUNK));
        assert_eq!(SegmentTarget::new(6000), Some(SegmentTarget::DEFAULT));
        assert_eq!(SegmentTarget::new(30_000).map(SegmentTarget::milliseconds), Some(30_000));
        assert_eq!(SegmentTarget::new(30_001), None);
    }
}
