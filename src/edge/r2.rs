//! Media and manifests in R2.

use super::runtime::{Bindings, R2Bucket, R2GetOptions, R2Object, whole};
use crate::range::ByteRange;
use crate::store::{Body, MediaStore, Meta, ObjectStore, StoreError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Env;
use worker::js_sys::{Promise, Reflect, Uint8Array};
use worker::web_sys::{
    ReadableStream, ReadableStreamByobReader, ReadableStreamGetReaderOptions,
    ReadableStreamReaderMode,
};

/// The largest integer that a JavaScript number holds exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The R2 bucket bound as `MEDIA`.
pub(super) struct Bucket(R2Bucket);

impl Bucket {
    pub(super) fn bound(env: &Env) -> worker::Result<Self> {
        let media = env.unchecked_ref::<Bindings>().media();
        media.map(Self).ok_or_else(|| "no R2 bucket is bound as MEDIA".into())
    }

    /// The object with a body of exactly `range`, of exactly the version `etag`, and that body.
    async fn get(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<(R2Object, ReadableStream), StoreError> {
        if range.end() > MAX_SAFE_INTEGER {
            return Err(StoreError::Changed(key.to_owned()));
        }
        let options = R2GetOptions::new(range.start() as f64, range.length() as f64, etag);
        let object = settled(key, self.0.get(key, &options)).await?;
        // An object without a body is one that did not match; a shorter one cannot be it either.
        match object.body() {
            Some(body) if object.size() >= range.end() as f64 => Ok((object, body)),
            _ => Err(StoreError::Changed(key.to_owned())),
        }
    }
}

/// The object that a call of the bucket promised.
async fn settled(key: &str, promised: Result<Promise, JsValue>) -> Result<R2Object, StoreError> {
    let broken = |error| unavailable(key, &describe(&error));
    let object = JsFuture::from(promised.map_err(broken)?).await.map_err(broken)?;
    match object.is_null() {
        true => Err(StoreError::NotFound(key.to_owned())),
        false => Ok(object.unchecked_into()),
    }
}

impl ObjectStore for Bucket {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let object = settled(key, self.0.head(key)).await?;
        Ok(Meta { size: whole(object.size()), etag: object.etag() })
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let broken = |error| unavailable(key, &describe(&error));
        let (object, _) = self.get(key, range, etag).await?;
        let buffer =
            JsFuture::from(object.array_buffer().map_err(broken)?).await.map_err(broken)?;
        let bytes = Uint8Array::new(&buffer).to_vec();
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
        let (_, stream) = self.get(key, range, etag).await?;
        Ok(StoredBody { key: key.to_owned(), stream: Some(stream), begun: false })
    }
}

/// A body that R2 has begun to send: a handle of the runtime's, never the bytes.
pub(super) struct StoredBody {
    key: String,
    stream: Option<ReadableStream>,
    /// Whether bytes were taken off its front.
    begun: bool,
}

impl StoredBody {
    /// Whether it can be the body of a response as it is: the runtime refuses a stream that has
    /// been read from, even if what is left is all that is meant.
    pub(super) fn is_untouched(&self) -> bool {
        !self.begun
    }

    /// The stream itself, to be handed on.
    pub(super) fn into_stream(mut self) -> Option<ReadableStream> {
        self.stream.take()
    }
}

impl Drop for StoredBody {
    /// A body that nobody will read is not left hanging.
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            let _ = stream.cancel();
        }
    }
}

impl Body for StoredBody {
    async fn take(&mut self, len: usize) -> Result<Vec<u8>, StoreError> {
        let Some(stream) = &self.stream else {
            return Err(unavailable(&self.key, "its body was handed on already"));
        };
        self.begun = true;
        take(stream, len).await.map_err(|error| unavailable(&self.key, &describe(&error)))
    }
}

/// Reads exactly `len` bytes into a buffer of that size, so that the runtime keeps the rest.
async fn take(stream: &ReadableStream, len: usize) -> Result<Vec<u8>, JsValue> {
    let options = ReadableStreamGetReaderOptions::new();
    options.set_mode(ReadableStreamReaderMode::Byob);
    let reader: ReadableStreamByobReader =
        stream.get_reader_with_options(&options).unchecked_into();
    let mut taken = Vec::new();
    while taken.len() < len {
        let missing = u32::try_from(len - taken.len()).map_err(|_| "too many bytes at once")?;
        let buffer = Uint8Array::new_with_length(missing);
        let result = JsFuture::from(reader.read_with_array_buffer_view(&buffer)).await?;
        let value = Reflect::get(&result, &"value".into())?;
        match value.dyn_into::<Uint8Array>() {
            Ok(chunk) if chunk.length() > 0 => taken.extend(chunk.to_vec()),
            _ => return Err("its body ended too early".into()),
        }
    }
    reader.release_lock();
    Ok(taken)
}

fn unavailable(key: &str, cause: &str) -> StoreError {
    StoreError::Unavailable { key: key.to_owned(), cause: cause.to_owned() }
}

fn describe(error: &JsValue) -> String {
    error.as_string().unwrap_or_else(|| format!("{error:?}"))
}
