//! A sample of a track, but for its bytes.

/// The fields of a sample in a `trun` (`ISO/IEC 14496-12` 8.8.8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Bytes.
    pub size: u32,
    /// Ticks until the next sample is decoded.
    pub duration: u32,
    /// Ticks from when it is decoded to when it is shown, the file's edit list applied.
    pub composition_offset: i32,
    /// `sample_flags` (`ISO/IEC 14496-12` 8.8.3.1).
    pub flags: u32,
}

impl Sample {
    /// `sample_is_non_sync_sample`.
    const NON_SYNC: u32 = 0x1_0000;

    /// Whether it can be decoded without any other.
    pub fn is_sync(&self) -> bool {
        self.flags & Self::NON_SYNC == 0
    }
}
