//! The Worker: bindings on one side, [`Origin`] and [`crate::admin`] on the other, and nothing decided
//! in between.

mod admin;
mod answered;
mod bindings;
mod body;
mod bucket_object;
mod cache;
mod carried;
#[cfg(feature = "contract")]
mod contract;
mod entry;
mod host;
mod isolate;
mod json;
mod kv;
mod lines;
mod locate;
mod log;
mod namespace;
mod page;
mod patience;
mod proof;
mod queue;
mod r2;
mod record;
mod reply;
mod row;
mod runtime;
mod server;
mod settings;
mod stores;
mod sweep;
mod table;
mod terms;
mod url;
mod visitor;
mod watch;

use crate::admin::claims;
use crate::gate::{Visit, split as split_token, stopped};
use crate::library::Library;
use crate::origin::{Asked, Origin, of_bytes, refusal};
use admin::Operated;
use bindings::library;
use body::describe;
use cache::Front;
use host::Host;
use kv::Indexes;
use locate::{Located, Place};
use settings::Deployment;
use std::rc::Rc;
use stores::Objects;
use terms::Terms;
use url::split;
use visitor::audience;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use watch::Watch;
use worker::js_sys::Date;
use worker::web_sys::{Request, Response};
use worker::{Context, Env, event};

#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let method = method_of(&request);
    let url = request.url();
    let (host, path, query) = split(&url);
    let (deployment, context) = (isolate::deployment(&env)?, Rc::new(context));
    let library = library(&env, &context, &deployment)?;
    #[cfg(feature = "contract")]
    if let Some(told) = contract::answer(path, &*library.objects, &*library.indexes, &env).await {
        return told.map(Into::into);
    }
    if deployment.shows_experience && page::claims(path) {
        return page::fetch(&env, request).await;
    }
    if claims(path) {
        let front = Front::new(&context, host, &deployment);
        let operated = Operated { deployment: &deployment, library: &library, env: &env, front };
        let answer = operated.answer(&request, &method, path).await?;
        return Ok(reply::send(of_bytes(answer), &context).await?);
    }
    let now_ms = runtime::whole(Date::now());
    let requested = path;
    let place = Place::of(&deployment, host, path);
    let located = match locate::by(&library, place, now_ms).await {
        Ok(located) => located,
        Err(error) => {
            locate::tell(&error);
            return Ok(reply::send(of_bytes(refusal(&error)), &context).await?);
        }
    };
    let Located { ref path, is_limited, ref locator } = located;
    let (path, is_private) = match method {
        // A preflight asks for nothing, and cannot show who asks.
        http::Method::OPTIONS => (split_token(path).1, is_limited),
        _ => {
            let visit = Visit { path, asked: requested, query, viewer: &request, now_ms };
            match proof::judge(&deployment.gate, &visit).await {
                Ok((path, is_private)) => (path, is_private || is_limited),
                Err(stop) => {
                    return Ok(reply::send(of_bytes(stopped(&stop)), &context).await?);
                }
            }
        }
    };
    let asked = Asked { now_ms, ..Asked::with_query(&method, path, query) };
    let terms = Terms { is_private, locator: locator.as_ref(), ..Terms::default() };
    let bound = Bound { deployment: &deployment, library: &library, env: &env, context: &context };
    Ok(answered(&request, asked, terms, &bound).await?)
}

/// The method of `request`; one that HTTP has no name for is as one that nothing answers.
fn method_of(request: &Request) -> http::Method {
    http::Method::from_bytes(request.method().as_bytes()).unwrap_or(http::Method::TRACE)
}

/// What is answered to a request that the gateway has passed on: its viewer is checked already.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub async fn answer_inside(
    request: Request,
    env: Env,
    context: JsValue,
) -> Result<Response, JsValue> {
    let method = method_of(&request);
    let url = request.url();
    let (_, path, query) = split(&url);
    let context = Rc::new(Context::new(context.unchecked_into()));
    let deployment = isolate::deployment(&env)?;
    let library = library(&env, &context, &deployment)?;
    let now_ms = runtime::whole(Date::now());
    let asked = Asked { now_ms, ..Asked::with_query(&method, path, query) };
    let bound = Bound { deployment: &deployment, library: &library, env: &env, context: &context };
    answered(&request, asked, Terms::default(), &bound).await
}

/// A deployment at work on a request: its settings, its library and its bindings.
struct Bound<'a> {
    deployment: &'a Deployment,
    library: &'a Library<Objects, Indexes, Host>,
    env: &'a Env,
    context: &'a Context,
}

/// What the origin answers to `asked`, which the headers of `request` belong to, on these `terms`.
async fn answered(
    request: &Request,
    asked: Asked<'_>,
    terms: Terms<'_>,
    &Bound { deployment, library, env, context }: &Bound<'_>,
) -> Result<Response, JsValue> {
    let headers = request.headers();
    let (if_none_match, range) = (headers.get("if-none-match")?, headers.get("range")?);
    let if_match = headers.get("if-match")?;
    let if_range = if range.is_some() { headers.get("if-range")? } else { None };
    let wants_headers = headers.get("access-control-request-headers")?;
    let asked = Asked {
        wants_headers: wants_headers.as_deref(),
        if_match: if_match.as_deref(),
        if_none_match: if_none_match.as_deref(),
        if_range: if_range.as_deref(),
        range: range.as_deref(),
        ..asked
    };
    let audience = deployment.counts.then(|| audience(request, asked.query));
    let watch = Watch { env, audience, begun_ms: asked.now_ms };
    let origin = Origin { library, settings: &deployment.settings, observer: &watch };
    let mut answer = origin.answer(&asked).await;
    terms.tell(answer.headers_mut());
    match reply::send(answer, context).await {
        Ok(response) => Ok(response),
        Err(cause) => {
            let mut refused = entry::refused(&asked, asked.presentation(), &describe(&cause));
            terms.tell(refused.headers_mut());
            reply::send(of_bytes(refused), context).await
        }
    }
}
