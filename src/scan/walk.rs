//! From fragment to fragment, where no table says where they are.

use super::fragment::{Fragment, Piece};
use super::junk::junk;
use super::lead;
use super::limits::NO_FRAGMENT;
use super::placed::Placed;
use super::timing::{self, ENOUGH};
use super::track::Track;
use super::window::{Stop, USUAL_MOOF_LENGTH, Window};
use super::{MAX_FRAGMENTS, MAX_MFRA_LENGTH, MAX_OTHER_BOXES, ScanError, ScannedTrack, UnfitError};
use crate::base::range::ByteRange;
use crate::isobmff::Mfra;
use std::collections::HashMap;

/// A walk over the boxes at the top level of a file.
#[derive(Debug, Default)]
pub(super) struct Walk {
    at: u64,
    other_boxes: u32,
    /// Where each fragment lies, and what it says of one track.
    pieces: Vec<(ByteRange, Piece)>,
    /// Times by the track's ID and the offset of the `moof`, for fragments that do not say when they
    /// start.
    times: HashMap<(u32, u64), u64>,
    /// Whether it has come past an `mfra`, behind all fragments.
    has_passed_table: bool,
    /// What lies behind the last box, and is none.
    pub(super) junk: Option<ByteRange>,
}

impl Walk {
    /// A walk from the first fragment on. What a table says of times is used though it was not to
    /// be believed of places: where fragments carry none, nothing else says them.
    pub(super) fn new(first: &Fragment, mfra: Option<&Mfra>) -> Self {
        let mut walk = Self::default();
        walk.take_times(mfra);
        walk.take(first);
        walk
    }

    fn take_times(&mut self, mfra: Option<&Mfra>) {
        let tables = mfra.into_iter().flat_map(|mfra| &mfra.tables);
        self.times.extend(tables.flat_map(|table| {
            let first = table.entries.iter().filter(|point| point.is_first);
            first.map(|point| ((table.track_id, point.moof_offset), point.time))
        }));
    }

    fn take(&mut self, fragment: &Fragment) {
        self.pieces.extend(fragment.pieces.iter().map(|&piece| (fragment.range, piece)));
        self.at = fragment.range.end();
        self.other_boxes = 0;
        self.has_passed_table = false;
    }

    /// Takes in one box more; true at the end of the file.
    pub(super) fn step(&mut self, window: &Window, tracks: &mut [Track]) -> Result<bool, Stop> {
        if self.at == window.size() {
            return Ok(true);
        }
        let top = match window.header_and(self.at, USUAL_MOOF_LENGTH) {
            Err(Stop::Fault(fault)) => {
                self.junk = junk(window, self.at, self.has_passed_table)?;
                return self.junk.map(|_| true).ok_or(Stop::Fault(fault));
            }
            top => top?,
        };
        match &top.code {
            b"moof" => {
                let fragment = Fragment::read(window, tracks, self.at)?;
                fragment.check_fit(tracks)?;
                if self.pieces.len().saturating_add(fragment.pieces.len()) > MAX_FRAGMENTS {
                    return Err(ScanError::TooManyFragments.into());
                }
                let before = self.pieces.len();
                self.take(&fragment);
                // Nobody has to walk to the end to see that fragments are short.
                if before < 2 * ENOUGH && self.pieces.len() >= 2 * ENOUGH {
                    self.check_lengths(tracks)?;
                }
            }
            b"mdat" => return Err(top.error("it has no 'moof' before it").into()),
            // Something lies behind it, or it would have been found before.
            b"mfra" if !self.has_passed_table && top.range.length() <= MAX_MFRA_LENGTH => {
                if self.times.is_empty() {
                    let mfra = Mfra::parse(window.whole(&top, MAX_MFRA_LENGTH)?, self.at);
                    self.take_times(mfra.ok().as_ref());
                }
                self.has_passed_table = true;
                self.at = top.range.end();
            }
            _ if self.other_boxes == MAX_OTHER_BOXES => {
                return Err(top.error(NO_FRAGMENT).into());
            }
            _ => {
                self.other_boxes += 1;
                self.at = top.range.end();
            }
        }
        Ok(false)
    }

    /// Checks that the last fragment so far does not share one of these `chunks` with the one before it.
    pub(super) fn check_alone(&self, chunks: &[(u64, ByteRange)]) -> Result<(), ScanError> {
        let [.., (before, _), (last, _)] = self.pieces.as_slice() else { return Ok(()) };
        let chunk = |at: u64| chunks.partition_point(|(_, range)| range.end() <= at);
        match chunks.is_empty() || chunk(before.start()) != chunk(last.start()) {
            true => Ok(()),
            false => Err(ScanError::Unfit(UnfitError::Several { offset: last.start() })),
        }
    }

    /// Checks that the fragments so far are not too short.
    fn check_lengths(&self, tracks: &[Track]) -> Result<(), ScanError> {
        tracks.iter().enumerate().try_for_each(|(at, track)| {
            let own = self.pieces.iter().filter(|(_, piece)| piece.track == at);
            let durations: Vec<u64> = own.map(|(_, piece)| piece.duration).collect();
            timing::check_length(track.time(), durations.into_iter())
        })
    }

    /// The tracks, at the end of the walk. A fragment starts when it says; else when a table says;
    /// else when the one before it ends. One of a folder with these `chunks` is all of its object.
    pub(super) fn scanned(
        &self,
        tracks: &[Track],
        chunks: &[(u64, ByteRange)],
    ) -> Result<Vec<ScannedTrack>, ScanError> {
        let mut found: Vec<Found> = vec![Found::default(); tracks.len()];
        for &(range, Piece { track, start, duration, is_clear, .. }) in &self.pieces {
            let Some(Found { placed, is_untimed, clear_until }) = found.get_mut(track) else {
                continue;
            };
            *is_untimed |= start.is_none();
            let id = tracks.get(track).map_or(0, |track| track.id);
            let listed = self.times.get(&(id, range.start())).copied();
            let start = start.or(listed).unwrap_or_else(|| {
                let end = |last: &Placed| last.start.saturating_add(last.duration.unwrap_or(0));
                placed.last().map_or(0, end)
            });
            if !is_clear {
                clear_until.get_or_insert(start);
            }
            let range = lead::whole_of(range, chunks);
            placed.push(Placed { range, start, duration: Some(duration) });
        }
        let mut scanned = Vec::with_capacity(tracks.len());
        for (track, Found { placed, is_untimed, clear_until }) in tracks.iter().zip(found) {
            let is_timed = !is_untimed && !placed.is_empty();
            scanned.extend(track.scanned(is_timed, &placed, clear_until.unwrap_or(u64::MAX))?);
        }
        Ok(scanned)
    }
}

/// The fragments that were found of a track.
#[derive(Clone, Debug, Default)]
struct Found {
    placed: Vec<Placed>,
    /// Whether any does not say when it starts.
    is_untimed: bool,
    /// When the first starts that is not in the clear.
    clear_until: Option<u64>,
}
