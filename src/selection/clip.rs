//! A stretch of time.

use super::SelectionError;
use crate::base::chunk::Chunk;
use crate::base::digits::is_decimal;
use crate::base::time::Timescale;
use std::ops::Range;

/// A stretch of a presentation's time, as its manifests count it: from one moment to another, or to the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clip {
    /// In Smooth Streaming's ticks.
    from: u64,
    /// End of the clip, likewise; `None` is the end of the presentation.
    until: Option<u64>,
}

const MALFORMED: SelectionError =
    SelectionError::Clip("a time is so many seconds, such as 100 or 100.5");

impl Clip {
    /// From one time to another, each in decimal seconds; from the start or to the end where one is missing. `None`
    /// is all there is.
    pub fn between(
        from: Option<&str>,
        until: Option<&str>,
    ) -> Result<Option<Self>, SelectionError> {
        Self::of_ticks(from.map_or(Ok(0), ticks)?, until.map(ticks).transpose()?)
    }

    /// The clip between these times in Smooth Streaming's ticks.
    pub(super) fn of_ticks(from: u64, until: Option<u64>) -> Result<Option<Self>, SelectionError> {
        match until {
            None if from == 0 => Ok(None),
            Some(until) if until <= from => {
                Err(SelectionError::Clip("it ends before it begins, or there"))
            }
            until => Ok(Some(Self { from, until })),
        }
    }

    /// Two times parted by `separator`, of which the second may be missing.
    pub fn parse(text: &str, separator: char) -> Result<Option<Self>, SelectionError> {
        let (from, until) = text.split_once(separator).ok_or(MALFORMED)?;
        Self::between(Some(from), Some(until).filter(|until| !until.is_empty()))
    }

    /// As it is parsed, in its one spelling.
    pub fn written(&self, separator: char) -> String {
        let until = self.until.map(seconds).unwrap_or_default();
        format!("{}{separator}{until}", seconds(self.from))
    }

    /// What is in both; `None` if nothing is.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        let untils = [self.until, other.until].into_iter().flatten();
        let (from, until) = (self.from.max(other.from), untils.min());
        until.is_none_or(|until| from < until).then_some(Self { from, until })
    }

    /// When it begins, in Smooth Streaming's ticks.
    pub fn from(&self) -> u64 {
        self.from
    }

    /// When it ends, in Smooth Streaming's ticks; `None` is the end of the presentation.
    pub fn until(&self) -> Option<u64> {
        self.until
    }

    /// What of `span`, in Smooth Streaming's ticks, is in it.
    pub fn narrow(&self, span: Range<u64>) -> Range<u64> {
        span.start.max(self.from)..span.end.min(self.until.unwrap_or(u64::MAX))
    }

    /// Whether some of `chunk`, in ticks of `timescale`, is in it.
    pub fn has_some_of(&self, chunk: Chunk, timescale: Timescale) -> bool {
        let ticks = |at| timescale.rescale(at, Timescale::SMOOTH).unwrap_or(u64::MAX);
        let end = chunk.end().map_or(u64::MAX, ticks);
        end > self.from && self.until.is_none_or(|until| ticks(chunk.start) < until)
    }
}

/// Digits of a second behind the decimal point: as many as ticks have.
const DIGITS: usize = 7;

fn second() -> u64 {
    Timescale::SMOOTH.ticks_per_second().into()
}

/// Decimal seconds in ticks. What is finer than a tick is refused.
fn ticks(text: &str) -> Result<u64, SelectionError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !is_decimal(whole) || !is_decimal(fraction) || fraction.len() > DIGITS {
        return Err(MALFORMED);
    }
    let whole: Option<u64> = whole.parse().ok();
    let fraction: Option<u64> = format!("{fraction:0<DIGITS$}").parse().ok();
    let ticks = whole.and_then(|whole| whole.checked_mul(second()));
    let ticks = ticks.zip(fraction).and_then(|(whole, fraction)| whole.checked_add(fraction));
    ticks.ok_or(SelectionError::Clip("a time is too large"))
}

/// Ticks in decimal seconds, with no digit that says nothing.
fn seconds(ticks: u64) -> String {
    let (whole, fraction) = (ticks / second(), ticks % second());
    let written = format!("{whole}.{fraction:0DIGITS$}");
    written.trim_end_matches('0').trim_end_matches('.').to_owned()
}
