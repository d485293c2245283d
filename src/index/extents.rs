//! The byte ranges of a track's fragments in their source.

use super::packed::Packed;
use super::wire::{FormatError, Reader, Writer};
use crate::base::range::ByteRange;

/// The byte range of every fragment of a track, packed: its size, and the gap between it and the
/// fragment before it, which other tracks fill where a file is interleaved.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Extents {
    count: usize,
    sizes: Packed,
    gaps: Packed,
    checkpoints: Vec<u64>,
}

impl Extents {
    /// Fragments from one stored offset to the next.
    pub const STRIDE: usize = 64;

    /// The extents of fragments at `ranges`, or the place of the first one that begins before its
    /// predecessor ends.
    pub fn new(ranges: &[ByteRange]) -> Result<Self, usize> {
        let mut gaps = Vec::with_capacity(ranges.len());
        let mut end = ranges.first().map_or(0, |first| first.start());
        for (at, range) in ranges.iter().enumerate() {
            gaps.push(range.start().checked_sub(end).ok_or(at)?);
            end = range.end();
        }
        let sizes: Vec<u64> = ranges.iter().map(|range| range.length()).collect();
        Ok(Self {
            count: ranges.len(),
            sizes: Packed::new(&sizes),
            gaps: Packed::new(&gaps),
            checkpoints: ranges.iter().step_by(Self::STRIDE).map(|range| range.start()).collect(),
        })
    }

    /// How many fragments there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Where the fragment at place `at` lies, from 0.
    pub fn range(&self, at: usize) -> Option<ByteRange> {
        self.walk(at / Self::STRIDE).nth(at % Self::STRIDE)
    }

    /// All fragments in order.
    pub fn iter(&self) -> impl Iterator<Item = ByteRange> {
        self.walk(0)
    }

    /// The fragments from a checkpoint on. The gap before a checkpoint is part of its offset.
    fn walk(&self, block: usize) -> impl Iterator<Item = ByteRange> {
        let first = block.saturating_mul(Self::STRIDE);
        let mut start = self.checkpoints.get(block).copied();
        (first..self.count).map_while(move |at| {
            let gap = if at == first { 0 } else { self.gaps.value(at)? };
            let range = ByteRange::with_length(start?.checked_add(gap)?, self.sizes.value(at)?)?;
            start = Some(range.end());
            Some(range)
        })
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        self.sizes.encode(out);
        self.gaps.encode(out);
        self.checkpoints.iter().for_each(|&offset| out.u64(offset));
    }

    /// The extents of `count` fragments: as many as the stream's timeline has chunks.
    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Self, FormatError> {
        let sizes = Packed::decode(from, count)?;
        let gaps = Packed::decode(from, count)?;
        let checkpoints = from.checkpoints(count.div_ceil(Self::STRIDE))?;
        Ok(Self { count, sizes, gaps, checkpoints })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(start: u64, length: u64) -> ByteRange {
        ByteRange::with_length(start, length).unwrap()
    }

    #[test]
    fn says_which_fragment_overlaps() {
        assert_eq!(Extents::new(&[range(10, 5), range(14, 5)]), Err(1));
    }

    #[test]
    fn reaches_beyond_four_gibibytes() {
        let far = range(6 << 30, 700_000);
        let extents = Extents::new(&[range(4096, 10), far]).unwrap();
        assert_eq!(extents.range(1), Some(far));
        assert_eq!(extents.range(2), None);
    }

    proptest! {
        #[test]
        fn gives_back_what_went_in(
            steps in prop::collection::vec((0u64..1 << 33, 0u64..1 << 22), 1..300),
        ) {
            let mut end = 0;
            let mut ranges = Vec::new();
            for (gap, length) in steps {
                ranges.push(range(end + gap, length));
                end += gap + length;
            }
            let extents = Extents::new(&ranges).unwrap();
            prop_assert_eq!(extents.iter().collect::<Vec<_>>(), ranges.clone());
            for (at, range) in ranges.iter().enumerate() {
                prop_assert_eq!(extents.range(at), Some(*range));
            }
            let mut out = Writer::default();
            extents.encode(&mut out);
            prop_assert_eq!(Extents::decode(&mut Reader::new(&out.out), ranges.len()).unwrap(), extents);
        }
    }
}
