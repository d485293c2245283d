//! From an entry of the server manifest to the scanned track that it means.

use super::Sourced;
use super::error::{AssembleError, Choices, Kind, Moment, Place};
use super::warning::Missed;
use crate::index::StreamKind;
use crate::ism::{Entry, ServerManifest};
use crate::scan::{Samples, Scanned, ScannedCues, ScannedFragment, ScannedMedia, ScannedTrack};
use crate::text::Syntax;

/// An entry of the server manifest with the track that it means.
#[derive(Clone, Copy)]
pub(super) struct Picked<'a> {
    pub(super) entry: &'a Entry,
    pub(super) file: &'a Sourced<Scanned>,
    pub(super) track: &'a ScannedTrack,
}

/// The meaning of an entry of the server manifest.
pub(super) enum Pick<'a> {
    Track(Picked<'a>),
    Missed(Missed<'a>),
}

impl<'a> Picked<'a> {
    /// The track that `entry` means. Without a `trackID` that is the only one of its kind.
    pub(super) fn pick(
        entry: &'a Entry,
        server: &ServerManifest,
        media: &'a [Sourced<Scanned>],
    ) -> Result<Pick<'a>, AssembleError> {
        let unscanned = || {
            let path = server.media.get(entry.media).cloned();
            AssembleError::Unscanned(path.unwrap_or_default())
        };
        let file = media.get(entry.media).ok_or_else(unscanned)?;
        // A text file has one track, whatever number the manifest gives it.
        let track_id = entry.track_id.filter(|_| Syntax::of(&file.source.key).is_none());
        let found = match track_id {
            Some(track_id) => by_id(file, track_id),
            None => only(file, entry.kind),
        };
        let track = match found {
            Ok(track) => track,
            Err(error) => {
                let missed = missed(file, track_id, entry.kind);
                return missed.map(Pick::Missed).ok_or(error);
            }
        };
        let picked = Self { entry, file, track };
        match entry.kind {
            Some(said) if said != picked.kind() => Err(AssembleError::Kind {
                place: picked.place(),
                is: Kind(Some(picked.kind())),
                said: Kind(Some(said)),
            }),
            _ if picked.samples().is_none()
                && picked.cues().is_none()
                && picked.fragments().is_empty() =>
            {
                Err(AssembleError::Empty(picked.place()))
            }
            _ => Ok(Pick::Track(picked)),
        }
    }

    /// Its fragments; none if it is of a progressive MP4.
    pub(super) fn fragments(&self) -> &'a [ScannedFragment] {
        match &self.track.media {
            ScannedMedia::Fragments { fragments, .. } => fragments,
            ScannedMedia::Samples(_) | ScannedMedia::Cues(_) => &[],
        }
    }

    /// Its samples, if it is of a progressive MP4.
    pub(super) fn samples(&self) -> Option<&'a Samples> {
        match &self.track.media {
            ScannedMedia::Fragments { .. } | ScannedMedia::Cues(_) => None,
            ScannedMedia::Samples(samples) => Some(samples),
        }
    }

    /// Its cues, if it is a text file.
    pub(super) fn cues(&self) -> Option<&'a ScannedCues> {
        match &self.track.media {
            ScannedMedia::Cues(cues) => Some(cues),
            ScannedMedia::Fragments { .. } | ScannedMedia::Samples(_) => None,
        }
    }

    pub(super) fn kind(&self) -> StreamKind {
        self.track.format.kind()
    }

    pub(super) fn place(&self) -> Place {
        Place { file: self.file.source.key.clone(), track_id: self.track.track_id }
    }

    /// `ticks` of the track's timescale.
    pub(super) fn moment(&self, ticks: u64) -> Moment {
        Moment { ticks, timescale: self.track.timescale }
    }

    /// When the fragment at place `at` starts.
    pub(super) fn start(&self, at: usize) -> Option<Moment> {
        self.fragments().get(at).map(|fragment| self.moment(fragment.chunk.start))
    }
}

fn by_id(file: &Sourced<Scanned>, id: u32) -> Result<&ScannedTrack, AssembleError> {
    let found = file.content.tracks.iter().find(|track| track.track_id == id);
    found.ok_or_else(|| AssembleError::NoTrack {
        place: Place { file: file.source.key.clone(), track_id: id },
        there: there(file),
    })
}

fn only(file: &Sourced<Scanned>, kind: Option<StreamKind>) -> Result<&ScannedTrack, AssembleError> {
    let fits = |track: &&ScannedTrack| kind.is_none_or(|kind| kind == track.format.kind());
    let mut fitting = file.content.tracks.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(AssembleError::WhichTrack {
            file: file.source.key.clone(),
            kind: Kind(kind),
            there: there(file),
        }),
    }
}

/// The track that was left out of `file`, where that is why this one is not found in it.
fn missed(
    file: &Sourced<Scanned>,
    track_id: Option<u32>,
    kind: Option<StreamKind>,
) -> Option<Missed<'_>> {
    let Scanned { tracks, left_out } = &file.content;
    let is_of_kind = |it: &Option<StreamKind>| kind.is_none() || it.is_none() || *it == kind;
    let track = match track_id {
        Some(id) => left_out.iter().find(|track| track.track_id == id),
        None if tracks.iter().any(|track| is_of_kind(&Some(track.format.kind()))) => None,
        None => left_out.iter().find(|track| is_of_kind(&track.kind)),
    };
    track.map(|track| Missed { file: &file.source.key, track, kind: track.kind.or(kind) })
}

fn there(file: &Sourced<Scanned>) -> Choices {
    Choices(file.content.tracks.iter().map(|track| (track.track_id, track.format.kind())).collect())
}
