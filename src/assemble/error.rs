//! Why manifests and files do not make a presentation: which file, which track, which time.

mod edit;
mod named;

use crate::base::range::ByteRange;
use crate::fragment::MakeError;
use crate::index::Page;
use crate::isobmff::BoxError;
use crate::scan::ScanError;
use named::Start;
use std::fmt;
use thiserror::Error;

pub use edit::EditError;
pub use named::{Choices, Kind, Moment, Place};

/// Why manifests and files do not make a presentation.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum AssembleError {
    /// The server manifest names a file that was not scanned.
    #[error("{0} was not scanned")]
    Unscanned(String),
    /// The server manifest names a track that its file does not have.
    #[error("{place} is named in the server manifest, but the file has {there}")]
    NoTrack {
        /// The track that is not there.
        place: Place,
        /// The tracks that are.
        there: Choices,
    },
    /// The server manifest names no `trackID`, and the file has none or several to choose from.
    #[error("{file} is named for {kind} without a trackID, but has {there}")]
    WhichTrack {
        /// The file.
        file: String,
        /// What was asked for.
        kind: Kind,
        /// The tracks that are there.
        there: Choices,
    },
    /// A track is of another kind than the server manifest says.
    #[error("{place} holds {is}, where the server manifest says {said}")]
    Kind {
        /// The track.
        place: Place,
        /// What it holds.
        is: Kind,
        /// What it should.
        said: Kind,
    },
    /// A track that is named cannot be served, and nothing can stand in for it.
    #[error("{file}: {why}")]
    LeftOut {
        /// The file.
        file: String,
        /// Which track, and why.
        why: ScanError,
    },
    /// A file, or several, hold nothing that can be served.
    #[error("{0} has no video, audio or text")]
    Nothing(String),
    /// A track has no fragments.
    #[error("{0} has no fragments")]
    Empty(Place),
    /// Some quality levels of a stream are in fragments, of others the samples are known one by one.
    #[error(
        "{plain} is indexed by its samples and {fragmented} by its fragments: the quality levels of a \
         stream must all be indexed in one way, which `millrace index` and `millrace publish` see to"
    )]
    Mixed {
        /// The track of a progressive file, or of one whose fragments are of no use.
        plain: Place,
        /// The track of a fragmented file.
        fragmented: Place,
    },
    /// Some quality levels of a stream are text files, others are not.
    #[error(
        "{text} is a text file, and {other} is not: \
         the quality levels of a stream must all be of one sort"
    )]
    MixedText {
        /// The text file.
        text: String,
        /// A track that is none.
        other: Place,
    },
    /// There is neither video nor audio.
    #[error("{0} is a text file, with no video or audio beside it")]
    Alone(String),
    /// An edit list is more than can be applied.
    #[error("{place}: {problem}")]
    EditList {
        /// The track.
        place: Place,
        /// What is wrong with it, or too much.
        problem: BoxError,
    },
    /// What an edit list shows of a track cannot be sent.
    #[error("{place}: {cause}")]
    Edit {
        /// The track.
        place: Place,
        /// Why not.
        cause: EditError,
    },
    /// A quality level of a progressive MP4 cannot be cut where the stream's first is.
    #[error(
        "{place} has no keyframe at {at}, where a chunk of {other} starts; encode all quality levels with the same \
         keyframes, or have them cut where all have one: --shared-cuts on the command line, CUTS = \"shared\" at \
         a deployment"
    )]
    NoSync {
        /// The track.
        place: Place,
        /// When the chunk starts.
        at: Moment,
        /// The first track of the stream.
        other: Place,
    },
    /// From one place where a progressive MP4 can be cut to the next is too far.
    #[error("{place}: the fragment at {at} would have more than {} samples", Page::SAMPLES)]
    Long {
        /// The track.
        place: Place,
        /// When the fragment starts.
        at: Moment,
    },
    /// A fragment of a progressive MP4 cannot be sent.
    #[error("{place}: the fragment at {at} cannot be sent: {cause}")]
    Unsendable {
        /// The track.
        place: Place,
        /// When the fragment starts.
        at: Moment,
        /// Why not.
        cause: MakeError,
    },
    /// A track's fragments do not start when they should: as those of the stream's first quality
    /// level, or as the client manifest lists them.
    #[error("{place} {}, where {other} {}{}", Start(.is), Start(.wanted), other.way_out())]
    Misaligned {
        /// The track.
        place: Place,
        /// When the first fragment that differs starts; `None` if there is none.
        is: Option<Moment>,
        /// What it should follow.
        other: Followed,
        /// When that has its one; `None` if there is none.
        wanted: Option<Moment>,
    },
    /// A fragment does not start after its predecessor, lasts no time, or ends beyond 2^64.
    #[error(
        "{place}: the fragment at {at} does not follow the one before it in time, or lasts no time"
    )]
    Order {
        /// The track.
        place: Place,
        /// When the fragment starts.
        at: Moment,
    },
    /// A fragment of a folder does not lie in one object.
    #[error("{place}: the fragment at {at} goes on in another object of its folder")]
    Torn {
        /// The track.
        place: Place,
        /// When the fragment starts.
        at: Moment,
    },
    /// A fragment does not lie behind its predecessor, or not wholly in the file.
    #[error(
        "{place}: the fragment at {at} is said to lie at bytes {range}, which is not between \
         the one before it and the end of the file at {size}"
    )]
    Extent {
        /// The track.
        place: Place,
        /// When the fragment starts.
        at: Moment,
        /// Where it is said to lie.
        range: ByteRange,
        /// The size of the file.
        size: u64,
    },
}

impl AssembleError {
    /// The fragmented file that has to be indexed by its samples, if that can mend it.
    pub fn by_samples(&self) -> Option<&str> {
        match self {
            Self::Mixed { fragmented, .. } => Some(&fragmented.file),
            Self::Misaligned { place, other: Followed::Level(_), .. } => Some(&place.file),
            _ => None,
        }
    }
}

/// The times that a track's fragments should start at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Followed {
    /// The fragments of the stream's first quality level.
    Level(Place),
    /// The chunks of a stream that a client manifest lists.
    Listed(String),
}

impl Followed {
    /// What to do about a track that does not.
    fn way_out(&self) -> &'static str {
        match self {
            Self::Level(_) => {
                "; `millrace index` and `millrace publish` index such files by their samples"
            }
            Self::Listed(_) => {
                "; if the media are right, delete the client manifest: what clients need of it is made of them"
            }
        }
    }
}

impl fmt::Display for Followed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(place) => place.fmt(f),
            Self::Listed(stream) => f.write_str(stream),
        }
    }
}
