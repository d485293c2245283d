//! The reads of a source that give the stored parts of an answer.
//!
//! In a file where audio and video take turns, the bytes of one fragment lie in many runs. A
//! read for each would cost more than the bytes between them, so some are read and cut out on the
//! way.

use crate::base::order::order;
use crate::base::range::{ByteRange, READ_COST};
use crate::index::Reads;

/// One read of a source, and which of its bytes are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    range: ByteRange,
    /// Counted from the first byte of `range`; in order, none of them empty.
    kept: Vec<ByteRange>,
}

impl Read {
    /// An answer takes no more reads than this. They are under way at the same time, and a Worker
    /// may wait for six.
    pub const MOST: usize = Reads::MOST;

    /// The reads that give `parts`, in their order, at the least cost. `None` if more than
    /// [`Read::MOST`] are needed: parts that lead back in the source cannot be cut out of one read.
    pub fn plan(parts: &[ByteRange]) -> Option<Vec<Self>> {
        let each = |parts: &[ByteRange]| Self::of(across(parts)?, parts);
        divided(parts)?.into_iter().map(each).collect()
    }

    /// What the same reads read.
    pub fn ranges(parts: &[ByteRange]) -> Option<Vec<ByteRange>> {
        divided(parts)?.into_iter().map(across).collect()
    }

    /// All of `range`.
    pub fn whole(range: ByteRange) -> Self {
        let all = ByteRange::with_length(0, range.length()).filter(|all| !all.is_empty());
        Self { range, kept: all.into_iter().collect() }
    }

    /// The read of `range`, of which `parts` are kept; `None` unless they lie in it in this order.
    pub fn of(range: ByteRange, parts: &[ByteRange]) -> Option<Self> {
        let ordered = parts.windows(2).all(|pair| gap(pair).is_some());
        let inner = |part: &ByteRange| {
            let start = part.start().checked_sub(range.start())?;
            range.contains(*part).then(|| ByteRange::with_length(start, part.length()))?
        };
        let kept = parts.iter().map(inner).collect::<Option<Vec<_>>>()?;
        ordered.then_some(Self { range, kept })
    }

    /// What of it `part` of its range gives, which begins at `offset` in an object of its own; `None` if that is
    /// nothing.
    pub fn part(&self, part: ByteRange, offset: u64) -> Option<Self> {
        let skipped = part.start().checked_sub(self.range.start())?;
        let end = part.end().checked_sub(self.range.start())?;
        let kept = self.kept.iter().filter_map(|kept| {
            let (start, end) = (kept.start().max(skipped), kept.end().min(end));
            let kept = ByteRange::new(start.checked_sub(skipped)?, end.checked_sub(skipped)?)?;
            (!kept.is_empty()).then_some(kept)
        });
        let kept: Vec<ByteRange> = kept.collect();
        let range = ByteRange::with_length(offset, part.length())?;
        (!kept.is_empty()).then_some(Self { range, kept })
    }

    /// What is read.
    pub fn range(&self) -> ByteRange {
        self.range
    }

    /// How many bytes are kept.
    pub fn length(&self) -> u64 {
        self.kept.iter().map(|kept| kept.length()).fold(0, u64::saturating_add)
    }

    /// How many bytes have to be read: the reader stops behind the last that is kept.
    pub fn needed(&self) -> u64 {
        self.kept.last().map_or(0, |kept| kept.end())
    }

    /// How many bytes are read in vain.
    pub fn waste(&self) -> u64 {
        self.needed().saturating_sub(self.length())
    }

    /// Whether nothing is cut out.
    pub fn is_whole(&self) -> bool {
        self.length() == self.range.length()
    }

    /// The runs that are kept, counted from the first byte of what is read; in order, none of them empty.
    pub fn kept(&self) -> &[ByteRange] {
        &self.kept
    }

    /// The bytes to keep of `bytes`, which are those that were read.
    pub fn cut(&self, bytes: &[u8]) -> Vec<u8> {
        let kept = self.kept.iter().filter_map(|kept| {
            let (start, end) = (usize::try_from(kept.start()), usize::try_from(kept.end()));
            bytes.get(start.ok()?..end.ok()?)
        });
        kept.flatten().copied().collect()
    }
}

/// `parts`, in their order, divided among reads at the least cost. `None` if more than [`Read::MOST`] are needed.
fn divided(parts: &[ByteRange]) -> Option<Vec<&[ByteRange]>> {
    // Where a new read would begin, by the gap that it spares.
    let gaps = parts.windows(2).map(gap).zip(1..);
    let mut bounds: Vec<(Option<u64>, u64)> =
        gaps.filter(|(gap, _)| gap.is_none_or(|gap| gap > READ_COST)).collect();
    if bounds.iter().filter(|(gap, _)| gap.is_none()).count() >= Read::MOST {
        return None;
    }
    // Those that no read can go across come first, and then the widest.
    order(&mut bounds, |&(gap, _)| (gap.map_or(0, |gap| !gap), 0));
    bounds.truncate(Read::MOST - 1);
    order(&mut bounds, |&(_, at)| (at, 0));
    let mut rest = parts;
    let mut divided = Vec::new();
    for (_, at) in bounds.into_iter().rev() {
        let (before, behind) = rest.split_at_checked(usize::try_from(at).ok()?)?;
        divided.push(behind);
        rest = before;
    }
    if !rest.is_empty() {
        divided.push(rest);
    }
    divided.reverse();
    Some(divided)
}

