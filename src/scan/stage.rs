//! The stages of a scan, from the first box of a file to its tracks.

use super::fragment::Fragment;
use super::gather::Gather;
use super::table::Table;
use super::walk::Walk;
use super::window::TopBox;
use super::{MAX_OTHER_BOXES, ScanError, ScannedTrack};
use crate::base::range::ByteRange;
use crate::isobmff::Mfra;

/// The stage of a scan. A stage is entered again each time that bytes it needed have come.
#[derive(Debug)]
pub(super) enum Stage {
    /// Looking for the `moov`, from here on.
    Movie { at: u64, passed: u32 },
    /// Making sure, from here on and up to there, that a file that lists these samples has an `mdat` for each
    /// of them, and no fragments too.
    Plain { at: u64, end: u64, passed: u32, plain: Vec<ScannedTrack> },
    /// Looking for the first fragment, from here on, behind a `sidx` perhaps.
    First { at: u64, passed: u32, sidx: Option<Table> },
    /// Checking what a `sidx` says.
    Sidx { table: Table, first: Fragment },
    /// Looking for an `mfra` at the end of the file.
    Tail { first: Fragment },
    /// Reading the `mfra`.
    Mfra { range: ByteRange, first: Fragment },
    /// Checking what the `mfra` says.
    Listed { table: Table, mfra: Mfra, first: Fragment },
    /// Walking from fragment to fragment.
    Walk(Walk),
    /// Taking in the samples of each fragment.
    Gather(Gather),
    /// At an end.
    End(Result<Vec<ScannedTrack>, ScanError>),
}

/// The count of boxes passed over, with `top`; `too_many` says what is wrong where it is.
pub(super) fn one_more(
    passed: u32,
    top: &TopBox,
    too_many: &'static str,
) -> Result<u32, ScanError> {
    match passed {
        MAX_OTHER_BOXES => Err(top.error(too_many).into()),
        passed => Ok(passed + 1),
    }
}
