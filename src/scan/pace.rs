//! How many frames a second the samples of a track are.

use super::Samples;
use crate::base::frame_rate::{FrameRate, Pace};
use crate::base::time::Timescale;

/// That of all samples but the last, if there are others: nothing comes after it that could say how long
/// it lasts, and writers put there what they like.
pub(super) fn frame_rate(samples: &Samples, timescale: Timescale) -> Option<FrameRate> {
    let mut pace = Pace::new(timescale);
    durations(samples).for_each(|duration| pace.push(duration));
    pace.frame_rate()
}

/// Durations of all samples but the last, if there are others.
pub(super) fn durations(samples: &Samples) -> impl Iterator<Item = u32> + '_ {
    let bounded = samples.len().saturating_sub(1).max(1);
    samples.iter().take(bounded).map(|sample| sample.duration)
}
