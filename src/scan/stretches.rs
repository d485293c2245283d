//! Whether samples lie where samples can, by the stretches in which tables list them: of most files that is all there
//! is to find out, and they have fewer stretches than samples.

use super::{Samples, ScannedTrack};
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

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
    lanes: Vec<I>,
    /// The next stretch of each lane, and the place of that among them.
    next: BinaryHeap<Reverse<(Start, usize)>>,
}

impl<I: Iterator<Item = ByteRange>> Iterator for Merged<I> {
    type Item = ByteRange;

    #[inline]
    fn next(&mut self) -> Option<ByteRange> {
        let mut top = self.next.peek_mut()?;
        let Reverse((Start(range), lane)) = *top;
        match self.lanes.get_mut(lane).and_then(Iterator::next) {
            Some(next) => *top = Reverse((Start(next), lane)),
            None => drop(PeekMut::pop(top)),
        }
        Some(range)
    }
}

fn merged(tracks: &[ScannedTrack]) -> Merged<impl Iterator<Item = ByteRange>> {
    let samples = tracks.iter().filter_map(ScannedTrack::samples);
    let mut lanes: Vec<_> = samples.map(Samples::stretches).map(occupied).collect();
    let firsts = lanes.iter_mut().enumerate().filter_map(|(lane, it)| Some((it.next()?, lane)));
    let next = firsts.map(|(range, lane)| Reverse((Start(range), lane))).collect();
    Merged { lanes, next }
}

fn occupied(stretches: impl Iterator<Item = ByteRange>) -> impl Iterator<Item = ByteRange> {
    stretches.filter(|range| !range.is_empty())
}

/// A range, in the order of where it begins.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Start(ByteRange);

impl Ord for Start {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.start().cmp(&other.0.start())
    }
}

impl PartialOrd for Start {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
