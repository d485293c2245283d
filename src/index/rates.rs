//! Bit rates of a track: the most, and the average.

use super::wire::{FormatError, Reader, Writer};
use super::{Timeline, bits_a_second};
use crate::base::time::Timescale;

/// How many bits a second it takes to send a track as segments of CMAF; none is zero.
///
/// They are kept as they follow from the size of every fragment: a manifest of a long film would look
/// at tens of thousands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BitRates {
    /// Over all of it.
    pub average: u32,
    /// Over any stretch of it at most ([`Timeline::peak`]), and no less than the average.
    pub peak: u32,
    /// Over any stretch of nothing but the first keyframe of each segment; the peak where their sizes
    /// are not known.
    pub key_peak: u32,
}

impl BitRates {
    /// The bit rates of segments of these `sizes` in bytes, one for each chunk of `timeline`.
    pub fn of(timeline: &Timeline, timescale: Timescale, sizes: &[u64]) -> Self {
        let ticks = timeline.end().saturating_sub(timeline.start());
        let bytes = sizes.iter().map(|&size| u128::from(size)).sum();
        let average = bits_a_second(bytes, ticks.into(), timescale);
        let peak = timeline.peak(sizes.iter().copied(), timescale).max(average);
        Self { average, peak, key_peak: peak }
    }

    pub(super) fn encode(self, out: &mut Writer) {
        out.varint(self.average.into());
        out.varint(self.peak.into());
        out.varint(self.key_peak.into());
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self { average: from.narrow()?, peak: from.narrow()?, key_peak: from.narrow()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chunk::Chunk;

    #[test]
    fn on_average_and_at_most() {
        let chunks = [0, 20_000_000].map(|start| Chunk { start, duration: 20_000_000 });
        let timeline = Timeline::new(&chunks).unwrap();
        let rates = BitRates::of(&timeline, Timescale::SMOOTH, &[1000, 3000]);
        assert_eq!(rates, BitRates { average: 8000, peak: 12_000, key_peak: 12_000 });
    }

    #[test]
    fn at_most_is_no_less_than_on_average() {
        let gap = [0, 5_000_000].map(|start| Chunk { start, duration: 1 });
        let timeline = Timeline::new(&gap).unwrap();
        let rates = BitRates::of(&timeline, Timescale::SMOOTH, &[1000, 1000]);
        assert!(rates.average > 1 && rates.peak >= rates.average, "{rates:?}");
        let nothing = BitRates { average: 1, peak: 1, key_peak: 1 };
        let timeline = Timeline::new(&[]).unwrap();
        assert_eq!(BitRates::of(&timeline, Timescale::SMOOTH, &[]), nothing);
    }
}
