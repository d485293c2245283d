//! The Worker: bindings on one side, [`Origin`] and [`crate::admin`] on the other, and nothing decided
//! in between.

mod admin;
mod body;
mod cache;
mod cut;
mod kv;
mod patience;
mod r2;
mod reply;
mod runtime;
mod server;
mod settings;
mod stores;

use crate::admin::claims;
use crate::error::Error;
use crate::memo::Memo;
use crate::origin::{Asked, Origin, Settings};
use crate::remote::Stores;
use kv::Indexes;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use stores::Objects;
use worker::js_sys::Date;
use worker::web_sys::{Request, Response};
use worker::{Context, Env, event};

thread_local! {
    /// What this isolate has learnt of presentations; requests come and go.
    static MEMO: Rc<RefCell<Memo>> = Rc::new(RefCell::new(Memo::new()));

    /// The deployment's settings, which cannot change within an isolate's life.
    static SETTINGS: OnceCell<Settings> = const { OnceCell::new() };

    /// Its object stores, of which the same is true.
    static STORES: OnceCell<Rc<Stores>> = const { OnceCell::new() };
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
    let stores = stores(&env)?;
    let objects = Objects { stores: &stores, env: &env };
    if claims(path) {
        let bound = (&objects, &env, &context);
        let answer = admin::answer(&request, (&method, path), bound, &memo, &settings);
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
        objects: &objects,
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

/// The deployment's object stores, read once an isolate.
fn stores(env: &Env) -> worker::Result<Rc<Stores>> {
    STORES.with(|stores| match stores.get() {
        Some(stores) => Ok(Rc::clone(stores)),
        None => stores::read(env).map(|read| Rc::clone(stores.get_or_init(|| Rc::new(read)))),
    })
}

/// The path of an absolute URL, percent-encoded as it came.
fn path_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    path.split(['?', '#']).next().unwrap_or(path)
}
