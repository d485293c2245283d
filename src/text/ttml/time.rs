//! Times in TTML: from an expression such as `00:00:03.5` or `90f` to ticks (`TTML1` 10.3.1).

use super::decimal::Decimal;
use crate::text::stamp::SECOND;

/// The units of a document's times: its frame rate, its tick rate, and whether times are time codes (`TTML1` 6.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    /// Frames a second, as a fraction.
    frames: (u32, u32),
    /// Frames that a second of a time code has.
    counted: u32,
    /// Whether times are those of a time code: hours, minutes and seconds count frames, and no clock.
    is_code: bool,
    /// Whether it leaves out numbers of frames, so as to keep up with a clock (NTSC's drop frame).
    drops: bool,
    /// Parts of a frame.
    sub_frames: u32,
    /// Ticks a second, where the document says so.
    ticks: Option<u32>,
    /// Whether the document states the frame rate: ticks are parts of a frame then.
    says_frames: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            frames: (30, 1),
            counted: 30,
            is_code: false,
            drops: false,
            sub_frames: 1,
            ticks: None,
            says_frames: false,
        }
    }
}

impl Clock {
    /// Heeds an attribute of the root, by its name without a prefix. What makes no sense is passed over.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let number = |text: &str| text.trim().parse().ok().filter(|&number: &u32| number > 0);
        match name {
            "frameRate" => {
                if let Some(rate) = number(value) {
                    (self.frames.0, self.counted) = (rate, rate);
                    self.says_frames = true;
                }
            }
            "subFrameRate" => self.sub_frames = number(value).unwrap_or(self.sub_frames),
            "tickRate" => self.ticks = number(value),
            "timeBase" => self.is_code = value.trim() == "smpte",
            "dropMode" => self.drops = value.trim() == "dropNTSC",
            _ => {}
        }
    }

    /// Heeds `ttp:frameRateMultiplier`, which comes after the rate that it multiplies: `1000 1001`, or by an
    /// older draft `1000:1001`.
    pub(super) fn multiply(&mut self, value: &str) {
        let mut numbers = value.split([' ', ':']).map(str::parse);
        let pair = (numbers.next(), numbers.next());
        if let (Some(Ok(numerator @ 1..)), Some(Ok(denominator @ 1..))) = pair
            && let Some(rate) = self.frames.0.checked_mul(numerator)
        {
            self.frames = (rate, denominator);
        }
    }

    /// The ticks of Smooth Streaming that `text` stands for, to the nearest. A fraction may stand behind a comma, as
    /// converters from SubRip leave it.
    pub(super) fn read(&self, text: &str) -> Option<u64> {
        let text = text.trim().replace(',', ".");
        match text.split_once(';') {
            // So a time code is written that drops frames.
            Some((time, frames)) => {
                let code = Self { is_code: true, drops: true, ..*self };
                code.clock_time(&format!("{time}:{frames}"))
            }
            None if text.contains(':') => self.clock_time(&text),
            None => self.offset_time(&text),
        }
    }

    /// `hh:mm:ss`, `hh:mm:ss.fraction`, `hh:mm:ss:frames`, `hh:mm:ss:frames.parts`.
    fn clock_time(&self, text: &str) -> Option<u64> {
        let mut parts = text.split(':');
        let mut whole = || parts.next().and_then(Decimal::read).filter(Decimal::is_whole);
        let (hours, minutes) = (whole()?, whole()?);
        let seconds = Decimal::read(parts.next()?)?;
        let frames = parts.next();
        if parts.next().is_some() || minutes.number > 59 || seconds.number / seconds.unit > 60 {
            return None;
        }
        let second = u128::from(SECOND);
        if self.is_code && seconds.is_whole() {
            let minutes = hours.number.checked_mul(60)?.checked_add(minutes.number)?;
            return self.code_time(minutes, seconds.number, frames.unwrap_or("0"));
        }
        let sum = hours.times(3600 * second, 1)?.checked_add(minutes.times(60 * second, 1)?)?;
        let sum = sum.checked_add(seconds.times(second, 1)?)?;
        match frames {
            Some(_) if !seconds.is_whole() => None,
            Some(frames) => {
                let (frames, parts) = frames.split_once('.').unwrap_or((frames, "0"));
                let [frames, parts] = [frames, parts].map(Decimal::read);
                let (rate, per) = (u128::from(self.frames.0), u128::from(self.frames.1));
                let parts = parts?.times(second * per, rate * u128::from(self.sub_frames))?;
                sum.checked_add(frames?.times(second * per, rate)?)?.checked_add(parts)
            }
            None => Some(sum),
        }
    }

    /// The time of the frame that a time code gives this number (`TTML1` N.2).
    fn code_time(&self, minutes: u128, seconds: u128, frames: &str) -> Option<u64> {
        let (frames, parts) = frames.split_once('.').unwrap_or((frames, "0"));
        let [frames, parts] = [frames, parts].map(Decimal::read);
        let dropped = match self.drops {
            true => (minutes - minutes / 10).checked_mul(2)?,
            false => 0,
        };
        let counted = minutes.checked_mul(60)?.checked_add(seconds)?;
        let counted = counted.checked_mul(self.counted.into())?.checked_add(frames?.number)?;
        let frames = Decimal { number: counted.checked_sub(dropped)?, unit: 1 };
        // To drop frames makes sense of NTSC's rate alone, whether the document says it or not.
        let (rate, per) = match self.frames {
            (30, 1) if self.drops => (30_000, 1001),
            (rate, per) => (u128::from(rate), u128::from(per)),
        };
        let second = u128::from(SECOND);
        let parts = parts?.times(second * per, rate * u128::from(self.sub_frames))?;
        frames.times(second * per, rate)?.checked_add(parts)
    }

    /// A number and what it counts: `h`, `m`, `s`, `ms`, `f` or `t`.
    fn offset_time(&self, text: &str) -> Option<u64> {
        let end = text.find(|other: char| other.is_ascii_alphabetic())?;
        let (number, metric) = text.split_at_checked(end)?;
        let second = u128::from(SECOND);
        let (rate, per) = (u128::from(self.frames.0), u128::from(self.frames.1));
        let (times, by) = match metric {
            "h" => (3600 * second, 1),
            "m" => (60 * second, 1),
            "s" => (second, 1),
            "ms" => (second, 1000),
            "f" => (second * per, rate),
            "t" => match self.ticks {
                Some(ticks) => (second, ticks.into()),
                None if self.says_frames => (second * per, rate * u128::from(self.sub_frames)),
                None => (second, 1),
            },
            _ => return None,
        };
        Decimal::read(number)?.times(times, by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clock(attributes: &[(&str, &str)], multiplier: &str) -> Clock {
        let mut clock = Clock::default();
        attributes.iter().for_each(|(name, value)| clock.set(name, value));
        clock.multiply(multiplier);
        clock
    }

    #[test]
    fn clock_times() {
        let ms = |text| clock(&[("frameRate", "25")], "").read(text).map(|ticks| ticks / 10_000);
        assert_eq!(ms("01:02:03"), Some(3_723_000));
        assert_eq!(ms("00:00:03.5"), Some(3500));
        assert_eq!(ms("00:00:03,500"), Some(3500));
        assert_eq!(ms(" 00:00:03.1234567890123 "), Some(3123));
        assert_eq!(ms("00:00:03:05"), Some(3200));
        assert_eq!(ms("100:00:00"), Some(360_000_000));
        for wrong in [
            "1:2",
            "00:00:03.",
            "00:60:00",
            "00:00:03.5:01",
            "-00:00:03",
            "00:00:03:01:02",
            "a:b:c",
            "",
        ] {
            assert_eq!(ms(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn time_codes() {
        let ms = |clock: Clock, text| clock.read(text).map(|ticks| ticks / 10_000);
        let code = |attributes: &[(&str, &str)], multiplier| {
            clock(&[&[("timeBase", "smpte"), ("frameRate", "30")], attributes].concat(), multiplier)
        };
        // 107,892 frames of 1001/30,000 s are an hour, less 3.6 ms; 108,000 are an hour and 3.6 s.
        let drops = code(&[("dropMode", "dropNTSC")], "1000 1001");
        for text in ["01:00:00:00", "01:00:00;00", "01:00:00"] {
            assert_eq!(ms(drops, text), Some(3_599_996), "{text}");
        }
        assert_eq!(ms(drops, "00:01:00;02"), Some(60_060), "the frame behind 00:00:59;29");
        assert_eq!(ms(drops, "00:00:59;29"), Some(60_026));
        assert_eq!(ms(drops, "00:10:00;00"), Some(599_999), "a tenth minute has all of its frames");
        let unsaid = code(&[("dropMode", "dropNTSC")], "");
        assert_eq!(ms(unsaid, "01:00:00:00"), Some(3_599_996), "it is NTSC's rate all the same");
        assert_eq!(ms(Clock::default(), "01:00:00;00"), Some(3_599_996), "so says the semicolon");
        let counts = code(&[("dropMode", "nonDrop")], "1000 1001");
        assert_eq!(ms(counts, "01:00:00:00"), Some(3_603_600));
        assert_eq!(ms(counts, "00:00:01:15"), Some(1_501));
        assert_eq!(
            ms(clock(&[("timeBase", "smpte"), ("frameRate", "25")], ""), "01:00:00:05"),
            Some(3_600_200)
        );
        assert_eq!(
            ms(clock(&[("frameRate", "30")], "1000 1001"), "01:00:00:00"),
            Some(3_600_000),
            "a clock's hour"
        );
        for wrong in ["00:00:01;", ";", "1;2", "00:00:01;02;03", "00:01:00;-1", "00:00:00.5;01"] {
            assert_eq!(ms(drops, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn offset_times() {
        let ticks = |clock: Clock, text| clock.read(text);
        let plain = Clock::default();
        assert_eq!(ticks(plain, "1.5h"), Some(54_000_000_000));
        assert_eq!(ticks(plain, "2m"), Some(1_200_000_000));
        assert_eq!(ticks(plain, "2.5s"), Some(25_000_000));
        assert_eq!(ticks(plain, "1500ms"), Some(15_000_000));
        assert_eq!(ticks(plain, "15f"), Some(5_000_000));
        assert_eq!(ticks(plain, "2t"), Some(20_000_000));
        assert_eq!(ticks(clock(&[("tickRate", "10000000")], ""), "12345678t"), Some(12_345_678));
        assert_eq!(ticks(clock(&[("frameRate", "30")], "1000 1001"), "30f"), Some(10_010_000));
        assert_eq!(
            ticks(clock(&[("frameRate", "25"), ("subFrameRate", "2")], ""), "50t"),
            Some(10_000_000)
        );
        assert_eq!(ticks(clock(&[("tickRate", "0")], "0 1"), "1t"), Some(10_000_000));
        for wrong in [
            "5",
            "s",
            "1.s",
            "1e3s",
            "-1s",
            "1 s",
            "99999999999999999999s",
            "18446744073709551615h",
        ] {
            assert_eq!(ticks(plain, wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9:;,.a-z ]{0,30}", rate: u32, multiplier in "[0-9: ]{0,24}") {
            let clock = clock(&[("frameRate", &rate.to_string()), ("subFrameRate", &rate.to_string())], &multiplier);
            let _ = clock.read(&text);
            let _ = Clock { is_code: true, drops: true, ..clock }.read(&text);
        }
    }
}
