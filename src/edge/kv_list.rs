//! Lists of Workers KV, a page at a time or whole.

use super::body;
use crate::store::StoreError;
use serde_json::Value;
use worker::KvStore;

/// The most keys that KV lists at once.
const MOST_KEYS: u32 = 1000;

/// Keys in their order, each with its metadata, and where the next list begins, if there is more.
pub(super) struct KvPage {
    pub(super) entries: Vec<(String, Option<Value>)>,
    pub(super) cursor: Option<String>,
}

/// At most `limit` keys that begin with `prefix`, from the first or from where another list ended.
pub(super) async fn page(
    namespace: &KvStore,
    prefix: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<KvPage, StoreError> {
    let list = namespace.list().prefix(prefix.to_owned()).limit(u64::from(limit));
    let list = cursor.into_iter().fold(list, |list, cursor| list.cursor(cursor.to_owned()));
    let listed = list.execute().await;
    let listed = listed.map_err(|error| body::unavailable(prefix, &error.to_string()))?;
    let entries = listed.keys.into_iter().map(|key| (key.name, key.metadata)).collect();
    Ok(KvPage { entries, cursor: listed.cursor.filter(|_| !listed.list_complete) })
}

/// All keys that begin with `prefix`, each with its metadata.
pub(super) async fn whole(
    namespace: &KvStore,
    prefix: &str,
) -> Result<Vec<(String, Option<Value>)>, StoreError> {
    let (mut entries, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = page(namespace, prefix, cursor.as_deref(), MOST_KEYS).await?;
        entries.extend(page.entries);
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(entries);
        }
    }
}
