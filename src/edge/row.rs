//! A row of fragments in the JSON that `rows.js` keeps.

use super::lines::Lines;
use super::record::record;
use crate::base::range::MAX_JS_OFFSET;
use crate::origin::{self, InRow};
use crate::remote::{PATIENCE_MS, Store, Stores};
use http::HeaderMap;
use serde::Serialize;

/// What is answered to whoever asks for one of these fragments, and for nothing special.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    /// What the URL of each begins with, up to its start.
    before: &'a str,
    /// What it ends with.
    behind: &'static str,
    /// Whether the Cache API is asked first.
    is_behind_cache: bool,
    /// The object of which each is a part.
    read: Object<'a>,
    #[serde(serialize_with = "record")]
    headers: &'a HeaderMap,
    #[serde(serialize_with = "record")]
    unchanged: &'a HeaderMap,
    /// Of each: when it starts, where its bytes do, how many there are, and its entity tag.
    fragments: Vec<(u64, u64, u64, String)>,
}

/// A read of an R2 bucket, without the part that is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    bucket: &'a str,
    key: String,
    etag: &'a str,
    /// For how long the bucket's answer is waited for.
    patience_ms: u32,
}

/// What the URL of a fragment ends with.
const BEHIND: &str = ")";

impl<'a> Row<'a> {
    /// `row` as far as `lines` ask for one of it, and other starts in their URL are the others'; `None` if that is spelled in
    /// another way, or the store is none of R2.
    pub(super) fn new(
        lines: &Lines<'a>,
        row: &'a origin::Row,
        stores: &'a Stores,
        is_behind_cache: bool,
    ) -> Option<Self> {
        let (before, start) = lines.url.strip_suffix(BEHIND)?.rsplit_once('=')?;
        let before = lines.url.get(..before.len().checked_add(1)?)?;
        let is_of_it = row.fragments.iter().any(|each| each.start.to_string() == start);
        let (Store::R2(bucket), key) = stores.find(&row.key)? else { return None };
        let fragments = row.fragments.iter();
        let fragments = fragments.filter(|each| each.range.end() <= MAX_JS_OFFSET);
        let fragments = fragments.map(|InRow { start, range, etag }| {
            (*start, range.start(), range.length(), format!("\"{etag}\""))
        });
        is_of_it.then(|| Self {
            before,
            behind: BEHIND,
            is_behind_cache,
            read: Object { bucket, key, etag: &row.etag, patience_ms: PATIENCE_MS },
            headers: &row.headers,
            unchanged: &row.unchanged,
            fragments: fragments.collect(),
        })
    }
}
