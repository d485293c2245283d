//! A request, in the lines that `entry.js` hands in.

use super::url::split;
use crate::gate::{Visit, split as split_token};
use crate::origin::Asked;
use http::Method;

/// A request, taken apart.
///
/// It has lines: method, URL, `If-Match`, `If-None-Match`, `If-Range`, `Range`, and the time in milliseconds since
/// 1970; and where there are policies of who may watch, `Cookie`, `Referer`, address and country. One is empty for a
/// header that is not there.
pub(super) struct Lines<'a> {
    method: Method,
    /// Scheme and host.
    pub(super) host: &'a str,
    /// The path as it came, with a token in front of it or without.
    pub(super) path: &'a str,
    query: Option<&'a str>,
    if_match: Option<&'a str>,
    if_none_match: Option<&'a str>,
    if_range: Option<&'a str>,
    range: Option<&'a str>,
    pub(super) now_ms: u64,
    cookie: Option<&'a str>,
    referrer: Option<&'a str>,
    address: Option<&'a str>,
    country: Option<&'a str>,
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
        let mut more = || lines.next().filter(|value| !value.is_empty());
        let [cookie, referrer, address, country] = [(); 4].map(|()| more());
        Some(Self {
            method,
            host,
            path,
            query,
            if_match,
            if_none_match,
            if_range,
            range,
            now_ms,
            cookie,
            referrer,
            address,
            country,
        })
    }

    /// What a gate looks at.
    pub(super) fn visit(&self) -> Visit<'a> {
        let Self { path, query, cookie, referrer, address, country, now_ms, .. } = *self;
        Visit { path, query, cookie, referrer, address, country, now_ms }
    }

    /// What is asked of the origin: the path has no token any more.
    pub(super) fn asked(&self) -> Asked<'_> {
        let Self { query, if_match, if_none_match, range, now_ms, .. } = *self;
        let if_range = self.if_range.filter(|_| range.is_some());
        let asked = Asked::with_query(&self.method, split_token(self.path).1, query);
        Asked { if_match, if_none_match, if_range, range, now_ms, ..asked }
    }
}
