//! Media and manifests in R2.

use super::body::StoredBody;
use crate::range::ByteRange;
use crate::remote::PATIENCE_MS;
use crate::store::{MediaStore, Meta, ObjectStore, StoreError};
use worker::{Conditional, Env, Object, ResponseBody};

/// The largest integer that a JavaScript number holds exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// An R2 bucket.
pub(super) struct Bucket(worker::Bucket);

impl Bucket {
    /// The one bound as `binding`.
    pub(super) fn bound(env: &Env, binding: &str) -> worker::Result<Self> {
        env.bucket(binding).map(Self)
    }

    /// The object with a body of exactly `range`, of exactly the version `etag`.
    async fn get(&self, key: &str, range: ByteRange, etag: &str) -> Result<Object, StoreError> {
        if range.end() > MAX_SAFE_INTEGER {
            return Err(StoreError::Changed(key.to_owned()));
        }
        let only_if = Conditional { etag_matches: Some(etag.to_owned()), ..Default::default() };
        let wanted =
            worker::Range::OffsetWithLength { offset: range.start(), length: range.length() };
        let got = self.0.get(key).range(wanted).only_if(only_if).execute().await;
        let object = got
            .map_err(|error| unavailable(key, &error.to_string()))?
            .ok_or_else(|| StoreError::NotFound(key.to_owned()))?;
        // An object without a body is one that did not match; a shorter one cannot be it either.
        if object.body().is_none() || object.size() < range.end() {
            return Err(StoreError::Changed(key.to_owned()));
        }
        Ok(object)
    }
}

impl ObjectStore for Bucket {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let got = self.0.head(key).await.map_err(|error| unavailable(key, &error.to_string()))?;
        let object = got.ok_or_else(|| StoreError::NotFound(key.to_owned()))?;
        Ok(Meta { size: object.size(), etag: object.etag() })
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let object = self.get(key, range, etag).await?;
        let body = object.body().ok_or_else(|| StoreError::Changed(key.to_owned()))?;
        let bytes = body.bytes().await.map_err(|error| unavailable(key, &error.to_string()))?;
        match u64::try_from(bytes.len()) {
            Ok(len) if len == range.length() => Ok(bytes),
            _ => Err(unavailable(key, "it sent fewer or more bytes than were asked for")),
        }
    }
}

impl MediaStore for Bucket {
    type Body = StoredBody;

    async fn open(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<Self::Body, StoreError> {
        let object = self.get(key, range, etag).await?;
        let body = object.body().ok_or_else(|| StoreError::Changed(key.to_owned()))?;
        match body.response_body() {
            Ok(ResponseBody::Stream(stream)) => Ok(StoredBody::new(key, stream, PATIENCE_MS)),
            Ok(_) => Err(unavailable(key, "its body is no stream")),
            Err(error) => Err(unavailable(key, &error.to_string())),
        }
    }
}

fn unavailable(key: &str, cause: &str) -> StoreError {
    StoreError::Unavailable { key: key.to_owned(), cause: cause.to_owned() }
}
