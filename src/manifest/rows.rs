//! Chunks as manifests list them: those in a row that last equally long, as one.

use crate::base::chunk::Row;

/// Lines of chunks that are remembered, to be copied for others that are alike. Chunks of audio have one of a few
/// lengths.
pub(super) const LINES: usize = 8;

/// Chunks that last equally long, each of which starts where the one before it ends, as an element lists them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Listed {
    /// When the first starts, if that is not where those before end, or at 0.
    pub(super) start: Option<u64>,
    /// Ticks of each.
    pub(super) duration: u64,
    /// How many there are.
    pub(super) count: usize,
}

/// `rows`, of which those that go on as the one before them are listed with it, but no more than `longest` chunks in one.
pub(super) fn listed(
    mut rows: impl Iterator<Item = Row>,
    longest: usize,
) -> impl Iterator<Item = Listed> {
    let (mut row, mut end) = (rows.next(), Some(0));
    std::iter::from_fn(move || {
        let Row { first, mut count } = row?;
        let start = (end != Some(first.start)).then_some(first.start);
        let rest = row.and_then(|row| row.after(longest));
        if rest.is_some() {
            count = longest;
        }
        end = Row { first, count }.end();
        row = rest.or_else(|| rows.next());
        while let Some(next) = row
            && next.first.duration == first.duration
            && Some(next.first.start) == end
            && let Some(together) = count.checked_add(next.count).filter(|&it| it <= longest)
        {
            count = together;
            end = next.end();
            row = rows.next();
        }
        Some(Listed { start, duration: first.duration, count })
    })
}
