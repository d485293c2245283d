//! From the times that samples have in their file to those that they are sent with.

use super::FragmentError;
use super::scale::rescaled;
use crate::base::chunk::Chunk;
use crate::base::sample::Sample;
use crate::base::time::Timescale;
use crate::index::StreamKind;
use crate::isobmff::Dialect;
use std::mem::take;

/// What becomes of the times that a fragment's samples have in their file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Retiming {
    /// Ticks a second of the file.
    pub(super) file: Timescale,
    /// How many of those come before what its edit list shows first.
    pub(super) early: u64,
    pub(super) kind: StreamKind,
    /// When the fragment plays, in ticks of the stream.
    pub(super) chunk: Chunk,
    /// Whether it is the first of its track.
    pub(super) is_first: bool,
    /// Ticks a second of the stream.
    pub(super) timescale: Timescale,
}

/// The samples of a fragment with the times that they are sent with.
pub(super) struct Retimed {
    /// When they play.
    pub(super) chunk: Chunk,
    pub(super) samples: Vec<Sample>,
    /// How many that come before them are not sent.
    pub(super) left_out: usize,
}

impl Retiming {
    /// When the fragment plays, in ticks of the file, with what is left out of its beginning.
    pub(super) fn stored_chunk(self) -> Chunk {
        let Chunk { start, duration } = self.chunk;
        let [start, end] = [start, start.saturating_add(duration)]
            .map(|ticks| self.timescale.rescale(ticks, self.file).unwrap_or(ticks));
        let hidden = if self.hides_audio() { self.early } else { 0 };
        Chunk { start, duration: end.saturating_sub(start).saturating_add(hidden) }
    }

    /// Whether the fragment begins with audio that its edit list does not show.
    pub(super) fn hides_audio(self) -> bool {
        self.is_first && self.kind != StreamKind::Video && self.early > 0
    }

    /// `stored`, the samples of the fragment in ticks of its file, as clients of this `dialect` have them:
    /// those of CMAF with an edit list that shows nothing of what comes early, others without.
    pub(super) fn samples(
        self,
        dialect: Dialect,
        stored: &[Sample],
    ) -> Result<Retimed, FragmentError> {
        let early = i128::from(self.early);
        let is_video = self.kind == StreamKind::Video;
        let start = i128::from(self.stored_chunk().start);
        let (start, sooner) = match (dialect, is_video, self.hides_audio()) {
            (Dialect::Piff, true, _) => (start, self.early),
            (Dialect::Piff, false, true) => (start - early, 0),
            (Dialect::Cmaf, false, false) => (start + early, 0),
            (Dialect::Piff, false, false) | (Dialect::Cmaf, true, _) => (start, 0),
            (Dialect::Cmaf, false, true) => (start, 0),
        };
        let (left_out, at) = first_sent(start, stored);
        let kept = stored.get(left_out..).unwrap_or_default();
        let first = if kept.is_empty() { 0 } else { at.max(0) };
        // Of the first, what lies before 0 is cut off.
        let mut cut = u32::try_from(first - at).unwrap_or(0);
        let sooner = i64::try_from(sooner).map_err(|_| FragmentError::Times)?;
        let samples = kept.iter().map(|&sample| {
            let offset = i64::from(sample.composition_offset).checked_sub(sooner)?;
            Some(Sample {
                duration: sample.duration.checked_sub(take(&mut cut))?,
                composition_offset: i32::try_from(offset).ok()?,
                ..sample
            })
        });
        let scales = (self.file, self.timescale);
        let (first, samples) = rescaled(first, samples, scales)?;
        let chunk = match dialect {
            Dialect::Piff => self.chunk,
            Dialect::Cmaf => Chunk { start: first, ..self.chunk },
        };
        Ok(Retimed { chunk, samples, left_out })
    }
}

