//! Samples that were gathered from fragments, in as little room as they can be had from.

use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::isobmff::TableSample as ScannedSample;

/// A sample, decoded when the one before it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Gathered {
    /// Where its bytes begin in the file.
    pub(super) offset: u64,
    /// What a `trun` says of it.
    pub(super) sample: Sample,
}

impl Gathered {
    /// Where its bytes lie; `None` if that is beyond 2^64.
    pub(super) fn range(&self) -> Option<ByteRange> {
        ByteRange::with_length(self.offset, self.sample.size.into())
    }

    /// The sample as `sample` says it.
    pub(super) fn of(sample: &ScannedSample) -> Self {
        Self { offset: sample.range.start(), sample: sample.alone() }
    }
}

/// The samples of one track under way.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Gathering {
    /// Whether it is of video, of which nothing can be left out.
    is_video: bool,
    /// When the first is decoded, in ticks.
    start: u64,
    /// When the last one ends.
    end: u64,
    /// How many ticks before 0 the next one is decoded.
    early: u64,
    samples: Vec<Gathered>,
}

impl Gathering {
    /// None yet.
    pub(super) fn new(is_video: bool) -> Self {
        Self { is_video, ..Self::default() }
    }

    /// When the last sample so far ends, in ticks.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// How many samples there are.
    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }

    /// When the next sample is decoded if a `tfxd` has `time` for it, and it is composed so much later. That
    /// is meant to be when it is decoded; but ffmpeg writes when it is composed, counted from when the first
    /// of all is. Of the two, the one counts that is nearer to the end of the sample before it.
    pub(super) fn decoded(&self, time: i64, composition_offset: i32) -> i64 {
        let Some(first) = self.samples.first() else { return time };
        let late = i64::from(composition_offset) - i64::from(first.sample.composition_offset);
        let end = i64::try_from(self.end).unwrap_or(i64::MAX);
        let by_composition = time.saturating_sub(late);
        match by_composition.abs_diff(end) < time.abs_diff(end) {
            true => by_composition,
            false => time,
        }
    }

    /// Has the next sample decoded at `start`, in ticks: the one before it lasts until then. Only the first
    /// can be decoded before 0.
    pub(super) fn go_on_at(&mut self, start: i64) -> Result<(), &'static str> {
        let is_late = || "the fragment starts before the last sample of the one before it";
        let Some(Gathered { sample: last, .. }) = self.samples.last_mut() else {
            self.start = u64::try_from(start).unwrap_or(0);
            (self.end, self.early) = (self.start, start.min(0).unsigned_abs());
            return Ok(());
        };
        let start = u64::try_from(start).map_err(|_| is_late())?;
        let decoded = self.end.saturating_sub(last.duration.into());
        let lasts = start.checked_sub(decoded).ok_or_else(is_late)?;
        last.duration = u32::try_from(lasts).map_err(
            |_| "the fragment starts longer after the one before it than a sample lasts",
        )?;
        self.end = start;
        Ok(())
    }

    /// Takes in the next sample. Of one that is decoded before 0, what lies before that is cut off.
    pub(super) fn push(&mut self, Gathered { mut offset, mut sample }: Gathered) {
        if self.early > 0 {
            let early = i32::try_from(self.early).unwrap_or(i32::MAX);
            let cut = u32::try_from(self.early).unwrap_or(u32::MAX).min(sample.duration);
            self.early = self.early.saturating_sub(cut.into());
            sample.duration = sample.duration.saturating_sub(cut);
            sample.composition_offset = sample.composition_offset.saturating_sub(early);
            if sample.duration == 0 && !self.is_video {
                return;
            }
        }
        if sample.size == 0 {
            // It has no bytes that could lie where the file says, which may be anywhere.
            let last = self.samples.last().and_then(Gathered::range);
            offset = last.map_or(0, ByteRange::end);
        }
        self.end = self.end.saturating_add(sample.duration.into());
        self.samples.push(Gathered { offset, sample });
    }

    /// The samples in the order of decoding, without when they are decoded.
    pub(super) fn samples(&self) -> &[Gathered] {
        &self.samples
    }

    /// The samples in the order of decoding.
    pub(super) fn iter(&self) -> impl Iterator<Item = ScannedSample> + '_ {
        let mut decode = self.start;
        self.samples.iter().map_while(move |gathered| {
            let Sample { duration, composition_offset, flags, .. } = gathered.sample;
            let range = gathered.range()?;
            let sample = ScannedSample { decode, duration, composition_offset, range, flags };
            decode = decode.saturating_add(duration.into());
            Some(sample)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_without_bytes_lies_behind_the_one_before_it() {
        let mut gathering = Gathering::new(false);
        for (offset, size) in [(1 << 40, 0), (100, 5), (1 << 40, 0), (200, 1)] {
            let sample = Sample { size, duration: 1, composition_offset: 0, flags: 0 };
            gathering.push(Gathered { offset, sample });
        }
        let ranges: Vec<_> = gathering.iter().map(|sample| sample.range).collect();
        let range = |start, end| ByteRange::new(start, end).unwrap();
        assert_eq!(ranges, [range(0, 0), range(100, 105), range(105, 105), range(200, 201)]);
    }
}
