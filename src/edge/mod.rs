//! The Worker: bindings on one side, [`Origin`] and [`crate::admin`] on the other, and nothing decided
//! in between.

mod admin;
mod cache;
mod kv;
mod r2;
mod reply;
mod runtime;
mod settings;

use crate::admin::claims;
use crate::error::Error;
use crate::memo::Memo;
use crate::origin::{Asked, Origin, Settings};
use kv::Indexes;
use r2::Bucket;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use worker::js_sys::Date;
use worker::web_sys::{Request, Response};
use worker::{Context, Env, event};

thread_local! {
    /// What this isolate has learnt of presentations; requests come and go.
    static MEMO: Rc<RefCell<Memo>> = Rc::new(RefCell::new(Memo::new()));

    /// The deployment's settings, which cannot change within an isolate's life.
    static SETTINGS: OnceCell<Settings> = const { OnceCell::new() };
}

#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let method =
        http::Method::from_bytes(request.method().as_bytes()).unwrap_or(http::Method::TRACE);
    let url = request.url();
    let path = path_of(&url);
    let (memo, settings) = (MEMO.with(Rc::clone), settings(&env)?);
    if claims(path) {
        let answer = admin::answer(&request, (&method, path), (&env, &context), &memo, &settings);
        return Ok(reply::send(answer.await?, &context)?);
    }
    let headers = request.headers();
    let (if_none_match, range) = (headers.get("if-none-match")?, headers.get("range")?);
    let if_range = if range.is_some() { headers.get("if-range")? } else { None };
    let asked = Asked {
        method: &method,
        path,
        if_none_match: if_none_match.as_deref(),
        if_range: if_range.as_deref(),
        range: range.as_deref(),
        now_ms: runtime::whole(Date::now()),
    };
    let answer = Origin {
        objects: &Bucket::bound(&env)?,
        indexes: &Indexes::for_viewer(&env, &context),
        memo: &memo,
        settings: &settings,
        report: &|error: &Error| worker::console_error!("{path}: {error}"),
    }
    .answer(&asked)
    .await;
    Ok(reply::send(answer, &context)?)
}

/// The deployment's settings, read once an isolate.
fn settings(env: &Env) -> worker::Result<Settings> {
    SETTINGS.with(|settings| match settings.get() {
        Some(settings) => Ok(*settings),
        None => settings::read(env).map(|read| *settings.get_or_init(|| read)),
    })
}

/// The path of an absolute URL, percent-encoded as it came.
fn path_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or(path)
}
