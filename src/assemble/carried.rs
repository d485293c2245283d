//! A track of a fragmented file: when its fragments play, its edit list applied, and whether they can be
//! sent as they are stored.

use super::error::{AssembleError, EditError, Moment};
use super::pick::Picked;
use crate::base::chunk::Chunk;
use crate::base::time::Timescale;
use crate::index::{Carriage, Clear, Rewriting, StreamKind};
use crate::scan::{ClearStart, Edit, Manner, ScannedFragment};
use std::borrow::Cow;

/// A track of a fragmented file.
pub(super) struct Carried<'a> {
    pub(super) picked: &'a Picked<'a>,
    manner: &'a Manner,
    /// The fragments that show something.
    pub(super) fragments: Cow<'a, [ScannedFragment]>,
    /// How much later than it is stored to be decoded a fragment plays, in ticks of the file.
    later: u64,
    /// How much earlier.
    sooner: u64,
    /// How many ticks come before what is shown first.
    early: u64,
}

impl<'a> Carried<'a> {
    /// The track that `picked` is, which has these `fragments`.
    pub(super) fn new(
        picked: &'a Picked<'a>,
        manner: &'a Manner,
        fragments: Cow<'a, [ScannedFragment]>,
    ) -> Result<Self, AssembleError> {
        let edit = manner
            .edit
            .clone()
            .map_err(|problem| AssembleError::EditList { place: picked.place(), problem })?;
        let mut carried = Self { picked, manner, fragments, later: 0, sooner: 0, early: 0 };
        if edit != Edit::default() {
            carried
                .heed(edit)
                .map_err(|cause| AssembleError::Edit { place: picked.place(), cause })?;
        }
        Ok(carried)
    }

    /// Video is decoded from 0 on, and composed earlier by as much as the edit list takes back. Of audio,
    /// what the edit list leaves out comes before 0, and fragments that have nothing else are not sent.
    fn heed(&mut self, edit: Edit) -> Result<(), EditError> {
        let moment = |ticks| Moment { ticks, timescale: self.picked.track.timescale };
        let Edit { delay, media_time, end } = edit;
        let decoded = |fragments: &[ScannedFragment]| {
            fragments.first().map(|first| first.chunk.start).ok_or(EditError::Nothing)
        };
        self.later = delay;
        match self.picked.kind() {
            StreamKind::Video => {
                let decoded = decoded(&self.fragments)?;
                let first = self.manner.first;
                let composed = i128::from(decoded) + i128::from(first.composition_offset);
                let hidden = i128::from(media_time) - composed;
                if hidden > 0 && hidden >= i128::from(first.duration) {
                    return Err(EditError::IntoPictures(moment(media_time)));
                }
                let shown = u64::try_from(composed).unwrap_or(0).min(media_time);
                self.sooner = shown.min(decoded);
                self.early = shown - self.sooner;
            }
            StreamKind::Audio => {
                let is_hidden = |fragment: &ScannedFragment| {
                    let end = fragment.chunk.end().and_then(|end| end.checked_add(delay));
                    end.is_some_and(|end| end <= media_time)
                };
                let hidden = self.fragments.iter().take_while(|it| is_hidden(it)).count();
                self.fragments = self.fragments.get(hidden..).unwrap_or_default().to_vec().into();
                self.sooner = media_time;
                let shown = decoded(&self.fragments)?.saturating_add(delay);
                self.early = media_time.saturating_sub(shown);
            }
            StreamKind::Text if (delay, media_time) == (0, 0) => {}
            StreamKind::Text => return Err(EditError::Text),
        }
        let early = self.picked.track.timescale.rescale(self.early, Timescale::SMOOTH);
        early.and_then(|early| i32::try_from(early).ok()).ok_or(EditError::TooFar)?;
        let last = self.fragments.last().map(|last| self.shown(last.chunk).start);
        match end.zip(last).filter(|(end, last)| end <= last) {
            Some((end, _)) => Err(EditError::Ends(moment(end))),
            None => Ok(()),
        }
    }

    /// When what plays at `stored` by its file is shown, in ticks of the file.
    pub(super) fn shown(&self, stored: Chunk) -> Chunk {
        let shown = |at: u64| at.saturating_add(self.later).saturating_sub(self.sooner);
        let start = shown(stored.start);
        let end = shown(stored.start.saturating_add(stored.duration));
        Chunk { start, duration: end.saturating_sub(start) }
    }

    /// When the fragment at place `at` is shown.
    pub(super) fn start(&self, at: usize) -> Option<Moment> {
        let fragment = self.fragments.get(at)?;
        Some(self.picked.moment(self.shown(fragment.chunk).start))
    }

    /// How its fragments come to clients of a stream of this timescale.
    pub(super) fn carriage(&self, stream: Timescale) -> Carriage {
        let rewriting = Rewriting {
            timescale: self.picked.track.timescale,
            early: self.early,
            is_edited: (self.later, self.sooner, self.early) != (0, 0, 0),
            is_shared: self.manner.share.is_some(),
            has_absolute_offsets: self.manner.has_absolute_offsets,
            is_divided: self.manner.is_divided,
            is_endless: self.manner.is_endless,
            defaults: self.manner.defaults,
        };
        match rewriting.reasons(stream).next() {
            Some(_) => Carriage::Rewritten(rewriting),
            None => Carriage::Stored { timed: self.manner.timed },
        }
    }

    /// Which of its fragments are in the clear, if it is protected and has a sample entry for those.
    pub(super) fn clear(&self) -> Option<Clear> {
        let ClearStart { entries, until } = self.manner.clear?;
        let is_clear = |fragment: &&ScannedFragment| fragment.chunk.start < until;
        Some(Clear { entries, first: self.fragments.iter().take_while(is_clear).count() })
    }

    /// Bytes of a fragment that are the track's, about if it holds others too.
    pub(super) fn bytes(&self, fragment: &ScannedFragment) -> u64 {
        self.picked.track.bytes_of(fragment)
    }
}
