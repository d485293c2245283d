//! A fragment whose start is known.

use crate::base::range::ByteRange;

/// A fragment whose start is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    pub(super) range: ByteRange,
    pub(super) start: u64,
    /// How long it lasts, if that is known; else it lasts until the next one starts.
    pub(super) duration: Option<u64>,
}
