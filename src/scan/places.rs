//! Whether samples lie where samples can: inside an `mdat` each, and no two in the same place.

use super::{ScanError, ScannedTrack};
use crate::range::ByteRange;
use std::iter::Peekable;

/// The most samples of a track that are put in order, where its tables do not list them in that of the file.
const MAX_UNORDERED: usize = 1 << 20;

/// Checks that every sample of `tracks` lies in one of `mdats`, which are in the order of the file, and
/// that none overlaps another. Two may be the very same bytes: a still image need not be stored twice.
pub(super) fn check(tracks: &[ScannedTrack], mdats: &[ByteRange]) -> Result<(), ScanError> {
    let mut lanes = tracks.iter().map(Lane::new).collect::<Result<Vec<_>, _>>()?;
    let mut mdats = mdats.iter().copied().peekable();
    let mut before: Option<ByteRange> = None;
    while let Some((lane, Place { range, decode })) = first(&mut lanes) {
        let wrong = |problem| {
            Err(ScanError::Misplaced {
                track_id: lane.track.track_id,
                time: lane.track.timescale.seconds(decode),
                range,
                problem,
            })
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
    }
    Ok(())
}

/// Where a sample lies, and when it is decoded.
#[derive(Clone, Copy)]
struct Place {
    range: ByteRange,
    decode: u64,
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
    fn new(track: &'a ScannedTrack) -> Result<Self, ScanError> {
        let places = move || {
            let samples = track.samples().into_iter().flat_map(|samples| samples.iter());
            let places = samples.map(|sample| Place { range: sample.range, decode: sample.decode });
            places.filter(|place| !place.range.is_empty())
        };
        let is_long = track.samples().is_some_and(|samples| samples.len() > MAX_UNORDERED);
        let places: Box<dyn Iterator<Item = Place> + 'a> =
            match places().map(|place| place.key()).is_sorted() {
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

/// The place that comes first in the file of those that are next in each lane.
fn first<'l, 'a>(lanes: &'l mut [Lane<'a>]) -> Option<(&'l Lane<'a>, Place)> {
    let next = lanes.iter_mut().filter_map(|lane| Some((lane.places.peek()?.key(), lane)));
    let (_, lane) = next.min_by_key(|(key, _)| *key)?;
    let place = lane.places.next()?;
    Some((lane, place))
}
