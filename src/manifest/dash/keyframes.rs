//! The adaptation sets of keyframes in an MPD.

use crate::base::chunk::Row;
use crate::base::frame_rate::Pace;
use crate::index::{BitRates, Stream};
use crate::view::Level;

/// Bits a second that the keyframes of `level` take at most: less than all of its frames, also where the
/// index does not know how much less, so that clients which do not know what this set is rank it last.
pub(super) fn peak(level: &Level<'_>) -> u32 {
    let BitRates { peak, key_peak, .. } = level.track.rates;
    key_peak.min(peak.saturating_sub(1)).max(1)
}

/// One frame a chunk, at the fastest second's rate. It is always a fraction: clients that read whole numbers
/// alone would else take it for more than the unknown rate of the other set.
pub(super) fn frame_rate(stream: &Stream) -> Option<String> {
    let mut pace = Pace::new(stream.timescale);
    for Row { first, count } in stream.timeline.rows() {
        pace.push_run(count, u32::try_from(first.duration).unwrap_or(u32::MAX));
    }
    pace.frame_rate().map(|rate| format!("{}/{}", rate.frames(), rate.seconds()))
}
