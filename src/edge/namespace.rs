//! Workers KV, bound as it is.
//!
//! What `worker` makes of it brings along a second way from JSON to JavaScript's values and back: see `json`.

use super::body::{describe, settled, unavailable};
use super::json;
use crate::base::json::parse;
use crate::store::StoreError;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::{Array, Object, Promise, Reflect, Uint8Array};

/// The most keys that KV lists at once.
const MOST_KEYS: u32 = 1000;

#[wasm_bindgen]
extern "C" {
    type KvNamespace;

    #[wasm_bindgen(method, catch)]
    fn get(this: &KvNamespace, key: &str, options: &KvOptions) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn put(
        this: &KvNamespace,
        key: &str,
        value: &Uint8Array,
        options: &KvOptions,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn delete(this: &KvNamespace, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn list(this: &KvNamespace, options: &KvOptions) -> Result<Promise, JsValue>;

    /// Options of these calls.
    #[wasm_bindgen(extends = Object)]
    type KvOptions;

    #[wasm_bindgen(method, setter = type)]
    fn set_type(this: &KvOptions, name: &str);

    #[wasm_bindgen(method, setter = cacheTtl)]
    fn set_cache_ttl(this: &KvOptions, seconds: u32);

    #[wasm_bindgen(method, setter = expirationTtl)]
    fn set_expiration_ttl(this: &KvOptions, seconds: u32);

    #[wasm_bindgen(method, setter)]
    fn set_metadata(this: &KvOptions, metadata: &JsValue);

    #[wasm_bindgen(method, setter)]
    fn set_prefix(this: &KvOptions, prefix: &str);

    #[wasm_bindgen(method, setter)]
    fn set_cursor(this: &KvOptions, cursor: &str);

    #[wasm_bindgen(method, setter)]
    fn set_limit(this: &KvOptions, keys: u32);

    /// A part of a list.
    type KvList;

    #[wasm_bindgen(method, getter)]
    fn keys(this: &KvList) -> Array;

    #[wasm_bindgen(method, getter)]
    fn list_complete(this: &KvList) -> bool;

    #[wasm_bindgen(method, getter)]
    fn cursor(this: &KvList) -> Option<String>;

    type KvKey;

    #[wasm_bindgen(method, getter)]
    fn name(this: &KvKey) -> String;

    #[wasm_bindgen(method, getter)]
    fn metadata(this: &KvKey) -> JsValue;
}

/// The namespace bound as `INDEX`, which is looked up only when something is asked of it: a warm isolate asks nothing.
pub(super) struct Namespace(pub(super) Env);

/// The metadata beside a value.
#[derive(Default)]
pub(super) struct Beside<'a> {
    /// What lists say of it.
    pub(super) metadata: Option<&'a Value>,
    /// For how long it is kept; for ever, where nothing is said.
    pub(super) seconds: Option<u32>,
}

impl<'a> Beside<'a> {
    /// For a value that is kept for ever.
    pub(super) fn metadata(metadata: &'a Value) -> Self {
        Self { metadata: Some(metadata), seconds: None }
    }
}

/// Keys in their order, each with its metadata, and where the next list begins, if there is more.
pub(super) struct KvPage {
    pub(super) entries: Vec<(String, Option<Value>)>,
    pub(super) cursor: Option<String>,
}

impl Namespace {
    /// The value of `key`. One that was replaced elsewhere may be served for so long.
    pub(super) async fn get(
        &self,
        key: &str,
        ttl_seconds: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let options = options();
        options.set_type("arrayBuffer");
        options.set_cache_ttl(ttl_seconds);
        let value = settled(key, self.bound(key)?.get(key, &options)).await?;
        Ok((!value.is_null()).then(|| Uint8Array::new(&value).to_vec()))
    }

    pub(super) async fn put(
        &self,
        key: &str,
        value: &[u8],
        beside: Beside<'_>,
    ) -> Result<(), StoreError> {
        let options = options();
        if let Some(metadata) = beside.metadata {
            options.set_metadata(&json::value(metadata).map_err(|error| broken(key, &error))?);
        }
        if let Some(seconds) = beside.seconds {
            options.set_expiration_ttl(seconds);
        }
        let put = self.bound(key)?.put(key, &Uint8Array::from(value), &options);
        settled(key, put).await.map(drop)
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), StoreError> {
        settled(key, self.bound(key)?.delete(key)).await.map(drop)
    }

    /// At most `limit` keys that begin with `prefix`, from the first or from where another list ended.
    pub(super) async fn list(
        &self,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<KvPage, StoreError> {
        let options = options();
        options.set_prefix(prefix);
        options.set_limit(limit);
        if let Some(cursor) = cursor {
            options.set_cursor(cursor);
        }
        let list = settled(prefix, self.bound(prefix)?.list(&options)).await?;
        let list: KvList = list.unchecked_into();
        let keys = list.keys();
        let entries = keys.iter().map(|key| {
            let key: KvKey = key.unchecked_into();
            (key.name(), json::text(&key.metadata()).and_then(|text| parse(&text).ok()))
        });
        Ok(KvPage {
            entries: entries.collect(),
            cursor: list.cursor().filter(|_| !list.list_complete()),
        })
    }

    /// All keys that begin with `prefix`, each with its metadata.
    pub(super) async fn whole(
        &self,
        prefix: &str,
    ) -> Result<Vec<(String, Option<Value>)>, StoreError> {
        let (mut entries, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = self.list(prefix, cursor.as_deref(), MOST_KEYS).await?;
            entries.extend(page.entries);
            cursor = page.cursor;
            if cursor.is_none() {
                return Ok(entries);
            }
        }
    }

    /// All keys that begin with `prefix`.
    pub(super) async fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        Ok(self.whole(prefix).await?.into_iter().map(|(key, _)| key).collect())
    }

    fn bound(&self, key: &str) -> Result<KvNamespace, StoreError> {
        let namespace = Reflect::get(&self.0, &"INDEX".into()).unwrap_or_default();
        if namespace.is_undefined() {
            return Err(unavailable(key, "no KV namespace is bound as INDEX"));
        }
        Ok(namespace.unchecked_into())
    }
}

fn options() -> KvOptions {
    Object::new().unchecked_into()
}

fn broken(key: &str, error: &JsValue) -> StoreError {
    unavailable(key, &describe(error))
}
