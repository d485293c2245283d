//! What `entry.js` asks: the plan of a request, in one call.
//!
//! Every crossing between JavaScript and WebAssembly costs about as much as a lookup, so the request comes in as
//! one text, and the plan goes out as one. A viewer who may not watch is refused in it, before a cache is asked.

use super::body::unavailable;
use super::carried::{Answered, Next, Question};
use super::lines::Lines;
use super::locate::{self, Located};
use super::watch::Watch;
use super::{cache, isolate, log, page};
use crate::admin::claims;
use crate::gate::{Verdict, Visit, make_private, stopped};
use crate::origin::{
    Asked, Error, Failure, Subject, may_be_kept, plan_at_once, refusal, refusal_at_once,
};
use http::{Response, StatusCode};
use std::borrow::Cow;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;
use worker::web_sys::Request;

/// What is to be done for `request`, whose `lines` these are (see [`Lines`]), as the JSON of [`Next`]; `None` if only the
/// long way knows.
///
/// That is a look into the Cache API where it is in use, unless the caller `has_looked`; or else an answer that needs
/// nothing but at most one read of an R2 bucket.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn plan(
    lines: &str,
    request: &Request,
    has_looked: bool,
    env: &Env,
    context: &JsValue,
) -> Option<String> {
    let deployment = isolate::deployment(env).ok()?;
    let lines = Lines::of(lines)?;
    let Lines { path, query, now_ms, .. } = lines;
    if claims(path) || (deployment.shows_experience && page::claims(path)) {
        return None;
    }
    let Located { path: led, is_limited } = match locate::at_once(path, &isolate::memo(), now_ms)? {
        Ok(located) => located,
        Err(error) => {
            return serde_json::to_string(&Answered::refused(&refusal(&error))?).ok();
        }
    };
    let visit = Visit { path: &led, asked: path, query, viewer: request, now_ms };
    let (path, is_private) = match deployment.gate.judge(&visit) {
        Verdict::Passes { path, is_private } => (path, is_private || is_limited),
        Verdict::Stopped(stop) => {
            return serde_json::to_string(&Answered::refused(&stopped(&stop))?).ok();
        }
        Verdict::Unproven(_) => return None,
    };
    let asked = lines.asked_of(path);
    if !has_looked
        && cache::is_api(context, deployment.cache_api)
        && let Some(lookup) = asked.lookup()
    {
        let lookup = Question::new(lines.host, &lookup, deployment.counts, is_private);
        return serde_json::to_string(&Next::Look { lookup }).ok();
    }
    if deployment.counts {
        return None;
    }
    let mut plan = plan_at_once(&asked, &deployment.settings, &isolate::memo())?;
    if is_private {
        make_private(plan.headers_mut());
    }
    let stores = isolate::stores(env).ok()?;
    serde_json::to_string(&Next::Answer(Answered::planned(&plan, &stores)?)).ok()
}

/// What is answered to `request` if its plan reads something that the bucket failed to give for this `cause`, as the
/// JSON of [`Answered`].
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn failure(request: &str, key: &str, cause: &str) -> Option<String> {
    let lines = Lines::of(request)?;
    let path = known(&lines);
    let lines = lines.at(&path);
    serde_json::to_string(&Answered::refused(&refused(&lines.asked(), key, cause))?).ok()
}

/// What is answered to `asked` if storage failed to give `key` for this `cause`; that is logged.
pub(super) fn refused(asked: &Asked<'_>, key: &str, cause: &str) -> Response<Vec<u8>> {
    let error = Error::Store(unavailable(key, cause));
    let subject = asked.request.as_ref().ok().and_then(Subject::of);
    log::error(&Failure { subject, status: Some(error.status()), error: &error }.to_json());
    refusal_at_once(asked, &error)
}

/// Whether the Cache API may keep an answer with this `status` and `Cache-Control`.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn keeps(status: u16, cache_control: &str) -> bool {
    StatusCode::from_u16(status).is_ok_and(|status| may_be_kept(status, cache_control))
}

/// Records that the Cache API gave the answer to `request`, with this `status` and so many `bytes`.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn hit(request: &str, status: u16, bytes: f64, env: &Env) {
    let Some(lines) = Lines::of(request) else { return };
    let path = known(&lines);
    let lines = lines.at(&path);
    let watch = Watch { env, counts: true, begun_ms: lines.now_ms };
    if let (Ok(request), Ok(status)) = (lines.asked().request, StatusCode::from_u16(status)) {
        watch.hit(&request, status, super::runtime::whole(bytes));
    }
}

/// The path that was answered, as far as memory knows where it led.
fn known<'a>(lines: &Lines<'a>) -> Cow<'a, str> {
    match locate::at_once(lines.path, &isolate::memo(), lines.now_ms) {
        Some(Ok(Located { path, .. })) => path,
        _ => Cow::Borrowed(lines.path),
    }
}
