//! The cache in front of the origin: Workers Cache where the runtime has one, else the Cache API.
//!
//! Workers Cache stands before the Worker and does everything by itself; here it is only purged. The
//! Cache API is asked and filled here. Bodies pass through the runtime either way, never through this.

use super::body::describe;
use super::log;
use super::runtime::{EdgeCache, HeaderRecord};
use crate::base::settled::all_settled;
use crate::origin::{Asked, Lookup, Purge, manifest_paths, purges};
use crate::store::{Cache, Purged, StoreError};
use http::StatusCode;
use serde_json::json;
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Context;
use worker::js_sys::{Array, Function, Object, Promise, Reflect, global};
use worker::web_sys::{Request, RequestInit, Response};

thread_local! {
    /// The Cache API, if it is what this deployment has. That cannot change within an isolate's life.
    static API: OnceCell<Option<Rc<EdgeCache>>> = const { OnceCell::new() };
}

/// The cache of this deployment, for one request.
pub(super) struct Front<'a> {
    context: &'a Context,
    api: Option<Rc<EdgeCache>>,
    /// Scheme and host, which answers are kept under.
    host: &'a str,
}

impl<'a> Front<'a> {
    /// For a request to `host`; `with_api` says whether the Cache API may be used where there is nothing
    /// better.
    pub(super) fn new(context: &'a Context, host: &'a str, with_api: bool) -> Self {
        let api = API.with(|api| api.get_or_init(|| with_api.then(|| find_api(context))?).clone());
        Self { context, api, host }
    }

    /// For whoever has no request, and so no host that the Cache API could have kept answers under.
    pub(super) fn without_host(context: &'a Context) -> Self {
        Self { context, api: None, host: "" }
    }

    /// What the Cache API can be asked in place of the origin.
    pub(super) fn lookup<'b>(&self, asked: &Asked<'b>) -> Option<Lookup<'b>> {
        self.api.as_ref().and_then(|_| asked.lookup())
    }

    /// What the Cache API has for `lookup`. A cache in trouble is one that has nothing.
    pub(super) async fn find(&self, lookup: &Lookup<'_>) -> Option<Response> {
        let api = self.api.as_ref()?;
        let question = question(&self.key(&lookup.path), lookup).ok()?;
        let found = JsFuture::from(api.find(&question).ok()?).await.ok()?;
        let found = found.dyn_into::<Response>().ok()?;
        let is_found =
            StatusCode::from_u16(found.status()).is_ok_and(|status| lookup.takes(status));
        if !is_found && let Some(body) = found.body() {
            // A body that nobody will read is not left hanging.
            let _ = body.cancel();
        }
        is_found.then_some(found)
    }

    /// Has the Cache API keep `response`, which goes its own way meanwhile. One that breaks off is not
    /// kept: its length was announced.
    pub(super) fn keep(&self, path: &str, response: &Response) {
        let Some(api) = self.api.as_ref().map(Rc::clone) else { return };
        let key = self.key(path);
        let Ok(copy) = response.clone() else { return };
        self.context.wait_until(async move {
            let kept = match api.put(&key, &copy) {
                Ok(put) => JsFuture::from(put).await.map(drop),
                Err(error) => Err(error),
            };
            if let Err(error) = kept {
                log::warn(&json!({ "error": describe(&error), "not_kept": key }));
            }
        });
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.host)
    }
}

/// Whether answers are known to be cached by somebody else, or by nobody: an earlier request has found no Cache API
/// to ask.
pub(super) fn is_elsewhere() -> bool {
    API.with(|api| matches!(api.get(), Some(None)))
}

/// `caches.default`, unless `ctx.cache` says that Workers Cache is there.
fn find_api(context: &Context) -> Option<Rc<EdgeCache>> {
    let has_workers_cache = Reflect::get(context.as_ref(), &"cache".into())
        .is_ok_and(|cache| !cache.is_undefined() && !cache.is_null());
    if has_workers_cache {
        return None;
    }
    let caches = Reflect::get(&global(), &"caches".into()).ok()?;
    let api = Reflect::get(&caches, &"default".into()).ok()?;
    api.is_object().then(|| Rc::new(api.unchecked_into()))
}

/// The key itself, or a request that says more than a key.
fn question(key: &str, lookup: &Lookup<'_>) -> Result<JsValue, JsValue> {
    if lookup.range.is_none() && lookup.if_none_match.is_none() {
        return Ok(key.into());
    }
    let headers = HeaderRecord::new();
    let range = lookup.range.as_deref();
    for (name, value) in [("range", range), ("if-none-match", lookup.if_none_match)] {
        if let Some(value) = value {
            headers.set(name, value);
        }
    }
    let init = RequestInit::new();
    init.set_headers(&headers);
    Ok(Request::new_with_str_and_init(key, &init)?.into())
}

impl Cache for Front<'_> {
    async fn purge(&self, presentations: &[&str]) -> Result<Purged, StoreError> {
        let purged = match &self.api {
            Some(api) => self.delete_manifests(api, presentations).await,
            None => self.purge_workers_cache(presentations).await,
        };
        purged.map_err(|error| StoreError::Unavailable {
            key: "the cache".to_owned(),
            cause: error.as_string().unwrap_or_else(|| format!("{error:?}")),
        })
    }
}

impl Front<'_> {
    /// `ctx.cache.purge`, for which the `worker` crate has no words yet.
    async fn purge_workers_cache(&self, presentations: &[&str]) -> Result<Purged, JsValue> {
        let cache = Reflect::get(self.context.as_ref(), &"cache".into())?;
        if cache.is_undefined() || cache.is_null() {
            return Ok(Purged::NoCache);
        }
        let Ok(purge) = Reflect::get(&cache, &"purge".into())?.dyn_into::<Function>() else {
            return Ok(Purged::NoCache);
        };
        let options = Object::new();
        for Purge { tags, path_prefixes } in purges(presentations) {
            let list = |texts: Vec<String>| texts.into_iter().map(JsValue::from).collect::<Array>();
            Reflect::set(&options, &"tags".into(), &list(tags))?;
            Reflect::set(&options, &"pathPrefixes".into(), &list(path_prefixes))?;
            let purged = purge.call1(&cache, &options)?;
            let result = JsFuture::from(Promise::resolve(&purged)).await?;
            if let Some(refused) = refused(&result) {
                return Err(refused);
            }
        }
        Ok(Purged::Everywhere)
    }

    /// The Cache API forgets by key alone, and only where it is asked to.
    async fn delete_manifests(
        &self,
        api: &EdgeCache,
        presentations: &[&str],
    ) -> Result<Purged, JsValue> {
        let paths = presentations.iter().flat_map(|presentation| manifest_paths(presentation));
        let deleted = paths.map(|path| api.delete(&self.key(&path)));
        let deleted = deleted.collect::<Result<Vec<_>, _>>()?;
        all_settled(deleted.into_iter().map(JsFuture::from)).await?;
        Ok(Purged::ManifestsHere)
    }
}

/// Why Workers Cache would not purge, if it says so: `{ success: false, errors: [{ message }] }`.
fn refused(result: &JsValue) -> Option<JsValue> {
    let member = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    if !result.is_object() || member(result, "success")?.as_bool() != Some(false) {
        return None;
    }
    let message = member(result, "errors")
        .and_then(|errors| errors.dyn_into::<Array>().ok())
        .and_then(|errors| member(&errors.get(0), "message"))
        .and_then(|message| message.as_string());
    Some(message.unwrap_or_else(|| "it refused".to_owned()).into())
}
