//! A request, in the lines that `entry.js` hands in.

use super::url::split;
use crate::gate::split as split_token;
use crate::origin::Asked;
use http::Method;

/// A request, taken apart.
///
/// It has lines: method, URL, `If-Match`, `If-None-Match`, `If-Range`, `Range`, and the time in milliseconds since
/// 1970. One is empty for a header that is not there.
pub(super) struct Lines<'a> {
    method: Method,
    /// Scheme and host.
    pub(super) host: &'a str,
    /// The path as it came, with a token in front of it or without.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    if_match: Option<&'a str>,
    if_none_match: Option<&'a str>,
    if_range: Option<&'a str>,
    range: Option<&'a str>,
    pub(super) now_ms: u64,
}

impl<'a> Lines<'a> {
    /// The GET or HEAD in these lines; `None` if it is another method.
    pub(super) fn of(request: &'a str) -> Option<Self> {
        let mut lines = request.split('\n');
        let method = match lines.next()? {
            "GET" => Method::GET,
            "HEAD" => Method::HEAD,
            _ => return None,
        };
        let (host, path, query) = split(lines.next()?);
        let mut header = || lines.next().filter(|value| !value.is_empty());
        let [if_match, if_none_match, if_range, range] = [(); 4].map(|()| header());
        let now_ms = lines.next()?.parse().ok()?;
        Some(Self { method, host, path, query, if_match, if_none_match, if_range, range, now_ms })
    }

    /// The same request for another path.
    pub(super) fn at(self, path: &'a str) -> Self {
        Self { path, ..self }
    }

    /// What is asked of the origin, whoever asks: the path has no token any more.
    pub(super) fn asked(&self) -> Asked<'_> {
        self.asked_of(split_token(self.path).1)
    }

    /// What is asked for at `path`, from which a token has been removed already.
    pub(super) fn asked_of<'b>(&'b self, path: &'b str) -> Asked<'b> {
        let Self { query, if_match, if_none_match, range, now_ms, .. } = *self;
        let if_range = self.if_range.filter(|_| range.is_some());
        let asked = Asked::with_query(&self.method, path, query);
        Asked { if_match, if_none_match, if_range, range, now_ms, ..asked }
    }
}
