//! What a scan knows of a track before it has seen any of its fragments.

use super::{ScanError, ScannedFragment, ScannedMedia, ScannedTrack, codec};
use crate::frame_rate::{FrameRate, Pace};
use crate::index::{Format, Protection};
use crate::isobmff::{BoxError, Movie, MovieTrack, Pssh, SampleEntry, Traf};
use crate::time::{Seconds, Timescale};
use std::rc::Rc;

/// A fragment is believed to have so many frames when their rate is taken: a count can claim any number.
const MAX_PACED: usize = 1 << 14;

/// A track as `moov` declares it.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) id: u32,
    pub(super) timescale: Timescale,
    /// Ticks of a sample where a fragment does not say.
    pub(super) default_sample_duration: u32,
    /// `sample_flags` of a sample where a fragment does not say.
    default_sample_flags: u32,
    language: Option<String>,
    /// None where the track is not of a kind that is played.
    coding: Option<Coding>,
    /// By the first of its fragments that was read, if they are of pictures.
    frame_rate: Option<FrameRate>,
    /// What licence systems have to be told, if it is protected.
    protections: Rc<Vec<Protection>>,
}

/// How a track is coded.
#[derive(Clone, Debug)]
pub(super) struct Coding {
    pub(super) format: Format,
    /// The same as the file says it.
    pub(super) sample_entry: Vec<u8>,
    /// Whether its samples are protected.
    is_protected: bool,
}

impl Coding {
    fn is_video(&self) -> bool {
        matches!(self.format, Format::Video(_))
    }

    pub(super) fn of(entry: &SampleEntry<'_>) -> Result<Self, BoxError> {
        Ok(Self {
            format: codec::format(entry)?,
            sample_entry: entry.bytes()?.to_vec(),
            is_protected: entry.is_protected,
        })
    }
}

/// Whether a track is of a kind that is played: not timecode, hints or metadata.
pub(super) fn is_played(track: &MovieTrack<'_>) -> bool {
    matches!(&track.handler, b"vide" | b"soun" | b"text" | b"subt" | b"sbtl")
}

/// The tracks of a movie, all of whose samples lie in fragments.
pub(super) fn tracks(movie: &Movie<'_>) -> Result<Vec<Track>, ScanError> {
    let protections = Rc::new(protections(movie)?);
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
            default_sample_flags: track.default_sample_flags,
            language: track.language.clone(),
            coding,
            frame_rate: None,
            protections: Rc::clone(&protections),
        })
    });
    tracks.collect()
}

/// What licence systems have to be told of a movie. An index keeps it, so it must not be large.
fn protections(movie: &Movie<'_>) -> Result<Vec<Protection>, ScanError> {
    let len = |pssh: &Pssh<'_>| pssh.data.len().saturating_add(pssh.key_ids.as_flattened().len());
    let all = movie.protections.iter().map(len).fold(0, usize::saturating_add);
    if all > Protection::MAX_TOGETHER {
        return Err(ScanError::Protections(all));
    }
    let kept = |pssh: &Pssh<'_>| Protection {
        system_id: pssh.system_id,
        key_ids: pssh.key_ids.to_vec(),
        data: pssh.data.to_vec(),
    };
    Ok(movie.protections.iter().map(kept).collect())
}

impl Track {
    /// `ticks` of this track, for people to read.
    pub(super) fn seconds(&self, ticks: u64) -> Seconds {
        self.timescale.seconds(ticks)
    }

    pub(super) fn is_video(&self) -> bool {
        self.coding.as_ref().is_some_and(Coding::is_video)
    }

    /// Whether decoding can begin with a fragment of it. With audio and text it always can.
    pub(super) fn begins_with_sync(&self, traf: &Traf<'_>) -> bool {
        !self.is_video() || traf.begins_with_sync(self.default_sample_flags)
    }

    /// Takes the frame rate of one of its fragments, if it has none yet.
    pub(super) fn note_frames(&mut self, traf: &Traf<'_>) {
        if self.is_video() && self.frame_rate.is_none() {
            let mut pace = Pace::new(self.timescale);
            let durations = traf.durations(self.default_sample_duration);
            durations.take(MAX_PACED).for_each(|duration| pace.push(duration));
            self.frame_rate = pace.frame_rate();
        }
    }

    /// The track with its fragments; `None` if it is not of a kind that is played.
    pub(super) fn scanned(
        &self,
        timed: bool,
        fragments: Vec<ScannedFragment>,
    ) -> Option<ScannedTrack> {
        let Coding { mut format, sample_entry, is_protected } = self.coding.clone()?;
        if let Format::Video(video) = &mut format {
            video.frame_rate = self.frame_rate;
        }
        Some(ScannedTrack {
            track_id: self.id,
            timescale: self.timescale,
            language: self.language.clone(),
            format,
            sample_entry,
            protections: if is_protected { self.protections.to_vec() } else { Vec::new() },
            media: ScannedMedia::Fragments { timed, fragments },
        })
    }
}
