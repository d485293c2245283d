//! A warm fragment, planned in one call: `entry.js` asks for the plan, and carries it out by itself.
//!
//! Every crossing between JavaScript and WebAssembly costs about as much as a lookup, so the request comes in as
//! one text, and the plan goes out as one.

use super::body::unavailable;
use super::runtime::MAX_SAFE_INTEGER;
use super::url::split;
use super::{cache, isolate, log, page};
use crate::admin::claims;
use crate::origin::{
    Asked, Error, Failure, Plan, Planned, StoredRead, Subject, plan_at_once, refusal_at_once,
};
use crate::remote::{Store, Stores};
use http::{HeaderMap, Method};
use std::fmt::Write;
use wasm_bindgen::prelude::wasm_bindgen;

/// The plan of the answer to `request`, if it needs nothing but at most one read of an R2 bucket.
///
/// `request` has lines: method, URL, `If-Match`, `If-None-Match`, `If-Range`, `Range`, and the time in milliseconds
/// since 1970; one is empty for a header that is not there. So has the plan: status, binding of the bucket, key,
/// entity tag, offset and length, of which all but the first are empty where nothing is read; and then a header each.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn plan(request: &str) -> Option<String> {
    let (deployment, stores) = isolate::known()?;
    if deployment.counts || !cache::is_elsewhere() {
        return None;
    }
    let lines = Lines::of(request)?;
    let path = lines.path;
    if claims(path) || (deployment.shows_experience && page::claims(path)) {
        return None;
    }
    let plan = plan_at_once(&lines.asked(), &deployment.settings, &isolate::memo())?;
    written(&plan, &stores)
}

/// What is answered to `request`, in the same lines with an empty one and a text behind them, if its plan reads
/// something that the bucket failed to give for this `cause`.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn failure(request: &str, key: &str, cause: &str) -> Option<String> {
    let lines = Lines::of(request)?;
    let (asked, error) = (lines.asked(), Error::Store(unavailable(key, cause)));
    let subject = asked.request.as_ref().ok().and_then(Subject::of);
    log::error(&Failure { subject, status: Some(error.status()), error: &error }.to_json());
    let (head, body) = refusal_at_once(&asked, &error).into_parts();
    let text = String::from_utf8(body).ok()?;
    Some(format!("{}{NO_READ}{}\n\n{text}", head.status.as_str(), headers(&head.headers)?))
}

/// A request, taken apart.
struct Lines<'a> {
    method: Method,
    path: &'a str,
    query: Option<&'a str>,
    if_match: Option<&'a str>,
    if_none_match: Option<&'a str>,
    if_range: Option<&'a str>,
    range: Option<&'a str>,
    now_ms: u64,
}

impl<'a> Lines<'a> {
    fn of(request: &'a str) -> Option<Self> {
        let mut lines = request.split('\n');
        let method = match lines.next()? {
            "GET" => Method::GET,
            "HEAD" => Method::HEAD,
            _ => return None,
        };
        let (_, path, query) = split(lines.next()?);
        let mut header = || lines.next().filter(|value| !value.is_empty());
        let [if_match, if_none_match, if_range, range] = [(); 4].map(|()| header());
        let now_ms = lines.next()?.parse().ok()?;
        Some(Self { method, path, query, if_match, if_none_match, if_range, range, now_ms })
    }

    fn asked(&self) -> Asked<'_> {
        let Self { query, if_match, if_none_match, range, now_ms, .. } = *self;
        let if_range = self.if_range.filter(|_| range.is_some());
        let asked = Asked::new(&self.method, self.path);
        Asked { query, if_match, if_none_match, if_range, range, now_ms, ..asked }
    }
}

/// In place of binding, key, entity tag, offset and length.
const NO_READ: &str = "\n\n\n\n\n";

/// `plan` in lines; `None` if it is more than one read, or of another store than R2.
fn written(plan: &Plan, stores: &Stores) -> Option<String> {
    let mut lines = plan.status().as_str().to_owned();
    match plan.body().as_slice() {
        [] => lines.push_str(NO_READ),
        [Planned::Stored(StoredRead { key, etag, read })] if read.is_whole() => {
            let (Store::R2(binding), key) = stores.find(key)? else { return None };
            let range = read.range();
            let is_one_line = |text: &str| !text.contains('\n');
            if range.end() > MAX_SAFE_INTEGER || !is_one_line(&key) || !is_one_line(etag) {
                return None;
            }
            let (start, length) = (range.start(), range.length());
            let _ = write!(lines, "\n{binding}\n{key}\n{etag}\n{start}\n{length}");
        }
        _ => return None,
    }
    lines.push_str(&headers(plan.headers())?);
    Some(lines)
}

fn headers(headers: &HeaderMap) -> Option<String> {
    let mut lines = String::new();
    for (name, value) in headers {
        let _ = write!(lines, "\n{name}: {}", value.to_str().ok()?);
    }
    Some(lines)
}
