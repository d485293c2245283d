//! One span of a `Range` header (`RFC 9110` 14.1.2).

use crate::base::digits::is_decimal;
use crate::base::range::{ByteRange, MAX_JS_OFFSET};

/// The bytes that a `Range` header of one span asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Span {
    /// From the first position to the last, both in it; to the end where there is no last.
    From { first: u64, last: Option<u64> },
    /// The last bytes, this many.
    Last(u64),
}

impl Span {
    /// The one span of bytes that `header` asks for; `None` if it asks for several, for another unit,
    /// or cannot be read: then it is ignored.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
        match (first, last) {
            ("", last) => Some(Self::Last(position(last)?)),
            (first, "") => Some(Self::From { first: position(first)?, last: None }),
            (first, last) => {
                let (first, last) = (position(first)?, position(last)?);
                (first <= last).then_some(Self::From { first, last: Some(last) })
            }
        }
    }

    /// The bytes it means of `length`; `None` if there are none.
    pub(super) fn of(self, length: u64) -> Option<ByteRange> {
        let range = match self {
            Self::From { first, last } => {
                let end = last.map_or(length, |last| last.saturating_add(1).min(length));
                ByteRange::new(first, end)?
            }
            Self::Last(count) => ByteRange::new(length.saturating_sub(count), length)?,
        };
        (!range.is_empty()).then_some(range)
    }

    /// The `Range` header that asks a cache for it; `None` if no answer has a byte of it, which the
    /// origin says better.
    pub(super) fn header(self) -> Option<String> {
        match self {
            Self::From { first, .. } if first > MAX_JS_OFFSET => None,
            Self::From { first, last: None } => Some(format!("bytes={first}-")),
            Self::From { first, last: Some(last) } => {
                Some(format!("bytes={first}-{}", last.min(MAX_JS_OFFSET)))
            }
            Self::Last(0) => None,
            Self::Last(count) => Some(format!("bytes=-{}", count.min(MAX_JS_OFFSET))),
        }
    }
}

/// Digits and nothing else. No object reaches beyond 2^64, so that is what any larger number means.
fn position(digits: &str) -> Option<u64> {
    is_decimal(digits).then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEYOND: &str = "99999999999999999999";

    fn span(header: &str) -> Span {
        Span::parse(header).unwrap()
    }

    fn wanted(header: &str) -> Option<(u64, u64)> {
        span(header).of(1000).map(|range| (range.start(), range.end()))
    }

    #[test]
    fn one_span_of_bytes() {
        assert_eq!(wanted("bytes=0-"), Some((0, 1000)));
        assert_eq!(wanted("bytes=10-19"), Some((10, 20)));
        assert_eq!(wanted("bytes=990-2000"), Some((990, 1000)));
        assert_eq!(wanted("bytes=-10"), Some((990, 1000)));
        assert_eq!(wanted("bytes=-2000"), Some((0, 1000)));
        assert_eq!(wanted("bytes=0-18446744073709551615"), Some((0, 1000)));
    }

    #[test]
    fn a_number_beyond_2_64_lies_beyond_every_end() {
        assert_eq!(wanted(&format!("bytes=0-{BEYOND}")), Some((0, 1000)));
        assert_eq!(wanted(&format!("bytes=-{BEYOND}")), Some((0, 1000)));
        assert_eq!(wanted(&format!("bytes={BEYOND}-")), None);
        assert_eq!(wanted(&format!("bytes={BEYOND}-{BEYOND}")), None);
    }

    #[test]
    fn a_span_beyond_the_end_has_no_bytes() {
        assert_eq!(wanted("bytes=1000-"), None);
        assert_eq!(wanted("bytes=-0"), None);
    }

    #[test]
    fn what_is_not_one_span_is_ignored() {
        for range in
            ["bytes=0-1,5-6", "bytes=5-4", "bytes=a-", "bytes=-", "items=0-1", "bytes=+1-2", ""]
        {
            assert_eq!(Span::parse(range), None, "{range}");
        }
    }

    #[test]
    fn a_cache_is_asked_in_numbers_that_it_can_count() {
        let header = |header: &str| span(header).header();
        assert_eq!(header("bytes=007-9"), Some("bytes=7-9".into()));
        assert_eq!(header("bytes=7-"), Some("bytes=7-".into()));
        assert_eq!(header(&format!("bytes=7-{BEYOND}")), Some(format!("bytes=7-{MAX_JS_OFFSET}")));
        assert_eq!(header(&format!("bytes=-{BEYOND}")), Some(format!("bytes=-{MAX_JS_OFFSET}")));
        assert_eq!(header("bytes=-0"), None);
        assert_eq!(header(&format!("bytes={BEYOND}-")), None);
    }
}
