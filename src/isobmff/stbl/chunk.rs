//! The chunks of a track, joined with the sizes of their samples.

use super::chunks::Iter as Chunks;
use super::sizes::Sizes;
use crate::base::range::ByteRange;

/// Samples that lie behind each other because the tables say so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableChunk {
    /// How many there are.
    pub samples: u32,
    /// All their bytes.
    pub range: ByteRange,
}

/// The chunks of a track that have samples, one after another. Written out for the same reason as the samples are.
#[derive(Clone, Debug)]
pub struct TableChunks<'a> {
    /// How many samples were given.
    at: u32,
    sizes: Sizes<'a>,
    chunks: Chunks<'a>,
}

impl<'a> TableChunks<'a> {
    pub(super) fn new(sizes: Sizes<'a>, chunks: Chunks<'a>) -> Self {
        Self { at: 0, sizes, chunks }
    }
}

impl Iterator for TableChunks<'_> {
    type Item = TableChunk;

    #[inline(always)]
    fn next(&mut self) -> Option<TableChunk> {
        loop {
            let (start, held) = self.chunks.next()?;
            let samples = held.min(self.sizes.count().saturating_sub(self.at));
            let range = ByteRange::with_length(start, self.sizes.sum(self.at, samples))?;
            self.at = self.at.saturating_add(samples);
            if samples > 0 {
                return Some(TableChunk { samples, range });
            }
        }
    }
}
