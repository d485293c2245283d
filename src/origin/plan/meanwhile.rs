//! What of a progressive MP4 may be read while a page of its sample tables is looked for.

use super::step::StoredRead;
use crate::base::range::ByteRange;
use crate::fragment::Synthesis;
use crate::index::Source;
use crate::origin::asked::Asked;

/// `reads` of `source`, which give all samples, if `asked` is for all that `synthesis` makes of all of them; else none.
pub(super) fn meanwhile(
    asked: &Asked<'_>,
    synthesis: Synthesis,
    source: &Source,
    reads: Vec<ByteRange>,
) -> Vec<StoredRead> {
    if !asked.is_for_all() || !synthesis.is_of_all_samples() {
        return Vec::new();
    }
    reads.into_iter().flat_map(|range| StoredRead::whole(source, range)).collect()
}
