//! Whether samples lie where samples can: inside an `mdat` each, and no two in the same place.

use super::{ScanError, ScannedTrack};
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use std::iter::Peekable;

/// The most samples of a track that are put in order, where its tables do not list them in that of the file.
const MAX_UNORDERED: usize = 1 << 20;

/// Checks that every sample of `tracks` lies in one of `mdats`, which are in the order of the file, and
/// that none overlaps another. Two may be the very same bytes: a still image need not be stored twice.
pub(super) async fn check(
    tracks: &[ScannedTrack],
    mdats: &[ByteRange],
    turns: &Turns<'_>,
) -> Result<(), ScanError> {
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
pub struct InOrder<'a>(Vec<Lane<'a>>);

impl<'a> InOrder<'a> {
    /// Those of `tracks`. An error if they are so many in such disorder that they cannot be sorted.
    pub async fn new(tracks: &'a [ScannedTrack], turns: &Turns<'_>) -> Result<Self, ScanError> {
        let mut lanes = Vec::with_capacity(tracks.len());
        for track in tracks {
            lanes.push(Lane::new(track, turns).await?);
        }
        Ok(Self(lanes))
    }
}

impl<'a> Iterator for InOrder<'a> {
    type Item = (&'a ScannedTrack, Place);

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.0.iter_mut().filter_map(|lane| Some((lane.places.peek()?.key(), lane)));
        let (_, lane) = next.min_by_key(|(key, _)| *key)?;
        Some((lane.track, lane.places.next()?))
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
    fn key(&self) -> (u64, u64) {
        (self.range.start(), self.range.end())
    }
}

/// The samples of a track that take room, in the order of the file.
struct Lane<'a> {
    track: &'a ScannedTrack,
    places: Peekable<Box<dyn Iterator<Item = Place> + 'a>>,
}

impl<'a> Lane<'a> {
    async fn new(track: &'a ScannedTrack, turns: &Turns<'_>) -> Result<Self, ScanError> {
        let places = move || {
            let samples = track.samples().into_iter().flat_map(|samples| samples.iter());
            let places = samples.map(|sample| Place { range: sample.range, decode: sample.decode });
            places.filter(|place| !place.range.is_empty())
        };
        let is_long = track.samples().is_some_and(|samples| samples.len() > MAX_UNORDERED);
        let mut before = (0, 0);
        let unsorted = turns.until(places(), |place| {
            let is_before = place.key() < before;
            before = place.key();
            is_before.then_some(())
        });
        let is_sorted = unsorted.await.is_none();
        let places: Box<dyn Iterator<Item = Place> + 'a> = match is_sorted {
            true => Box::new(places()),
            false if is_long => return Err(ScanError::TooManySamples),
            false => {
                let mut unordered: Vec<Place> = places().collect();
                unordered.sort_unstable_by_key(Place::key);
                Box::new(unordered.into_iter())
            }
        };
        Ok(Self { track, places: places.peekable() })
    }
}
