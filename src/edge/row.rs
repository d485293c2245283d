//! A row of fragments in the JSON that `rows.js` keeps.

use super::bucket_object::BucketObject;
use super::record::record;
use super::terms::Terms;
use crate::base::range::MAX_JS_OFFSET;
use crate::origin::{self, InRow};
use crate::remote::Stores;
use http::HeaderMap;
use serde::Serialize;

/// The answers for the fragments of a row, to requests for nothing special.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    /// What the URL of each begins with, without a token, up to its start.
    before: String,
    /// What it ends with.
    behind: &'static str,
    /// Whether the Cache API is asked first.
    is_behind_cache: bool,
    /// Whether the gate is asked each time.
    is_closed: bool,
    /// The object of which each is a part.
    object: BucketObject<'a>,
    #[serde(serialize_with = "record")]
    headers: HeaderMap,
    #[serde(serialize_with = "record")]
    unchanged: HeaderMap,
    /// Start in ticks, offset and length in bytes, and entity tag of each.
    fragments: Vec<(u64, u64, u64, String)>,
}

/// The end of the URL of a fragment.
const BEHIND: &str = ")";

impl<'a> Row<'a> {
    /// `row`, one of which was asked for by `path`, without a token, of a `host` with its scheme, on these `terms`: other
    /// starts in that path are the others'. `None` if it is spelled in another way, or the store is none of R2.
    pub(super) fn new(
        row: origin::Row,
        host: &str,
        path: &str,
        terms: &Terms<'_>,
        stores: &'a Stores,
        is_behind_cache: bool,
    ) -> Option<Self> {
        let (before, start) = path.strip_suffix(BEHIND)?.rsplit_once('=')?;
        row.fragments.iter().find(|each| each.start.to_string() == start)?;
        let origin::Row { key, etag, mut headers, mut unchanged, fragments } = row;
        let object = BucketObject::new(&key, etag, stores)?;
        terms.tell(&mut headers);
        terms.tell(&mut unchanged);
        let fragments = fragments.into_iter().filter(|each| each.range.end() <= MAX_JS_OFFSET);
        let fragments = fragments.map(|InRow { start, range, etag }| {
            (start, range.start(), range.length(), format!("\"{etag}\""))
        });
        Some(Self {
            before: format!("{host}{before}="),
            behind: BEHIND,
            is_behind_cache,
            is_closed: terms.is_private,
            object,
            headers,
            unchanged,
            fragments: fragments.collect(),
        })
    }
}
