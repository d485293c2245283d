//! Media and manifests in R2.

use super::body::{StoredBody, settled, unavailable};
use super::runtime::{R2Bucket, R2GetOptions, R2ListOptions, R2Object, R2Objects, whole};
use crate::base::range::{ByteRange, MAX_JS_OFFSET};
use crate::remote::PATIENCE_MS;
use crate::store::{ListPart, Listed, MediaStore, Meta, ObjectStore, Start, StoreError};
use crate::sweep::Keys;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::{Promise, Reflect, Uint8Array};
use worker::web_sys::ReadableStream;

/// An R2 bucket.
pub(super) struct Bucket(R2Bucket);

impl Bucket {
    /// The one bound as `binding`.
    pub(super) fn bound(env: &Env, binding: &str) -> worker::Result<Self> {
        let bucket = Reflect::get(env, &binding.into())?;
        if bucket.is_undefined() {
            return Err(format!("no R2 bucket is bound as {binding}").into());
        }
        Ok(Self(bucket.unchecked_into()))
    }

    /// The keys that begin with `prefix`, from the first or from where another list ended.
    pub(super) async fn keys(
        &self,
        prefix: &str,
        cursor: Option<&str>,
    ) -> Result<Keys, StoreError> {
        let part = self.list(prefix, &R2ListOptions::new(prefix, cursor)).await?;
        let objects = part.objects();
        let keys = objects.iter().map(|object| object.unchecked_into::<R2Object>().key());
        Ok(Keys { keys: keys.collect(), cursor: part.cursor().filter(|_| part.truncated()) })
    }

    async fn list(&self, prefix: &str, options: &R2ListOptions) -> Result<R2Objects, StoreError> {
        Ok(settled(prefix, self.0.list(options)).await?.unchecked_into())
    }

    /// The object with a body of exactly `range`, of exactly the version `etag`, and that body.
    async fn get(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<(R2Object, ReadableStream), StoreError> {
        if range.end() > MAX_JS_OFFSET {
            return Err(StoreError::Changed(key.to_owned()));
        }
        let options = R2GetOptions::new(range.start() as f64, range.length() as f64, etag);
        let object = found(key, self.0.get(key, &options)).await?;
        // An object without a body is one that did not match; a shorter one cannot be it either.
        match object.body() {
            Some(body) if object.size() >= range.end() as f64 => Ok((object, body)),
            body => {
                // What is not going to be read is cancelled, and nobody waits for that.
                drop(body.map(|body| body.cancel()));
                Err(StoreError::Changed(key.to_owned()))
            }
        }
    }
}

/// The object that a call of the bucket promised.
async fn found(key: &str, promised: Result<Promise, JsValue>) -> Result<R2Object, StoreError> {
    let object = settled(key, promised).await?;
    match object.is_null() {
        true => Err(StoreError::NotFound(key.to_owned())),
        false => Ok(object.unchecked_into()),
    }
}

fn meta(object: &R2Object) -> Meta {
    Meta { size: whole(object.size()), etag: object.etag() }
}

/// The body of an object, which has exactly so many bytes.
async fn bytes(key: &str, object: &R2Object, length: u64) -> Result<Vec<u8>, StoreError> {
    let bytes = Uint8Array::new(&settled(key, object.array_buffer()).await?).to_vec();
    match u64::try_from(bytes.len()) {
        Ok(len) if len == length => Ok(bytes),
        _ => Err(unavailable(key, "it sent fewer or more bytes than were asked for")),
    }
}

impl ObjectStore for Bucket {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let object = found(key, self.0.head(key)).await?;
        Ok(meta(&object))
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        let options = R2GetOptions::first(most.min(MAX_JS_OFFSET) as f64);
        let object = match found(key, self.0.get(key, &options)).await {
            // An empty object has no range, and what is said of that differs.
            Err(error @ StoreError::Unavailable { .. }) => {
                return match self.head(key).await {
                    Ok(meta) if meta.size == 0 => Ok(Start { meta, bytes: Vec::new() }),
                    _ => Err(error),
                };
            }
            object => object?,
        };
        let meta = meta(&object);
        let bytes = bytes(key, &object, meta.size.min(most)).await?;
        Ok(Start { meta, bytes })
    }

    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        let options = R2ListOptions::new(folder, cursor);
        options.set_delimiter("/");
        let part = self.list(folder, &options).await?;
        let objects = part.objects();
        let listed = objects.iter().filter_map(|object| {
            let object: R2Object = object.unchecked_into();
            let name = object.key().strip_prefix(folder)?.to_owned();
            Some(Listed { name, meta: meta(&object) })
        });
        let cursor = part.cursor().filter(|_| part.truncated());
        Ok(ListPart { listed: listed.collect(), cursor })
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let (object, _) = self.get(key, range, etag).await?;
        bytes(key, &object, range.length()).await
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
        let (_, stream) = self.get(key, range, etag).await?;
        Ok(StoredBody::new(key, stream, PATIENCE_MS))
    }
}
