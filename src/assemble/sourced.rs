//! What was read, and where.

use crate::index::Source;

/// What was read from a stored object, and which object it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sourced<T> {
    /// The object.
    pub source: Source,
    /// What it says.
    pub content: T,
}
