//! The calls of `entry.js`: the plan of a request, in one call.
//!
//! Every crossing between JavaScript and WebAssembly costs about as much as a lookup, so the request comes in as
//! one text, and the plan goes out as one. A viewer who may not watch is refused in it, before a cache is asked.

use super::answered::{self, Answered};
use super::bindings::library;
use super::body::unavailable;
use super::carried::{Next, Passage, Question};
use super::lines::Lines;
use super::locate::{self, Located, Place, known};
use super::settings::Deployment;
use super::terms::Terms;
use super::url::split;
use super::visitor::audience;
use super::watch::Watch;
use super::{cache, isolate, log, page, proof, row};
use crate::admin::claims;
use crate::gate::{Verdict, Visit, stopped};
use crate::gateway::address;
use crate::index::Generation;
use crate::library::LibraryError;
use crate::origin::{
    Asked, AtOnce, Error, Failure, Fronts, Planned, Row, Subject, may_be_kept, plan_at_once,
    refusal, refusal_at_once,
};
use http::{Response, StatusCode};
use serde::Serialize;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::Request;
use worker::{Context, Env};

/// What is to be done for `request`, whose `lines` these are (see [`Lines`]), as the JSON of [`Next`]; `None` if only the
/// long way knows.
///
/// That is a look into the Cache API where it is in use, unless the caller `has_looked`; or else an answer that needs
/// nothing but reads of R2 buckets. Where what is stored decides how it is made, that is to be [brought](bring) first. Of
/// bytes that are made already, [`made`] gives them. Where there is a gateway, it is what a viewer that passes is answered
/// with.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn plan(
    lines: &str,
    request: &Request,
    has_looked: bool,
    env: &Env,
    context: &JsValue,
) -> Option<String> {
    let brought = isolate::take_brought();
    let deployment = isolate::deployment(env).ok()?;
    let lines = Lines::of(lines)?;
    let Lines { host, path, query, now_ms, .. } = lines;
    if claims(path) || (deployment.shows_experience && page::claims(path)) {
        return None;
    }
    let place = Place::of(&deployment, host, path);
    let Located { path: led, is_limited, locator } =
        match locate::at_once(place, &isolate::memo(), now_ms) {
            None => return unknown(&deployment),
            Some(Ok(located)) => located,
            Some(Err(error)) => return json(&Answered::refused(&refusal(&error))?),
        };
    let visit = Visit { path: &led, asked: path, query, viewer: request, now_ms };
    let (path, is_private) = match deployment.gate.judge(&visit) {
        Verdict::Passes { path, is_private } => (path, is_private || is_limited),
        Verdict::Stopped(stop) => return json(&Answered::refused(&stopped(&stop))?),
        Verdict::Unproven(_) => return unknown(&deployment),
    };
    if deployment.has_gateway {
        let url = format!("{host}{}", address(&lines.asked_of(path))?);
        let audience = deployment.counts.then(|| audience(request, query));
        let passage = Passage { url, is_private, audience: audience.map(Into::into) };
        return json(&Next::Pass { passage });
    }
    let are_lasting = !deployment.settings.rules.folds && !locate::may_change(lines.path);
    let terms = Terms { is_private, locator: locator.as_ref(), are_lasting };
    let seen = Seen { has_looked, brought };
    planned(&lines, path, terms, seen, &Bound { deployment: &deployment, env, context })
}

/// How long `url` is without a token, if the viewer who asks for it by `request`, at this time, passes; 0 if not, or if that is
/// not known now. Of all that a request says, this alone decides it, and crosses.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn admitted(url: &str, request: &Request, now_ms: f64, env: &Env) -> usize {
    let Ok(deployment) = isolate::deployment(env) else { return 0 };
    let (host, path, query) = split(url);
    let now_ms = super::runtime::whole(now_ms);
    let visit = Visit { path, asked: path, query, viewer: request, now_ms };
    match deployment.gate.judge(&visit) {
        Verdict::Passes { path, .. } => host.len().saturating_add(path.len()),
        Verdict::Stopped(_) | Verdict::Unproven(_) => 0,
    }
}

/// [`plan`] for a request that the gateway has passed on: its viewer is checked already.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn plan_inside(lines: &str, has_looked: bool, env: &Env, context: &JsValue) -> Option<String> {
    let seen = Seen { has_looked, brought: isolate::take_brought() };
    let deployment = isolate::deployment(env).ok()?;
    let lines = Lines::of(lines)?;
    let bound = Bound { deployment: &deployment, env, context };
    planned(&lines, lines.path, Terms::default(), seen, &bound)
}

/// Has the next plan made with what stored fragments begin with: `lengths` of `bytes` each, one behind the other, by an index
/// of this `generation`.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn bring(generation: &str, bytes: &[u8], lengths: &[u32]) {
    let Some(generation) = Generation::parse(generation) else { return };
    let mut rest = bytes;
    let fronts = lengths.iter().map_while(|&length| {
        let (front, behind) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        rest = behind;
        Some(front.to_vec())
    });
    let fronts = fronts.collect();
    isolate::bring(Fronts { generation, fronts });
}

