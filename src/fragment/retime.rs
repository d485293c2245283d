//! From the times that samples have in their file to those that they are sent with.

use super::FragmentError;
use super::placed::Placed;
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::base::time::Timescale;
use crate::index::StreamKind;
use crate::isobmff::Dialect;

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
    pub(super) samples: Vec<Placed>,
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
        stored: &[Placed],
    ) -> Result<Retimed, FragmentError> {
        let early = i128::from(self.early);
        let is_video = self.kind == StreamKind::Video;
        let start = i128::from(self.stored_chunk().start);
        let (start, sooner) = match (dialect, is_video, self.hides_audio()) {
            (Dialect::Piff, true, _) => (start, early),
            (Dialect::Piff, false, true) => (start - early, 0),
            (Dialect::Cmaf, false, false) => (start + early, 0),
            (Dialect::Piff, false, false) | (Dialect::Cmaf, true, _) => (start, 0),
            (Dialect::Cmaf, false, true) => (start, 0),
        };
        let ends =
            |placed: &Placed| start + i128::from(placed.at) + i128::from(placed.sample.duration);
        let left_out = stored.iter().take_while(|placed| ends(placed) <= 0).count();
        let kept = stored.get(left_out..).unwrap_or_default();
        let at = |placed: &Placed| (start + i128::from(placed.at)).max(0);
        let first = kept.first().map_or(0, at);
        let samples = kept.iter().map(|placed| {
            let duration = ends(placed) - at(placed);
            let composition_offset = i128::from(placed.sample.composition_offset) - sooner;
            let sample = Sample {
                duration: u32::try_from(duration).ok()?,
                composition_offset: i32::try_from(composition_offset).ok()?,
                ..placed.sample
            };
            Some((sample, placed.range))
        });
        let scales = (self.file, self.timescale);
        let chunk = match dialect {
            Dialect::Piff => self.chunk,
            Dialect::Cmaf => {
                let start = u64::try_from(Scale::new(scales).rescale(first));
                Chunk { start: start.map_err(|_| FragmentError::Times)?, ..self.chunk }
            }
        };
        Ok(Retimed { chunk, samples: placed(first, samples, scales)?, left_out })
    }
}

/// `samples`, the first of which is decoded at `start`, from the ticks of one timescale to those of
/// another.
///
/// Times are rescaled as they count from the start of the track, and durations are what lies
/// between two of them, so that nothing drifts, however long the film is. `None` is a sample whose times do not fit.
pub(super) fn placed(
    start: i128,
    samples: impl ExactSizeIterator<Item = Option<(Sample, ByteRange)>>,
    scales: (Timescale, Timescale),
) -> Result<Vec<Placed>, FragmentError> {
    let scale = Scale::new(scales);
    let first = scale.rescale(start);
    let (mut decode, mut start) = (start, first);
    let mut placed = Vec::with_capacity(samples.len());
    for sample in samples {
        let (sample, range) = sample.ok_or(FragmentError::Times)?;
        let next = decode + i128::from(sample.duration);
        let composed = decode + i128::from(sample.composition_offset);
        let [end, composed] = [next, composed].map(|ticks| scale.rescale(ticks));
        let times = (start - first, end - start, composed - start);
        placed.push(of_times(times, sample, range).ok_or(FragmentError::Times)?);
        (decode, start) = (next, end);
    }
    Ok(placed)
}

/// From the ticks of one timescale to those of another.
#[derive(Clone, Copy)]
struct Scale {
    from: i64,
    to: i64,
    /// So many ticks are rescaled in 64 bits: as in [`Timescale::rescale`], 128 are divided slowly, and hardly ever
    /// needed.
    most: u64,
}

impl Scale {
    fn new((from, to): (Timescale, Timescale)) -> Self {
        let [from, to] = [from, to].map(|scale| i64::from(scale.ticks_per_second()));
        Self { from, to, most: ((i64::MAX - from / 2) / to).unsigned_abs() }
    }

    /// `ticks` of the one in ticks of the other, to the nearest.
    fn rescale(self, ticks: i128) -> i128 {
        let Self { from, to, most } = self;
        match i64::try_from(ticks) {
            Ok(ticks) if ticks.unsigned_abs() <= most => {
                ticks.wrapping_mul(to).wrapping_add(from / 2).div_euclid(from).into()
            }
            _ => (ticks * i128::from(to) + i128::from(from / 2)).div_euclid(from.into()),
        }
    }
}

/// A sample by its time from the start of its fragment, its duration, and its composition offset.
fn of_times(
    (at, duration, composition_offset): (i128, i128, i128),
    sample: Sample,
    range: ByteRange,
) -> Option<Placed> {
    let sample = Sample {
        duration: u32::try_from(duration).ok()?,
        composition_offset: i32::try_from(composition_offset).ok()?,
        ..sample
    };
    Some(Placed { at: u64::try_from(at).ok()?, sample, range })
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

    fn stored(composition_offset: i32) -> Vec<Placed> {
        let sample = Sample { size: 5, duration: 1024, composition_offset, flags: 0 };
        let range = |at| ByteRange::with_length(at * 5, 5).unwrap();
        (0..4).map(|at| Placed { at: at * 1024, sample, range: range(at) }).collect()
    }

    /// When the samples play; when each is decoded from there, how long it lasts, and when it is
    /// composed; and how many are left out.
    fn told(
        retiming: Retiming,
        dialect: Dialect,
        stored: &[Placed],
    ) -> (u64, Vec<(u64, u32, i32)>, usize) {
        let Retimed { chunk, samples, left_out } = retiming.samples(dialect, stored).unwrap();
        let of =
            |Placed { at, sample, .. }: &Placed| (*at, sample.duration, sample.composition_offset);
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
