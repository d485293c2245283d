//! A media file's tracks and fragments, from its boxes alone.

use crate::index::{Chunk, Format};
use crate::range::ByteRange;
use crate::time::Timescale;

/// A track, as its file has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScannedTrack {
    /// Its `track_ID`.
    pub track_id: u32,
    /// Ticks a second of its fragments' times.
    pub timescale: Timescale,
    /// Its language, where the file says one.
    pub language: Option<String>,
    /// How it is coded.
    pub format: Format,
    /// Whether every fragment carries its own start time.
    pub timed: bool,
    /// Its fragments, in order.
    pub fragments: Vec<ScannedFragment>,
}

/// A fragment: where it lies, and when it plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScannedFragment {
    /// `moof` and `mdat`.
    pub range: ByteRange,
    /// Start and duration.
    pub chunk: Chunk,
}
