//! From when fragments start to how long their chunks last.

use super::track::Track;
use super::{ScanError, ScannedFragment};
use crate::index::Chunk;
use crate::range::ByteRange;

/// A fragment whose start is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    pub(super) range: ByteRange,
    pub(super) start: u64,
    /// How long it lasts, if that is known; else it lasts until the next one starts.
    pub(super) duration: Option<u64>,
}

/// The fragments of `track` as chunks of time.
///
/// A fragment lasts as long as it says, unless that is within a millisecond of the next one's start
/// or beyond it. Then it lasts until that start: rounded times must neither tear nor overlap.
pub(super) fn chunks(track: &Track, placed: &[Placed]) -> Result<Vec<ScannedFragment>, ScanError> {
    let millisecond = u64::from(track.timescale.ticks_per_second() / 1000);
    let fault = |start, problem| {
        Err(ScanError::Time { track_id: track.id, time: track.seconds(start), problem })
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
    Ok(fragments)
}
