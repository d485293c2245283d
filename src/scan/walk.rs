//! From fragment to fragment, where no table says where they are.

use super::fragment::Fragment;
use super::scanner::NO_FRAGMENT;
use super::timing::Placed;
use super::track::Track;
use super::window::{Stop, Window};
use super::{MAX_FRAGMENTS, MAX_OTHER_BOXES, ScanError, ScannedTrack};
use crate::isobmff::Mfra;
use std::collections::HashMap;

/// A walk over the boxes at the top level of a file.
#[derive(Debug)]
pub(super) struct Walk {
    at: u64,
    other_boxes: u32,
    fragments: Vec<Fragment>,
    /// Times by the offset of the `moof`, for fragments that do not say when they start.
    times: HashMap<u64, u64>,
}

impl Walk {
    /// A walk from the first fragment on. What a table says of times is used though it was not to
    /// be believed of places: where fragments carry none, nothing else says them.
    pub(super) fn new(first: Fragment, mfra: Option<&Mfra>) -> Self {
        let points =
            mfra.into_iter().flat_map(|mfra| &mfra.tables).flat_map(|table| &table.entries);
        let times = points
            .filter(|point| point.is_first)
            .map(|point| (point.moof_offset, point.time))
            .collect();
        Self { at: first.range.end(), other_boxes: 0, fragments: vec![first], times }
    }

    /// Takes in one box more; true at the end of the file.
    pub(super) fn step(&mut self, window: &Window, tracks: &mut [Track]) -> Result<bool, Stop> {
        if self.at == window.size() {
            return Ok(true);
        }
        let top = window.header_and_more(self.at)?;
        match &top.code {
            b"moof" => {
                let fragment = Fragment::read(window, tracks, self.at)?;
                fragment.check_fit(tracks)?;
                if self.fragments.len() == MAX_FRAGMENTS {
                    return Err(ScanError::TooManyFragments.into());
                }
                self.fragments.push(fragment);
                self.other_boxes = 0;
                self.at = fragment.range.end();
            }
            b"mdat" => return Err(top.error("it has no 'moof' before it").into()),
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

    /// The tracks, at the end of the walk. A fragment starts when it says; else when a table says;
    /// else when the one before it ends.
    pub(super) fn scanned(&self, tracks: &[Track]) -> Result<Vec<ScannedTrack>, ScanError> {
        let mut placed: Vec<(bool, Vec<Placed>)> = vec![(true, Vec::new()); tracks.len()];
        for fragment in &self.fragments {
            let Some((timed, placed)) = placed.get_mut(fragment.track) else { continue };
            *timed &= fragment.start.is_some();
            let listed = self.times.get(&fragment.range.start()).copied();
            let start = fragment.start.or(listed).unwrap_or_else(|| {
                let end = |last: &Placed| last.start.saturating_add(last.duration.unwrap_or(0));
                placed.last().map_or(0, end)
            });
            let duration = Some(fragment.duration);
            placed.push(Placed { range: fragment.range, start, duration });
        }
        let mut scanned = Vec::with_capacity(tracks.len());
        for (track, (timed, placed)) in tracks.iter().zip(placed) {
            scanned.extend(track.scanned(timed && !placed.is_empty(), &placed)?);
        }
        Ok(scanned)
    }
}
