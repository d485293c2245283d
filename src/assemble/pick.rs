//! Which scanned track an entry of the server manifest means.

use super::Sourced;
use super::error::{AssembleError, Choices, Kind, Moment, Place};
use crate::index::StreamKind;
use crate::ism::{Entry, ServerManifest};
use crate::scan::{Samples, ScannedCues, ScannedFragment, ScannedMedia, ScannedTrack};
use crate::text::Syntax;

/// An entry of the server manifest with the track that it means.
#[derive(Clone, Copy)]
pub(super) struct Picked<'a> {
    pub(super) entry: &'a Entry,
    pub(super) file: &'a Sourced<Vec<ScannedTrack>>,
    pub(super) track: &'a ScannedTrack,
}

impl<'a> Picked<'a> {
    /// The track that `entry` means. Without a `trackID` that is the only one of its kind.
    pub(super) fn pick(
        entry: &'a Entry,
        server: &ServerManifest,
        media: &'a [Sourced<Vec<ScannedTrack>>],
    ) -> Result<Self, AssembleError> {
        let unscanned = || {
            let path = server.media.get(entry.media).cloned();
            AssembleError::Unscanned(path.unwrap_or_default())
        };
        let file = media.get(entry.media).ok_or_else(unscanned)?;
        let track = match entry.track_id {
            // A text file has no tracks to tell apart, whatever number the manifest gives its one.
            Some(track_id) if Syntax::of(&file.source.key).is_none() => by_id(file, track_id)?,
            _ => only(file, entry.kind)?,
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
            _ => Ok(picked),
        }
    }

    /// Its fragments; none if it is of a plain file.
    pub(super) fn fragments(&self) -> &'a [ScannedFragment] {
        match &self.track.media {
            ScannedMedia::Fragments { fragments, .. } => fragments,
            ScannedMedia::Samples(_) | ScannedMedia::Cues(_) => &[],
        }
    }

    /// Its samples, if it is of a plain file.
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

fn by_id(file: &Sourced<Vec<ScannedTrack>>, id: u32) -> Result<&ScannedTrack, AssembleError> {
    let found = file.content.iter().find(|track| track.track_id == id);
    found.ok_or_else(|| AssembleError::NoTrack {
        place: Place { file: file.source.key.clone(), track_id: id },
        there: there(file),
    })
}

fn only(
    file: &Sourced<Vec<ScannedTrack>>,
    kind: Option<StreamKind>,
) -> Result<&ScannedTrack, AssembleError> {
    let fits = |track: &&ScannedTrack| kind.is_none_or(|kind| kind == track.format.kind());
    let mut fitting = file.content.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(AssembleError::WhichTrack {
            file: file.source.key.clone(),
            kind: Kind(kind),
            there: there(file),
        }),
    }
}

fn there(file: &Sourced<Vec<ScannedTrack>>) -> Choices {
    Choices(file.content.iter().map(|track| (track.track_id, track.format.kind())).collect())
}
