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
//! Either way nothing is read but boxes that say something, and with a `moof`, whose length is not known
//! beforehand, at most 4 KiB of the media behind it (and the last 16 bytes of a file that has no table,
//! which are looked at for one).

mod checked;
mod codec;
mod coded;
mod edit;
mod error;
mod file;
mod fragment;
mod gather;
mod gathered;
mod left_out;
mod manner;
mod places;
mod plain;
mod samples;
mod scanner;
mod stage;
mod table;
mod text;
mod timing;
mod track;
mod walk;
mod window;

use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::index::{Format, Protection};

pub use crate::isobmff::TableSample as ScannedSample;
pub use coded::Coded;
pub use edit::Edit;
pub use error::{Lack, ScanError, Unfit};
pub use left_out::LeftOut;
pub use manner::{FirstSample, Manner, Share};
pub use places::{InOrder, Place};
pub use samples::Samples;
pub use scanner::{Scanner, Way};
pub use text::{MAX_TEXT_LENGTH, ScannedCues, text};

/// The largest `moov` that is read.
pub const MAX_MOOV_LENGTH: u64 = 64 << 20;
/// The largest `moof` that is read.
pub const MAX_MOOF_LENGTH: u64 = 4 << 20;
/// The largest `sidx` that is read; a larger one is passed over.
pub const MAX_SIDX_LENGTH: u64 = 1 << 20;
/// The largest `mfra` that is read; a file with a larger one is walked.
pub const MAX_MFRA_LENGTH: u64 = 16 << 20;
/// The most fragments that a file may have: a day of twelve tracks in chunks of two seconds.
pub const MAX_FRAGMENTS: usize = 1 << 19;
/// The most samples that the tracks of a progressive MP4 may have together: as many as a `moov` has room
/// for, so that sizes which are all equal, and take no room, cost no more than others.
pub const MAX_SAMPLES: u64 = MAX_MOOV_LENGTH / 4;
/// The most boxes in a row that are neither `moov` nor part of a fragment: recorders write an `mdat` for each
/// few seconds of a day, and the `moov` behind them.
pub const MAX_OTHER_BOXES: u32 = 1 << 14;

/// What was found in a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scanned {
    /// The tracks that can be served.
    pub tracks: Vec<ScannedTrack>,
    /// Those that cannot, though they are of a kind that is played, or may be.
    pub left_out: Vec<LeftOut>,
}

/// A track that a file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScannedTrack {
    /// Its `track_ID` (`ISO/IEC 14496-12` 8.3.2).
    pub track_id: u32,
    /// Ticks a second of its times.
    pub timescale: Timescale,
    /// Its ISO 639-2 code, unless that is `und`.
    pub language: Option<String>,
    /// How it is coded.
    pub format: Format,
    /// The same as the file says it: the first entry of its `stsd`, as it can stand in other files
    /// ([`crate::isobmff::portable`]).
    pub sample_entry: Vec<u8>,
    /// What licence systems have to be told, if it is protected.
    pub protections: Vec<Protection>,
    /// Where its samples are.
    pub media: ScannedMedia,
}

impl ScannedTrack {
    /// Its samples, if they are known one by one.
    pub fn samples(&self) -> Option<&Samples> {
        match &self.media {
            ScannedMedia::Samples(samples) => Some(samples),
            ScannedMedia::Fragments { .. } | ScannedMedia::Cues(_) => None,
        }
    }

    /// Bytes of a fragment that are the track's, about if it holds others too.
    pub fn bytes_of(&self, fragment: &ScannedFragment) -> u64 {
        let stored = fragment.range.length();
        match &self.media {
            ScannedMedia::Fragments { manner: Manner { share: Some(share), .. }, .. } => {
                share.of(self.format.kind(), stored, fragment.chunk.duration)
            }
            _ => stored,
        }
    }
}

/// Where the samples of a track are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScannedMedia {
    /// In fragments.
    Fragments {
        /// How they are written.
        manner: Manner,
        /// In the order of time, which is that of the file.
        fragments: Vec<ScannedFragment>,
    },
    /// Each by itself, as the tables in the `moov` of a progressive file say, or each `moof` of a
    /// fragmented one.
    Samples(Samples),
    /// They are yet to be made of the cues of a text file.
    Cues(ScannedCues),
}

/// A fragment of one track.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScannedFragment {
    /// Its `moof` and `mdat`, which may hold other tracks too.
    pub range: ByteRange,
    /// When it starts and how long it lasts, in ticks of its track.
    pub chunk: Chunk,
}
