//! The parts of an HTTP request that matter here.

use super::error::Error;
use super::span::Span;
use crate::base::range::ByteRange;
use crate::url::{Request, RequestError};
use http::Method;

/// A request, as far as an origin looks at it.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// GET, HEAD, OPTIONS, or one that is refused.
    pub method: &'a Method,
    /// The path, percent-encoded as it came, without a query.
    pub path: &'a str,
    /// What path and query ask for, or why they ask for nothing.
    pub request: Result<Request<'a>, RequestError>,
    /// The query, which is handed on where a client is sent on.
    pub query: Option<&'a str>,
    /// `Access-Control-Request-Headers`, which OPTIONS comes with: <https://fetch.spec.whatwg.org/>.
    pub wants_headers: Option<&'a str>,
    /// `If-Match`, `RFC 9110` 13.1.1.
    pub if_match: Option<&'a str>,
    /// `If-None-Match`, `RFC 9110` 13.1.2.
    pub if_none_match: Option<&'a str>,
    /// `If-Range`, `RFC 9110` 13.1.5.
    pub if_range: Option<&'a str>,
    /// `Range`, `RFC 9110` 14.2.
    pub range: Option<&'a str>,
    /// The time now, in milliseconds since 1970.
    pub now_ms: u64,
}

impl<'a> Asked<'a> {
    /// `method` of `path` without a query and headers, at the beginning of 1970.
    pub fn new(method: &'a Method, path: &'a str) -> Self {
        Self::with_query(method, path, None)
    }

    /// `method` of `path` with `query`, without headers, at the beginning of 1970.
    pub fn with_query(method: &'a Method, path: &'a str, query: Option<&'a str>) -> Self {
        Self {
            method,
            path,
            request: Request::parse_with(path, query),
            query,
            wants_headers: None,
            if_match: None,
            if_none_match: None,
            if_range: None,
            range: None,
            now_ms: 0,
        }
    }

    /// The presentation that is asked about; empty if none is.
    pub fn presentation(&self) -> &str {
        self.request.as_ref().ok().and_then(Request::presentation).unwrap_or_default()
    }

    /// Whether a resource is asked for, or its headers.
    pub(super) fn is_read(&self) -> bool {
        matches!(*self.method, Method::GET | Method::HEAD)
    }

    /// Whether only the headers are wanted.
    pub(super) fn is_head(&self) -> bool {
        *self.method == Method::HEAD
    }

    /// Whether the whole body is wanted, whatever its entity tag and length are.
    pub(super) fn is_for_all(&self) -> bool {
        !self.is_head() && self.span().is_none()
    }

    /// Whether the client already has what `etag` (unquoted) names; an error if it wants nothing but
    /// another version. The order is that of `RFC 9110` 13.2.2.
    pub(super) fn has_current(&self, etag: &str) -> Result<bool, Error> {
        if self.if_match.is_some_and(|tags| !any(tags, |tag| strongly_names(tag, etag))) {
            return Err(Error::OtherVersion);
        }
        Ok(self.if_none_match.is_some_and(|tags| any(tags, |tag| names(tag, etag))))
    }

    /// The span of a `Range` that is understood.
    pub(super) fn span(&self) -> Option<Span> {
        self.range.and_then(Span::parse)
    }

    /// The bytes wanted of `length`, or `None` for all of them: where there is no `Range`, one
    /// that is not understood, or one of another version.
    pub(super) fn wanted(&self, etag: &str, length: u64) -> Result<Option<ByteRange>, Error> {
        let Some(span) = self.span().filter(|_| !self.is_head()) else { return Ok(None) };
        if self.if_range.is_some_and(|tag| !strongly_names(tag.trim(), etag)) {
            return Ok(None);
        }
        span.of(length).map(Some).ok_or(Error::Range { length })
    }
}

/// Whether a list of entity tags has one that `names` what there is; `*` names whatever there is. A tag may have commas
/// within its quotes, which it has no other way to write (`RFC 9110` 8.8.3).
fn any(tags: &str, names: impl Fn(&str) -> bool) -> bool {
    let mut is_quoted = false;
    let parts = tags.split(|letter: char| {
        is_quoted ^= letter == '"';
        letter == ',' && !is_quoted
    });
    parts.map(str::trim).any(|tag| tag == "*" || names(tag))
}

/// Compares weakly, as revalidation does.
fn names(tag: &str, etag: &str) -> bool {
    strongly_names(tag.strip_prefix("W/").unwrap_or(tag), etag)
}

fn strongly_names(tag: &str, etag: &str) -> bool {
    tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) == Some(etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get() -> Asked<'static> {
        Asked::new(&Method::GET, "/")
    }

    #[test]
    fn a_span_that_is_not_there_is_refused() {
        let wanted = |range| Asked { range: Some(range), ..get() }.wanted("e", 1000);
        assert_eq!(wanted("bytes=10-19").unwrap(), ByteRange::new(10, 20));
        assert_eq!(wanted("bytes=0-1,5-6").unwrap(), None);
        for beyond in ["bytes=1000-", "bytes=-0", "bytes=99999999999999999999-"] {
            assert!(matches!(wanted(beyond), Err(Error::Range { length: 1000 })), "{beyond}");
        }
    }

    #[test]
    fn a_tag_may_have_commas_in_it() {
        let current = |if_match, if_none_match| {
            Asked { if_match, if_none_match, ..get() }.has_current("5f,1")
        };
        for tags in ["\"5f,1\"", "\"a\", \"5f,1\"", "W/\"5f\",\"5f,1\" ,x"] {
            assert!(current(None, Some(tags)).unwrap(), "{tags}");
            assert!(current(Some(tags), None).is_ok(), "{tags}");
        }
        for tags in ["\"5f\", \"1\"", "5f,1", "\"x,5f,1\""] {
            assert!(!current(None, Some(tags)).unwrap(), "{tags}");
            assert!(current(Some(tags), None).is_err(), "{tags}");
        }
    }

    #[test]
    fn a_range_of_another_version_is_ignored() {
        let asked = |tag| Asked { range: Some("bytes=0-1"), if_range: Some(tag), ..get() };
        let all = |tag| asked(tag).wanted("e", 1000).unwrap().is_none();
        assert!(!all("\"e\""));
        assert!(all("\"f\""));
        assert!(all("W/\"e\""));
    }

    #[test]
    fn revalidates_weakly() {
        let current = |tags| Asked { if_none_match: Some(tags), ..get() }.has_current("e").unwrap();
        assert!(current("\"e\"") && current("W/\"e\"") && current("\"x\", \"e\"") && current("*"));
        assert!(!current("\"x\"") && !current("e"));
    }

    #[test]
    fn a_version_that_alone_is_wanted_is_compared_strongly_and_first() {
        let asked = |tags| Asked { if_match: Some(tags), if_none_match: Some("*"), ..get() };
        for tags in ["\"e\"", "\"x\", \"e\"", "*"] {
            assert!(asked(tags).has_current("e").unwrap(), "{tags}");
        }
        for tags in ["\"x\"", "W/\"e\"", "e", ""] {
            assert!(matches!(asked(tags).has_current("e"), Err(Error::OtherVersion)), "{tags}");
        }
    }
}
