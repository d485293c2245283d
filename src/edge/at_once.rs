//! A warm fragment, planned in one call: `entry.js` asks for the plan, and carries it out by itself.
//!
//! Every crossing between JavaScript and WebAssembly costs about as much as a lookup, so the request comes in as
//! one text, and the plan goes out as one.

use super::cache;
use super::isolate;
use super::page;
use super::url::split;
use crate::admin::claims;
use crate::origin::{Asked, Plan, Planned, StoredRead, plan_at_once};
use crate::remote::{Store, Stores};
use http::Method;
use std::fmt::Write;
use wasm_bindgen::prelude::wasm_bindgen;

/// The largest integer that a JavaScript number holds exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

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
    let mut lines = request.split('\n');
    let mut line = || lines.next();
    let method = match line()? {
        "GET" => Method::GET,
        "HEAD" => Method::HEAD,
        _ => return None,
    };
    let (_, path, query) = split(line()?);
    if claims(path) || (deployment.shows_experience && page::claims(path)) {
        return None;
    }
    let mut header = || line().filter(|value| !value.is_empty());
    let (if_match, if_none_match) = (header(), header());
    let (if_range, range) = (header(), header());
    let if_range = if_range.filter(|_| range.is_some());
    let now_ms = line()?.parse().ok()?;
    let asked = Asked {
        query,
        if_match,
        if_none_match,
        if_range,
        range,
        now_ms,
        ..Asked::new(&method, path)
    };
    written(&plan_at_once(&asked, &deployment.settings, &isolate::memo())?, &stores)
}

/// `plan` in lines; `None` if it is more than one read, or of another store than R2.
fn written(plan: &Plan, stores: &Stores) -> Option<String> {
    let mut lines = plan.status().as_str().to_owned();
    match plan.body().as_slice() {
        [] => lines.push_str("\n\n\n\n\n"),
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
    for (name, value) in plan.headers() {
        let _ = write!(lines, "\n{name}: {}", value.to_str().ok()?);
    }
    Some(lines)
}
