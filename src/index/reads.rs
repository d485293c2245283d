//! Which reads of its source give the samples of each chunk of a track, so that they can begin before the
//! chunk's page is known.

use super::extents::Extents;
use super::packed::Packed;
use super::wire::{FormatError, Reader, Writer};
use crate::base::range::ByteRange;

/// The reads of all chunks of a track, packed: how many each chunk takes, and where all of them lie in the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reads {
    counts: Packed,
    /// How many reads come before every 64th chunk; empty where each chunk takes as many as any other.
    before: Vec<usize>,
    ranges: Extents,
}

impl Reads {
    /// Chunks from one known sum of counts to the next.
    const STRIDE: usize = 64;

    /// The most reads that a chunk takes.
    pub const MOST: usize = 4;

    /// The reads that each of `chunks` takes. Nothing is kept of a chunk that takes more than [`Self::MOST`], or of
    /// whose reads one begins before the end of the read ahead of it.
    pub fn new(chunks: &[Vec<ByteRange>]) -> Self {
        let (mut counts, mut ranges, mut end) = (Vec::with_capacity(chunks.len()), Vec::new(), 0);
        for reads in chunks {
            let mut behind = end;
            let is_ordered = reads.iter().all(|read| {
                let is_behind = read.start() >= behind;
                behind = read.end();
                is_behind
            });
            let is_known = is_ordered && reads.len() <= Self::MOST;
            let kept = if is_known { reads.as_slice() } else { &[] };
            counts.push(u64::try_from(kept.len()).unwrap_or(0));
            ranges.extend_from_slice(kept);
            end = kept.last().map_or(end, |read| read.end());
        }
        let counts = Packed::new(&counts);
        let (before, _) = sums(&counts, chunks.len()).unwrap_or_default();
        // Each begins where the one ahead of it ends, or behind that.
        Self { counts, before, ranges: Extents::new(&ranges).unwrap_or_default() }
    }

    /// The reads of the chunk at place `at`, from 0, in the order of the file; none where they are not known.
    pub fn of(&self, at: usize) -> impl Iterator<Item = ByteRange> {
        let first = self.before(at);
        let count = self.count(at).filter(|_| first.is_some()).unwrap_or(0);
        let first = first.unwrap_or(0);
        (first..first.saturating_add(count)).map_while(|read| self.ranges.range(read))
    }

    /// Whether those of every chunk are known: each lies behind the ones before it.
    pub fn are_known(&self) -> bool {
        self.counts.least() > 0
    }

    /// How many reads come before the chunk at place `at`.
    fn before(&self, at: usize) -> Option<usize> {
        if let Some(count) = self.counts.even() {
            return at.checked_mul(usize::try_from(count).ok()?);
        }
        let block = at / Self::STRIDE;
        let counts = (block.checked_mul(Self::STRIDE)?..at).map(|at| self.count(at));
        let counts = counts.sum::<Option<usize>>()?;
        self.before.get(block)?.checked_add(counts)
    }

    fn count(&self, at: usize) -> Option<usize> {
        usize::try_from(self.counts.value(at)?).ok()
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        self.counts.encode(out);
        self.ranges.encode(out);
    }

    /// The reads of `count` chunks: as many as the stream's timeline has.
    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Self, FormatError> {
        let counts = Packed::decode(from, count)?;
        let sums = sums(&counts, count);
        let (before, all) = sums.ok_or(FormatError::Malformed("a chunk takes too many reads"))?;
        Ok(Self { counts, before, ranges: Extents::decode(from, all)? })
    }
}

/// The sums of `counts` before every 64th chunk of `count`, none where all counts are the same; and the sum of all.
/// `None` if a chunk takes more than [`Reads::MOST`].
fn sums(counts: &Packed, count: usize) -> Option<(Vec<usize>, usize)> {
    let narrow = |reads: u64| usize::try_from(reads).ok().filter(|&reads| reads <= Reads::MOST);
    if let Some(reads) = counts.even() {
        return Some((Vec::new(), count.checked_mul(narrow(reads)?)?));
    }
    let (mut before, mut sum) = (Vec::with_capacity(count.div_ceil(Reads::STRIDE)), 0usize);
    for at in 0..count {
        if at.is_multiple_of(Reads::STRIDE) {
            before.push(sum);
        }
        sum = sum.checked_add(narrow(counts.value(at)?)?)?;
    }
    Some((before, sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(start: u64, length: u64) -> ByteRange {
        ByteRange::with_length(start, length).unwrap()
    }

    fn all(reads: &Reads, chunks: usize) -> Vec<Vec<ByteRange>> {
        (0..chunks).map(|at| reads.of(at).collect()).collect()
    }

    fn stored(reads: &Reads, chunks: usize) -> Reads {
        let mut out = Writer::default();
        reads.encode(&mut out);
        let mut reader = Reader::new(&out.out);
        let decoded = Reads::decode(&mut reader, chunks).unwrap();
        assert!(reader.finish().is_ok());
        decoded
    }

    #[test]
    fn keeps_nothing_of_a_chunk_whose_reads_lead_back_or_are_too_many() {
        let too_many = (0..5).map(|at| range(200 + 10 * at, 5)).collect();
        let chunks = [
            vec![range(100, 50)],
            vec![range(120, 50)],
            vec![range(150, 10), range(155, 10)],
            too_many,
            vec![range(150, 10), range(160, 10)],
        ];
        let none = Vec::new;
        let kept = [chunks[0].clone(), none(), none(), none(), chunks[4].clone()];
        let reads = Reads::new(&chunks);
        assert_eq!(all(&reads, 6), [&kept[..], &[none()]].concat());
        assert!(!reads.are_known() && Reads::new(&chunks[..1]).are_known());
    }

    #[test]
    fn refuses_a_chunk_of_too_many_reads() {
        for counts in [&[5, 5][..], &[1, 5]] {
            let mut out = Writer::default();
            Packed::new(counts).encode(&mut out);
            let refused = Reads::decode(&mut Reader::new(&out.out), counts.len());
            assert_eq!(refused, Err(FormatError::Malformed("a chunk takes too many reads")));
        }
    }

    proptest! {
        #[test]
        fn gives_back_what_went_in(
            shape in prop::collection::vec(
                prop::collection::vec((0u64..1 << 20, 0u64..1 << 22), 0..5), 0..300),
            is_even: bool,
        ) {
            let mut end = 0;
            let chunks: Vec<Vec<ByteRange>> = shape.iter().map(|chunk| {
                let reads = chunk.iter().take(if is_even { 1 } else { 4 });
                reads.map(|&(gap, length)| {
                    let read = range(end + gap, length);
                    end = read.end();
                    read
                }).collect()
            }).filter(|chunk: &Vec<_>| !is_even || !chunk.is_empty()).collect();
            let reads = Reads::new(&chunks);
            prop_assert_eq!(&all(&reads, chunks.len()), &chunks);
            prop_assert_eq!(reads.of(chunks.len()).next(), None);
            prop_assert_eq!(stored(&reads, chunks.len()), reads);
        }
    }
}
