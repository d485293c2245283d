//! A table of all fragments, and whether it is to be believed.

use super::fragment::{Fragment, Piece};
use super::lead;
use super::placed::Placed;
use super::seen::Seen;
use super::track::Track;
use super::window::{Stop, TopBox, USUAL_MOOF_LENGTH, Window};
use super::{MAX_FRAGMENTS, ScanError, ScannedTrack};
use crate::base::order::{order, set};
use crate::base::range::ByteRange;
use crate::isobmff::{Mfra, Sidx};

/// What a file's own table says of its fragments, or a folder's list of its objects, while it is being checked.
///
/// It is believed if it is exactly true of the first, the second and the last fragment of every track
/// (the second of video alone): where each begins and ends, whose it is, and when it starts, where the
/// fragment itself says. Video that is cut without regard to keyframes shows in its second fragment, and
/// in the first of which the table says so.
#[derive(Debug)]
pub(super) struct Table {
    /// In the order of the file.
    entries: Vec<Entry>,
    /// Whether they are objects of a folder, which have other boxes before the fragment, perhaps.
    may_lead: bool,
    /// Where a box begins that must be the `mfra`, for all fragments to be listed.
    behind: Option<u64>,
    /// Where fragments begin that are still to be read, the next one last.
    to_read: Vec<u64>,
    /// What was read of each track.
    seen: Vec<Seen>,
}

/// A fragment, as far as it is of one track.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    range: ByteRange,
    track: usize,
    time: u64,
}

/// What a step of checking came to.
pub(super) enum Verdict {
    /// There is more to check.
    Open,
    /// The table is true, and this is what it says.
    True(Vec<ScannedTrack>),
    /// It is not, or not certainly.
    Untrue,
}

impl Table {
    /// The fragments as `mfra`, which begins at `end`, lists them: each lasts until the next.
    pub(super) fn from_mfra(mfra: &Mfra, end: u64, tracks: &[Track]) -> Option<Self> {
        let mut points = Vec::new();
        for table in &mfra.tables {
            let track = tracks.iter().position(|track| track.id == table.track_id)?;
            points.extend(table.entries.iter().map(|point| (track, point)));
        }
        // By fragments, in each by tracks, and of each by times: what is equal keeps its order.
        let place = |track| u64::try_from(track).unwrap_or(u64::MAX);
        order(&mut points, |&(track, point)| (place(track), point.time));
        order(&mut points, |(_, point)| (point.moof_offset, 0));
        // Where several samples of a fragment are listed, the first is the one that counts.
        points.dedup_by_key(|(track, point)| (*track, point.moof_offset));
        let mut entries = Vec::with_capacity(points.len());
        let mut end = end;
        for fragment in points.chunk_by(|(_, a), (_, b)| a.moof_offset == b.moof_offset).rev() {
            for &(track, point) in fragment.iter().rev().filter(|(_, point)| point.is_first) {
                let range = ByteRange::new(point.moof_offset, end)?;
                entries.push(Entry { range, track, time: point.time });
            }
            end = fragment.first().map_or(end, |(_, point)| point.moof_offset);
        }
        entries.reverse();
        let is_whole = entries.len() == points.len();
        let has_empty = entries.iter().any(|entry| entry.range.is_empty());
        let entries = Some(entries).filter(|_| is_whole && !has_empty)?;
        Self::new(entries, None, None, tracks)
    }

