//! Bounds of what is assembled.

/// The most cues that a chunk may have.
pub(super) const MAX_AT_ONCE: usize = 1000;
