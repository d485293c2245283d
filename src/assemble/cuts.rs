//! When the chunks of streams of progressive MP4s start. All times here are ticks of
//! [`Timescale::SMOOTH`], of decoding.

use crate::base::time::Timescale;
use std::ops::RangeInclusive;

/// How streams of progressive MP4s are cut into chunks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cuts {
    /// How long a chunk is to last, in milliseconds: as nearly as sync samples allow.
    pub target_ms: u64,
    /// Whether video is cut only where all its quality levels have a sync sample. Otherwise a level
    /// that lacks one where the first is cut is refused.
    pub shared: bool,
}

impl Cuts {
    /// Targets that make sense: below, there are more requests than media; beyond, players do not
    /// start.
    pub const TARGETS_MS: RangeInclusive<u64> = 200..=60_000;

    /// The target in ticks.
    pub(super) fn target(self) -> u64 {
        let ticks = u64::from(Timescale::SMOOTH.ticks_per_second() / 1000);
        self.target_ms.saturating_mul(ticks).max(1)
    }
}

impl Default for Cuts {
    /// Chunks of two seconds, which is what encoders for Smooth Streaming make.
    fn default() -> Self {
        Self { target_ms: 2000, shared: false }
    }
}

/// How far apart levels may start a fragment, in ticks of [`Timescale::SMOOTH`](crate::base::time::Timescale::SMOOTH): a millisecond,
/// as times in files are rounded.
pub(super) const TOLERANCE: u64 = 10_000;

/// Where to cut video that can be cut at `syncs`, in order, and that stops at `end`.
///
/// From each cut, the next is the sync sample whose distance is nearest to `target`; the earlier
/// of two. The end counts as one too: what is left before it is not cut once more only because
/// there is a sync sample in it.
pub(super) fn pictures(syncs: impl Iterator<Item = u64>, end: u64, target: u64) -> Vec<u64> {
    let mut syncs = syncs.take_while(|&sync| sync < end);
    let Some(mut cut) = syncs.next() else { return Vec::new() };
    let mut cuts = vec![cut];
    let mut nearest: Option<u64> = None;
    for sync in syncs.chain([end]) {
        let wanted = cut.saturating_add(target);
        let passed = |&nearest: &u64| nearest.abs_diff(wanted) <= sync.abs_diff(wanted);
        if let Some(next) = nearest.filter(passed) {
            cuts.push(next);
            cut = next;
        }
        nearest = (sync > cut).then_some(sync);
    }
    cuts
}

/// Those of `syncs` near which there is one of `others`; and the first, for there all must begin.
pub(super) fn shared(
    syncs: impl Iterator<Item = u64>,
    others: impl Iterator<Item = u64>,
) -> impl Iterator<Item = u64> {
    let mut others = others.peekable();
    syncs.enumerate().filter_map(move |(at, sync)| {
        while others.next_if(|&other| other.saturating_add(TOLERANCE) < sync).is_some() {}
        let near = |&other: &u64| other <= sync.saturating_add(TOLERANCE);
        (at == 0 || others.peek().is_some_and(near)).then_some(sync)
    })
}

/// Where audio and text are cut: where the video is, and every target where there are none.
pub(super) struct Grid {
    /// When the chunks of the video start, if there are any.
    pub(super) pictures: Vec<u64>,
    /// When the last of those ends.
    pub(super) pictures_end: u64,
    pub(super) target: u64,
}

/// The cuts of a grid, found start by start: where chunks can start, in order, at the first of these at or
/// after each point of the grid.
pub(super) struct GridCuts {
    grid: Grid,
    /// When the last chunk stops.
    end: u64,
    cuts: Vec<u64>,
    next: Option<u64>,
}

impl GridCuts {
    pub(super) fn new(grid: Grid, end: u64) -> Self {
        Self { grid, end, cuts: Vec::new(), next: Some(0) }
    }

    /// A chunk can start there.
    pub(super) fn push(&mut self, start: u64) {
        if start < self.end && self.next.is_some_and(|next| start >= next) {
            self.cuts.push(start);
            let first = self.cuts.first().copied().unwrap_or(start);
            self.next = self.grid.after(start, first, self.end);
        }
    }

    /// When the chunks start.
    pub(super) fn finish(self) -> Vec<u64> {
        self.cuts
    }
}

impl Grid {
    /// The first point after `at` of a grid over `first..end`.
    fn after(&self, at: u64, first: u64, end: u64) -> Option<u64> {
        let point = self.pictures.partition_point(|&cut| cut <= at);
        match (self.pictures.get(point), point) {
            (None, 0) => self.step(at, first, end),
            (Some(&cut), 0) => self.step(at, first, cut).or(Some(cut)),
            (Some(&cut), _) => Some(cut),
            (None, _) => self.step(at, self.pictures_end, end),
        }
    }

