//! The chunks of a stream, from the `c` elements that list them (`[MS-SSTR]` 2.2.2.6).

use crate::base::chunk::Chunk;
use thiserror::Error;

/// The most chunks that a client manifest lists, all streams together: a day of twenty streams.
/// A `c` of a few bytes can claim any number, so they are counted before they are made.
pub const MAX_CHUNKS: usize = 1_000_000;

/// Why a list of chunks has no meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ChunkError {
    /// The manifest lists more than [`MAX_CHUNKS`].
    #[error("with it there are more than {MAX_CHUNKS} chunks")]
    TooMany,
    /// It starts when its predecessor does, or earlier.
    #[error("it does not start after its predecessor")]
    Order,
    /// Neither its own start nor the duration of its predecessor is known.
    #[error("it has no t, and its predecessor no d")]
    NoStart,
    /// It lasts no time that is known.
    #[error("it has no d, and nothing else says how long it lasts")]
    NoDuration,
    /// It is repeated no times: `r` counts from one.
    #[error("its r is 0, where 1 means once")]
    Never,
    /// It ends beyond 2^64 ticks.
    #[error("it ends beyond 2^64 ticks")]
    Overflow,
}

/// A list of chunks that is being read.
#[derive(Default)]
pub(super) struct Chunks {
    /// The last one lasts 0 as long as its duration is not known.
    list: Vec<Chunk>,
}

impl Chunks {
    /// Takes a `c` with these attributes; `left` is how many chunks there may still be.
    ///
    /// Start-time coding and duration coding may alternate. Where both are given and disagree the
    /// start stands: `ismindex` writes `d="4314167296"` on every chunk of video with B-frames.
    pub(super) fn push(
        &mut self,
        t: Option<u64>,
        d: Option<u64>,
        r: u64,
        left: &mut usize,
    ) -> Result<(), ChunkError> {
        let start = match (t, self.list.last()) {
            (Some(start), _) => start,
            (None, None) => 0,
            (None, Some(last)) if last.duration == 0 => return Err(ChunkError::NoStart),
            (None, Some(last)) => last.end().ok_or(ChunkError::Overflow)?,
        };
        if let Some(last) = self.list.last_mut() {
            let until = start.checked_sub(last.start).filter(|&until| until > 0);
            let until = until.ok_or(ChunkError::Order)?;
            if last.duration == 0 || last.duration > until {
                last.duration = until;
            }
        }
        let duration = d.unwrap_or(0);
        match r {
            0 => return Err(ChunkError::Never),
            1 => {}
            _ if duration == 0 => return Err(ChunkError::NoDuration),
            _ => {}
        }
        let count = usize::try_from(r).map_err(|_| ChunkError::TooMany)?;
        *left = left.checked_sub(count).ok_or(ChunkError::TooMany)?;
        let mut next = Some(start);
        for _ in 0..count {
            let chunk = Chunk { start: next.ok_or(ChunkError::Overflow)?, duration };
            next = chunk.end();
            self.list.push(chunk);
        }
        Ok(())
    }

    /// When the last one starts; 0 if there is none.
    pub(super) fn last_start(&self) -> u64 {
        self.list.last().map_or(0, |last| last.start)
    }

