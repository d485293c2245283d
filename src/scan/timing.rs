//! From when fragments start to how long their chunks last.

use super::placed::Placed;
use super::{ScanError, ScannedFragment, UnfitError};
use crate::base::chunk::Chunk;
use crate::base::time::Timescale;

/// What of a track times are checked by.
#[derive(Clone, Copy, Debug)]
pub(super) struct TrackTime {
    pub(super) id: u32,
    pub(super) timescale: Timescale,
    /// Whether its samples are in the clear.
    pub(super) is_clear: bool,
}

/// The fragments of `track` as chunks of time.
///
/// A fragment lasts as long as it says, unless that is within a millisecond of the next one's start
/// or beyond it. Then it lasts until that start: rounded times must neither tear nor overlap.
pub(super) fn chunks(
    track: TrackTime,
    placed: &[Placed],
) -> Result<Vec<ScannedFragment>, ScanError> {
    let millisecond = u64::from(track.timescale.ticks_per_second() / 1000);
    let fault = |start, problem| {
        Err(ScanError::Time { track_id: track.id, time: track.timescale.seconds(start), problem })
    };
    let mut fragments = Vec::with_capacity(placed.len());
    for (at, &Placed { range, start, duration }) in placed.iter().enumerate() {
        let duration = match placed.get(at.saturating_add(1)) {
            Some(next) => {
                let Some(until_next) = next.start.checked_sub(start).filter(|&ticks| ticks > 0)
                else {
                    return fault(
                        next.start,
                        "the fragment does not start after the one before it",
                    );
                };
                match duration.filter(|&own| own > 0) {
                    Some(own) if until_next.saturating_sub(own) > millisecond => own,
                    _ => until_next,
                }
            }
            None => duration.unwrap_or(0),
        };
        let chunk = Chunk { start, duration };
        if duration == 0 {
            return fault(start, "the last fragment does not say how long it lasts");
        }
        if chunk.end().is_none() {
            return fault(start, "the fragment ends beyond 2^64 ticks");
        }
        fragments.push(ScannedFragment { range, chunk });
    }
    check_length(track, fragments.iter().map(|fragment| fragment.chunk.duration))?;
    Ok(fragments)
}

/// So many fragments are enough to know how long they are.
pub(super) const ENOUGH: usize = 64;

/// Checks that fragments which last so many ticks each are not so short that there would be more requests
/// than media: less than 200 ms, if there are enough of them. Encrypted ones cannot be joined, and are left.
pub(super) fn check_length(
    track: TrackTime,
    durations: impl ExactSizeIterator<Item = u64>,
) -> Result<(), ScanError> {
    const LEAST_MS: u64 = 200;
    let count = u64::try_from(durations.len()).unwrap_or(u64::MAX);
    let is_enough = durations.len() >= ENOUGH;
    let ticks = durations.fold(0, u64::saturating_add).checked_div(count).unwrap_or(0);
    let average_ms = ticks.saturating_mul(1000) / u64::from(track.timescale.ticks_per_second());
    match is_enough && average_ms < LEAST_MS && track.is_clear {
        true => Err(ScanError::Unfit(UnfitError::Short { track_id: track.id, average_ms })),
        false => Ok(()),
    }
}
