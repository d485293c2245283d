//! The cache in front of the origin: Workers Cache where the runtime has one, else the Cache API.
//!
//! Workers Cache stands before the Worker and does everything by itself, the Cache API is asked and filled by
//! `cache-api.js`. Here they are purged. With a gateway, Workers Cache stands before the entrypoint `Origin`, which purges it.

use super::body::describe;
use super::runtime::EdgeCache;
use super::settings::Deployment;
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
    /// Whether viewers are answered by another entrypoint than the one that is asked.
    has_gateway: bool,
    /// What is purged where there is no Workers Cache.
    api: Option<Rc<EdgeCache>>,
    /// Scheme and host, which answers are kept under.
    host: &'a str,
}

impl<'a> Front<'a> {
    /// For a request to `host`.
    pub(super) fn new(context: &'a Context, host: &'a str, deployment: &Deployment) -> Self {
        let Deployment { has_gateway, cache_api, .. } = *deployment;
        let api = match has_gateway {
            true => cache_api.then(default_cache).flatten(),
            false => api(context.as_ref(), cache_api),
        };
        Self { context, has_gateway, api, host }
    }

    /// The cache of work without a request, and so without a host that the Cache API could have kept answers under.
    pub(super) fn without_host(context: &'a Context, deployment: &Deployment) -> Self {
        Self { context, has_gateway: deployment.has_gateway, api: None, host: "" }
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.host)
    }

    /// All that has a `purge` of Workers Cache: this entrypoint's context, and the entrypoint behind the gateway.
    fn purgers(&self) -> Result<Vec<JsValue>, JsValue> {
        let member = |of: &JsValue, name: &str| Reflect::get(of, &name.into());
        let context: &JsValue = self.context.as_ref();
        let mut purgers = vec![member(context, "cache")?];
        if self.has_gateway {
            purgers.push(member(&member(context, "exports")?, "Origin")?);
        }
        purgers.retain(|purger| !purger.is_undefined() && !purger.is_null());
        Ok(purgers)
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
    if has_workers_cache { None } else { default_cache() }
}

fn default_cache() -> Option<Rc<EdgeCache>> {
    let caches = Reflect::get(&global(), &"caches".into()).ok()?;
    let api = Reflect::get(&caches, &"default".into()).ok()?;
    api.is_object().then(|| Rc::new(api.unchecked_into()))
}

impl Cache for Front<'_> {
    async fn purge(&self, presentations: &[&str]) -> Result<Purged, StoreError> {
        let purged = match (self.purge_workers_cache(presentations).await, &self.api) {
            (Ok(Purged::NoCache), Some(api)) => self.delete_manifests(api, presentations).await,
            (purged, _) => purged,
        };
        purged.map_err(|error| StoreError::Unavailable {
            key: "the cache".to_owned(),
            cause: describe(&error),
        })
    }
}

impl Front<'_> {
    /// `ctx.cache.purge`, for which the `worker` crate has no words yet, here and behind the gateway.
    async fn purge_workers_cache(&self, presentations: &[&str]) -> Result<Purged, JsValue> {
        let mut has_purged = Purged::NoCache;
        for purger in self.purgers()? {
            let Ok(purge) = Reflect::get(&purger, &"purge".into())?.dyn_into::<Function>() else {
                continue;
            };
            for Purge { tags, path_prefixes } in purges(presentations) {
                let list =
                    |texts: Vec<String>| texts.into_iter().map(JsValue::from).collect::<Array>();
                let options = Object::new();
                Reflect::set(&options, &"tags".into(), &list(tags))?;
                Reflect::set(&options, &"pathPrefixes".into(), &list(path_prefixes))?;
                // A method of another entrypoint has no `call` of its own.
                let purged = Reflect::apply(&purge, &purger, &Array::of1(&options))?;
                let result = JsFuture::from(Promise::resolve(&purged)).await?;
                if let Some(refused) = refused(&result) {
                    return Err(refused);
                }
                // Behind the gateway there may be none.
                if !result.is_null() {
                    has_purged = Purged::Everywhere;
                }
            }
        }
        Ok(has_purged)
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
