//! What a `moov` says of a track before any of its samples: its kind, its coding, its edit list.

use super::{Edit, codec};
use crate::index::{Format, StreamKind};
use crate::isobmff::{BoxError, Movie, MovieTrack, SampleEntry, Vectors, portable};
use std::collections::HashSet;

/// The coding of a track.
#[derive(Clone, Debug)]
pub(super) struct Coding {
    pub(super) format: Format,
    /// The sample entry for a file of our own.
    pub(super) sample_entry: Vec<u8>,
    /// Whether its samples are protected.
    pub(super) is_protected: bool,
    /// Bytes of the initialisation vector that each sample has for itself, unless something else is said.
    pub(super) vector_size: u8,
}

impl Coding {
    pub(super) fn is_video(&self) -> bool {
        matches!(self.format, Format::Video(_))
    }

    /// The coding of the samples of this `entry` in `track`, which is one of `movie`'s.
    pub(super) fn of(
        movie: &Movie<'_>,
        track: &MovieTrack<'_>,
        entry: &SampleEntry<'_>,
    ) -> Result<Self, BoxError> {
        let mut format = codec::format(entry)?;
        let dimensions = match &mut format {
            Format::Video(video) => {
                video.matrix = movie.matrix(track)?;
                (video.width, video.height)
            }
            Format::Audio(_) | Format::Text(_) => (0, 0),
        };
        let sample_entry = portable(entry, dimensions)?;
        let protection = entry.protection().ok().flatten();
        let vectors = protection.and_then(|protection| protection.encryption.vectors);
        let vector_size = vectors.map_or(0, Vectors::own_size);
        Ok(Self { format, sample_entry, is_protected: entry.is_protected, vector_size })
    }
}

/// What a track of this handler holds, if that is played: not timecode, hints or metadata.
pub(super) fn kind(handler: [u8; 4]) -> Option<StreamKind> {
    match &handler {
        b"vide" => Some(StreamKind::Video),
        b"soun" => Some(StreamKind::Audio),
        b"text" | b"subt" | b"sbtl" => Some(StreamKind::Text),
        _ => None,
    }
}

/// Checks that no two of these tracks have the same ID.
pub(super) fn check_ids<'m>(
    tracks: impl Iterator<Item = &'m MovieTrack<'m>>,
) -> Result<(), BoxError> {
    let mut known = HashSet::new();
    for track in tracks {
        if !known.insert(track.track_id) {
            return Err(track.error("another has the same track_ID"));
        }
    }
    Ok(())
}

/// What of `track`, which is one of `movie`'s, is shown, and when.
pub(super) fn edit(movie: &Movie<'_>, track: &MovieTrack<'_>) -> Result<Edit, BoxError> {
    match track.edit_list()? {
        Some(list) => Edit::of(&list, movie.timescale()?, track.timescale),
        None => Ok(Edit::default()),
    }
}
