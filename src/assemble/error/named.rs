//! What errors and warnings name: a track of a file, a time in it, a kind of stream.

use crate::base::time::Timescale;
use crate::index::StreamKind;
use std::fmt;

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

/// The start of a fragment, as the verb of a sentence.
pub(super) struct Start<'a>(pub(super) &'a Option<Moment>);

impl fmt::Display for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(moment) => write!(f, "has a fragment at {moment}"),
            None => f.write_str("has no further fragment"),
        }
    }
}
