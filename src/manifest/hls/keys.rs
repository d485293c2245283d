//! The keys of a playlist: it states them in front of the first segment that is not in the clear.

use crate::base::chunk::Chunk;
use crate::index::{Stream, Track};
use crate::manifest::protection::{Systems, Tag};
use crate::protection::protection;
use crate::view::{View, ViewError};

/// The keys of a level, as long as they are not stated.
pub(super) struct Keys {
    tags: Option<String>,
    /// When the first chunk starts that is not in the clear, in ticks of the stream.
    clear_until: u64,
}

impl Keys {
    /// The keys of `track`, which is in `stream` of the view.
    pub(super) fn of(view: &View<'_>, stream: &Stream, track: &Track) -> Result<Self, ViewError> {
        let protection = protection(stream.kind, &track.sample_entry)
            .map_err(|cause| ViewError::protection(stream, track, cause))?;
        let tags = protection.map(|level| Systems::of(view).tags(Tag::Key, &level));
        let clear_until = match track.media.clear().map_or(0, |clear| clear.first) {
            0 => 0,
            first => stream.timeline.chunk(first).map_or(u64::MAX, |chunk| chunk.start),
        };
        Ok(Self { tags, clear_until })
    }

    /// None, of a stream that is never protected.
    pub(super) fn none() -> Self {
        Self { tags: None, clear_until: 0 }
    }

    /// States them before the segment that plays at `span`, unless all of that is in the clear: a key is of every segment
    /// behind it (`RFC 8216` 4.3.2.4).
    pub(super) fn before(&mut self, span: Chunk, out: &mut String) {
        let is_due = |_: &mut String| span.end().is_none_or(|end| end > self.clear_until);
        if let Some(tags) = self.tags.take_if(is_due) {
            out.push_str(&tags);
        }
    }
}