    /// The chunks. A last one without `d` lasts as long as the one before it, and an only one as
    /// long as the presentation, as the specification says.
    pub(super) fn finish(mut self, presentation: u64) -> Result<Vec<Chunk>, ChunkError> {
        if let [before @ .., last] = self.list.as_mut_slice() {
            if last.duration == 0 {
                last.duration = before.last().map_or(presentation, |before| before.duration);
            }
            if last.duration == 0 {
                return Err(ChunkError::NoDuration);
            }
            last.end().ok_or(ChunkError::Overflow)?;
        }
        Ok(self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Coded = (Option<u64>, Option<u64>, u64);

    fn read(coded: &[Coded]) -> Result<Vec<(u64, u64)>, ChunkError> {
        let mut left = 1000;
        let mut chunks = Chunks::default();
        for &(t, d, r) in coded {
            chunks.push(t, d, r, &mut left)?;
        }
        let list = chunks.finish(70)?;
        assert_eq!(left, 1000 - list.len());
        Ok(list.into_iter().map(|chunk| (chunk.start, chunk.duration)).collect())
    }

    #[test]
    fn every_coding_is_read() {
        let even = Ok(vec![(0, 20), (20, 20), (40, 5)]);
        for coded in [
            &[(None, Some(20), 1), (None, Some(20), 1), (None, Some(5), 1)][..],
            &[(Some(0), Some(20), 1), (Some(20), Some(20), 1), (Some(40), Some(5), 1)],
            &[(Some(0), None, 1), (Some(20), None, 1), (Some(40), Some(5), 1)],
            &[(None, None, 1), (Some(20), None, 1), (Some(40), Some(5), 1)],
            &[(None, Some(20), 2), (None, Some(5), 1)],
            &[(Some(0), Some(20), 2), (Some(40), Some(5), 1)],
            &[(None, Some(20), 1), (None, None, 1), (Some(40), Some(5), 1)],
        ] {
            assert_eq!(read(coded), even, "{coded:?}");
        }
        assert_eq!(read(&[]), Ok(vec![]));
    }

    #[test]
    fn gaps_and_late_starts_are_kept() {
        assert_eq!(
            read(&[(Some(100), Some(10), 2), (Some(130), Some(10), 1), (None, Some(10), 1)]),
            Ok(vec![(100, 10), (110, 10), (130, 10), (140, 10)])
        );
    }

    #[test]
    fn a_duration_that_overlaps_the_next_start_is_cut_to_it() {
        let wrong = Some(4_314_167_296);
        assert_eq!(
            read(&[(None, wrong, 1), (Some(20), wrong, 1), (Some(40), Some(20), 1)]),
            Ok(vec![(0, 20), (20, 20), (40, 20)])
        );
        assert_eq!(
            read(&[(None, Some(20), 3), (Some(59), Some(1), 1)]),
            Ok(vec![(0, 20), (20, 20), (40, 19), (59, 1)])
        );
        assert_eq!(
            read(&[(None, Some(u64::MAX), 1), (Some(20), Some(1), 1)]),
            Ok(vec![(0, 20), (20, 1)])
        );
    }

    #[test]
    fn a_missing_last_duration_is_inferred() {
        assert_eq!(read(&[(Some(0), None, 1), (Some(20), None, 1)]), Ok(vec![(0, 20), (20, 20)]));
        assert_eq!(read(&[(None, None, 1)]), Ok(vec![(0, 70)]));
        assert_eq!(read(&[(None, Some(0), 1)]), Ok(vec![(0, 70)]));
    }

    #[test]
    fn lists_without_a_meaning_are_refused() {
        assert_eq!(read(&[(None, None, 1), (None, Some(1), 1)]), Err(ChunkError::NoStart));
        assert_eq!(read(&[(Some(9), Some(1), 1), (Some(9), Some(1), 1)]), Err(ChunkError::Order));
        assert_eq!(read(&[(None, Some(20), 3), (Some(40), Some(1), 1)]), Err(ChunkError::Order));
        assert_eq!(read(&[(None, None, 2)]), Err(ChunkError::NoDuration));
        assert_eq!(read(&[(None, Some(1), 0)]), Err(ChunkError::Never));
        assert_eq!(read(&[(Some(1), Some(u64::MAX), 1)]), Err(ChunkError::Overflow));
        assert_eq!(read(&[(None, Some(1 << 63), 3)]), Err(ChunkError::Overflow));
    }

    #[test]
    fn repeats_are_counted_before_they_are_made() {
        assert_eq!(read(&[(None, Some(1), 1001)]), Err(ChunkError::TooMany));
        assert_eq!(read(&[(None, Some(1), 4_000_000_000)]), Err(ChunkError::TooMany));
        assert_eq!(read(&[(None, Some(1), u64::MAX)]), Err(ChunkError::TooMany));
        assert_eq!(read(&[(None, Some(1), 600), (None, Some(1), 600)]), Err(ChunkError::TooMany));
    }
}
