//! Transfers of stored bytes that began before the plan of their answer was made.

use super::plan::{Planned, StoredRead};

/// Transfers that an answer may go on with. Those that it does not take end with this.
pub(super) struct Begun<B> {
    /// What is left of the one that gave the front of a fragment.
    rest: Option<B>,
    /// Those of reads that were begun while a page of sample tables was looked for.
    reads: Vec<(StoredRead, B)>,
}

impl<B> Begun<B> {
    /// None at all.
    pub(super) fn none() -> Self {
        Self { rest: None, reads: Vec::new() }
    }

    /// What is left of a transfer whose front was taken.
    pub(super) fn rest(body: B) -> Self {
        Self { rest: Some(body), reads: Vec::new() }
    }

    /// Transfers of all bytes of each of these reads.
    pub(super) fn reads(reads: Vec<(StoredRead, B)>) -> Self {
        Self { rest: None, reads }
    }

    /// The transfer that gives what is `planned`, if it has begun.
    pub(super) fn take(&mut self, planned: &Planned) -> Option<B> {
        match planned {
            Planned::Bytes(_) => None,
            Planned::Rest(_) => self.rest.take(),
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
