//! What a client asks: the parts of an HTTP request that matter here.

use crate::error::Error;
use crate::range::ByteRange;
use http::Method;

/// A request, as far as an origin looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// GET, HEAD, OPTIONS, or one that is refused.
    pub method: &'a Method,
    /// The path, percent-encoded as it came, without a query.
    pub path: &'a str,
    /// `If-None-Match`, `RFC 9110` 13.1.2.
    pub if_none_match: Option<&'a str>,
    /// `If-Range`, `RFC 9110` 13.1.5.
    pub if_range: Option<&'a str>,
    /// `Range`, `RFC 9110` 14.2.
    pub range: Option<&'a str>,
    /// The time now, in milliseconds since 1970.
    pub now_ms: u64,
}

impl Asked<'_> {
    /// Whether only the headers are wanted.
    pub(super) fn is_head(&self) -> bool {
        *self.method == Method::HEAD
    }

    /// Whether the client already has what `etag` (unquoted) names.
    pub(super) fn has_current(&self, etag: &str) -> bool {
        self.if_none_match.is_some_and(|tags| {
            tags.split(',').map(str::trim).any(|tag| tag == "*" || names(tag, etag))
        })
    }

    /// Whether there is a `Range` that is understood.
    pub(super) fn wants_one_span(&self) -> bool {
        self.range.is_some_and(|range| parse_range(range).is_some())
    }

    /// The bytes wanted of `length`, or `None` for all of them: where there is no `Range`, one
    /// that is not understood, or one of another version.
    pub(super) fn wanted(&self, etag: &str, length: u64) -> Result<Option<ByteRange>, Error> {
        let Some(range) = self.range.filter(|_| !self.is_head()) else { return Ok(None) };
        if self.if_range.is_some_and(|tag| !strongly_names(tag.trim(), etag)) {
            return Ok(None);
        }
        match parse_range(range) {
            None => Ok(None),
            Some(span) => span.of(length).map(Some).ok_or(Error::Range { length }),
        }
    }
}

/// Compares weakly, as revalidation does.
fn names(tag: &str, etag: &str) -> bool {
    strongly_names(tag.strip_prefix("W/").unwrap_or(tag), etag)
}

fn strongly_names(tag: &str, etag: &str) -> bool {
    tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) == Some(etag)
}

/// One span of a `Range` header.
enum Span {
    From { first: u64, last: Option<u64> },
    Last(u64),
}

impl Span {
    /// The bytes it means of `length`; `None` if there are none.
    fn of(self, length: u64) -> Option<ByteRange> {
        let range = match self {
            Self::From { first, last } => {
                let end = last.map_or(length, |last| last.saturating_add(1).min(length));
                ByteRange::new(first, end)?
            }
            Self::Last(count) => ByteRange::new(length.saturating_sub(count), length)?,
        };
        (!range.is_empty()).then_some(range)
    }
}

/// The one span of bytes that `header` asks for; `None` if it asks for several, for another unit,
/// or cannot be read: then it is ignored.
fn parse_range(header: &str) -> Option<Span> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    };
    match (first, last) {
        ("", last) => Some(Span::Last(number(last)?)),
        (first, "") => Some(Span::From { first: number(first)?, last: None }),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some(Span::From { first, last: Some(last) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<'a>(range: &'a str, if_range: Option<&'a str>, tags: Option<&'a str>) -> Asked<'a> {
        let (method, path) = (&Method::GET, "/");
        Asked { method, path, if_none_match: tags, if_range, range: Some(range), now_ms: 0 }
    }

    fn wanted(range: &str) -> Result<Option<(u64, u64)>, ()> {
        match asked(range, None, None).wanted("e", 1000) {
            Ok(range) => Ok(range.map(|range| (range.start(), range.end()))),
            Err(_) => Err(()),
        }
    }

    #[test]
    fn one_span_of_bytes() {
        assert_eq!(wanted("bytes=0-"), Ok(Some((0, 1000))));
        assert_eq!(wanted("bytes=10-19"), Ok(Some((10, 20))));
        assert_eq!(wanted("bytes=990-2000"), Ok(Some((990, 1000))));
        assert_eq!(wanted("bytes=-10"), Ok(Some((990, 1000))));
        assert_eq!(wanted("bytes=-2000"), Ok(Some((0, 1000))));
        assert_eq!(wanted("bytes=0-18446744073709551615"), Ok(Some((0, 1000))));
    }

    #[test]
    fn a_span_beyond_the_end_is_refused() {
        assert_eq!(wanted("bytes=1000-"), Err(()));
        assert_eq!(wanted("bytes=-0"), Err(()));
    }

    #[test]
    fn what_is_not_one_span_is_ignored() {
        for range in
            ["bytes=0-1,5-6", "bytes=5-4", "bytes=a-", "bytes=-", "items=0-1", "bytes=+1-2", ""]
        {
            assert_eq!(wanted(range), Ok(None), "{range}");
        }
    }

    #[test]
    fn a_range_of_another_version_is_ignored() {
        let all = |tag| asked("bytes=0-1", Some(tag), None).wanted("e", 1000).unwrap().is_none();
        assert!(!all("\"e\""));
        assert!(all("\"f\""));
        assert!(all("W/\"e\""));
    }

    #[test]
    fn revalidates_weakly() {
        let current = |tags| asked("", None, Some(tags)).has_current("e");
        assert!(current("\"e\"") && current("W/\"e\"") && current("\"x\", \"e\"") && current("*"));
        assert!(!current("\"x\"") && !current("e"));
    }
}
