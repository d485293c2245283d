//! Whole numbers, as programs and people write them into XML.

use std::str::FromStr;

/// The number that is `written`, perhaps between blanks, behind a plus, or with nothing but zeros behind a point, as
/// programs do that reckon with fractions. `None` for any other: whether `1,500` is more than a thousand is for nobody to
/// guess.
pub fn whole<T: FromStr>(written: &str) -> Option<T> {
    let written = written.trim();
    let digits = match written.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|it| it == b'0') => digits,
        _ => written,
    };
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn what_can_be_read_in_one_way_only_is_a_number() {
        for written in ["200000", " 200000\n", "+200000", "200000.0", "200000.000", "0200000"] {
            assert_eq!(whole(written), Some(200_000_u32), "{written:?}");
        }
        for written in [
            "",
            " ",
            ".",
            ".0",
            "200000.",
            "200000.5",
            "200,000",
            "200.000.000",
            "200 000",
            "2e5",
            "0x20",
            "-1",
            "-0",
            "4294967296",
            "200k",
        ] {
            assert_eq!(whole::<u32>(written), None, "{written:?}");
        }
        assert_eq!(whole("18446744073709551615.0"), Some(u64::MAX));
    }
}
