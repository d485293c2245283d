//! The doors of a sweep: R2's lists, the queue bound as `SWEEP`, and notes in KV.

use super::{body, kv_list};
use crate::base::json;
use crate::store::StoreError;
use crate::sweep::{Counted, Failure, Keys, Note, State, Sweeper};
use serde_json::{Value, json};
use std::time::Duration;
use worker::{BatchMessageBuilder, Delay, Env, KvStore};

/// The queue's binding.
const QUEUE: &str = "SWEEP";

/// How far the last sweep is.
const STATE_KEY: &str = "sweep";

/// How long what is said of a sweep is kept.
const KEPT_SECONDS: u64 = 14 * 24 * 3600;

/// KV takes one value a second under one key.
const A_VALUE_A_SECOND: Duration = Duration::from_millis(1100);

/// The doors of a sweep of this deployment.
pub(super) struct Sweep(pub(super) Env);

impl Sweep {
    fn kept(&self) -> Result<KvStore, StoreError> {
        self.0.kv("INDEX").map_err(|error| unavailable(STATE_KEY, &error))
    }

    async fn put(&self, key: &str, value: &Value, about: Value) -> Result<(), StoreError> {
        let put = self.kept()?.put(key, value.to_string());
        let put = put.map(|put| put.expiration_ttl(KEPT_SECONDS));
        let put = put.and_then(|put| put.metadata(about));
        let put = put.map_err(|error| unavailable(key, &error))?;
        put.execute().await.map_err(|error| unavailable(key, &error))
    }

    async fn get<T: serde::de::DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let text = self.kept()?.get(key).text().await;
        let text = text.map_err(|error| unavailable(key, &error))?;
        // What cannot be read was put there by another version, and is as good as none.
        Ok(text.and_then(|text| json::parse(&text).ok()))
    }
}

impl Sweeper for Sweep {
    fn has_queue(&self) -> bool {
        self.0.queue(QUEUE).is_ok()
    }

    async fn keys(
        &self,
        binding: &str,
        prefix: &str,
        cursor: Option<&str>,
    ) -> Result<Keys, StoreError> {
        let bucket = self.0.bucket(binding).map_err(|error| unavailable(prefix, &error))?;
        let list = bucket.list().prefix(prefix);
        let list = cursor.into_iter().fold(list, |list, cursor| list.cursor(cursor));
        let listed = list.execute().await.map_err(|error| unavailable(prefix, &error))?;
        let keys = listed.objects().iter().map(worker::Object::key).collect();
        let cursor = listed.cursor().filter(|_| listed.truncated());
        Ok(Keys { keys, cursor })
    }

    async fn send(&self, messages: Vec<Value>) -> Result<(), StoreError> {
        if messages.is_empty() {
            return Ok(());
        }
        let queue = self.0.queue(QUEUE).map_err(|error| unavailable(QUEUE, &error))?;
        // As texts: what is made of JSON here would come out as maps.
        let texts = messages.iter().map(Value::to_string);
        let batch = BatchMessageBuilder::new().messages(texts.collect::<Vec<_>>()).build();
        queue.send_batch(batch).await.map_err(|error| unavailable(QUEUE, &error))
    }

    async fn state(&self) -> Result<Option<State>, StoreError> {
        self.get(STATE_KEY).await
    }

    async fn put_state(&self, state: &State) -> Result<(), StoreError> {
        let put = self.put(STATE_KEY, &json!(state), Value::Null).await;
        if put.is_ok() || !state.is_finished {
            return put;
        }
        // The part before was kept less than a second ago, and that the sweep is over has to be.
        Delay::from(A_VALUE_A_SECOND).await;
        self.put(STATE_KEY, &json!(state), Value::Null).await
    }

    async fn put_note(&self, name: &str, note: &Note) -> Result<(), StoreError> {
        let about = json!({ "done": note.done, "failed": note.failures.len() });
        self.put(&note_key(&note.sweep, name), &json!(note.failures), about).await
    }

    async fn notes(&self, sweep: &str) -> Result<Vec<Counted>, StoreError> {
        let prefix = note_key(sweep, "");
        let entries = kv_list::whole(&self.kept()?, &prefix).await?;
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

fn unavailable(key: &str, cause: &dyn std::error::Error) -> StoreError {
    body::unavailable(key, &cause.to_string())
}
