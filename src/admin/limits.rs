//! Bounds of what an operator may send.

/// The most bytes that a body may have: what KV takes as one value.
pub const MAX_BODY_LEN: usize = 25 << 20;
