//! The most bits a second that a track takes.

use super::Timeline;
use crate::base::time::Timescale;
use std::collections::VecDeque;

impl Timeline {
    /// The most bits a second that it takes to send chunks of these `sizes` in bytes, in ticks of
    /// `timescale`.
    ///
    /// What counts is any stretch that lasts at least half the target duration and at most one and a
    /// half of it (`RFC 8216` 4.3.4.2): a last chunk of a few frames is not a peak. Where all of it lasts
    /// less, it is the one stretch. Stretches of more than [`Timeline::STRIDE`] chunks are not looked at.
    pub fn peak(&self, sizes: impl Iterator<Item = u64>, timescale: Timescale) -> u32 {
        let target = self.target_seconds(timescale) * u128::from(timescale.ticks_per_second());
        let mut latest: VecDeque<(u128, u128)> = VecDeque::new();
        let (mut whole, mut peak) = ((0u128, 0u128), None);
        for (chunk, size) in self.iter().zip(sizes) {
            let chunk = (u128::from(chunk.duration), u128::from(size));
            whole = (whole.0 + chunk.0, whole.1 + chunk.1);
            latest.push_front(chunk);
            latest.truncate(Self::STRIDE);
            let stretches = latest.iter().scan((0, 0), |stretch, chunk| {
                *stretch = (stretch.0 + chunk.0, stretch.1 + chunk.1);
                Some(*stretch)
            });
            let counting = stretches
                .skip_while(|(ticks, _)| 2 * ticks < target)
                .take_while(|(ticks, _)| 2 * ticks <= 3 * target);
            let rates = counting.map(|(ticks, bytes)| bits_a_second(bytes, ticks, timescale));
            peak = peak.max(rates.max());
        }
        peak.unwrap_or_else(|| bits_a_second(whole.1, whole.0, timescale))
    }

    /// The longest chunk in whole seconds, to the nearest (`RFC 8216` 4.3.3.1); at least one.
    fn target_seconds(&self, timescale: Timescale) -> u128 {
        let second = u128::from(timescale.ticks_per_second());
        let longest = self.iter().map(|chunk| chunk.duration).max().unwrap_or(0);
        ((u128::from(longest) + second / 2) / second).max(1)
    }
}

/// Bits a second of so many bytes over so many ticks, rounded up; never 0.
pub fn bits_a_second(bytes: u128, ticks: u128, timescale: Timescale) -> u32 {
    let bits = bytes.saturating_mul(8 * u128::from(timescale.ticks_per_second()));
    u32::try_from(bits.div_ceil(ticks.max(1))).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chunk::Chunk;

    #[test]
    fn a_peak_is_of_a_whole_stretch() {
        let peak = |durations: &[u64], sizes: &[u64]| {
            let mut start = 0;
            let chunks: Vec<Chunk> = durations
                .iter()
                .map(|&duration| {
                    start += duration;
                    Chunk { start: start - duration, duration }
                })
                .collect();
            let timescale = Timescale::new(10).unwrap();
            Timeline::new(&chunks).unwrap().peak(sizes.iter().copied(), timescale)
        };
        assert_eq!(peak(&[20, 20, 20], &[1000, 3000, 2000]), 12_000);
        // The last chunk alone would take 40 kb/s; with the one before it, it takes less.
        assert_eq!(peak(&[20, 20, 1], &[1000, 1000, 500]), 5715);
        // Three chunks together are the shortest stretch of half a second.
        assert_eq!(peak(&[10, 2, 2, 2], &[1000, 300, 100, 500]), 12_000);
        // A longer stretch can take more than the shorter ones in it.
        assert_eq!(peak(&[4, 4, 4], &[900, 0, 900]), 12_000);
        // What lasts less than half a second in all is the one stretch.
        assert_eq!(peak(&[2, 2], &[100, 50]), 3000);
        assert_eq!(peak(&[1], &[0]), 1);
        assert_eq!(peak(&[], &[]), 1);
    }
}
