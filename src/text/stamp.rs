//! Times as `WebVTT` and `SubRip` write them.

use crate::base::digits::is_decimal;
use std::fmt;

/// Ticks of a second and of a millisecond.
pub(super) const SECOND: u64 = 10_000_000;
pub(super) const MILLISECOND: u64 = SECOND / 1000;

/// The notation of a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Notation {
    /// `mm:ss.ttt` or `hh:mm:ss.ttt`, to the letter (`WebVTT` 6.4, "collect a WebVTT timestamp").
    WebVtt,
    /// `hh:mm:ss,ttt`, by habit: hours of any length, a point for the comma, fewer digits behind it.
    SubRip,
}

impl Notation {
    /// Whether `line` ends a cue's text. `SubRip` is written with blanks in such lines, too.
    pub(super) fn is_blank(self, line: &str) -> bool {
        match self {
            Self::WebVtt => line.is_empty(),
            Self::SubRip => line.trim().is_empty(),
        }
    }

    /// Whether `line` is the number that a cue of `SubRip` has before its times.
    pub(super) fn is_number(self, line: &str) -> bool {
        self == Self::SubRip && is_decimal(line.trim())
    }

    /// The time that `text` begins with, and what follows it.
    pub(super) fn read(self, text: &str) -> Option<(u64, &str)> {
        let (first, rest) = digits(text)?;
        let (second, rest) = digits(rest.strip_prefix(':')?)?;
        let third = rest.strip_prefix(':').map(digits);
        let (hours, minutes, seconds, rest) = match third {
            Some(third) => {
                let (third, rest) = third?;
                (first, second, third, rest)
            }
            None => ("0", first, second, rest),
        };
        let point = match self {
            Self::WebVtt => rest.strip_prefix('.'),
            Self::SubRip => rest.strip_prefix([',', '.']),
        };
        let (fraction, rest) = match (self, point) {
            (_, Some(point)) => digits(point)?,
            (Self::SubRip, None) => ("0", rest),
            (Self::WebVtt, None) => return None,
        };
        let whole = match self {
            Self::WebVtt => (minutes.len(), seconds.len(), fraction.len()) == (2, 2, 3),
            Self::SubRip => minutes.len() <= 2 && seconds.len() <= 2 && fraction.len() <= 3,
        };
        let [minutes, seconds] = [minutes, seconds].map(|text| text.parse::<u64>().ok());
        let (minutes, seconds) =
            minutes.zip(seconds).filter(|&(m, s)| m < 60 && s < 60 && whole)?;
        let millis =
            fraction.parse::<u64>().ok()? * 10u64.pow(3 - u32::try_from(fraction.len()).ok()?);
        let hours: u64 = hours.parse().ok()?;
        let all = hours.checked_mul(3600)?.checked_add(minutes * 60 + seconds)?;
        Some((all.checked_mul(SECOND)?.checked_add(millis * MILLISECOND)?, rest))
    }

    /// The two times of a line such as `00:01.000 --> 00:02.000 line:0`, and what follows them.
    pub(super) fn read_line(self, line: &str) -> Option<((u64, u64), &str)> {
        let (begin, rest) = self.read(line.trim_start())?;
        let (end, rest) = self.read(rest.trim_start().strip_prefix("-->")?.trim_start())?;
        Some(((begin, end), rest))
    }
}

/// The digits that `text` begins with, of which there must be one, and the rest.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|other: char| !other.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(digits, _)| !digits.is_empty())
}

/// Ticks as `hh:mm:ss.ttt`, to the nearest millisecond: what `WebVTT` and TTML both read.
pub(super) struct Stamp(pub(super) u64);

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.saturating_add(MILLISECOND / 2) / MILLISECOND;
        let (seconds, millis) = (all / 1000, all % 1000);
        let (minutes, hours) = (seconds / 60, seconds / 3600);
        write!(f, "{hours:02}:{:02}:{:02}.{millis:03}", minutes % 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn webvtt_by_the_letter() {
        let read =
            |text| Notation::WebVtt.read(text).map(|(ticks, rest)| (ticks / MILLISECOND, rest));
        assert_eq!(read("00:01.500 x"), Some((1500, " x")));
        assert_eq!(read("100:00:01.500"), Some((360_001_500, "")));
        assert_eq!(read("1:00:01.500"), Some((3_601_500, "")));
        for wrong in [
            "0:01.500",
            "00:60.000",
            "00:1.000",
            "00:01,000",
            "00:01.50",
            "01.000",
            "",
            "00:00:01",
            "9999999999999999:00:00.000",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn subrip_by_habit() {
        let read = |text| Notation::SubRip.read(text).map(|(ticks, _)| ticks / MILLISECOND);
        assert_eq!(read("00:00:01,500"), Some(1500));
        assert_eq!(read("0:0:1.5"), Some(1500));
        assert_eq!(read("00:00:01"), Some(1000));
        assert_eq!(read("00:00:01,5000"), None);
        assert_eq!(read("00:00:01,"), None);
        assert_eq!(read("00:00:61,500"), None);
    }

    #[test]
    fn two_times_in_a_line() {
        let line = Notation::WebVtt.read_line("\t00:01.000\t-->00:02.000 line:0 align:start");
        assert_eq!(line, Some(((SECOND, 2 * SECOND), " line:0 align:start")));
        assert_eq!(Notation::WebVtt.read_line("00:01.000 -> 00:02.000"), None);
        assert_eq!(Notation::WebVtt.read_line("-->"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(ms in 0u64..10_000_000_000) {
            let text = Stamp(ms * MILLISECOND).to_string();
            for notation in [Notation::WebVtt, Notation::SubRip] {
                prop_assert_eq!(notation.read(&text), Some((ms * MILLISECOND, "")));
            }
        }

        #[test]
        fn never_panics(text: String) {
            let _ = (Notation::WebVtt.read_line(&text), Notation::SubRip.read_line(&text));
        }
    }
}
