//! The runs of bytes of a source that a fragment or a segment is made of.

use super::{Admin, AdminError};
use crate::base::range::ByteRange;
use crate::base::target::SegmentTarget;
use crate::describe::made_of;
use crate::index::{Index, Media, Stream, Track};
use crate::library::{Found, Known, Runtime};
use crate::store::{Cache, IndexStore, ObjectStore};
use serde_json::Value;
use std::rc::Rc;

/// The query for the runs of a segment.
pub(super) struct Wanted<'a> {
    pub(super) presentation: &'a str,
    pub(super) index: &'a Rc<Index>,
    pub(super) stream: &'a Stream,
    pub(super) track: &'a Track,
    /// In ticks of the stream: the first chunk is the one that plays then.
    pub(super) from: u64,
    pub(super) target: SegmentTarget,
}

impl<O, I, R, C, S> Admin<'_, O, I, R, C, S>
where
    O: ObjectStore + 'static,
    I: IndexStore + 'static,
    R: Runtime,
    C: Cache,
{
    /// The runs of bytes of the source that the segment is made of, in the order in which it has them.
    pub(super) async fn runs(&self, wanted: &Wanted<'_>) -> Result<Value, AdminError> {
        let Wanted { index, stream, from, target, .. } = *wanted;
        let first = stream.timeline.place_at(from);
        let segment = stream.timeline.segment(first, target, stream.timescale);
        let chunks = segment.map_or(0, |segment| segment.chunks);
        let mut runs = Vec::new();
        for at in first..first.saturating_add(chunks) {
            for run in self.runs_at(wanted, at).await? {
                join(&mut runs, run);
            }
        }
        Ok(made_of(index, stream, first..first.saturating_add(chunks), &runs))
    }

    /// The runs of the fragment at place `at`.
    async fn runs_at(&self, wanted: &Wanted<'_>, at: usize) -> Result<Vec<ByteRange>, AdminError> {
        let pages = match &wanted.track.media {
            Media::Fragments { extents, .. } => return Ok(extents.range(at).into_iter().collect()),
            Media::Cues(cues) => return Ok(cues.range(at).into_iter().collect()),
            Media::Samples(pages) => pages,
        };
        let found = pages.find(at);
        let found = found.and_then(|(page, at)| Some((pages.entries.get(page)?.digest, at)));
        let Some((page, at)) = found else { return Ok(Vec::new()) };
        let known = Known::stored(Rc::clone(wanted.index), Found::Memory);
        let (fragment, _) = self.library.sampled(wanted.presentation, &known, page, at).await?;
        Ok(fragment.runs.into_iter().map(|run| run.range).collect())
    }
}

/// Puts `run` behind the others: into the last, where it lies behind that.
fn join(runs: &mut Vec<ByteRange>, run: ByteRange) {
    let joined = runs.last().filter(|last| last.end() == run.start());
    let joined = joined.and_then(|last| ByteRange::new(last.start(), run.end()));
    match (joined, runs.last_mut()) {
        (Some(joined), Some(last)) => *last = joined,
        _ if run.is_empty() => {}
        _ => runs.push(run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_behind_each_other_are_one() {
        let range = |start, end| ByteRange::new(start, end).unwrap();
        let mut runs = Vec::new();
        for run in [range(5, 7), range(7, 9), range(9, 9), range(12, 14), range(3, 5)] {
            join(&mut runs, run);
        }
        assert_eq!(runs, [range(5, 9), range(12, 14), range(3, 5)]);
    }
}
