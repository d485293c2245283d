//! Decimal numbers of TTML's times, exact.

use crate::base::digits::is_decimal;

/// A number with a fraction: `number / unit`.
pub(super) struct Decimal {
    pub(super) number: u128,
    /// A power of ten.
    pub(super) unit: u128,
}

impl Decimal {
    /// The number in `text`: digits, and a fraction behind a point. Digits behind the tenth of a fraction change no tick.
    pub(super) fn read(text: &str) -> Option<Self> {
        const DIGITS: usize = 10;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        if !is_decimal(whole) || !is_decimal(fraction) {
            return None;
        }
        let whole: u64 = whole.parse().ok()?;
        let fraction = fraction.trim_end_matches('0');
        let fraction = fraction.get(..DIGITS).unwrap_or(fraction);
        let unit = 10u128.pow(u32::try_from(fraction.len()).ok()?);
        let part: u128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        Some(Self { number: u128::from(whole).checked_mul(unit)?.checked_add(part)?, unit })
    }

    /// Whether it has no fraction but 0.
    pub(super) fn is_whole(&self) -> bool {
        self.unit == 1
    }

    /// This many times `times / by`, to the nearest.
    pub(super) fn times(&self, times: u128, by: u128) -> Option<u64> {
        let by = by.checked_mul(self.unit)?;
        let rounded = self.number.checked_mul(times)?.checked_add(by / 2)? / by;
        u64::try_from(rounded).ok()
    }
}
