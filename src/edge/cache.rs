//! The cache in front of the origin: Workers Cache where the runtime has one, else the Cache API.
//!
//! Workers Cache stands before the Worker and does everything by itself, the Cache API is asked and filled by
//! `cache-api.js`. Here they are purged.

use super::runtime::EdgeCache;
use crate::base::settled::all_settled;
use crate::origin::{Purge, manifest_paths, purges};
use crate::store::{Cache, Purged, StoreError};
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Context;
use worker::js_sys::{Array, Function, Object, Promise, Reflect, global};

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
        Self { context, api: api(context.as_ref(), with_api), host }
    }

    /// Of work without a request, and so without a host that the Cache API could have kept answers under.
    pub(super) fn without_host(context: &'a Context) -> Self {
        Self { context, api: None, host: "" }
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.host)
    }
}

/// Whether the Cache API is what this deployment has; `allowed` says whether it may be used where there is nothing
/// better.
pub(super) fn is_api(context: &JsValue, allowed: bool) -> bool {
    api(context, allowed).is_some()
}

fn api(context: &JsValue, allowed: bool) -> Option<Rc<EdgeCache>> {
    API.with(|api| api.get_or_init(|| allowed.then(|| find_api(context))?).clone())
}

/// `caches.default`, unless `ctx.cache` says that Workers Cache is there.
fn find_api(context: &JsValue) -> Option<Rc<EdgeCache>> {
    let has_workers_cache = Reflect::get(context, &"cache".into())
        .is_ok_and(|cache| !cache.is_undefined() && !cache.is_null());
    if has_workers_cache {
        return None;
    }
    let caches = Reflect::get(&global(), &"caches".into()).ok()?;
    let api = Reflect::get(&caches, &"default".into()).ok()?;
    api.is_object().then(|| Rc::new(api.unchecked_into()))
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
