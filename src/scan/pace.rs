//! How many frames a second the samples of a track are.

use super::Samples;
use crate::base::frame_rate::{FrameRate, Pace};
use crate::base::time::Timescale;

/// That of all samples but the last, if there are others: nothing comes after it that could say how long
/// it lasts, and writers put there what they like.
pub(super) fn frame_rate(samples: &Samples, timescale: Timescale) -> Option<FrameRate> {
    let mut pace = Pace::new(timescale);
    durations(samples).for_each(|(count, duration)| {
        pace.push_run(count, duration);
    });
    pace.frame_rate()
}

/// Durations of all samples but the last, if there are others: of how many in a row, and how long each lasts.
pub(super) fn durations(samples: &Samples) -> impl Iterator<Item = (usize, u32)> + '_ {
    let mut left = samples.len().saturating_sub(1).max(1);
    samples.durations().map_while(move |(count, duration)| {
        let count = (left > 0).then(|| left.min(usize::try_from(count).unwrap_or(left)))?;
        left = left.saturating_sub(count);
        Some((count, duration))
    })
}
