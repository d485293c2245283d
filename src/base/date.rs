//! Dates, as machines and people both read them.

use super::digits;

/// A moment given in milliseconds since 1970 as RFC 3339 writes it in UTC: `2026-11-22T17:03:59Z`.
pub fn rfc3339(unix_ms: u64) -> String {
    let seconds = unix_ms / 1000;
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hours, minutes, seconds) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
}

/// A date and time of RFC 3339 with milliseconds: `2026-11-22T17:03:59.250Z`.
pub fn rfc3339_milliseconds(unix_ms: u64) -> String {
    let whole = rfc3339(unix_ms);
    format!("{}.{:03}Z", whole.trim_end_matches('Z'), unix_ms % 1000)
}

/// Year, month and day of a day counted from 1970-01-01.
///
/// Years are taken to begin in March, so that the leap day is a year's last, and eras of 400 years
/// repeat exactly.
fn civil(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097;
    let since_year_0 = days.saturating_add(719_468);
    let (era, of_era) = (since_year_0 / ERA, since_year_0 % ERA);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

/// The moment that `text` is in UTC, in milliseconds since 1970: `2026-11-22T17:03:59Z`, with a fraction of a second or
/// without, or with `+00:00` in place of the `Z`. What a millisecond does not hold is cut off.
pub fn unix_ms(text: &str) -> Option<u64> {
    let text = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00"))?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !digits::is_decimal(fraction) {
        return None;
    }
    let (date, time) = whole.split_once('T')?;
    let numbers = |text: &str, mark: char| -> Option<[u64; 3]> {
        let numbers: Option<Vec<u64>> = text.split(mark).map(digits::decimal).collect();
        numbers?.try_into().ok()
    };
    let ([year, month, day], [hours, minutes, seconds]) =
        (numbers(date, '-')?, numbers(time, ':')?);
    if !(1970..=9999).contains(&year) || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    // A year has no fewer than 365 days, and eight thousand of them two thousand leap days.
    let first = (year - 1970) * 365 + (month.checked_sub(1)?) * 28;
    let days =
        (first..first.saturating_add(2200)).find(|days| civil(*days) == (year, month, day))?;
    let milliseconds =
        fraction.chars().chain("00".chars()).take(3).collect::<String>().parse::<u64>();
    let seconds = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    Some(seconds * 1000 + milliseconds.ok()?)
}

#[cfg(test)]
mod tests {
    use super::{rfc3339, rfc3339_milliseconds, unix_ms};

    #[test]
    fn counts_leap_days() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_795_366_999, "2026-11-22T17:03:19Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds * 1000 + 999), text);
            assert_eq!(unix_ms(text), Some(seconds * 1000));
        }
        assert_eq!(rfc3339_milliseconds(61_007), "1970-01-01T00:01:01.007Z");
    }

    #[test]
    fn moments_are_read_with_fractions_and_in_utc_alone() {
        for (text, expected) in [
            ("1970-01-01T00:01:01.007Z", Some(61_007)),
            ("1970-01-01T00:00:01.5+00:00", Some(1_500)),
            ("1970-01-01T00:00:01.1239999Z", Some(1_123)),
            ("9999-12-31T23:59:59Z", Some(253_402_300_799_000)),
        ] {
            assert_eq!(unix_ms(text), expected, "{text}");
        }
        for wrong in [
            "",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "1970-01-01T00:00:00+01:00",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00Z",
            "1970-02-30T00:00:00Z",
            "1970-00-01T00:00:00Z",
            "1970-13-01T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "1970-01-+1T00:00:00Z",
            "1970-01-01T00:00:00.+1Z",
        ] {
            assert_eq!(unix_ms(wrong), None, "{wrong}");
        }
    }
}
