//! Indexes in Workers KV.

use super::log;
use crate::describe::Summary;
use crate::store::{INDEX_PREFIX, IndexStore, Listing, StoreError, index_key};
use serde_json::json;
use worker::{Context, Env, KvStore};

/// For how long a location may serve a value that was replaced elsewhere; the least KV offers.
const CACHE_TTL_SECONDS: u64 = 30;

/// The KV namespace bound as `INDEX`, which is looked up only when something is asked of it: a warm
/// isolate asks nothing.
pub(super) struct Indexes<'a> {
    env: &'a Env,
    /// Where writes go on after the answer; `None` if the answer waits for them.
    behind: Option<&'a Context>,
}

impl<'a> Indexes<'a> {
    /// For a viewer, who does not wait for a write: the value has served the answer already.
    pub(super) fn for_viewer(env: &'a Env, context: &'a Context) -> Self {
        Self { env, behind: Some(context) }
    }

    /// For an operator, who asks for nothing but the write, and wants to hear of its failure.
    pub(super) fn for_operator(env: &'a Env) -> Self {
        Self { env, behind: None }
    }

    fn namespace(&self, key: &str) -> Result<KvStore, StoreError> {
        self.env.kv("INDEX").map_err(|error| unavailable(key, &error))
    }
}

impl IndexStore for Indexes<'_> {
    async fn get(&self, presentation: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = index_key(presentation);
        let got = self.namespace(&key)?.get(&key).cache_ttl(CACHE_TTL_SECONDS).bytes().await;
        got.map_err(|error| unavailable(&key, &error))
    }

    async fn put(
        &self,
        presentation: &str,
        value: Vec<u8>,
        summary: &Summary,
    ) -> Result<(), StoreError> {
        let key = index_key(presentation);
        let put = self
            .namespace(&key)?
            .put_bytes(&key, &value)
            .and_then(|put| put.metadata(summary.to_json()))
            .map_err(|error| unavailable(&key, &error))?
            .execute();
        match self.behind {
            None => put.await.map_err(|error| unavailable(&key, &error))?,
            Some(context) => {
                let presentation = presentation.to_owned();
                context.wait_until(async move {
                    if let Err(error) = put.await {
                        let error = unavailable(&key, &error).to_string();
                        log::error(&json!({ "error": error, "presentation": presentation }));
                    }
                });
            }
        }
        Ok(())
    }

    async fn delete(&self, presentation: &str) -> Result<(), StoreError> {
        let key = index_key(presentation);
        self.namespace(&key)?.delete(&key).await.map_err(|error| unavailable(&key, &error))
    }

    async fn list(&self, cursor: Option<&str>, limit: u32) -> Result<Listing, StoreError> {
        let mut list = self
            .namespace(INDEX_PREFIX)?
            .list()
            .prefix(INDEX_PREFIX.to_owned())
            .limit(u64::from(limit));
        if let Some(cursor) = cursor {
            list = list.cursor(cursor.to_owned());
        }
        let listed = list.execute().await.map_err(|error| unavailable(INDEX_PREFIX, &error))?;
        let entries = listed.keys.into_iter().filter_map(|key| {
            let presentation = key.name.strip_prefix(INDEX_PREFIX)?.to_owned();
            Some((presentation, key.metadata.as_ref().and_then(Summary::from_json)))
        });
        let cursor = listed.cursor.filter(|_| !listed.list_complete);
        Ok(Listing { entries: entries.collect(), cursor })
    }
}

fn unavailable(key: &str, cause: &dyn std::error::Error) -> StoreError {
    StoreError::Unavailable { key: key.to_owned(), cause: cause.to_string() }
}
