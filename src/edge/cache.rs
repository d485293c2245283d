//! Workers Cache: what stands in front of the Worker, where a deployment has switched it on.

use crate::store::{Cache, Purged, StoreError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Context;
use worker::js_sys::{Array, Function, Object, Promise, Reflect};

/// What a path keeps as it is (`RFC 3986` 3.3) of what a key may hold.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The cache of this deployment, if it has one: only the Worker itself can purge it.
pub(super) struct Front<'a>(pub(super) &'a Context);

impl Cache for Front<'_> {
    async fn purge(&self, presentation: &str) -> Result<Purged, StoreError> {
        self.purge_prefix(&format!("/{}/", utf8_percent_encode(presentation, PATH))).await.map_err(
            |error| StoreError::Unavailable {
                key: "the cache".to_owned(),
                cause: error.as_string().unwrap_or_else(|| format!("{error:?}")),
            },
        )
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
