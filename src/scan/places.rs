//! Whether samples lie where samples can: inside an `mdat` each, and no two in the same place.

use super::{ScanError, ScannedTrack, stretches};
use crate::base::order::order;
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::iter::Peekable;
use std::mem::take;

/// The most samples of a track that are put in order, where its tables do not list them in that of the file.
const MAX_UNORDERED: usize = 1 << 20;

/// So many of them are sorted at once.
const RUN_LEN: usize = 1 << 13;

/// Checks that every sample of `tracks` lies in one of `mdats`, which are in the order of the file, and
/// that none overlaps another. Two may be the very same bytes: a still image need not be stored twice.
pub(super) async fn check(
    tracks: &[ScannedTrack],
    mdats: &[ByteRange],
    turns: &Turns<'_>,
) -> Result<(), ScanError> {
    // What is found by samples alone is what is wrong with one, or that two are the same.
    if stretches::lie_apart(tracks, mdats, turns).await {
        return Ok(());
    }
    let mut mdats = mdats.iter().copied().peekable();
    let mut before: Option<ByteRange> = None;
    for (track, Place { range, decode }) in InOrder::new(tracks, turns).await? {
        let wrong = |problem| {
            let (track_id, time) = (track.track_id, track.timescale.seconds(decode));
            Err(ScanError::Misplaced { track_id, time, range, problem })
        };
        while mdats.next_if(|mdat| mdat.end() < range.end()).is_some() {}
        if !mdats.peek().is_some_and(|mdat| mdat.contains(range)) {
            return wrong(
                "does not lie in an 'mdat'; has the file been edited without its tables?",
            );
        }
        if before.is_some_and(|before| before != range && before.end() > range.start()) {
            return wrong("overlaps another; has the file been edited without its tables?");
        }
        before = Some(range);
        turns.spend(1).await;
    }
    Ok(())
}

/// Every sample of some tracks that takes room, in the order of the file.
pub struct InOrder<'a> {
    lanes: Vec<Lane<'a>>,
    /// The key of the next sample of each lane, and the place of that lane among them.
    next: BinaryHeap<Reverse<(Key, usize)>>,
}

impl<'a> InOrder<'a> {
    /// Those of `tracks`. An error if they are so many in such disorder that they cannot be sorted.
    pub async fn new(tracks: &'a [ScannedTrack], turns: &Turns<'_>) -> Result<Self, ScanError> {
        let mut lanes = Vec::with_capacity(tracks.len());
        for track in tracks {
            lanes.extend(lanes_of(track, turns).await?);
        }
        let keys = lanes.iter_mut().map(Lane::next_key).enumerate();
        let next = keys.filter_map(|(at, key)| Some(Reverse((key?, at)))).collect();
        Ok(Self { lanes, next })
    }
}

impl<'a> Iterator for InOrder<'a> {
    type Item = (&'a ScannedTrack, Place);

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, at)) = self.next.pop()?;
        let lane = self.lanes.get_mut(at)?;
        let place = lane.places.next()?;
        self.next.extend(lane.next_key().map(|key| Reverse((key, at))));
        Some((lane.track, place))
    }
}

/// Where a sample lies, and when it is decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its bytes.
    pub range: ByteRange,
    /// Ticks.
    pub decode: u64,
}

impl Place {
    fn key(&self) -> Key {
        (self.range.start(), self.range.end())
    }
}

/// Where a sample begins and ends: what the order of the file is by.
type Key = (u64, u64);

/// Samples of a track that take room, in the order of the file.
struct Lane<'a> {
    track: &'a ScannedTrack,
    places: Peekable<Box<dyn Iterator<Item = Place> + 'a>>,
}

impl<'a> Lane<'a> {
    fn new(track: &'a ScannedTrack, places: impl Iterator<Item = Place> + 'a) -> Self {
        let places: Box<dyn Iterator<Item = Place>> = Box::new(places);
        Self { track, places: places.peekable() }
    }

    fn next_key(&mut self) -> Option<Key> {
        self.places.peek().map(Place::key)
    }
}

/// The samples of `track` that take room: in one lane if its tables list them in the order of the file; else in
/// runs that are sorted one by one, for to sort a million at once would take the thread for too long.
async fn lanes_of<'a>(
    track: &'a ScannedTrack,
    turns: &Turns<'_>,
) -> Result<Vec<Lane<'a>>, ScanError> {
    let places = move || {
        let samples = track.samples().into_iter().flat_map(|samples| samples.iter());
        let places = samples.map(|sample| Place { range: sample.range, decode: sample.decode });
        places.filter(|place| !place.range.is_empty())
    };
    let mut before = (0, 0);
    let unsorted = turns.until(places(), |place| {
        let is_before = place.key() < before;
        before = place.key();
        is_before.then_some(())
    });
    if unsorted.await.is_none() {
        return Ok(vec![Lane::new(track, places())]);
    }
    if track.samples().is_some_and(|samples| samples.len() > MAX_UNORDERED) {
        return Err(ScanError::TooManySamples);
    }
    let (mut lanes, mut run) = (Vec::new(), Vec::new());
    let mut finish = |mut run: Vec<Place>| {
        order(&mut run, Place::key);
        lanes.push(Lane::new(track, run.into_iter()));
    };
    let each = turns.each(places(), |place| {
        run.push(place);
        if run.len() == RUN_LEN {
            finish(take(&mut run));
        }
    });
    each.await;
    finish(run);
    Ok(lanes)
}
