//! A moment, as signatures spell it.

/// A second in UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    year: u64,
    month: u64,
    day: u64,
    weekday: u64,
    second_of_day: u64,
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Stamp {
    /// The second in which the Unix time is `ms` milliseconds.
    pub fn from_unix_ms(ms: u64) -> Self {
        let seconds = ms / 1000;
        let days = seconds / 86_400;
        // Years are counted from the first of March here, so that a leap day is a year's last; the
        // algorithm is Howard Hinnant's `civil_from_days`.
        let since_march_0 = days + 719_468;
        let era = since_march_0 / 146_097;
        let day_of_era = since_march_0 % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Self {
            year: era * 400 + year_of_era + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            weekday: (days + 4) % 7,
            second_of_day: seconds % 86_400,
        }
    }

    /// `20130524`
    pub(super) fn date(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.day)
    }

    /// `20130524T000000Z`, the basic form of `ISO 8601`.
    pub(super) fn basic(self) -> String {
        let (hour, minute, second) = self.time();
        format!("{}T{hour:02}{minute:02}{second:02}Z", self.date())
    }

    /// `Fri, 24 May 2013 00:00:00 GMT`, as HTTP has it.
    pub(super) fn http(self) -> String {
        let name = |names: &[&'static str], at: u64| {
            usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
        };
        let (hour, minute, second) = self.time();
        format!(
            "{}, {:02} {} {:04} {hour:02}:{minute:02}:{second:02} GMT",
            name(&WEEKDAYS, self.weekday),
            self.day,
            name(&MONTHS, self.month - 1),
            self.year,
        )
    }

    fn time(self) -> (u64, u64, u64) {
        (self.second_of_day / 3600, self.second_of_day / 60 % 60, self.second_of_day % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_moments() {
        for (seconds, basic, http) in [
            (0, "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "19941106T084937Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_399, "20000228T235959Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
            (951_782_400, "20000229T000000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_369_353_600, "20130524T000000Z", "Fri, 24 May 2013 00:00:00 GMT"),
            (1_798_761_599, "20261231T235959Z", "Thu, 31 Dec 2026 23:59:59 GMT"),
            (4_107_542_400, "21000301T000000Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
        ] {
            let stamp = Stamp::from_unix_ms(seconds * 1000 + 999);
            assert_eq!((stamp.basic().as_str(), stamp.http().as_str()), (basic, http));
        }
    }
}
