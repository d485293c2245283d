//! The Worker: bindings on one side, [`Origin`] and [`crate::admin`] on the other, and nothing decided
//! in between.

mod admin;
mod body;
mod cache;
mod carried;
#[cfg(feature = "contract")]
mod contract;
mod entry;
mod host;
mod isolate;
mod kv;
mod lines;
mod locate;
mod log;
mod page;
mod patience;
mod proof;
mod queue;
mod r2;
mod reply;
mod runtime;
mod server;
mod settings;
mod stores;
mod sweep;
mod table;
mod url;
mod visitor;
mod watch;

use crate::admin::claims;
use crate::gate::{Visit, make_private, split as split_token, stopped};
use crate::library::Library;
use crate::origin::{Asked, Failure, Origin, of_bytes, refusal};
use body::describe;
use cache::Front;
use host::Host;
use kv::Indexes;
use locate::Located;
use settings::Deployment;
use std::rc::Rc;
use stores::Objects;
use url::split;
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
    let method =
        http::Method::from_bytes(request.method().as_bytes()).unwrap_or(http::Method::TRACE);
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
        let front = Front::new(&context, host, deployment.cache_api);
        let bound = (&library, &env, &front);
        let answer = admin::answer(&request, (&method, path), bound, &deployment);
        return Ok(reply::send(of_bytes(answer.await?), &context).await?);
    }
    let now_ms = runtime::whole(Date::now());
    let requested = path;
    let located = match locate::by(&library, path, now_ms).await {
        Ok(located) => located,
        Err(error) => {
            let refused = refusal(&error);
            if error.is_trouble() {
                let status = Some(refused.status());
                log::error(&Failure { subject: None, status, error: &error }.to_json());
            }
            return Ok(reply::send(of_bytes(refused), &context).await?);
        }
    };
    let Located { ref path, is_limited } = located;
    let headers = request.headers();
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
        now_ms,
        ..Asked::with_query(&method, path, query)
    };
    let watch = Watch { env: &env, counts: deployment.counts, begun_ms: asked.now_ms };
    let origin = Origin { library: &library, settings: &deployment.settings, observer: &watch };
    let mut answer = origin.answer(&asked).await;
    if is_private {
        make_private(answer.headers_mut());
    }
    match reply::send(answer, &context).await {
        Ok(response) => Ok(response),
        Err(cause) => {
            let mut refused = entry::refused(&asked, asked.presentation(), &describe(&cause));
            if is_private {
                make_private(refused.headers_mut());
            }
            Ok(reply::send(of_bytes(refused), &context).await?)
        }
    }
}

/// The deployment's library, for one request or batch.
fn library(
    env: &Env,
    context: &Rc<Context>,
    Deployment { settings, .. }: &Deployment,
) -> worker::Result<Library<Objects, Indexes, Host>> {
    Ok(Library {
        objects: Rc::new(Objects { stores: isolate::stores(env)?, env: env.clone() }),
        indexes: Rc::new(Indexes::new(env)),
        runtime: Rc::new(Host(Rc::clone(context))),
        memo: isolate::memo(),
        limits: settings.limits,
        rules: settings.rules,
    })
}
