//! Limits on what is read of a file.

/// The largest `moov` that is read, in bytes.
pub const MAX_MOOV_LENGTH: u64 = 64 << 20;
/// The largest `moof` that is read, in bytes.
pub const MAX_MOOF_LENGTH: u64 = 4 << 20;
/// The largest `sidx` that is read, in bytes; a larger one is passed over.
pub const MAX_SIDX_LENGTH: u64 = 1 << 20;
/// The largest `mfra` that is read, in bytes; a file with a larger one is walked.
pub const MAX_MFRA_LENGTH: u64 = 16 << 20;
/// The most fragments that a file may have: a day of twelve tracks in chunks of two seconds.
pub const MAX_FRAGMENTS: usize = 1 << 19;
/// The most samples that the tracks of a progressive MP4 may have together: as many as a `moov` has room
/// for, so that sizes which are all equal, and take no room, cost no more than others.
pub const MAX_SAMPLES: u64 = MAX_MOOV_LENGTH / 4;
/// The most boxes in a row that are neither `moov` nor part of a fragment: recorders write an `mdat` for each
/// few seconds of a day, and the `moov` behind them.
pub const MAX_OTHER_BOXES: u32 = 1 << 14;

/// The most bytes that an object of a folder has before its `moof`, for them to be passed over whenever it is sent.
pub const MAX_LEAD_LENGTH: u64 = 64 << 10;

/// The problem of a file that has more boxes before its `moov` than [`MAX_OTHER_BOXES`].
pub(super) const BEFORE_MOVIE: &str = "more than 16384 boxes come before the 'moov'";
/// The problem of a file that has more boxes in a row which are no part of a fragment.
pub(super) const NO_FRAGMENT: &str = "more than 16384 boxes in a row are no part of a fragment";
