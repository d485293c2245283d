//! The archive of a live channel: folders, whose objects are held against the chunks of the client manifest. It has gaps
//! where nothing was sent, and lacks objects where something was lost.

use super::cuts::TOLERANCE;
use super::error::Moment;
use super::group::Group;
use super::lost::lost;
use super::pick::Picked;
use super::warning::Warning;
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::index::{Index, Media};
use crate::scan::ScannedFragment;
use std::borrow::Cow;

/// The fragments of `member`, which has those that are its `own`. Of a folder that the client manifest lists, there is one
/// for each chunk there: an empty one where the folder has none that starts then. What is not listed is not served.
pub(super) fn fragments<'a>(
    group: &Group<'_>,
    member: &Picked<'_>,
    own: &'a [ScannedFragment],
) -> Cow<'a, [ScannedFragment]> {
    let listed = group.listed.filter(|_| member.file.source.folder.is_some());
    let Some(listed) = listed.filter(|listed| !listed.stream.chunks.is_empty()) else {
        return Cow::Borrowed(own);
    };
    let (from, to) = (listed.stream.timescale, member.track.timescale);
    let near = u64::from(to.ticks_per_second() / 2000);
    let mut behind = own.first().map_or(0, |first| first.range.start());
    let mut found = 0usize;
    let chunks = listed.stream.chunks.iter().map(|chunk| {
        let (start, end) = (from.rescale(chunk.start, to)?, from.rescale(chunk.end()?, to)?);
        let at = own.partition_point(|it| it.chunk.start.saturating_add(near) < start);
        let fragment = own.get(at).filter(|it| it.chunk.start.abs_diff(start) <= near);
        let missing = || {
            let range = ByteRange::with_length(behind, 0)?;
            let chunk = Chunk { start, duration: end.checked_sub(start)? };
            Some(ScannedFragment { range, chunk })
        };
        found += usize::from(fragment.is_some());
        let fragment = fragment.copied().or_else(missing)?;
        behind = fragment.range.end();
        Some(fragment)
    });
    match chunks.collect::<Option<Vec<_>>>() {
        Some(chunks) if found > 0 => Cow::Owned(chunks),
        // Nothing of it is where it should be, which is said where the two are compared.
        _ => Cow::Borrowed(own),
    }
}

/// Start and end of a chunk, in ticks of Smooth Streaming.
pub(super) type Span = (u64, u64);

/// The cuts of an archive whose fragments are of no use: at the first keyframe of each listed chunk.
pub(super) struct ListedCuts {
    /// Each chunk that all tracks have.
    listed: Vec<Span>,
    /// When such a sample starts, and the place of its chunk.
    cuts: Vec<(u64, usize)>,
}

impl ListedCuts {
    /// The chunks of a stream whose first track lies in a folder, and that the client manifest lists.
    pub(super) fn of(group: &Group<'_>) -> Option<Self> {
        let listed = group.listed.filter(|_| group.first.file.source.folder.is_some())?;
        let smooth = |ticks| listed.stream.timescale.rescale(ticks, Timescale::SMOOTH);
        let chunk = |chunk: &Chunk| Some((smooth(chunk.start)?, smooth(chunk.end()?)?));
        let lost = lost(group);
        let kept = listed.stream.chunks.iter().filter(|chunk| !lost.contains(&chunk.start));
        let listed = kept.map(chunk).collect::<Option<Vec<_>>>()?;
        (!listed.is_empty()).then(|| Self { listed, cuts: Vec::new() })
    }

    /// Takes the time of a sample with which decoding can begin, in order.
    pub(super) fn push(&mut self, sync: u64) {
        let at = self.listed.partition_point(|&(start, _)| start <= sync.saturating_add(TOLERANCE));
        let at =
            at.checked_sub(1).filter(|&at| self.cuts.last().is_none_or(|&(_, last)| last < at));
        let is_within = |&at: &usize| self.listed.get(at).is_some_and(|&(_, end)| sync < end);
        self.cuts.extend(at.filter(is_within).map(|at| (sync, at)));
    }

    /// When each chunk starts, and when it ends: when the next one starts, unless there is a gap before that; and the last
    /// at `end`.
    pub(super) fn finish(self, end: u64) -> Vec<Span> {
        let next = self.cuts.iter().skip(1).map(|&(start, _)| start).chain([end]);
        let cuts = self.cuts.iter().zip(next);
        cuts.map(|(&(start, at), next)| (start, self.gap(at, next).unwrap_or(next))).collect()
    }

