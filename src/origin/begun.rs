//! Transfers of stored bytes that began before the plan of their answer was made.

use super::plan::{Planned, StoredRead};

/// Transfers that an answer may go on with. Those that it does not take end with this.
pub(super) struct Begun<B> {
    /// What is left of those that gave the front of a fragment each.
    rests: Vec<Option<B>>,
    /// Reads that were begun while a page of sample tables was fetched, each with its body.
    reads: Vec<(StoredRead, B)>,
}

impl<B> Begun<B> {
    /// None at all.
    pub(super) fn none() -> Self {
        Self { rests: Vec::new(), reads: Vec::new() }
    }

    /// What is left of transfers whose fronts were taken, in the order of these.
    pub(super) fn rests(bodies: Vec<B>) -> Self {
        Self { rests: bodies.into_iter().map(Some).collect(), reads: Vec::new() }
    }

    /// Adds transfers of all bytes of each of these reads.
    pub(super) fn add_reads(&mut self, reads: Vec<(StoredRead, B)>) {
        self.reads.extend(reads);
    }

    /// The transfer that gives what is `planned`, if it has begun.
    pub(super) fn take(&mut self, planned: &Planned) -> Option<B> {
        match planned {
            Planned::Bytes(_) => None,
            Planned::Rest { head, .. } => self.rests.get_mut(*head)?.take(),
            Planned::Stored(planned) => {
                let at = self.reads.iter().position(|(begun, _)| are_of_same_bytes(begun, planned));
                at.map(|at| self.reads.swap_remove(at).1)
            }
        }
    }
}

/// Whether two reads are of the same bytes, whichever of them are kept.
fn are_of_same_bytes(one: &StoredRead, other: &StoredRead) -> bool {
    let bytes = |it: &StoredRead| it.read.range();
    one.key == other.key && one.etag == other.etag && bytes(one) == bytes(other)
}
