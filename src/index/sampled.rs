//! A fragment that is stored nowhere: the samples it is to be made of.

use crate::base::range::ByteRange;
use crate::base::sample::Sample;

/// A fragment of one track of a progressive MP4, that is yet to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SampledFragment {
    /// When its first sample is decoded, in ticks of [`super::Pages::timescale`].
    pub start: u64,
    /// Its samples in the order of decoding, which is that of the file's tables.
    pub samples: Vec<Sample>,
    /// Where the samples' bytes lie in the source, in the same order: one range for all samples
    /// that lie behind each other.
    pub runs: Vec<Run>,
}

impl SampledFragment {
    /// `fragments` of one track as one; each begins where the one before it ends.
    pub fn joined(fragments: &[Self]) -> Self {
        Self {
            start: fragments.first().map_or(0, |first| first.start),
            samples: fragments.iter().flat_map(|each| &each.samples).copied().collect(),
            runs: fragments.iter().flat_map(|each| &each.runs).copied().collect(),
        }
    }

    /// Where each sample's bytes lie; `None` unless the runs hold exactly these samples.
    pub fn places(&self) -> Option<Vec<ByteRange>> {
        let mut rest = self.samples.as_slice();
        let mut places = Vec::with_capacity(rest.len());
        for run in &self.runs {
            let (samples, behind) = rest.split_at_checked(run.samples)?;
            let mut start = run.range.start();
            for sample in samples {
                let place = ByteRange::with_length(start, sample.size.into())?;
                places.push(place);
                start = place.end();
            }
            rest = behind;
        }
        rest.is_empty().then_some(places)
    }
}

/// Samples that lie behind each other in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    /// How many there are.
    pub samples: usize,
    /// All their bytes.
    pub range: ByteRange,
}