/// A deployment at work on a request: its settings and its bindings.
struct Bound<'a> {
    deployment: &'a Deployment,
    env: &'a Env,
    context: &'a JsValue,
}

/// Findings before a plan is made.
struct Seen {
    /// Whether the Cache API was asked, and has nothing.
    has_looked: bool,
    /// What stored fragments begin with, where that was wanted.
    brought: Option<Fronts>,
}

/// Has what `plan` found out not to know in memory: a locator, and whether a signature is right. What cannot be found out
/// now, the long way answers.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub async fn learn(lines: String, request: Request, env: Env, context: JsValue) {
    let (Ok(deployment), Some(lines)) = (isolate::deployment(&env), Lines::of(&lines)) else {
        return;
    };
    let context = Rc::new(Context::new(context.unchecked_into()));
    let Ok(library) = library(&env, &context, &deployment) else { return };
    let Lines { host, path, query, now_ms, .. } = lines;
    let place = Place::of(&deployment, host, path);
    match locate::by(&library, place, now_ms).await {
        Ok(Located { path: led, .. }) => {
            let visit = Visit { path: &led, asked: path, query, viewer: &request, now_ms };
            drop(proof::judge(&deployment.gate, &visit).await);
        }
        // It is in memory now, so the long way does not hear of it.
        Err(error @ Error::Library(LibraryError::Locator { .. })) => locate::tell(&error),
        Err(_) => {}
    }
}

/// What is to be done for the request in `lines` at a path without a token, on these `terms`.
fn planned(
    lines: &Lines<'_>,
    path: &str,
    terms: Terms<'_>,
    Seen { has_looked, brought }: Seen,
    &Bound { deployment, env, context }: &Bound<'_>,
) -> Option<String> {
    let asked = lines.asked_of(path);
    if !has_looked
        && cache::is_api(context, deployment.cache_api)
        && let Some(lookup) = asked.lookup()
    {
        let lookup = Question::new(lines.host, &lookup, deployment.counts, &terms);
        return json(&Next::Look { lookup });
    }
    if deployment.counts {
        return None;
    }
    let at_once = plan_at_once(&asked, &deployment.settings, &isolate::memo(), brought)?;
    let stores = isolate::stores(env).ok()?;
    let mut plan = match at_once {
        AtOnce::Answer(plan) => plan,
        AtOnce::NeedsFronts(generation, transfers) => {
            let fronts = answered::Fronts::new(generation, &transfers, &stores)?;
            return json(&Next::Front { fronts });
        }
    };
    terms.tell(plan.headers_mut());
    let row = (terms.are_lasting && lines.query.is_none())
        .then(|| Row::at_once(&asked, &deployment.settings, &isolate::memo()))
        .flatten();
    let row = row.and_then(|row| {
        let is_behind_cache = cache::is_api(context, deployment.cache_api);
        row::Row::new(row, lines.host, path, &terms, &stores, is_behind_cache)
    });
    let json = json(&Next::Answer(Answered::planned(&plan, &stores)?.with(row)))?;
    let made = plan.into_body().into_iter().filter_map(|planned| match planned {
        Planned::Bytes(bytes) => Some(bytes),
        Planned::Stored(_) | Planned::Rest { .. } => None,
    });
    if let Some(made) = made.reduce(|made, more| [made, more].concat()) {
        isolate::make(made);
    }
    Some(json)
}

/// All bytes that were made with the last plan, one behind the other.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn made() -> Vec<u8> {
    isolate::take_made()
}

/// What is done where memory does not know enough: a gateway [learns](learn), else the long way finds out.
fn unknown(deployment: &Deployment) -> Option<String> {
    if deployment.has_gateway { json(&Next::Learn { learns: true }) } else { None }
}

fn json(next: &impl Serialize) -> Option<String> {
    serde_json::to_string(next).ok()
}

/// What is answered to `request` if its plan reads something that the bucket failed to give for this `cause`, as the
/// JSON of [`Answered`].
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn failure(request: &str, key: &str, cause: &str) -> Option<String> {
    let lines = Lines::of(request)?;
    let path = known(lines.path, &isolate::memo(), lines.now_ms);
    let lines = lines.at(&path);
    json(&Answered::refused(&refused(&lines.asked(), key, cause))?)
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

/// Records that a cache gave the answer to `request`, whose `lines` these are, with this `status` and so many `bytes`.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub fn hit(lines: &str, request: &Request, status: u16, bytes: f64, env: &Env) {
    let Some(lines) = Lines::of(lines) else { return };
    let path = known(lines.path, &isolate::memo(), lines.now_ms);
    let lines = lines.at(&path);
    let audience = Some(audience(request, lines.query));
    let watch = Watch { env, audience, begun_ms: lines.now_ms };
    if let (Ok(request), Ok(status)) = (lines.asked().request, StatusCode::from_u16(status)) {
        watch.hit(&request, status, super::runtime::whole(bytes));
    }
}
