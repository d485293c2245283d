//! Fragments, put into pages as they are made: no more than one page of samples is ever held.

use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::fragment::{Checked, Lengths};
use crate::index::{BitRates, Digest, Page, PageEntry, Pages, Reads, SampledFragment, Timeline};

/// The pages of one track under way.
#[derive(Default)]
pub(super) struct Paging {
    entries: Vec<PageEntry>,
    values: Values,
    /// Those of the page that is not closed yet.
    fragments: Vec<SampledFragment>,
    samples: usize,
    bytes: u128,
    /// Of each fragment.
    lengths: Vec<Lengths>,
    /// Of each fragment.
    reads: Vec<Vec<ByteRange>>,
}

/// The pages of one track in their stored form.
pub(super) type Values = Vec<Vec<u8>>;

/// The pages of one track.
pub(super) struct Paged {
    pub(super) pages: Pages,
    pub(super) rates: BitRates,
    pub(super) values: Values,
    /// What all samples together have.
    pub(super) bytes: u128,
}

impl Paging {
    pub(super) fn push(&mut self, fragment: SampledFragment, Checked { lengths, reads }: Checked) {
        self.samples = self.samples.saturating_add(fragment.samples.len());
        let bytes = fragment.runs.iter().map(|run| run.range.length()).fold(0, u64::saturating_add);
        self.bytes += u128::from(bytes);
        self.lengths.push(lengths);
        self.reads.push(reads);
        self.fragments.push(fragment);
        if self.samples >= Page::SAMPLES || self.fragments.len() >= Page::FRAGMENTS {
            self.close();
        }
    }

    /// The pages of all that was pushed, whose times are in `timescale`: a fragment for each chunk
    /// of `timeline`, which is in Smooth Streaming's.
    pub(super) fn finish(
        mut self,
        (timescale, early): (Timescale, u64),
        timeline: &Timeline,
    ) -> Paged {
        if !self.fragments.is_empty() {
            self.close();
        }
        let segments: Vec<u64> = self.lengths.iter().map(|lengths| lengths.segment).collect();
        let key_frames = self.lengths.iter().map(|lengths| lengths.key_frame);
        let rates = BitRates {
            key_peak: timeline.peak(key_frames, Timescale::SMOOTH),
            ..BitRates::of(timeline, Timescale::SMOOTH, &segments)
        };
        let reads = Reads::new(&self.reads);
        let pages = Pages { timescale, early, entries: self.entries, reads };
        Paged { pages, rates, values: self.values, bytes: self.bytes }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chunk::Chunk;
    use crate::base::sample::Sample;
    use crate::index::Run;

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
        let lengths = Lengths { segment: 1000, key_frame: 110 };
        let read = |start| ByteRange::with_length(start * 1000, 900).unwrap();
        for start in 0..count {
            paging.push(fragment(start, samples), Checked { lengths, reads: vec![read(start)] });
        }
        let second = |at| Chunk { start: at * 10_000_000, duration: 10_000_000 };
        let chunks: Vec<Chunk> = (0..count).map(second).collect();
        let timeline = Timeline::new(&chunks).unwrap();
        let Paged { pages, rates, values, bytes } =
            paging.finish((Timescale::SMOOTH, 0), &timeline);
        assert_eq!(rates, BitRates { average: 8000, peak: 8000, key_peak: 880 });
        assert_eq!(bytes, 10 * u128::from(count) * u128::try_from(samples).unwrap());
        assert_eq!(values.len(), pages.entries.len());
        let mut start = 0;
        for (value, entry) in values.iter().zip(&pages.entries) {
            let page = Page::decode(value, entry.digest).unwrap();
            assert_eq!(page.len(), entry.fragments);
            for at in 0..page.len() {
                assert_eq!(page.fragment(at), Some(fragment(start, samples)));
                let reads = pages.reads.of(usize::try_from(start).unwrap());
                assert_eq!(reads.collect::<Vec<_>>(), [read(start)]);
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
