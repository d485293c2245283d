//! Indexes in Workers KV.

use super::body;
use crate::describe::Summary;
use crate::index::{Generation, PagePlace};
use crate::store::{
    Entry, INDEX_PREFIX, IndexStore, LinkStore, Listing, StoreError, index_key, is_old_page,
    link_key, link_keys, link_prefix, page_key, pages_prefix,
};
use futures_util::future::{try_join, try_join_all};
use std::rc::Rc;
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

    /// Removes the presentation's pages, but those of the generation to `keep`.
    async fn drop_pages(
        &self,
        presentation: &str,
        keep: Option<Generation>,
    ) -> Result<(), StoreError> {
        let prefix = pages_prefix(presentation);
        let namespace = self.namespace(&prefix)?;
        let keys = keys_from(&namespace, &prefix).await?;
        let is_old = |key: &&String| is_old_page(key, presentation, keep);
        try_join_all(keys.iter().filter(is_old).map(|key| async {
            namespace.delete(key).await.map_err(|error| unavailable(key, &error))
        }))
        .await?;
        Ok(())
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
        generation: Generation,
        place: PagePlace,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = page_key(presentation, generation, place);
        let got = self.namespace(&key)?.get(&key).cache_ttl(PAGE_TTL_SECONDS).bytes().await;
        got.map_err(|error| unavailable(&key, &error))
    }

    async fn put(&self, presentation: &str, entry: Entry<'_>) -> Result<(), StoreError> {
        let Entry { index, value, pages, summary, missing } = entry;
        let generation = index.generation;
        let key = index_key(presentation);
        let namespace = self.namespace(&key)?;
        let pages = pages.into_iter().map(|page| {
            let key = page_key(presentation, generation, page.place);
            put_page(namespace.clone(), key, page.value)
        });
        let pages = try_join_all(pages.collect::<Vec<_>>());
        let links = link_keys(presentation, &index.sources).into_iter();
        let links = links.chain(missing.iter().map(|source| link_key(source, presentation)));
        let links = try_join_all(links.map(|link| put_link(namespace.clone(), link)));
        let put = namespace
            .put_bytes(&key, &value)
            .and_then(|put| put.metadata(summary.to_json()))
            .map_err(|error| unavailable(&key, &error))?
            .execute();
        try_join(pages, links).await?;
        put.await.map_err(|error| unavailable(&key, &error))?;
        self.drop_pages(presentation, Some(generation)).await
    }

    async fn delete(&self, presentation: &str) -> Result<(), StoreError> {
        let key = index_key(presentation);
        let deleted = self.namespace(&key)?.delete(&key).await;
        deleted.map_err(|error| unavailable(&key, &error))?;
        self.drop_pages(presentation, None).await
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

async fn put_page(namespace: KvStore, key: String, value: Rc<[u8]>) -> Result<(), StoreError> {
    let put = namespace.put_bytes(&key, &value).map_err(|error| unavailable(&key, &error))?;
    put.execute().await.map_err(|error| unavailable(&key, &error))
}

async fn put_link(namespace: KvStore, key: String) -> Result<(), StoreError> {
    let put = namespace.put(&key, "").map_err(|error| unavailable(&key, &error))?;
    put.execute().await.map_err(|error| unavailable(&key, &error))
}

fn unavailable(key: &str, cause: &dyn std::error::Error) -> StoreError {
    body::unavailable(key, &cause.to_string())
}
