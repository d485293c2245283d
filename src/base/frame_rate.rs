//! Frames a second, as an exact fraction: 30000/1001.

use crate::base::time::Timescale;
use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU32;

/// A frame rate: frames in a number of seconds, in lowest terms; neither is zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct FrameRate {
    frames: NonZeroU32,
    seconds: NonZeroU32,
}

impl FrameRate {
    /// The rate of `frames` in `seconds`; `None` if one of them is zero.
    pub fn new(frames: u32, seconds: u32) -> Option<Self> {
        Self::reduced(frames.into(), seconds.into())
    }

    /// Frames in [`Self::seconds`].
    pub fn frames(self) -> u32 {
        self.frames.get()
    }

    /// Seconds of [`Self::frames`].
    pub fn seconds(self) -> u32 {
        self.seconds.get()
    }

    /// Thousandths of frames a second, to the nearest.
    pub fn thousandths(self) -> u64 {
        let (frames, seconds) = (u64::from(self.frames()), u64::from(self.seconds()));
        (frames * 1000 + seconds / 2) / seconds
    }

    /// Frames that so many ticks can have, one that only begins in them included.
    pub fn frames_in(self, ticks: u64, timescale: Timescale) -> u64 {
        let second = u64::from(timescale.ticks_per_second());
        let each = u128::from(second) * u128::from(self.seconds());
        let whole = (u128::from(ticks) * u128::from(self.frames())).checked_div(each);
        whole
            .and_then(|whole| u64::try_from(whole).ok())
            .map_or(u64::MAX, |it| it.saturating_add(1))
    }

    /// The rate at which `frames` take so many ticks.
    ///
    /// Frames last a whole number of ticks, and so half a tick too long or too short. Where a whole
    /// rate, or the thousand in a thousand and one of it that television has, explains them, it is
    /// the one of the two that does so better.
    fn of(frames: u64, ticks: u64, timescale: Timescale) -> Option<Self> {
        let (count, ticks) = (u128::from(frames), u128::from(ticks));
        let second = u128::from(timescale.ticks_per_second());
        let whole = (count * second + ticks / 2).checked_div(ticks)?;
        // How far off a rate is, in thousandths of a tick.
        let error = |(frames, seconds): (u128, u128)| {
            let ideal = (1000 * count * second * seconds).checked_div(frames)?;
            Some(ideal.abs_diff(1000 * ticks)).filter(|&error| error <= 500 * count)
        };
        let usual = [(whole, 1), (whole * 1000, 1001)].into_iter();
        let usual = usual.filter_map(|rate| Some((error(rate)?, rate))).min();
        let (frames, seconds) = usual.map_or((count * second, ticks), |(_, rate)| rate);
        Self::reduced(frames, seconds)
    }

    fn reduced(frames: u128, seconds: u128) -> Option<Self> {
        let (mut a, mut b) = (frames, seconds);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        let part = |whole: u128| NonZeroU32::new(u32::try_from(whole.checked_div(a)?).ok()?);
        Some(Self { frames: part(frames)?, seconds: part(seconds)? })
    }
}

/// As an MPD writes it (`ISO/IEC 23009-1` 5.3.7.2): `25`, or `30000/1001`.
impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seconds() {
            1 => self.frames().fmt(f),
            seconds => write!(f, "{}/{seconds}", self.frames()),
        }
    }
}

/// Finds the frame rate of frames that follow each other: the most in any second, or more where a
/// second ends within a frame; or, of frames that do not last a second, all of them. One short frame among
/// others is one frame more, and no rate of its own.
#[derive(Debug)]
pub struct Pace {
    timescale: Timescale,
    /// The last frames, of which all but the first last less than a second.
    stretch: VecDeque<u32>,
    ticks: u64,
    /// How many frames took how many ticks at the fastest.
    fastest: Option<(u64, u64)>,
}

impl Pace {
    /// The highest frame rate that is stated, in frames a second: nothing shows more.
    const MOST: usize = 1000;

    /// A measure for frames whose times have this `timescale`.
    pub fn new(timescale: Timescale) -> Self {
        Self { timescale, stretch: VecDeque::new(), ticks: 0, fastest: None }
    }

    /// `count` frames more, each of which lasts so long; says how many of them had to be looked at. Once all that
    /// are remembered last equally long, more of the same change nothing.
    pub fn push_run(&mut self, count: usize, duration: u32) -> usize {
        let second = self.timescale.ticks_per_second();
        let lasting = second.checked_div(duration).and_then(|it| usize::try_from(it).ok());
        let alone = lasting.map_or(usize::MAX, |lasting| lasting.saturating_add(2));
        let seen = count.min(alone).min(Self::MOST.saturating_add(1));
        (0..seen).for_each(|_| self.push(duration));
        seen
    }

    /// One frame more, which lasts so long.
    pub fn push(&mut self, duration: u32) {
        let second = u64::from(self.timescale.ticks_per_second());
        self.stretch.push_back(duration);
        self.ticks += u64::from(duration);
        while let Some(&first) = self.stretch.front()
            && (self.stretch.len() > Self::MOST || self.ticks - u64::from(first) >= second)
        {
            self.stretch.pop_front();
            self.ticks -= u64::from(first);
        }
        if self.ticks >= second {
            let (frames, ticks) = (count(self.stretch.len()), self.ticks);
            let faster = |(most, least)| wide(frames, least) > wide(most, ticks);
            if self.fastest.is_none_or(faster) {
                self.fastest = Some((frames, ticks));
            }
        }
    }

