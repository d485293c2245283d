//! Why a file cannot be scanned.

use super::Foreign;
use crate::base::range::ByteRange;
use crate::base::time::Seconds;
use crate::index::Protection;
use crate::isobmff::{BoxError, BoxType};
use std::fmt;
use thiserror::Error;

/// Why a file cannot be scanned. The caller knows, and adds, which file it is.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ScanError {
    /// A box is not as it should be.
    #[error(transparent)]
    Box(#[from] BoxError),
    /// A box is larger than is read.
    #[error("box {kind} at {offset}: it has {size} bytes, more than the {limit} that are read")]
    Large {
        /// What the box calls itself.
        kind: BoxType,
        /// Where it begins in its source.
        offset: u64,
        /// How many bytes it has.
        size: u64,
        /// How many bytes one of its kind may have.
        limit: u64,
    },
    /// A box is not as it should be, and it is known whose it is.
    #[error("track {track_id}{}: {problem}", At(*.time))]
    Track {
        /// The track's ID.
        track_id: u32,
        /// The start of the fragment or sample in question, where there is one and it is known.
        time: Option<Seconds>,
        /// What is wrong.
        problem: BoxError,
    },
    /// The times of a track make no sense.
    #[error("track {track_id} at {time}: {problem}")]
    Time {
        /// The track's ID.
        track_id: u32,
        /// The start of the fragment in question.
        time: Seconds,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// It is a file of another kind.
    #[error("is {0}, not MP4, whatever it is called: {way}", way = .0.way_out())]
    Foreign(Foreign),
    /// There is no movie in it.
    #[error("has no 'moov' box: not an MP4 or ISMV file, or its end is missing")]
    NoMovie,
    /// The fragments of a track that were read cannot be decoded.
    #[error("track {track_id}: {lack}")]
    Lacking {
        /// The track's ID.
        track_id: u32,
        /// What they lack.
        lack: DecodeError,
    },
    /// There is nothing to play in it.
    #[error("has no samples: neither does its 'moov' list any, nor are there fragments")]
    NoSamples,
    /// Its fragments cannot be handed on as they lie; its samples can be indexed one by one.
    #[error("{0}, so it has to be indexed by its samples")]
    Unfit(UnfitError),
    /// The licence data is longer than any real one.
    #[error("has {0} bytes of licence data, more than the {max} that are served", max = Protection::MAX_TOGETHER)]
    Protections(usize),
    /// A sample lies where none can.
    #[error("track {track_id} at {time}: the sample at bytes {range} {problem}")]
    Misplaced {
        /// The track's ID.
        track_id: u32,
        /// When the sample is decoded.
        time: Seconds,
        /// Where it is said to lie.
        range: ByteRange,
        /// What is wrong with that.
        problem: &'static str,
    },
    /// A track whose samples are to be indexed one by one is protected.
    #[error("track {0} is protected, and its fragments cannot be handed on as they lie")]
    Protected(u32),
    /// A fragment belongs to no track.
    #[error("the fragment at {offset} is of track {track_id}, which 'moov' does not declare")]
    UndeclaredTrack {
        /// Where its `moof` begins.
        offset: u64,
        /// The track it claims to be of.
        track_id: u32,
    },
    /// There are more fragments than are indexed.
    #[error("has more than {} fragments", super::MAX_FRAGMENTS)]
    TooManyFragments,
    /// There are more samples than are indexed.
    #[error("has more than {} samples", super::MAX_SAMPLES)]
    TooManySamples,
    /// The scanner was fed something else than it wanted.
    #[error("bytes at {offset} were fed where {} were wanted", Wanted(*.wanted))]
    Unasked {
        /// What it wanted.
        wanted: Option<ByteRange>,
        /// Where what it was fed begins.
        offset: u64,
    },
    /// The source gave no bytes where it should have some: it is shorter than it was said to be.
    #[error("the source ends at {0}, before its stated size")]
    Ended(u64),
    /// The scan was given up before its end.
    #[error("the scan is not finished")]
    Unfinished,
}

/// A lack for which the fragments of a track cannot be decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum DecodeError {
    /// Their samples are not coded as the track's first sample entry says.
    #[error("its fragments are of a further sample entry than the first, which is not served")]
    OtherEntry,
    /// They are encrypted, each sample with an initialisation vector of its own, and do not have those.
    #[error(
        "it is encrypted, but its fragments tell of no initialisation vectors: they have no 'senc'"
    )]
    NoVectors,
}

/// Why the fragments of a file cannot be handed on as they lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnfitError {
    /// A fragment of video begins with a sample that depends on others.
    BetweenKeyframes {
        /// The track's ID.
        track_id: u32,
        /// When the fragment starts, if it says.
        time: Option<Seconds>,
        /// Where its `moof` begins.
        offset: u64,
    },
    /// Some of its samples are listed in the `moov`, and others lie in fragments, the first of which
    /// begins here.
    SamplesInMovie(u64),
    /// A fragment holds a track in several parts.
    DividedTrack {
        /// Where its `moof` begins.
        offset: u64,
        /// The track's ID.
        track_id: u32,
    },
    /// A fragment has no samples, and does not say that it lasts.
    Empty {
        /// Where its `moof` begins.
        offset: u64,
    },
    /// Something else lies between the `moof` and the `mdat` of a fragment.
    Apart {
        /// Where its `moof` begins.
        offset: u64,
        /// What lies behind that.
        behind: BoxType,
    },
    /// An object of a folder, which is one chunk, holds several fragments.
    Several {
        /// Where the second of them begins, as if the folder were one file.
        offset: u64,
    },
    /// Fragments are so short that a player would ask for more of them than it plays.
    Short {
        /// The track's ID.
        track_id: u32,
        /// How long one lasts on average, in milliseconds.
        average_ms: u64,
    },
}

impl fmt::Display for UnfitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BetweenKeyframes { track_id, time, offset } => {
                let at = At(*time);
                write!(f, "track {track_id}{at}: the fragment at {offset} begins between keyframes")
            }
            Self::SamplesInMovie(offset) => {
                write!(f, "the fragment at {offset} follows a 'moov' that lists samples of its own")
            }
            Self::DividedTrack { offset, track_id } => {
                write!(f, "the fragment at {offset} has track {track_id} in more than one 'traf'")
            }
            Self::Empty { offset } => write!(f, "the fragment at {offset} has no samples"),
            Self::Apart { offset, behind } => {
                write!(f, "the fragment at {offset} has a {behind} before its 'mdat'")
            }
            Self::Several { offset } => {
                write!(f, "the fragment at {offset} is not the only one of its chunk")
            }
            Self::Short { track_id, average_ms } => {
                write!(f, "track {track_id}: its fragments last {average_ms} ms on average")
            }
        }
    }
}

struct At(Option<Seconds>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |time| write!(f, " at {time}"))
    }
}

struct Wanted(Option<ByteRange>);

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(range) => write!(f, "{range}"),
            None => f.write_str("none"),
        }
    }
}
