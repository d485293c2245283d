//! An object of an R2 bucket in the JSON that `stored.js` reads by.

use crate::remote::{PATIENCE_MS, Store, Stores};
use serde::Serialize;
use std::borrow::Cow;

/// One version of an object of an R2 bucket.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BucketObject<'a> {
    /// The name of the bucket's binding.
    bucket: &'a str,
    key: String,
    /// The entity tag of the version, unquoted.
    etag: Cow<'a, str>,
    /// Milliseconds for which the bucket's answer is waited for, and bytes each time.
    patience_ms: u32,
}

impl<'a> BucketObject<'a> {
    /// The object that `key` leads to in this version; `None` if its store is none of R2.
    pub(super) fn new(
        key: &str,
        etag: impl Into<Cow<'a, str>>,
        stores: &'a Stores,
    ) -> Option<Self> {
        let (Store::R2(bucket), key) = stores.find(key)? else { return None };
        Some(Self { bucket, key, etag: etag.into(), patience_ms: PATIENCE_MS })
    }
}