    /// The fragments as `sidx`, which ends at `end`, lists them, where it is of the only track.
    pub(super) fn from_sidx(sidx: &Sidx, end: u64, size: u64, tracks: &[Track]) -> Option<Self> {
        let [track] = tracks else { return None };
        if sidx.track_id != track.id || sidx.timescale != track.timescale.ticks_per_second() {
            return None;
        }
        let mut at = end.checked_add(sidx.first_offset)?;
        let mut time = sidx.earliest_time;
        let entries = sidx.references.iter().map(|reference| {
            let range = ByteRange::with_length(at, reference.size.into())?;
            let entry = Entry { range, track: 0, time };
            at = range.end();
            time = time.checked_add(reference.duration.into())?;
            (!reference.is_index && !range.is_empty()).then_some(entry)
        });
        let entries = entries.collect::<Option<_>>()?;
        // Not every writer says it, and then of none.
        let mut references = sidx.references.iter().enumerate().skip(2);
        let unsure = references.find(|(_, reference)| !reference.starts_with_sap);
        let unsure = unsure.map(|(at, _)| at).filter(|_| track.is_video());
        Self::new(entries, unsure, (at != size).then_some(at), tracks)
    }

    /// The fragments of a folder that has nothing but the only track: one in each of its `chunks`, up to the end of
    /// that. What comes before it there shows whenever it is sent. The first begins at `first`.
    pub(super) fn from_chunks(
        chunks: &[(u64, ByteRange)],
        first: u64,
        tracks: &[Track],
    ) -> Option<Self> {
        let [_] = tracks else { return None };
        let entries = chunks.iter().map(|&(time, range)| Entry { range, track: 0, time });
        let mut table = Self::new(entries.collect(), None, None, tracks)?;
        table.may_lead = true;
        *table.to_read.last_mut()? = first;
        Some(table)
    }