    /// The first point after `at` of those that lie every target from `from` on, as long as there is
    /// a whole one until `to`.
    fn step(&self, at: u64, from: u64, to: u64) -> Option<u64> {
        let target = self.target.max(1);
        let steps = at.checked_sub(from).map_or(0, |passed| passed / target + 1);
        let point = from.checked_add(steps.checked_mul(target)?)?;
        (to.saturating_sub(point) >= target).then_some(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(syncs: &[u64], end: u64, target: u64) -> Vec<u64> {
        pictures(syncs.iter().copied(), end, target)
    }

    #[test]
    fn pictures_are_cut_at_the_sync_sample_nearest_to_the_target() {
        assert_eq!(near(&[0, 20, 40, 60], 75, 20), [0, 20, 40, 60]);
        assert_eq!(near(&[0, 10, 20, 30, 40, 50], 60, 20), [0, 20, 40]);
        assert_eq!(near(&[0, 19, 24, 38, 45], 60, 20), [0, 19, 38]);
        // A tie: the earlier.
        assert_eq!(near(&[0, 18, 22, 38], 60, 20), [0, 18, 38]);
        // None near: the next there is.
        assert_eq!(near(&[0, 90, 95, 105], 200, 20), [0, 90, 105]);
        assert_eq!(near(&[5, 5, 5, 25, 25], 45, 20), [5, 25]);
        assert_eq!(near(&[0], 1, 20), [0]);
        assert_eq!(near(&[], 0, 20), [0; 0]);
    }

    #[test]
    fn what_is_left_at_the_end_is_not_cut_once_more() {
        let all: Vec<u64> = (0..75).collect();
        assert_eq!(near(&all, 75, 20), [0, 20, 40, 60]);
        assert_eq!(near(&[0, 20, 29], 31, 20), [0, 20]);
        assert_eq!(near(&[0, 20, 39], 60, 20), [0, 20, 39]);
        // A last sample that lasts no time is no chunk.
        assert_eq!(near(&[0, 20, 40], 40, 20), [0, 20]);
    }

    #[test]
    fn shared_cuts_are_those_that_every_level_has() {
        let second = 10_000_000;
        let first = [0, second, 2 * second, 3 * second];
        let other = [1, 2 * second + TOLERANCE, 3 * second + TOLERANCE + 1, 4 * second];
        let both: Vec<u64> = shared(first.into_iter(), other.into_iter()).collect();
        assert_eq!(both, [0, 2 * second]);
        // All have to begin with the first: whether they do is found out when they are cut.
        assert_eq!(shared([7].into_iter(), [].into_iter()).collect::<Vec<_>>(), [7]);
    }

    fn follow(pictures: &[u64], pictures_end: u64, starts: &[u64], end: u64) -> Vec<u64> {
        let grid = Grid { pictures: pictures.to_vec(), pictures_end, target: 20 };
        let mut cuts = GridCuts::new(grid, end);
        starts.iter().for_each(|&start| cuts.push(start));
        cuts.finish()
    }

    #[test]
    fn sound_is_cut_after_the_pictures() {
        let frames: Vec<u64> = (0..20).map(|at| at * 3).collect();
        assert_eq!(follow(&[0, 20, 40], 60, &frames, 60), [0, 21, 42]);
        // It ends before the video.
        assert_eq!(follow(&[0, 20, 40, 60], 80, &frames, 60), [0, 21, 42]);
        // It ends a little after them.
        assert_eq!(follow(&[0, 20], 40, &frames, 57), [0, 21]);
        // It ends long after them.
        assert_eq!(follow(&[0], 15, &frames, 60), [0, 15, 36]);
        // It begins long before them.
        assert_eq!(follow(&[45, 55], 60, &frames, 60), [0, 21, 45, 57]);
        // It begins after them.
        assert_eq!(follow(&[0, 20, 40], 60, &frames[9..], 60), [27, 42]);
    }

    #[test]
    fn chunks_without_a_sample_are_part_of_the_one_before() {
        assert_eq!(follow(&[0, 20, 40, 60], 80, &[3, 50, 70], 90), [3, 50, 70]);
        assert_eq!(follow(&[0, 20, 40, 60], 80, &[3], 90), [3]);
    }

    #[test]
    fn without_pictures_every_target() {
        let frames: Vec<u64> = (0..25).map(|at| 2 + at * 3).collect();
        assert_eq!(follow(&[], 0, &frames, 77), [2, 23, 44]);
        // A pause of half of all time takes no longer than any other.
        assert_eq!(follow(&[], 0, &[0, u64::MAX / 2], u64::MAX), [0, u64::MAX / 2]);
    }
}