/// From the first of `parts` to the last, which lie in this order.
fn across(parts: &[ByteRange]) -> Option<ByteRange> {
    Some(parts.first()?.through(*parts.last()?))
}

/// From the end of one part to the start of the next; `None` where it leads back.
fn gap(pair: &[ByteRange]) -> Option<u64> {
    match pair {
        [one, next] => next.start().checked_sub(one.end()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    fn range(start: u64, end: u64) -> ByteRange {
        ByteRange::new(start, end).unwrap()
    }

    fn planned(parts: &[ByteRange]) -> Vec<ByteRange> {
        Read::plan(parts).unwrap().iter().map(Read::range).collect()
    }

    const FAR: u64 = READ_COST + 1;

    /// Parts of ten bytes, with these gaps between them.
    fn apart(gaps: &[u64]) -> Vec<ByteRange> {
        let mut parts = vec![range(1000, 1010)];
        for gap in gaps {
            parts.push(ByteRange::with_length(parts[parts.len() - 1].end() + gap, 10).unwrap());
        }
        parts
    }

    #[test]
    fn reads_across_a_gap_that_costs_less_than_a_read() {
        assert_eq!(planned(&[]), []);
        assert_eq!(planned(&apart(&[READ_COST])), [range(1000, 1020 + READ_COST)]);
        let parts = apart(&[FAR]);
        assert_eq!(planned(&parts), parts);
        assert!(Read::plan(&parts).unwrap().iter().all(Read::is_whole));
    }

    #[test]
    fn never_more_than_four_and_the_widest_gaps_are_kept_out() {
        let parts = apart(&[FAR + 4, FAR, FAR + 2, FAR + 3, FAR + 1]);
        let ends = [(0, 0), (1, 2), (3, 3), (4, 5)];
        assert_eq!(
            planned(&parts),
            ends.map(|(from, to)| range(parts[from].start(), parts[to].end()))
        );
    }

    #[test]
    fn what_leads_back_is_read_by_itself() {
        let back = [range(500, 510), range(100, 110), range(110, 130)];
        assert_eq!(planned(&back), [range(500, 510), range(100, 130)]);
        // The one gap that is far too wide is read across rather than a fifth read begun.
        let four = [(90, 91), (80, 81), (80 + FAR, 90 + FAR), (70, 71), (60, 61)];
        let four = four.map(|(start, end)| range(start, end));
        assert_eq!(planned(&four)[1], range(80, 90 + FAR));
        let five = [5, 4, 3, 2, 1].map(|at| range(at * 10, at * 10 + 1));
        assert_eq!(Read::plan(&five), None);
    }

    #[test]
    fn a_read_that_is_under_way_serves_what_lies_in_it_in_order() {
        let read = Read::of(range(100, 200), &[range(110, 120), range(150, 151)]).unwrap();
        assert_eq!((read.length(), read.waste(), read.is_whole()), (11, 40, false));
        assert_eq!(Read::of(range(100, 200), &[range(150, 151), range(110, 120)]), None);
        assert_eq!(Read::of(range(100, 200), &[range(190, 201)]), None);
        assert_eq!(Read::of(range(100, 200), &[range(99, 101)]), None);
    }

    /// The bytes of a source, no two stretches of it alike.
    static SOURCE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        (0..2 << 20).map(|at: u32| (at * 31 + (at >> 8)).to_le_bytes()[0]).collect()
    });

    fn source(range: ByteRange) -> &'static [u8] {
        &SOURCE[usize::try_from(range.start()).unwrap()..usize::try_from(range.end()).unwrap()]
    }

    proptest! {
        #[test]
        fn what_is_kept_is_exactly_the_parts(
            shape in prop::collection::vec((prop_oneof![7 => 0u64..9000, 1 => 120_000u64..140_000], 1u64..3000), 1..12),
            back in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let mut at = 0;
            let mut parts: Vec<ByteRange> = shape.iter().map(|(gap, length)| {
                let part = ByteRange::with_length(at + gap, *length).unwrap();
                at = part.end();
                part
            }).collect();
            back.iter().for_each(|swap| parts.swap(0, swap.index(shape.len())));
            let Some(reads) = Read::plan(&parts) else {
                let leads_back = parts.windows(2).filter(|pair| gap(pair).is_none());
                prop_assert!(leads_back.count() >= Read::MOST);
                return Ok(());
            };
            prop_assert!(reads.len() <= Read::MOST);
            let wanted: Vec<u8> = parts.iter().flat_map(|part| source(*part).to_vec()).collect();
            let cut: Vec<u8> = reads.iter().flat_map(|read| read.cut(source(read.range()))).collect();
            prop_assert!(cut == wanted);
        }
    }
}