    /// A table of `entries`, of which every track has some. The one that it is `unsure` of is read too.
    fn new(
        entries: Vec<Entry>,
        unsure: Option<usize>,
        behind: Option<u64>,
        tracks: &[Track],
    ) -> Option<Self> {
        if entries.len() > MAX_FRAGMENTS {
            return None;
        }
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); tracks.len()];
        for (at, entry) in entries.iter().enumerate() {
            let places = places.get_mut(entry.track)?;
            // The first ones, and the last so far.
            let first = if tracks.get(entry.track)?.is_video() { 2 } else { 1 };
            places.truncate(first);
            places.push(at);
        }
        if places.iter().any(Vec::is_empty) {
            return None;
        }
        let to_read = places.into_iter().flatten().chain(unsure);
        let to_read = to_read.filter_map(|at| Some(entries.get(at)?.range.start()));
        let to_read = set(to_read).into_iter().rev().collect();
        let seen = vec![Seen::default(); tracks.len()];
        Some(Self { entries, may_lead: false, behind, to_read, seen })
    }

    /// Checks one thing more; `first` is the first fragment in the file.
    pub(super) fn check(
        &mut self,
        window: &Window,
        tracks: &mut [Track],
        first: &Fragment,
    ) -> Result<Verdict, Stop> {
        if self.entries.first().is_none_or(|entry| !self.places(entry, first.range)) {
            return Ok(Verdict::Untrue);
        }
        if let Some(at) = self.behind {
            match unless_faulty(window.header(at))? {
                Some(top) if &top.code == b"mfra" => self.behind = None,
                _ => return Ok(Verdict::Untrue),
            }
        }
        let next = self.to_read.last().copied().or_else(|| self.within_bounds());
        let Some(at) = next else {
            return match self.scanned(tracks) {
                Ok(scanned) => Ok(Verdict::True(scanned)),
                Err(error @ (ScanError::Unfit(_) | ScanError::Lacking { .. })) => Err(error.into()),
                // Times that make no sense make the table untrue, not the file.
                Err(_) => Ok(Verdict::Untrue),
            };
        };
        if self.may_lead && at != first.range.start() {
            match unless_faulty(window.header_and(at, USUAL_MOOF_LENGTH))? {
                Some(top) if &top.code == b"moof" => {}
                Some(top) if self.passes_over(&top) => return Ok(Verdict::Open),
                _ => return Ok(Verdict::Untrue),
            }
        }
        let found = match at == first.range.start() {
            true => Some(first.clone()),
            false => unless_faulty(Fragment::read(window, tracks, at))?,
        };
        // Whether the table is true of it or not, it is there.
        found.as_ref().map_or(Ok(()), |found| found.check_fit(tracks))?;
        let Some(found) = found.filter(|found| self.describes(found)) else {
            return Ok(Verdict::Untrue);
        };
        for piece in &found.pieces {
            let place = self.own(piece.track).position(|entry| self.places(entry, found.range));
            if let Some(seen) = self.seen.get_mut(piece.track) {
                seen.note(place, found.range.start(), piece);
            }
        }
        self.to_read.pop();
        Ok(Verdict::Open)
    }

    /// The entries of one track, in the order of the file.
    fn own(&self, track: usize) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.track == track)
    }

    /// Where a fragment begins, now to be read, that says how far its track is in the clear, if that is not known.
    fn within_bounds(&mut self) -> Option<u64> {
        let mut seen = self.seen.iter().enumerate();
        let (track, place) = seen.find_map(|(track, seen)| Some((track, seen.bound.next()?)))?;
        let at = self.own(track).nth(place)?.range.start();
        self.to_read.push(at);
        Some(at)
    }

    /// Whether what it says of the fragment where `found` begins is all that this says of itself.
    fn describes(&self, found: &Fragment) -> bool {
        let at = self.entries.partition_point(|entry| entry.range.end() <= found.range.start());
        let listed = self.entries.get(at..).unwrap_or_default();
        let listed = || listed.iter().take_while(|entry| self.places(entry, found.range));
        let describes = |piece: &Piece| {
            let mut same_track = listed().filter(|entry| entry.track == piece.track);
            same_track.any(|entry| piece.start.is_none_or(|start| start == entry.time))
        };
        listed().count() == found.pieces.len() && found.pieces.iter().all(describes)
    }

    /// Whether `entry` says that a fragment lies at `range`.
    fn places(&self, entry: &Entry, range: ByteRange) -> bool {
        match self.may_lead {
            true => lead::whole(range, entry.range) == Some(entry.range),
            false => entry.range == range,
        }
    }

    /// Goes on behind `top`, a box of the object whose fragment is to be read next, if that may come later in it.
    fn passes_over(&mut self, top: &TopBox) -> bool {
        let (start, end) = (top.range.start(), top.range.end());
        let at = self.entries.partition_point(|entry| entry.range.end() <= start);
        let object = self.entries.get(at).map(|entry| entry.range);
        let leads = object.is_some_and(|object| lead::leads(top, object));
        match self.to_read.last_mut().filter(|_| leads) {
            Some(next) => *next = end,
            None => return false,
        }
        true
    }

    /// The tracks as the table says: each fragment lasts until the next one starts, and the last
    /// one as long as it says itself.
    fn scanned(&self, tracks: &[Track]) -> Result<Vec<ScannedTrack>, ScanError> {
        let mut placed = vec![Vec::new(); tracks.len()];
        for &Entry { range, track, time } in &self.entries {
            if let Some(placed) = placed.get_mut(track) {
                placed.push(Placed { range, start: time, duration: None });
            }
        }
        let mut scanned = Vec::with_capacity(tracks.len());
        for ((track, mut placed), seen) in tracks.iter().zip(placed).zip(&self.seen) {
            if let (Some(last), Some(duration)) = (placed.last_mut(), seen.last_duration()) {
                last.duration = Some(duration);
            }
            let end = seen.bound.end().and_then(|end| placed.get(end));
            let clear_until = end.map_or(u64::MAX, |end| end.start);
            scanned.extend(track.scanned(seen.is_timed(), &placed, clear_until)?);
        }
        Ok(scanned)
    }
}

/// What was read, or `None` if what the table points to is at fault: the table may be wrong, not
/// the file.
fn unless_faulty<T>(read: Result<T, Stop>) -> Result<Option<T>, Stop> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(Stop::Fault(_)) => Ok(None),
        Err(need) => Err(need),
    }
}
