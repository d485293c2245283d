//! Chunks as manifests list them: those in a row that last equally long, as one.

use crate::base::chunk::Chunk;

/// Chunks that last equally long, each of which starts where the one before it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Row {
    /// When the first starts, if that is not where the row before ends, or at 0.
    pub(super) start: Option<u64>,
    /// Ticks of each.
    pub(super) duration: u64,
    /// How many there are.
    pub(super) count: u64,
}

/// `chunks`, at most `longest` in one row.
pub(super) fn rows(chunks: impl Iterator<Item = Chunk>, longest: u64) -> impl Iterator<Item = Row> {
    let mut chunks = chunks.peekable();
    let mut end = Some(0);
    std::iter::from_fn(move || {
        let first = chunks.next()?;
        let start = (end != Some(first.start)).then_some(first.start);
        let (duration, mut count) = (first.duration, 1);
        end = first.end();
        while count < longest
            && let Some(next) =
                chunks.next_if(|next| next.duration == duration && Some(next.start) == end)
        {
            count += 1;
            end = next.end();
        }
        Some(Row { start, duration, count })
    })
}
