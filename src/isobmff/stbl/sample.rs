//! One sample of a track, as the sample tables have it.

use super::marks::NON_SYNC;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;

/// What the tables say of one sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableSample {
    /// When it is decoded: ticks from 0, whatever an edit list says.
    pub decode: u64,
    /// Ticks.
    pub duration: u32,
    /// Ticks from decoding to composition.
    pub composition_offset: i32,
    /// Where it lies in the file; may be empty.
    pub range: ByteRange,
    /// Dependencies, sync or not, as a `trun` has them (`ISO/IEC 14496-12` 8.8.3.1).
    pub flags: u32,
}

impl TableSample {
    /// What a `trun` says of it.
    pub fn alone(&self) -> Sample {
        let Self { duration, composition_offset, range, flags, .. } = *self;
        let size = u32::try_from(range.length()).unwrap_or(u32::MAX);
        Sample { size, duration, composition_offset, flags }
    }

    /// Whether decoding can begin with it.
    pub fn is_sync(&self) -> bool {
        self.flags & NON_SYNC == 0
    }
}