    /// Where a gap of more than a tenth of a second begins before `next`, behind the chunk at `at` and those that go on
    /// where it ends: they have no sample with which decoding can begin.
    fn gap(&self, at: usize, next: u64) -> Option<u64> {
        const NOISE: u64 = 1_000_000;
        let mut chunks = self.listed.get(at..)?.iter();
        let mut end = chunks.next()?.1;
        for &(start, later) in chunks.take_while(|&&(start, _)| start < next) {
            if end.saturating_add(NOISE) < start {
                break;
            }
            end = end.max(later);
        }
        (end.saturating_add(NOISE) < next).then_some(end)
    }
}

/// Whether samples of an archive are wanted that follow from a sync sample that starts at `time` to the next one: those that
/// start within one of the listed `chunks` are.
pub(super) fn is_listed(chunks: &[Span], time: u64) -> bool {
    let time = time.saturating_add(TOLERANCE);
    let started = chunks.partition_point(|&(start, _)| start <= time);
    let last = started.checked_sub(1).and_then(|at| chunks.get(at));
    last.is_some_and(|&(_, end)| time < end)
}

/// A warning for each track that lacks chunks.
pub(super) fn warnings(index: &Index) -> Vec<Warning> {
    let streams = index.streams.iter();
    let tracks = streams.flat_map(|stream| stream.tracks.iter().map(move |track| (stream, track)));
    let warnings = tracks.filter_map(|(stream, track)| {
        let Media::Fragments { extents, .. } = &track.media else { return None };
        let chunks = stream.timeline.iter().zip(extents.iter());
        let mut missing = chunks.filter(|(_, range)| range.is_empty());
        let (first, _) = missing.next()?;
        Some(Warning::MissingChunks {
            folder: index.sources.get(track.source)?.key.clone(),
            count: missing.count().saturating_add(1),
            first: Moment { ticks: first.start, timescale: stream.timescale },
        })
    });
    warnings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 10_000_000;

    /// When chunks start and end, in seconds, that are listed so, of a track that can be cut at `syncs` and ends at 12.
    fn cuts(listed: &[Span], syncs: &[u64]) -> Vec<Span> {
        let listed = listed.iter().map(|&(from, to)| (from * SECOND, to * SECOND)).collect();
        let mut cuts = ListedCuts { listed, cuts: Vec::new() };
        syncs.iter().for_each(|sync| cuts.push(sync * SECOND));
        let cuts = cuts.finish(12 * SECOND).into_iter();
        cuts.map(|(from, to)| (from / SECOND, to / SECOND)).collect()
    }

    #[test]
    fn a_chunk_ends_where_the_next_one_starts_unless_there_is_a_gap() {
        let whole = [(0, 2), (2, 4), (4, 6), (6, 12)];
        assert_eq!(cuts(&whole, &[0, 1, 2, 4, 6]), [(0, 2), (2, 4), (4, 6), (6, 12)]);
        let gap = [(0, 2), (2, 4), (8, 10)];
        assert_eq!(cuts(&gap, &[0, 2, 4, 6, 8]), [(0, 2), (2, 4), (8, 10)]);
    }

    #[test]
    fn what_lasts_longer_than_a_chunk_is_no_gap() {
        let whole = [(0, 2), (2, 4), (4, 6), (6, 12)];
        assert_eq!(cuts(&whole, &[0, 4]), [(0, 4), (4, 12)]);
        assert_eq!(cuts(&whole, &[0]), [(0, 12)]);
        let gap = [(0, 2), (2, 4), (8, 10), (10, 12)];
        assert_eq!(cuts(&gap, &[0, 8]), [(0, 4), (8, 12)]);
        assert_eq!(cuts(&gap, &[0, 6, 8]), [(0, 4), (8, 12)], "what begins in the gap");
    }

    #[test]
    fn samples_of_what_is_not_listed_are_not_taken() {
        let chunks = [(2, 4), (4, 6), (10, 12)].map(|(from, to)| (from * SECOND, to * SECOND));
        let listed: Vec<_> = (0..16).filter(|at| is_listed(&chunks, at * SECOND)).collect();
        assert_eq!(listed, [2, 3, 4, 5, 10, 11]);
    }
}
