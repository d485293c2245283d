//! Indexes in Workers KV.

use crate::store::{IndexStore, StoreError, index_key};
use worker::{Context, Env, KvStore};

/// For how long a location may serve a value that was replaced elsewhere; the least KV offers.
const CACHE_TTL_SECONDS: u64 = 30;

/// The KV namespace bound as `INDEX`.
pub(super) struct Indexes<'a> {
    kv: KvStore,
    context: &'a Context,
}

impl<'a> Indexes<'a> {
    pub(super) fn bound(env: &Env, context: &'a Context) -> worker::Result<Self> {
        Ok(Self { kv: env.kv("INDEX")?, context })
    }
}

impl IndexStore for Indexes<'_> {
    async fn get(&self, presentation: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = index_key(presentation);
        let got = self.kv.get(&key).cache_ttl(CACHE_TTL_SECONDS).bytes().await;
        got.map_err(|error| StoreError::Unavailable { key, cause: error.to_string() })
    }

    /// The client does not wait for the write: the value has served it already.
    async fn put(&self, presentation: &str, value: Vec<u8>) -> Result<(), StoreError> {
        let key = index_key(presentation);
        let put = self.kv.put_bytes(&key, &value).map(|put| put.execute()).map_err(|error| {
            StoreError::Unavailable { key: key.clone(), cause: error.to_string() }
        })?;
        self.context.wait_until(async move {
            if let Err(error) = put.await {
                worker::console_error!("{key}: {error}");
            }
        });
        Ok(())
    }
}