    /// The frame rate, if there were frames.
    pub fn frame_rate(&self) -> Option<FrameRate> {
        let (frames, ticks) = self.fastest.unwrap_or((count(self.stretch.len()), self.ticks));
        FrameRate::of(frames, ticks, self.timescale)
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn wide(frames: u64, ticks: u64) -> u128 {
    u128::from(frames) * u128::from(ticks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(timescale: u32, durations: impl IntoIterator<Item = u32>) -> String {
        let mut pace = Pace::new(Timescale::new(timescale).unwrap());
        durations.into_iter().for_each(|duration| pace.push(duration));
        pace.frame_rate().map_or("unknown".into(), |rate| rate.to_string())
    }

    /// How long `count` frames last whose times are rounded to ticks.
    fn rounded(timescale: u64, (frames, seconds): (u64, u64), count: u64) -> Vec<u32> {
        let time = |at: u64| (at * seconds * timescale + frames / 2) / frames;
        (0..count).map(|at| u32::try_from(time(at + 1) - time(at)).unwrap()).collect()
    }

    #[test]
    fn a_stretch_has_so_many_frames() {
        let television = FrameRate::new(30_000, 1001).unwrap();
        let ticks = Timescale::new(10_000_000).unwrap();
        for (duration, frames) in [(0, 1), (333_666, 1), (333_667, 2), (20_020_000, 61)] {
            assert_eq!(television.frames_in(duration, ticks), frames);
        }
        assert_eq!(FrameRate::new(u32::MAX, 1).unwrap().frames_in(u64::MAX, ticks), u64::MAX);
    }

    #[test]
    fn rounding_does_not_hide_a_usual_rate() {
        let usual = [(24, 1), (25, 1), (30, 1), (50, 1), (60, 1), (120, 1)];
        let television = [(24_000, 1001), (30_000, 1001), (60_000, 1001), (120_000, 1001)];
        for (frames, seconds) in usual.into_iter().chain(television) {
            let expected = FrameRate::new(frames, seconds).unwrap().to_string();
            for timescale in [1000, 12_288, 90_000, 600_000, 10_000_000] {
                for count in [frames / seconds + 1, 200, 1001] {
                    let exact = (frames.into(), seconds.into());
                    let found = rate(timescale, rounded(timescale.into(), exact, count.into()));
                    assert_eq!(found, expected, "{count} frames of {timescale} ticks a second");
                }
            }
        }
    }

    #[test]
    fn neither_do_frames_that_are_all_cut_to_ticks() {
        assert_eq!(rate(10_000_000, [333_333; 60]), "30");
        assert_eq!(rate(10_000_000, [333_667; 60]), "30000/1001");
        assert_eq!(rate(10_000_000, [166_667; 60]), "60");
        assert_eq!(rate(1000, [33; 60]), "30");
    }

    #[test]
    fn any_rate_is_told_exactly() {
        assert_eq!(rate(1000, [80; 25]), "25/2");
        assert_eq!(rate(90_000, [6006; 30]), "15000/1001");
        assert_eq!(rate(1000, [4000; 3]), "1/4");
        assert_eq!(rate(90_000, [7000; 200]), "90/7");
    }

    #[test]
    fn the_fastest_second_counts_and_a_short_frame_is_one_more() {
        let film = [[3600; 50], [1800; 50], [3600; 50]].concat();
        assert_eq!(rate(90_000, film), "50");
        let mut glitch = [3600; 100];
        glitch[50] = 1;
        assert_eq!(rate(90_000, glitch), "26");
    }

    #[test]
    fn few_frames_count_together() {
        assert_eq!(rate(1000, [40, 40, 40]), "25");
        assert_eq!(rate(1000, [40]), "25");
        assert_eq!(rate(1000, []), "unknown");
        assert_eq!(rate(1000, [0; 5]), "unknown");
    }

    #[test]
    fn frames_that_last_equally_long_count_together() {
        for runs in [[(100, 3600), (5000, 1800), (7, 0)], [(1, 90_000), (3000, 1), (2000, 40)]] {
            let mut together = Pace::new(Timescale::MPEG);
            for (count, duration) in runs {
                together.push_run(count, duration);
            }
            let mut each = Pace::new(Timescale::MPEG);
            let frames =
                runs.iter().flat_map(|&(count, duration)| std::iter::repeat_n(duration, count));
            frames.for_each(|duration| each.push(duration));
            assert_eq!(together.frame_rate(), each.frame_rate());
            assert_eq!((together.stretch, together.ticks), (each.stretch, each.ticks));
        }
    }

    #[test]
    fn nothing_is_remembered_of_many_short_frames() {
        let mut pace = Pace::new(Timescale::SMOOTH);
        pace.push_run(100_000, 0);
        assert_eq!((pace.stretch.len(), pace.frame_rate()), (Pace::MOST, None));
        pace.push_run(2, u32::MAX);
        assert!(pace.frame_rate().is_some());
    }

    #[test]
    fn thousandths_are_to_the_nearest() {
        let of = |frames, seconds| FrameRate::new(frames, seconds).unwrap().thousandths();
        assert_eq!([of(30_000, 1001), of(24_000, 1001), of(25, 1)], [29_970, 23_976, 25_000]);
        assert_eq!(of(u32::MAX, 1), 4_294_967_295_000);
        assert_eq!((FrameRate::new(1, 0), FrameRate::new(0, 1)), (None, None));
    }
}
