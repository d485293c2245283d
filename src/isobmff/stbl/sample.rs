//! One sample of a track, as the sample tables have it.

use super::marks::NON_SYNC;
use crate::base::range::ByteRange;

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
    /// Whether decoding can begin with it.
    pub fn is_sync(&self) -> bool {
        self.flags & NON_SYNC == 0
    }
}
