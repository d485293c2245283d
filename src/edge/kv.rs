//! Indexes in Workers KV.

use super::namespace::{Beside, KvPage, Namespace};
use crate::base::order::set;
use crate::describe::Summary;
use crate::index::{Digest, PageValue};
use crate::locator::LocatorName;
use crate::selection::FilterName;
use crate::store::{
    FilterStore, INDEX_PREFIX, IndexStore, LOCATOR_PREFIX, LinkStore, Listing, LocatorListing,
    LocatorStore, SpellingStore, StoreError, filter_key, index_key, link_key, link_prefix,
    locator_key, page_at, page_key, pages_prefix, spelling_key,
};
use crate::url::FoldedKey;
use serde_json::Value;
use std::collections::BTreeSet;
use worker::Env;

/// Seconds for which a location may serve a value that was replaced elsewhere; the least that KV offers.
const CACHE_TTL_SECONDS: u32 = 30;

/// Seconds that a location keeps a page, which is never replaced. KV remembers for as long that a page was not
/// there yet, so it is short.
const PAGE_TTL_SECONDS: u32 = 300;

/// The KV namespace bound as `INDEX`.
pub(super) struct Indexes(Namespace);

impl Indexes {
    pub(super) fn new(env: &Env) -> Self {
        Self(Namespace(env.clone()))
    }
}

impl IndexStore for Indexes {
    async fn get(&self, presentation: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(&index_key(presentation), CACHE_TTL_SECONDS).await
    }

    async fn put(
        &self,
        presentation: &str,
        value: &[u8],
        summary: &Summary,
    ) -> Result<(), StoreError> {
        self.0.put(&index_key(presentation), value, Beside::metadata(&summary.to_json())).await
    }

    async fn delete(&self, presentation: &str) -> Result<(), StoreError> {
        self.0.delete(&index_key(presentation)).await
    }

    async fn page(
        &self,
        presentation: &str,
        digest: Digest,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(&page_key(presentation, digest), PAGE_TTL_SECONDS).await
    }

    async fn put_page(&self, presentation: &str, page: &PageValue) -> Result<(), StoreError> {
        self.0.put(&page_key(presentation, page.digest), &page.value, Beside::default()).await
    }

    async fn delete_page(&self, presentation: &str, digest: Digest) -> Result<(), StoreError> {
        self.0.delete(&page_key(presentation, digest)).await
    }

    async fn pages(&self, presentation: &str) -> Result<BTreeSet<Digest>, StoreError> {
        let keys = self.0.keys(&pages_prefix(presentation)).await?;
        Ok(set(keys.iter().filter_map(|key| page_at(key, presentation))))
    }

    async fn list(
        &self,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Listing, StoreError> {
        let KvPage { entries, cursor } = self.0.list(&index_key(prefix), cursor, limit).await?;
        let entries = entries.into_iter().filter_map(|(key, metadata)| {
            let presentation = key.strip_prefix(INDEX_PREFIX)?.to_owned();
            Some((presentation, metadata.as_ref().and_then(Summary::from_json)))
        });
        Ok(Listing { entries: entries.collect(), cursor })
    }
}

impl LinkStore for Indexes {
    async fn link(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        self.0.put(&link_key(source, presentation), &[], Beside::default()).await
    }

    async fn unlink(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        self.0.delete(&link_key(source, presentation)).await
    }

    async fn linked(&self, source: &str) -> Result<Vec<String>, StoreError> {
        let prefix = link_prefix(source);
        let keys = self.0.keys(&prefix).await?;
        Ok(keys.iter().filter_map(|key| key.strip_prefix(&prefix).map(str::to_owned)).collect())
    }
}

impl FilterStore for Indexes {
    async fn filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(&filter_key(presentation, name), CACHE_TTL_SECONDS).await
    }

    async fn put_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
        definition: &[u8],
    ) -> Result<(), StoreError> {
        self.0.put(&filter_key(presentation, name), definition, Beside::default()).await
    }

    async fn delete_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<(), StoreError> {
        self.0.delete(&filter_key(presentation, name)).await
    }
}

impl LocatorStore for Indexes {
    async fn locator(&self, name: &LocatorName) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(&locator_key(name), CACHE_TTL_SECONDS).await
    }

    async fn put_locator(&self, name: &LocatorName, definition: &Value) -> Result<(), StoreError> {
        let value = definition.to_string();
        self.0.put(&locator_key(name), value.as_bytes(), Beside::metadata(definition)).await
    }

    async fn delete_locator(&self, name: &LocatorName) -> Result<(), StoreError> {
        self.0.delete(&locator_key(name)).await
    }

    async fn locators(
        &self,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<LocatorListing, StoreError> {
        let KvPage { entries, cursor } = self.0.list(LOCATOR_PREFIX, cursor, limit).await?;
        let entries = entries.into_iter().filter_map(|(key, definition)| {
            Some((key.strip_prefix(LOCATOR_PREFIX)?.to_owned(), definition))
        });
        Ok(LocatorListing { entries: entries.collect(), cursor })
    }
}

impl SpellingStore for Indexes {
    async fn spelling(&self, folded: &FoldedKey) -> Result<Option<String>, StoreError> {
        let value = self.0.get(&spelling_key(folded), CACHE_TTL_SECONDS).await?;
        Ok(value.and_then(|value| String::from_utf8(value).ok()))
    }

    async fn put_spelling(&self, folded: &FoldedKey, key: &str) -> Result<(), StoreError> {
        self.0.put(&spelling_key(folded), key.as_bytes(), Beside::default()).await
    }

    async fn delete_spelling(&self, folded: &FoldedKey) -> Result<(), StoreError> {
        self.0.delete(&spelling_key(folded)).await
    }
}
