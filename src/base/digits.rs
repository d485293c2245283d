//! Numbers and bytes as digits, of which nothing else is read: the standard library's parsers also take a sign.

use std::fmt::Write;
use std::str::FromStr;

/// Whether `text` is decimal digits, one at least.
pub fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number that decimal digits say; `None` for any other text, and where `N` has no such number.
pub fn decimal<N: FromStr>(text: &str) -> Option<N> {
    is_decimal(text).then(|| text.parse().ok())?
}

/// `bytes` as hexadecimal digits, in lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// The bytes that hexadecimal digits say, in either case; `None` for any other text.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, odd) = text.as_bytes().as_chunks();
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16)?).ok();
    let bytes = pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?));
    if odd.is_empty() { bytes.collect() } else { None }
}

/// The `N` bytes that [`hex`] writes so; `None` for any other text.
pub fn from_lower_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    from_hex(text).filter(|_| is_lower)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_nothing_else_are_a_number() {
        for (text, number) in [("0", Some(0)), ("007", Some(7)), ("255", Some(255)), ("256", None)]
        {
            assert_eq!(decimal::<u8>(text), number, "{text}");
            assert!(is_decimal(text), "{text}");
        }
        for text in ["", "+1", "-1", " 1", "1 ", "0x1", "1.0", "١"] {
            assert_eq!(decimal::<u8>(text), None, "{text}");
            assert!(!is_decimal(text), "{text}");
        }
    }

    #[test]
    fn bytes_are_pairs_of_digits() {
        let bytes = [0, 1, 0xab, 0xcd];
        assert_eq!(hex(&bytes), "0001abcd");
        assert_eq!(from_hex("0001aBcD"), Some(bytes.to_vec()));
        assert_eq!(from_hex(""), Some(vec![]));
        for text in ["0", "0g", "+1", "00 1", "0ä"] {
            assert_eq!(from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_one_way_is_read_one_way() {
        assert_eq!(from_lower_hex("00ab"), Some([0, 0xab]));
        for text in ["00aB", "00a", "00abcd", "00", ""] {
            assert_eq!(from_lower_hex::<2>(text), None, "{text}");
        }
    }
}
