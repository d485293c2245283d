//! Indexes in Workers KV.

use super::body;
use crate::base::settled::all_settled;
use crate::describe::Summary;
use crate::index::Digest;
use crate::store::{
    Entry, INDEX_PREFIX, IndexStore, LinkStore, Listing, StoreError, index_key, is_page,
    keyed_pages, link_key, link_keys, link_prefix, page_key, pages_prefix,
};
use futures_util::future::join;
use std::collections::BTreeSet;
use worker::{Env, KvStore};

/// For how long a location may serve a value that was replaced elsewhere; the least KV offers.
const CACHE_TTL_SECONDS: u64 = 30;

/// The same for pages, which are never replaced. It is not longer because KV remembers for as long, too,
/// that one was not there yet.
const PAGE_TTL_SECONDS: u64 = 300;

/// The KV namespace bound as `INDEX`, which is looked up only when something is asked of it: a warm
/// isolate asks nothing.
pub(super) struct Indexes(pub(super) Env);

impl Indexes {
    fn namespace(&self, key: &str) -> Result<KvStore, StoreError> {
        self.0.kv("INDEX").map_err(|error| unavailable(key, &error))
    }

    /// The keys of all pages of the presentation.
    async fn pages(&self, presentation: &str) -> Result<BTreeSet<String>, StoreError> {
        let prefix = pages_prefix(presentation);
        let keys = keys_from(&self.namespace(&prefix)?, &prefix).await?;
        Ok(keys.into_iter().filter(|key| is_page(key, presentation)).collect())
    }
}

impl IndexStore for Indexes {
    async fn get(&self, presentation: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let key = index_key(presentation);
        let got = self.namespace(&key)?.get(&key).cache_ttl(CACHE_TTL_SECONDS).bytes().await;
        got.map_err(|error| unavailable(&key, &error))
    }

    async fn page(
        &self,
        presentation: &str,
        digest: Digest,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = page_key(presentation, digest);
        let got = self.namespace(&key)?.get(&key).cache_ttl(PAGE_TTL_SECONDS).bytes().await;
        got.map_err(|error| unavailable(&key, &error))
    }

    async fn put(&self, presentation: &str, entry: Entry<'_>) -> Result<(), StoreError> {
        let Entry { index, value, pages, afresh, summary, missing } = entry;
        let key = index_key(presentation);
        let namespace = self.namespace(&key)?;
        let links = link_keys(presentation, &index.sources).into_iter();
        let links = links.chain(missing.iter().map(|source| link_key(source, presentation)));
        let links = all_settled(links.map(|link| put_link(namespace.clone(), link)));
        let put = namespace
            .put_bytes(&key, &value)
            .and_then(|put| put.metadata(summary.to_json()))
            .map_err(|error| unavailable(&key, &error))?
            .execute();
        // One list tells which pages need not be written, and which are to go.
        let (there, linked) = join(self.pages(presentation), links).await;
        linked?;
        let there = there?;
        let pages = keyed_pages(presentation, pages);
        let new = pages.iter().filter(|(key, _)| afresh || !there.contains(*key));
        all_settled(new.map(|(key, value)| put_page(&namespace, key, value))).await?;
        put.await.map_err(|error| unavailable(&key, &error))?;
        delete_all(&namespace, there.iter().filter(|key| !pages.contains_key(*key))).await
    }

    async fn delete(&self, presentation: &str) -> Result<(), StoreError> {
        let key = index_key(presentation);
        let namespace = self.namespace(&key)?;
        namespace.delete(&key).await.map_err(|error| unavailable(&key, &error))?;
        delete_all(&namespace, self.pages(presentation).await?.iter()).await
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

impl LinkStore for Indexes {
    async fn link(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        let key = link_key(source, presentation);
        put_link(self.namespace(&key)?, key).await
    }

    async fn unlink(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        let key = link_key(source, presentation);
        self.namespace(&key)?.delete(&key).await.map_err(|error| unavailable(&key, &error))
    }

    async fn linked(&self, source: &str) -> Result<Vec<String>, StoreError> {
        let prefix = link_prefix(source);
        let namespace = self.namespace(&prefix)?;
        let keys = keys_from(&namespace, &prefix).await?;
        Ok(keys.iter().filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned)).collect())
    }
}

/// All keys that begin with `prefix`.
async fn keys_from(namespace: &KvStore, prefix: &str) -> Result<Vec<String>, StoreError> {
    let (mut keys, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let list = namespace.list().prefix(prefix.to_owned());
        let list = cursor.into_iter().fold(list, |list, cursor| list.cursor(cursor));
        let listed = list.execute().await.map_err(|error| unavailable(prefix, &error))?;
        keys.extend(listed.keys.into_iter().map(|key| key.name));
        cursor = listed.cursor.filter(|_| !listed.list_complete);
        if cursor.is_none() {
            return Ok(keys);
        }
    }
}

async fn delete_all(
    namespace: &KvStore,
    keys: impl Iterator<Item = &String>,
) -> Result<(), StoreError> {
    all_settled(keys.map(async |key: &String| {
        namespace.delete(key).await.map_err(|error| unavailable(key, &error))
    }))
    .await
    .map(drop)
}

async fn put_page(namespace: &KvStore, key: &str, value: &[u8]) -> Result<(), StoreError> {
    let put = namespace.put_bytes(key, value).map_err(|error| unavailable(key, &error))?;
    put.execute().await.map_err(|error| unavailable(key, &error))
}

async fn put_link(namespace: KvStore, key: String) -> Result<(), StoreError> {
    let put = namespace.put(&key, "").map_err(|error| unavailable(&key, &error))?;
    put.execute().await.map_err(|error| unavailable(&key, &error))
}

fn unavailable(key: &str, cause: &dyn std::error::Error) -> StoreError {
    body::unavailable(key, &cause.to_string())
}
