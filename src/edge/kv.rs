//! Indexes in Workers KV.

use crate::store::{IndexStore, StoreError, index_key};
use worker::{Context, Env, KvStore};

/// For how long a location may serve a value that was replaced elsewhere; the least KV offers.
const CACHE_TTL_SECONDS: u64 = 30;

/// The KV namespace bound as `INDEX`, which is looked up only when something is asked of it: a warm
/// isolate asks nothing.
pub(super) struct Indexes<'a> {
    pub(super) env: &'a Env,
    pub(super) context: &'a Context,
}

impl Indexes<'_> {
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

    /// The client does not wait for the write: the value has served it already.
    async fn put(&self, presentation: &str, value: Vec<u8>) -> Result<(), StoreError> {
        let key = index_key(presentation);
        let put = self.namespace(&key)?.put_bytes(&key, &value);
        let put = put.map_err(|error| unavailable(&key, &error))?.execute();
        self.context.wait_until(async move {
            if let Err(error) = put.await {
                worker::console_error!("{key}: {error}");
            }
        });
        Ok(())
    }
}

fn unavailable(key: &str, cause: &dyn std::error::Error) -> StoreError {
    StoreError::Unavailable { key: key.to_owned(), cause: cause.to_string() }
}
