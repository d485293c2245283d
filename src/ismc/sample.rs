//! Samples that stand in a client manifest.

use crate::base::xml::{Element, XmlError};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// A sample that stands in a client manifest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sample {
    /// When it is presented, in ticks of its stream.
    pub start: u64,
    /// How long, in the same ticks; `None` if the manifest does not say.
    pub duration: Option<u64>,
    /// What it says.
    pub content: SampleContent,
}

/// What a sample in a client manifest says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SampleContent {
    /// The bytes that an `f` has in base64 (`[MS-SSTR]` 2.2.2.6.1).
    Bytes(Vec<u8>),
    /// The `Value` of a `Marker`.
    Marker(String),
    /// A script command, or what cannot be read.
    Other,
}

impl Sample {
    /// What an `f` has in base64, of a chunk at `start`; `None` if it has nothing.
    pub(super) fn of_fragment(
        element: &Element<'_, '_>,
        (start, duration): (u64, Option<u64>),
    ) -> Option<Self> {
        let text: String = element.text().split_ascii_whitespace().collect();
        let bytes = (!text.is_empty()).then(|| BASE64_STANDARD.decode(text))?;
        let content = bytes.map_or(SampleContent::Other, SampleContent::Bytes);
        Some(Self { start, duration, content })
    }

    /// A `Marker`.
    pub(super) fn of_marker(element: &Element<'_, '_>, ticks: u64) -> Result<Self, XmlError> {
        let (mut start, mut title) = (None, None);
        for attribute in element.attributes() {
            match attribute? {
                ("Time", value) => start = time(value.trim(), ticks),
                ("Value", value) => title = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        let (start, content) = match (start, title) {
            (Some(start), Some(title)) => (start, SampleContent::Marker(title)),
            _ => (0, SampleContent::Other),
        };
        Ok(Self { start, duration: None, content })
    }

    /// What is kept and not understood.
    pub(super) fn other() -> Self {
        Self { start: 0, duration: None, content: SampleContent::Other }
    }
}

/// A time in ticks, or as `h:mm:ss.fff`, in ticks of which a second has `ticks`.
fn time(said: &str, ticks: u64) -> Option<u64> {
    let Some((rest, seconds)) = said.rsplit_once(':') else { return said.parse().ok() };
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let digits = part.get(..part.len().min(9))?;
    let unit = 10u64.checked_pow(u32::try_from(digits.len()).ok()?)?;
    let part = if digits.is_empty() { 0 } else { digits.parse::<u64>().ok()? };
    let mut total: u64 = whole.parse().ok()?;
    let mut scale = 60u64;
    for places in rest.rsplit(':') {
        total = total.checked_add(places.parse::<u64>().ok()?.checked_mul(scale)?)?;
        scale = scale.checked_mul(60)?;
    }
    total.checked_mul(ticks)?.checked_add(part.checked_mul(ticks)?.checked_div(unit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_ticks_or_clocks() {
        for (said, ticks) in [
            ("123", Some(123)),
            ("00:00:05", Some(5000)),
            ("1:02:03.5", Some(3_723_500)),
            ("02:03.25", Some(123_250)),
            ("0:0.1234567891", Some(123)),
            ("a:5", None),
            ("-1", None),
            ("99999999999999999999:00", None),
            ("1:é", None),
        ] {
            assert_eq!(time(said, 1000), ticks, "{said}");
        }
    }
}
