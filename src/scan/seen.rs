//! What fragments of a track say that a table lists, as far as they were read.

use super::bound::Bound;
use super::fragment::Piece;

/// Findings in the fragments of a track that were read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Where the last of them in the file begins, and how long it lasts.
    last: Option<(u64, u64)>,
    /// Whether any does not say when it starts.
    is_untimed: bool,
    /// How far the track is in the clear.
    pub(super) bound: Bound,
}

impl Seen {
    /// Takes in what the fragment that begins `at` says of the track, of which it is at this `place`.
    pub(super) fn note(&mut self, place: Option<usize>, at: u64, piece: &Piece) {
        self.is_untimed |= piece.start.is_none();
        self.last = self.last.max(Some((at, piece.duration)));
        if let Some(place) = place {
            self.bound.note(place, piece.is_clear);
        }
    }

    /// How many ticks the last of them in the file lasts.
    pub(super) fn last_duration(self) -> Option<u64> {
        self.last.map(|(_, duration)| duration)
    }

    /// Whether all of them say when they start.
    pub(super) fn is_timed(self) -> bool {
        self.last.is_some() && !self.is_untimed
    }
}
