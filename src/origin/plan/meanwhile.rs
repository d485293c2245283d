//! Reads of a progressive MP4 that may begin while a page of its sample tables is fetched.

use super::step::StoredRead;
use crate::fragment::{LocatedSegment, Place, Synthesis, Text, locate};
use crate::index::Index;
use crate::origin::asked::Asked;
use crate::url::Request;

/// The reads that give all samples of what `asked` is for, as far as `index` knows them, whatever its pages say; none if less
/// than that is sent.
pub(crate) fn meanwhile(asked: &Asked<'_>, index: &Index) -> Vec<StoredRead> {
    all_samples(asked, index).unwrap_or_default()
}

fn all_samples(asked: &Asked<'_>, index: &Index) -> Option<Vec<StoredRead>> {
    let Request::Fragment(request) = asked.request.as_ref().ok()? else { return None };
    let first = locate(index, request).ok()?;
    let segment = LocatedSegment::of(&first, request.target).ok()?;
    let (located, reads) = match &segment {
        Some(segment) => (&segment.whole, segment.reads()),
        None => (&first, first.reads()),
    };
    let Place::Sampled { timescale, early, .. } = located.place else { return None };
    let is_all = Synthesis::new(request.noun, located, (timescale, early)).is_of_all_samples();
    let is_sent = asked.is_for_all() && Text::new(request.noun, located).is_none();
    let reads = reads.into_iter().flat_map(|range| StoredRead::whole(located.source, range));
    (is_all && is_sent).then(|| reads.collect())
}
