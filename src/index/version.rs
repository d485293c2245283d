//! The version of the format that indexes are stored in.

/// The version that this build writes, and the only one it reads.
pub const FORMAT_VERSION: u8 = 10;
