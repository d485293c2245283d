//! The code that names a codec.

use crate::index::FourCc;
use crate::isobmff::{BoxError, SampleEntry};

/// The code as a manifest has it.
pub(super) fn four_cc(entry: &SampleEntry<'_>, code: &[u8; 4]) -> Result<FourCc, BoxError> {
    FourCc::new(*code).ok_or(entry.error("its FourCC cannot be printed"))
}
