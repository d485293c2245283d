//! Segments of several chunks: from a request to all fragments that one is made of.

use super::{LocateError, Located, Place, Read};
use crate::base::range::ByteRange;
use crate::base::target::SegmentTarget;

/// A segment of several chunks, and the fragments that it is made of.
#[derive(Clone, Debug)]
pub struct LocatedSegment<'a> {
    /// Its first fragment, but with the time that all of the segment takes; and with the cues of all of it, if it
    /// is of cues.
    pub whole: Located<'a>,
    /// One for each chunk, in order; at least two.
    pub fragments: Vec<Located<'a>>,
}

impl<'a> LocatedSegment<'a> {
    /// The segment that begins with the fragment `first` and lasts about as long as `target`; `None` if it is that
    /// fragment alone.
    pub fn of(first: &Located<'a>, target: SegmentTarget) -> Result<Option<Self>, LocateError> {
        if target == SegmentTarget::CHUNK {
            return Ok(None);
        }
        let Located { stream, number, .. } = *first;
        let segment = stream.timeline.segment(number, target, stream.timescale);
        let Some(segment) = segment.filter(|segment| segment.chunks > 1) else { return Ok(None) };
        let numbers = number..number.saturating_add(segment.chunks);
        let fragments = numbers.map(|number| first.fragment_at(number)).collect::<Option<Vec<_>>>();
        let no_chunk =
            || LocateError::NoSuchTime { stream: stream.name.clone(), start: first.chunk.start };
        let fragments = fragments.ok_or_else(no_chunk)?;
        if let Some(missing) = fragments.iter().find(|fragment| fragment.place.is_missing()) {
            let (stream, start) = (stream.name.clone(), missing.chunk.start);
            return Err(LocateError::MissingChunk { stream, start });
        }
        let whole =
            Located { chunk: segment.span, place: joined(first.place, &fragments), ..*first };
        Ok(Some(Self { whole, fragments }))
    }

    /// The reads of the source that give all its samples, if the index knows those of each chunk; else none.
    pub fn reads(&self) -> Vec<ByteRange> {
        let reads: Vec<_> = self.fragments.iter().map(Located::reads).collect();
        if reads.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        let reads = Read::plan(&reads.concat()).unwrap_or_default();
        reads.iter().map(Read::range).collect()
    }

    /// How many chunks it is of: distinguishes segments that begin with the same.
    pub fn chunks(&self) -> usize {
        self.fragments.len()
    }
}

/// Where all cues of `fragments` lie, if it is cues that `first` is made of; else `first`.
fn joined(first: Place, fragments: &[Located<'_>]) -> Place {
    let Place::Cues { range, syntax, zero } = first else { return first };
    let stretches = fragments.iter().filter_map(|fragment| match fragment.place {
        Place::Cues { range, .. } if !range.is_empty() => Some(range),
        _ => None,
    });
    let range = stretches.reduce(across).unwrap_or(range);
    Place::Cues { range, syntax, zero }
}

/// The least range that has all of both.
fn across(one: ByteRange, other: ByteRange) -> ByteRange {
    let (start, end) = (one.start().min(other.start()), one.end().max(other.end()));
    ByteRange::new(start, end).unwrap_or(one)
}
