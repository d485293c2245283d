//! The two sample entries of a protected track that is in the clear in part.

use crate::index::EntryPair;
use crate::isobmff::{MovieTrack, SampleEntry};

/// The entry that says how the samples of `track` are coded: the first, unless the second says the same of protected
/// samples; and how a fragment says of which it is, if there is one for protected samples and one for the same in the clear.
pub(super) fn entry<'t, 'm>(track: &'t MovieTrack<'m>) -> (&'t SampleEntry<'m>, Option<EntryPair>) {
    let first = &track.entry;
    let Some(second) = track.second_entry.as_ref() else { return (first, None) };
    let is_pair = first.is_protected != second.is_protected
        && matches!((first.in_the_clear(), second.in_the_clear()), (Ok(one), Ok(other)) if one == other);
    let (protected, clear) = if first.is_protected { (first, 2) } else { (second, 1) };
    let entries = EntryPair::new(clear, track.default_sample_description_index);
    match entries.filter(|_| is_pair) {
        Some(entries) => (protected, Some(entries)),
        None => (first, None),
    }
}
