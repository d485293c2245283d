//! Whether samples lie where samples can, by the stretches in which tables list them: of most files that is all there
//! is to find out, and they have fewer stretches than samples.

use super::ScannedTrack;
use crate::base::range::ByteRange;
use crate::base::turns::Turns;

/// Whether all samples of `tracks` that take room lie in `mdats`, which are in the order of the file, each track's in
/// that order too, and no two of them in the same place.
pub(super) async fn lie_apart(
    tracks: &[ScannedTrack],
    mdats: &[ByteRange],
    turns: &Turns<'_>,
) -> bool {
    let (mut mdats, mut end) = (mdats.iter().copied().peekable(), 0);
    let wrong = turns.until(merged(tracks), |range| {
        while mdats.next_if(|mdat| mdat.end() < range.end()).is_some() {}
        let is_behind = range.start() >= end;
        end = range.end();
        let lies_apart = is_behind && mdats.peek().is_some_and(|mdat| mdat.contains(range));
        (!lies_apart).then_some(())
    });
    wrong.await.is_none()
}

/// The stretches of several tracks, in the order of the file as far as those of each track are.
struct Merged<I> {
    /// The next stretch of each track that has one, and those behind it. A file has few tracks, and mostly two: to look at all of
    /// them takes less than to keep them in order.
    lanes: Vec<(ByteRange, I)>,
}

impl<I: Iterator<Item = ByteRange>> Iterator for Merged<I> {
    type Item = ByteRange;

    #[inline]
    fn next(&mut self) -> Option<ByteRange> {
        let lanes = self.lanes.iter().enumerate();
        let (at, _) = lanes.min_by_key(|(_, (range, _))| range.start())?;
        let (range, behind) = self.lanes.get_mut(at)?;
        let first = *range;
        match behind.next() {
            Some(next) => *range = next,
            None => drop(self.lanes.swap_remove(at)),
        }
        Some(first)
    }
}

fn merged(tracks: &[ScannedTrack]) -> Merged<impl Iterator<Item = ByteRange>> {
    let samples = tracks.iter().filter_map(ScannedTrack::samples);
    let lanes = samples.filter_map(|samples| {
        let mut stretches = samples.stretches().filter(|range| !range.is_empty());
        Some((stretches.next()?, stretches))
    });
    Merged { lanes: lanes.collect() }
}