/// The place of the first of `stored` that is sent, and when it is decoded, where the first of all is at `start`: it ends behind 0.
fn first_sent(start: i128, stored: &[Sample]) -> (usize, i128) {
    let mut at = start;
    let first = stored.iter().position(|sample| {
        let end = at + i128::from(sample.duration);
        let is_sent = end > 0;
        at = if is_sent { at } else { end };
        is_sent
    });
    (first.unwrap_or(stored.len()), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLY: u64 = 1024;

    fn scale(ticks: u32) -> Timescale {
        Timescale::new(ticks).unwrap()
    }

    fn retiming(kind: StreamKind, number: u64, timescale: Timescale) -> Retiming {
        let ticks = |ticks| scale(48_000).rescale(ticks, timescale).unwrap();
        // Four samples, of the first of which audio shows nothing in the first fragment.
        let hidden = if kind == StreamKind::Audio { EARLY } else { 0 };
        let (start, end) = ((number * 4096).saturating_sub(hidden), (number + 1) * 4096 - hidden);
        let chunk = Chunk { start: ticks(start), duration: ticks(end) - ticks(start) };
        Retiming {
            file: scale(48_000),
            early: EARLY,
            kind,
            chunk,
            is_first: number == 0,
            timescale,
        }
    }

    fn stored(composition_offset: i32) -> Vec<Sample> {
        vec![Sample { size: 5, duration: 1024, composition_offset, flags: 0 }; 4]
    }

    /// When the samples play; when each is decoded from there, how long it lasts, and when it is
    /// composed; and how many are left out.
    fn told(
        retiming: Retiming,
        dialect: Dialect,
        stored: &[Sample],
    ) -> (u64, Vec<(u64, u32, i32)>, usize) {
        let Retimed { chunk, samples, left_out } = retiming.samples(dialect, stored).unwrap();
        let mut at = 0;
        let of = |sample: &Sample| {
            let told = (at, sample.duration, sample.composition_offset);
            at += u64::from(sample.duration);
            told
        };
        (chunk.start, samples.iter().map(of).collect(), left_out)
    }

    fn even(count: u64, composition_offset: i32) -> Vec<(u64, u32, i32)> {
        (0..count).map(|at| (at * 1024, 1024, composition_offset)).collect()
    }

    #[test]
    fn video_is_composed_early_where_there_is_no_edit_list() {
        for number in [0, 7] {
            let retiming = retiming(StreamKind::Video, number, scale(48_000));
            assert_eq!(retiming.stored_chunk(), Chunk { start: number * 4096, duration: 4096 });
            let told = |dialect| told(retiming, dialect, &stored(1500));
            assert_eq!(told(Dialect::Piff), (number * 4096, even(4, 476), 0));
            assert_eq!(told(Dialect::Cmaf), (number * 4096, even(4, 1500), 0));
        }
        let early =
            told(retiming(StreamKind::Video, 0, scale(48_000)), Dialect::Piff, &stored(1000));
        assert_eq!(early.1[0], (0, 1024, -24));
    }

    #[test]
    fn audio_begins_at_0_where_there_is_no_edit_list() {
        let first = retiming(StreamKind::Audio, 0, scale(48_000));
        assert_eq!(first.stored_chunk(), Chunk { start: 0, duration: 4096 });
        assert_eq!(told(first, Dialect::Piff, &stored(0)), (0, even(3, 0), 1));
        assert_eq!(told(first, Dialect::Cmaf, &stored(0)), (0, even(4, 0), 0));
        let later = retiming(StreamKind::Audio, 7, scale(48_000));
        assert_eq!(told(later, Dialect::Piff, &stored(0)), (7 * 4096 - 1024, even(4, 0), 0));
        assert_eq!(told(later, Dialect::Cmaf, &stored(0)), (7 * 4096, even(4, 0), 0));
    }

    #[test]
    fn audio_of_which_a_part_is_shown_is_kept_and_ends_when_it_did() {
        let mut first = retiming(StreamKind::Audio, 0, scale(48_000));
        first.early = 1500;
        let (start, samples, left_out) = told(first, Dialect::Piff, &stored(0));
        assert_eq!((start, left_out), (0, 1));
        assert_eq!(samples, [(0, 548, 0), (548, 1024, 0), (1572, 1024, 0)]);
    }

    #[test]
    fn nothing_drifts_in_other_ticks() {
        let mut end = 0;
        for number in 0..1000 {
            let retiming = retiming(StreamKind::Video, number, Timescale::SMOOTH);
            let (start, samples, _) = told(retiming, Dialect::Cmaf, &stored(1024));
            assert_eq!(start, end, "one ends where the next begins");
            assert_eq!(start, scale(48_000).rescale(number * 4096, Timescale::SMOOTH).unwrap());
            let (last, duration, _) = samples[3];
            end = start + last + u64::from(duration);
            assert!(samples.iter().all(|(_, duration, offset)| {
                duration.abs_diff(213_333) <= 1 && offset.abs_diff(213_333) <= 1
            }));
        }
    }

    #[test]
    fn times_that_fit_no_field_are_refused() {
        let mut beyond = retiming(StreamKind::Video, 0, scale(48_000));
        beyond.early = u64::MAX;
        assert!(matches!(beyond.samples(Dialect::Piff, &stored(0)), Err(FragmentError::Times)));
    }
}
