//! Tracks that are not served: which, and why.

use super::ScanError;
use super::coding::{Coding, kind};
use crate::index::StreamKind;
use crate::isobmff::{BoxError, Movie, MovieTrack};

/// A track of a file that cannot be served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Its `track_ID`; 0 if that cannot be read.
    pub track_id: u32,
    /// What it holds, by its `hdlr`; `None` if that cannot be read.
    pub kind: Option<StreamKind>,
    /// Whether it is damaged. Else it is of a codec, or protected in a way, that is not served.
    pub is_damaged: bool,
    /// Why it cannot be served; names the track.
    pub why: ScanError,
}

impl LeftOut {
    /// A track that is intact, and of no use: `problem` says what it is.
    pub(super) fn foreign(track: &MovieTrack<'_>, problem: BoxError) -> Self {
        let why = ScanError::Track { track_id: track.track_id, time: None, problem };
        let kind = kind(track.handler);
        Self { track_id: track.track_id, kind, is_damaged: false, why }
    }

    /// A track that would be served, were it not for `why`.
    pub(super) fn damaged(track: &MovieTrack<'_>, why: ScanError) -> Self {
        let kind = kind(track.handler);
        Self { track_id: track.track_id, kind, is_damaged: true, why }
    }

    /// The tracks of `movie` that cannot be read, save those that nobody plays.
    pub(super) fn unread(movie: &Movie<'_>) -> Vec<Self> {
        let unread = movie.unread.iter().filter_map(|unread| {
            let kind = unread.handler.map(kind);
            let is_played = kind != Some(None) && !movie.has_chapters_in(unread.track_id);
            let (track_id, problem) = (unread.track_id, unread.problem.clone());
            is_played.then_some(Self {
                track_id,
                kind: kind.flatten(),
                is_damaged: true,
                why: ScanError::Track { track_id, time: None, problem },
            })
        });
        unread.collect()
    }
}

/// How `track` is coded, if it is of a kind that is played and can be served; or that it is left out.
/// Of chapters nothing is said, as nobody plays them.
pub(super) fn coding(
    movie: &Movie<'_>,
    track: &MovieTrack<'_>,
    of: impl Fn(&Movie<'_>, &MovieTrack<'_>) -> Result<Coding, BoxError>,
) -> Result<Option<Coding>, LeftOut> {
    match kind(track.handler).map(|_| of(movie, track)) {
        None => Ok(None),
        Some(Ok(coding)) => Ok(Some(coding)),
        Some(Err(_)) if movie.has_chapters_in(track.track_id) => Ok(None),
        Some(Err(problem)) => Err(LeftOut::foreign(track, problem)),
    }
}
