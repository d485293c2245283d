//! What a scan knows of a track before it has seen any of its fragments.

use super::{ScanError, ScannedFragment, ScannedMedia, ScannedTrack, codec};
use crate::index::Format;
use crate::isobmff::{BoxError, Movie, MovieTrack, SampleEntry};
use crate::time::{Seconds, Timescale};

/// A track as `moov` declares it.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) id: u32,
    pub(super) timescale: Timescale,
    /// Ticks of a sample where a fragment does not say.
    pub(super) default_sample_duration: u32,
    language: Option<String>,
    /// None where the track is not of a kind that is played.
    coding: Option<Coding>,
}

/// How a track is coded.
#[derive(Clone, Debug)]
pub(super) struct Coding {
    pub(super) format: Format,
    /// The same as the file says it.
    pub(super) sample_entry: Vec<u8>,
}

impl Coding {
    pub(super) fn of(entry: &SampleEntry<'_>) -> Result<Self, BoxError> {
        Ok(Self { format: codec::format(entry)?, sample_entry: entry.bytes()?.to_vec() })
    }
}

/// Whether a track is of a kind that is played: not timecode, hints or metadata.
pub(super) fn is_played(track: &MovieTrack<'_>) -> bool {
    matches!(&track.handler, b"vide" | b"soun" | b"text" | b"subt" | b"sbtl")
}

/// The tracks of a movie, all of whose samples lie in fragments.
pub(super) fn tracks(movie: &Movie<'_>) -> Result<Vec<Track>, ScanError> {
    let tracks = movie.tracks.iter().map(|track| {
        let coding = match is_played(track) {
            true => Some(Coding::of(&track.entry).map_err(|problem| ScanError::Track {
                track_id: track.track_id,
                time: None,
                problem,
            })?),
            false => None,
        };
        Ok(Track {
            id: track.track_id,
            timescale: track.timescale,
            default_sample_duration: track.default_sample_duration,
            language: track.language.clone(),
            coding,
        })
    });
    tracks.collect()
}

impl Track {
    /// `ticks` of this track, for people to read.
    pub(super) fn seconds(&self, ticks: u64) -> Seconds {
        self.timescale.seconds(ticks)
    }

    /// The track with its fragments; `None` if it is not of a kind that is played.
    pub(super) fn scanned(
        &self,
        timed: bool,
        fragments: Vec<ScannedFragment>,
    ) -> Option<ScannedTrack> {
        let Coding { format, sample_entry } = self.coding.clone()?;
        Some(ScannedTrack {
            track_id: self.id,
            timescale: self.timescale,
            language: self.language.clone(),
            format,
            sample_entry,
            media: ScannedMedia::Fragments { timed, fragments },
        })
    }
}
