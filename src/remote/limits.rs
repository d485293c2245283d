//! Limits on what is read of a server's answers.

use crate::store::LISTED_AT_ONCE;

/// The longest part of a list that is read, in bytes: 4 KiB an object, several times what a real one has.
pub const MAX_LIST_LENGTH: usize = LISTED_AT_ONCE * 4096;
