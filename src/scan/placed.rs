//! A fragment whose start is known.

use crate::base::range::ByteRange;
use std::borrow::Cow;

/// A fragment whose start is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Placed {
    pub(super) range: ByteRange,
    pub(super) start: u64,
    /// How long it lasts, if that is known; else it lasts until the next one starts.
    pub(super) duration: Option<u64>,
}

/// The same fragments of a track, from 0 on, where the first starts before that; and how many ticks it does.
///
/// A `tfdt` is unsigned, but ffmpeg (`frag_discont`) writes into it when samples are decoded that prime the decoder of audio,
/// which is before 0, in two's complement.
pub(super) fn from_zero(placed: &[Placed]) -> (u64, Cow<'_, [Placed]>) {
    let first = placed.first().map_or(0, |first| first.start.cast_signed().min(0));
    if first == 0 {
        return (0, placed.into());
    }
    let from_first = |start: u64| i128::from(start.cast_signed()) - i128::from(first);
    let from_first = |start| u64::try_from(from_first(start)).unwrap_or(0);
    let moved = placed.iter().map(|it| Placed { start: from_first(it.start), ..*it });
    (first.unsigned_abs(), moved.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The starts of fragments that start so, and how much earlier the first did.
    fn moved(starts: &[i64]) -> (u64, Vec<u64>) {
        let range = ByteRange::with_length(0, 1).unwrap();
        let placed = |start: &i64| Placed { range, start: start.cast_unsigned(), duration: None };
        let placed: Vec<Placed> = starts.iter().map(placed).collect();
        let (early, moved) = from_zero(&placed);
        (early, moved.iter().map(|it| it.start).collect())
    }

    #[test]
    fn what_starts_before_0_starts_there() {
        assert_eq!(moved(&[-1024, 92_160, 188_416]), (1024, vec![0, 93_184, 189_440]));
        assert_eq!(moved(&[0, 5]), (0, vec![0, 5]));
        assert_eq!(moved(&[7, 5]), (0, vec![7, 5]));
        assert_eq!(moved(&[]), (0, vec![]));
        let out_of_order = moved(&[-5, -9, i64::MAX]);
        assert_eq!(out_of_order, (5, vec![0, 0, (1 << 63) + 4]), "and is refused for it");
        assert_eq!(moved(&[i64::MIN, -1]), (1 << 63, vec![0, (1 << 63) - 1]));
    }
}
