//! The doors of a sweep: R2's lists, the queue bound as `SWEEP`, and notes in KV.

use super::body::{settled, unavailable};
use super::namespace::{Beside, Namespace};
use super::r2::Bucket;
use crate::store::StoreError;
use crate::sweep::{Counted, Failure, Keys, Note, State, Sweeper};
use serde_json::{Value, json};
use std::time::Duration;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Array, Object, Promise, Reflect};
use worker::{Delay, Env};

/// The queue's binding.
const QUEUE: &str = "SWEEP";

/// The key of the state of the last sweep.
const STATE_KEY: &str = "sweep";

/// Seconds for which the notes of a sweep are kept.
const KEPT_SECONDS: u32 = 14 * 24 * 3600;

/// Seconds for which a location may serve a value that was replaced elsewhere.
const CACHE_TTL_SECONDS: u32 = 60;

/// KV takes one value a second under one key.
const A_VALUE_A_SECOND: Duration = Duration::from_millis(1100);

/// The doors of a sweep of this deployment.
pub(super) struct Sweep(pub(super) Env);

#[wasm_bindgen]
extern "C" {
    type Queue;

    #[wasm_bindgen(method, catch, js_name = sendBatch)]
    fn send_batch(this: &Queue, messages: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(extends = Object)]
    type QueueMessage;

    #[wasm_bindgen(method, setter)]
    fn set_body(this: &QueueMessage, text: &str);
}

impl QueueMessage {
    fn new(text: &str) -> Self {
        let message: Self = Object::new().unchecked_into();
        message.set_body(text);
        message
    }
}

impl Sweep {
    fn queue(&self) -> Option<Queue> {
        let queue = Reflect::get(&self.0, &QUEUE.into()).ok()?;
        queue.is_object().then(|| queue.unchecked_into())
    }

    fn kept(&self) -> Namespace {
        Namespace(self.0.clone())
    }

    async fn put(
        &self,
        key: &str,
        value: &Value,
        metadata: Option<&Value>,
    ) -> Result<(), StoreError> {
        let beside = Beside { metadata, seconds: Some(KEPT_SECONDS) };
        self.kept().put(key, value.to_string().as_bytes(), beside).await
    }

    async fn get<T: serde::de::DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let value = self.kept().get(key, CACHE_TTL_SECONDS).await?;
        // What cannot be read was put there by another version, and is as good as none.
        Ok(value.and_then(|value| serde_json::from_slice(&value).ok()))
    }
}

impl Sweeper for Sweep {
    fn has_queue(&self) -> bool {
        self.queue().is_some()
    }

    async fn keys(
        &self,
        binding: &str,
        prefix: &str,
        cursor: Option<&str>,
    ) -> Result<Keys, StoreError> {
        let bucket = Bucket::bound(&self.0, binding);
        bucket.map_err(|error| unavailable(prefix, &error.to_string()))?.keys(prefix, cursor).await
    }

    async fn send(&self, messages: Vec<Value>) -> Result<(), StoreError> {
        if messages.is_empty() {
            return Ok(());
        }
        let queue = self.queue().ok_or_else(|| unavailable(QUEUE, "no queue is bound so"))?;
        let sent = messages.iter().map(|message| QueueMessage::new(&message.to_string()));
        settled(QUEUE, queue.send_batch(&sent.collect())).await.map(drop)
    }

    async fn state(&self) -> Result<Option<State>, StoreError> {
        self.get(STATE_KEY).await
    }

    async fn put_state(&self, state: &State) -> Result<(), StoreError> {
        let put = self.put(STATE_KEY, &json!(state), None).await;
        if put.is_ok() || !state.is_finished {
            return put;
        }
        // The part before was kept less than a second ago, and that the sweep is over has to be.
        Delay::from(A_VALUE_A_SECOND).await;
        self.put(STATE_KEY, &json!(state), None).await
    }

    async fn put_note(&self, name: &str, note: &Note) -> Result<(), StoreError> {
        let about = json!({ "done": note.done, "failed": note.failures.len() });
        self.put(&note_key(&note.sweep, name), &json!(note.failures), Some(&about)).await
    }

    async fn notes(&self, sweep: &str) -> Result<Vec<Counted>, StoreError> {
        let prefix = note_key(sweep, "");
        let entries = self.kept().whole(&prefix).await?;
        let notes = entries.iter().filter_map(|(key, about)| {
            let number = |name| about.as_ref()?.get(name)?.as_u64();
            let name = key.strip_prefix(&prefix)?.to_owned();
            Some(Counted { name, done: number("done")?, failed: number("failed")? })
        });
        Ok(notes.collect())
    }

    async fn failures(&self, sweep: &str, name: &str) -> Result<Vec<Failure>, StoreError> {
        Ok(self.get(&note_key(sweep, name)).await?.unwrap_or_default())
    }
}

/// The key of a delivery's note.
fn note_key(sweep: &str, name: &str) -> String {
    format!("sweep/{sweep}/{name}")
}
