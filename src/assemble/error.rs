//! Why manifests and files do not make a presentation: which file, which track, which time.

use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::fragment::MakeError;
use crate::index::{Page, StreamKind};
use crate::isobmff::BoxError;
use crate::scan::ScanError;
use std::fmt;
use thiserror::Error;

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
    #[error("{0} is a text file, with no pictures or sound beside it to be shown with")]
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

/// What a track's fragments should start with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Followed {
    /// Those of the stream's first quality level.
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

/// Why the part of a track that an edit list shows cannot be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum EditError {
    /// Nothing can be decoded of what it shows.
    #[error("no sample of it is shown, or none of those that are can be decoded")]
    Nothing,
    /// It begins with a frame that other frames are needed for, which it does not show.
    #[error(
        "its edit list begins at {0}, which is not where a keyframe is shown: cut the file at one, or encode it again"
    )]
    IntoPictures(Moment),
    /// It ends while there are whole fragments to come, which players of fragmented files go on to play.
    #[error("its edit list ends at {0}, before its last fragment begins")]
    Ends(Moment),
    /// It moves text, whose times are in its documents.
    #[error("it is text, and its edit list moves it, which is served of video and audio only")]
    Text,
    /// Its times are beyond what boxes can say.
    #[error("its edit list leads to times that no box can hold")]
    TooFar,
}

/// A track of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file's key.
    pub file: String,
    /// The `track_ID`.
    pub track_id: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "track {} of {}", self.track_id, self.file)
    }
}

/// A time in a track: in seconds, and in the ticks that URLs and boxes have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// In ticks.
    pub ticks: u64,
    /// How many of them make a second.
    pub timescale: Timescale,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.timescale.seconds(self.ticks);
        write!(f, "{seconds} ({} ticks of 1/{} s)", self.ticks, self.timescale)
    }
}

/// A kind of stream, or any: a sentence's noun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind(pub Option<StreamKind>);

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.map_or("any track", StreamKind::as_str))
    }
}

/// The tracks of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choices(pub Vec<(u32, StreamKind)>);

impl fmt::Display for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no track at all");
        }
        for (place, (track_id, kind)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}track {track_id} ({})", kind.as_str())?;
        }
        Ok(())
    }
}

/// When a fragment starts, as a sentence's verb.
struct Start<'a>(&'a Option<Moment>);

impl fmt::Display for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(moment) => write!(f, "has a fragment at {moment}"),
            None => f.write_str("has no further fragment"),
        }
    }
}
