//! A media file's tracks, and where each of their fragments or samples lies: from its boxes alone.
//!
//! A [`Scanner`] does no reading itself. It says which bytes it wants, is fed them, and in the end
//! gives its findings, so the same scan runs over files, buckets and tests.
//!
//! A progressive MP4, which has no fragments, lists its samples in its `moov`: that is all that is read of
//! it.
//!
//! Where a fragmented file ends in a table of its fragments (`mfra`), or begins with one (`sidx`),
//! only the first and the last fragment of every track are read, and of video the second, and the table
//! is believed if it is exactly true of them. Otherwise the file is walked from fragment to fragment.
//! Either way nothing is read but boxes that say something, and with the start of a file and a `moof`, whose lengths are
//! not known beforehand, at most 4 KiB of the media behind them (and the last 3 KiB of a file that does not end
//! in a table, which are looked at for one).

mod bound;
mod checked;
mod codec;
mod coded;
mod coding;
mod cursor;
mod edit;
mod error;
mod extent;
mod file;
mod foreign;
mod fragment;
mod gather;
mod gathered;
mod junk;
mod lead;
mod left_out;
mod limits;
mod manner;
mod one_of;
mod pace;
mod pair;
mod placed;
mod places;
mod plain;
mod samples;
mod scanned;
mod scanner;
mod seen;
mod stage;
mod stretches;
mod table;
mod text;
mod timing;
mod track;
mod walk;
mod way;
mod window;

pub use crate::isobmff::TableSample as ScannedSample;
pub use coded::Coded;
pub use cursor::Cursor;
pub use edit::Edit;
pub use error::{DecodeError, ScanError, UnfitError};
pub use foreign::Foreign;
pub use left_out::LeftOut;
pub use limits::{
    MAX_FRAGMENTS, MAX_LEAD_LENGTH, MAX_MFRA_LENGTH, MAX_MOOF_LENGTH, MAX_MOOV_LENGTH,
    MAX_OTHER_BOXES, MAX_SAMPLES, MAX_SIDX_LENGTH,
};
pub use manner::{ClearStart, FirstSample, Manner, Share};
pub use places::{InOrder, Place};
pub use samples::Samples;
pub use scanned::{Scanned, ScannedCues, ScannedFragment, ScannedMedia, ScannedTrack};
pub use scanner::Scanner;
pub use text::{MAX_TEXT_FILE_LENGTH, text};
pub use way::Way;
