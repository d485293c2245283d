//! Fragments, put into pages as they are made: no more than one page of samples is ever held.

use crate::index::{Digest, Page, PageEntry, Pages, SampledFragment, Timeline};
use crate::time::Timescale;

/// The pages of one track under way.
#[derive(Default)]
pub(super) struct Paging {
    entries: Vec<PageEntry>,
    values: Values,
    /// Those of the page that is not closed yet.
    fragments: Vec<SampledFragment>,
    samples: usize,
    bytes: u128,
    /// Of each fragment as it is sent, about.
    sizes: Vec<u64>,
}

/// The pages of one track in their stored form.
pub(super) type Values = Vec<Vec<u8>>;

/// The pages of one track.
pub(super) struct Paged {
    pub(super) pages: Pages,
    pub(super) values: Values,
    /// What all samples together have.
    pub(super) bytes: u128,
}

impl Paging {
    pub(super) fn push(&mut self, fragment: SampledFragment) {
        self.samples = self.samples.saturating_add(fragment.samples.len());
        let bytes = fragment.runs.iter().map(|run| run.range.length()).fold(0, u64::saturating_add);
        self.bytes += u128::from(bytes);
        self.sizes.push(bytes.saturating_add(overhead(&fragment)));
        self.fragments.push(fragment);
        if self.samples >= Page::SAMPLES || self.fragments.len() >= Page::FRAGMENTS {
            self.close();
        }
    }

    /// The pages of all that was pushed, whose times are in `timescale`: a fragment for each chunk
    /// of `timeline`, which is in Smooth Streaming's.
    pub(super) fn finish(mut self, timescale: Timescale, timeline: &Timeline) -> Paged {
        if !self.fragments.is_empty() {
            self.close();
        }
        let peak = timeline.peak(self.sizes.iter().copied(), Timescale::SMOOTH);
        let sent = self.sizes.iter().copied().fold(0, u64::saturating_add);
        let Self { entries, values, bytes, .. } = self;
        Paged { pages: Pages { timescale, bytes: sent, peak, entries }, values, bytes }
    }

    fn close(&mut self) {
        let value = Page::new(&self.fragments).encode();
        let (fragments, digest) = (self.fragments.len(), Digest::of(&value));
        self.entries.push(PageEntry { fragments, digest });
        self.values.push(value);
        self.fragments.clear();
        self.samples = 0;
    }
}

/// Bytes of the boxes around a fragment's samples, about: those that there is one of, and what a
/// `trun` says of each sample.
fn overhead(fragment: &SampledFragment) -> u64 {
    const BOXES: u64 = 120;
    let composed = fragment.samples.iter().any(|sample| sample.composition_offset != 0);
    let dependent = fragment.samples.iter().any(|sample| !sample.is_sync());
    let each = 8 + 4 * (u64::from(composed) + u64::from(dependent));
    let samples = u64::try_from(fragment.samples.len()).unwrap_or(u64::MAX);
    samples.saturating_mul(each).saturating_add(BOXES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Chunk, Run, Sample};
    use crate::range::ByteRange;

    fn fragment(start: u64, samples: usize) -> SampledFragment {
        let sample = Sample { size: 10, duration: 1, composition_offset: 0, flags: 0 };
        let length = 10 * u64::try_from(samples).unwrap();
        let range = ByteRange::with_length(start * 1000, length).unwrap();
        SampledFragment {
            start,
            samples: vec![sample; samples],
            runs: vec![Run { samples, range }],
        }
    }

    /// How many fragments each page has of `count` that have so many samples.
    fn paged(count: u64, samples: usize) -> Vec<usize> {
        let mut paging = Paging::default();
        (0..count).for_each(|start| paging.push(fragment(start, samples)));
        let chunks: Vec<Chunk> = (0..count).map(|start| Chunk { start, duration: 1 }).collect();
        let timeline = Timeline::new(&chunks).unwrap();
        let Paged { pages, values, bytes } = paging.finish(Timescale::SMOOTH, &timeline);
        let each = 120 + 18 * u64::try_from(samples).unwrap();
        assert_eq!(pages.bytes, each * count);
        assert_eq!(u64::from(pages.peak), (each * 80_000_000).min(u32::MAX.into()));
        assert_eq!(bytes, 10 * u128::from(count) * u128::try_from(samples).unwrap());
        assert_eq!(values.len(), pages.entries.len());
        let mut start = 0;
        for (value, entry) in values.iter().zip(&pages.entries) {
            let page = Page::decode(value, entry.digest).unwrap();
            assert_eq!(page.len(), entry.fragments);
            for at in 0..page.len() {
                assert_eq!(page.fragment(at), Some(fragment(start, samples)));
                start += 1;
            }
        }
        assert_eq!(start, count);
        pages.entries.iter().map(|entry| entry.fragments).collect()
    }

    #[test]
    fn pages_close_with_so_many_samples_or_fragments() {
        assert_eq!(paged(1, 3), [1]);
        assert_eq!(paged(5, Page::SAMPLES / 2), [2, 2, 1]);
        assert_eq!(paged(2, Page::SAMPLES), [1, 1]);
        let most = u64::try_from(Page::FRAGMENTS).unwrap();
        assert_eq!(paged(2 * most + 1, 1), [Page::FRAGMENTS, Page::FRAGMENTS, 1]);
    }
}
