//! Workers Cache: what stands in front of the Worker, where a deployment has switched it on.

use crate::request;
use crate::store::{Cache, Purged, StoreError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Context;
use worker::js_sys::{Array, Function, Object, Promise, Reflect};

/// The cache of this deployment, if it has one: only the Worker itself can purge it.
pub(super) struct Front<'a>(pub(super) &'a Context);

impl Cache for Front<'_> {
    async fn purge(&self, presentation: &str) -> Result<Purged, StoreError> {
        self.purge_prefix(&format!("/{}/", request::encode(presentation))).await.map_err(|error| {
            StoreError::Unavailable {
                key: "the cache".to_owned(),
                cause: error.as_string().unwrap_or_else(|| format!("{error:?}")),
            }
        })
    }
}

impl Front<'_> {
    /// `ctx.cache.purge({ pathPrefixes: [prefix] })`, for which the `worker` crate has no words yet.
    async fn purge_prefix(&self, prefix: &str) -> Result<Purged, JsValue> {
        let cache = Reflect::get(self.0.as_ref(), &"cache".into())?;
        if cache.is_undefined() || cache.is_null() {
            return Ok(Purged::NoCache);
        }
        let Ok(purge) = Reflect::get(&cache, &"purge".into())?.dyn_into::<Function>() else {
            return Ok(Purged::NoCache);
        };
        let options = Object::new();
        Reflect::set(&options, &"pathPrefixes".into(), &Array::of1(&prefix.into()))?;
        let purged = purge.call1(&cache, &options)?;
        JsFuture::from(Promise::resolve(&purged)).await?;
        Ok(Purged::Everywhere)
    }
}
