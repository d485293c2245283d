//! The reads of a source that give the stored fragments of a segment.
//!
//! What a fragment's samples are sent under is made from its `moof`, and how long an answer is has to be known before
//! its first byte is sent. So of fragments that come in one read, the samples of all but the last are held until the
//! last `moof` is there.

use crate::base::range::{ByteRange, READ_COST};
use crate::index::{Carriage, Source};

/// Bytes of samples that are held for one answer. If an answer takes more, its fragments are read one by one, all
/// at the same time. An isolate has memory for a dozen such answers.
const MAX_HELD: u64 = 8 << 20;

/// `fragments` of `source` that come to clients like this, in order, as one list for each read that gives them: those that lie
/// side by side in an object, or with no more between them than a read costs, come together. Of those that hold samples of other
/// tracks too, little is sent, so each is read as far as its front by itself.
pub fn transfers(
    source: &Source,
    carriage: Carriage,
    fragments: impl IntoIterator<Item = ByteRange>,
) -> Vec<Vec<ByteRange>> {
    if carriage.is_shared() {
        return fragments.into_iter().map(|fragment| vec![fragment]).collect();
    }
    let mut transfers: Vec<Vec<ByteRange>> = Vec::new();
    let mut held = 0u64;
    for fragment in fragments {
        if let Some(transfer) = transfers.last_mut()
            && let Some(last) = transfer.last().copied()
            && source.is_of_one_object(last.through(fragment))
            && let Some(gap) = fragment.start().checked_sub(last.end())
            && gap <= READ_COST
            && let Some(more) = held.checked_add(last.length()).filter(|&more| more <= MAX_HELD)
        {
            transfer.push(fragment);
            held = more;
        } else {
            transfers.push(vec![fragment]);
        }
    }
    transfers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timescale;
    use crate::index::Rewriting;

    const OWN: Carriage = Carriage::Stored { timed: true };

    fn counts_of(carriage: Carriage, fragments: &[(u64, u64)]) -> Vec<usize> {
        let ranges = fragments.iter().map(|&(start, end)| ByteRange::new(start, end).unwrap());
        transfers(&Source::object("a.ismv", 0, ""), carriage, ranges).iter().map(Vec::len).collect()
    }

    fn counts(fragments: &[(u64, u64)]) -> Vec<usize> {
        counts_of(OWN, fragments)
    }

    #[test]
    fn what_is_shared_with_other_tracks_is_not_read_through() {
        let own = Rewriting::none(Timescale::SMOOTH);
        let side_by_side = [(10, 20), (20, 30)];
        assert_eq!(counts_of(Carriage::Rewritten(own), &side_by_side), [2]);
        let shared = Rewriting { is_shared: true, ..own };
        assert_eq!(counts_of(Carriage::Rewritten(shared), &side_by_side), [1, 1]);
    }

    #[test]
    fn what_lies_side_by_side_comes_together() {
        let near = 30 + READ_COST;
        assert_eq!(counts(&[(10, 20), (20, 30), (near, near + 10)]), [3]);
        assert_eq!(counts(&[(10, 20), (20, 30), (near + 1, near + 10)]), [2, 1]);
        assert_eq!(counts(&[(20, 30), (10, 20)]), [1, 1]);
        assert_eq!(counts(&[]), [0; 0]);
    }

    #[test]
    fn what_is_held_is_bounded_for_all_of_an_answer() {
        const HALF: u64 = MAX_HELD / 2;
        let even = |at: u64| (at * HALF, (at + 1) * HALF);
        assert_eq!(counts(&[0, 1, 2, 3, 4].map(even)), [3, 1, 1]);
        assert_eq!(counts(&[(0, MAX_HELD + 1), (MAX_HELD + 1, MAX_HELD + 2)]), [1, 1]);
    }
}
