//! Workers Cache: what stands in front of the Worker, where a deployment has switched it on.

use crate::request;
use crate::store::{Cache, Purged, StoreError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Context;
use worker::js_sys::{Array, Function, Object, Promise, Reflect};

/// So many paths go with one purge.
const MAX_PREFIXES: usize = 100;

/// The cache of this deployment, if it has one: only the Worker itself can purge it.
pub(super) struct Front<'a>(pub(super) &'a Context);

impl Cache for Front<'_> {
    async fn purge(&self, presentations: &[&str]) -> Result<Purged, StoreError> {
        let prefix = |&presentation: &&str| format!("/{}/", request::encode(presentation));
        let failed = |error: JsValue| StoreError::Unavailable {
            key: "the cache".to_owned(),
            cause: error.as_string().unwrap_or_else(|| format!("{error:?}")),
        };
        let mut purged = Purged::NoCache;
        for presentations in presentations.chunks(MAX_PREFIXES) {
            let prefixes = presentations.iter().map(prefix).map(JsValue::from).collect();
            purged = self.purge_prefixes(&prefixes).await.map_err(failed)?;
        }
        Ok(purged)
    }
}

impl Front<'_> {
    /// `ctx.cache.purge({ pathPrefixes: prefixes })`, for which the `worker` crate has no words yet.
    async fn purge_prefixes(&self, prefixes: &Array) -> Result<Purged, JsValue> {
        let cache = Reflect::get(self.0.as_ref(), &"cache".into())?;
        if cache.is_undefined() || cache.is_null() {
            return Ok(Purged::NoCache);
        }
        let Ok(purge) = Reflect::get(&cache, &"purge".into())?.dyn_into::<Function>() else {
            return Ok(Purged::NoCache);
        };
        let options = Object::new();
        Reflect::set(&options, &"pathPrefixes".into(), prefixes)?;
        let purged = purge.call1(&cache, &options)?;
        JsFuture::from(Promise::resolve(&purged)).await?;
        Ok(Purged::Everywhere)
    }
}
