//! The runtime's objects that every fragment passes through, bound as they are.
//!
//! What `worker` wraps around them looks properties up by name and tells classes apart, each step a
//! call into JavaScript: more of them than a fragment otherwise takes.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use worker::web_sys::{ReadableStream, Request};

#[wasm_bindgen]
extern "C" {
    /// Headers as a record of strings, which a response takes in at once.
    #[wasm_bindgen(extends = Object)]
    pub(super) type HeaderRecord;

    #[wasm_bindgen(method, indexing_setter)]
    pub(super) fn set(this: &HeaderRecord, name: &str, value: &str);

    /// The bindings of the Worker, by their names in `wrangler.toml`.
    pub(super) type Bindings;

    pub(super) type R2Bucket;

    #[wasm_bindgen(method, catch)]
    pub(super) fn head(this: &R2Bucket, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn get(
        this: &R2Bucket,
        key: &str,
        options: &R2GetOptions,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(super) fn list(this: &R2Bucket, options: &R2ListOptions) -> Result<Promise, JsValue>;

    #[wasm_bindgen(extends = Object)]
    pub(super) type R2ListOptions;

    #[wasm_bindgen(method, setter)]
    fn set_prefix(this: &R2ListOptions, prefix: &str);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_delimiter(this: &R2ListOptions, delimiter: &str);

    #[wasm_bindgen(method, setter)]
    fn set_cursor(this: &R2ListOptions, cursor: &str);

    /// A part of a list.
    pub(super) type R2Objects;

    #[wasm_bindgen(method, getter)]
    pub(super) fn objects(this: &R2Objects) -> Array;

    #[wasm_bindgen(method, getter)]
    pub(super) fn truncated(this: &R2Objects) -> bool;

    #[wasm_bindgen(method, getter)]
    pub(super) fn cursor(this: &R2Objects) -> Option<String>;

    #[wasm_bindgen(extends = Object)]
    pub(super) type R2GetOptions;

    #[wasm_bindgen(method, setter)]
    fn set_range(this: &R2GetOptions, range: &R2Range);

    #[wasm_bindgen(method, setter = onlyIf)]
    fn set_only_if(this: &R2GetOptions, condition: &R2Conditional);

    #[wasm_bindgen(extends = Object)]
    type R2Range;

    #[wasm_bindgen(method, setter)]
    fn set_offset(this: &R2Range, offset: f64);

    #[wasm_bindgen(method, setter)]
    fn set_length(this: &R2Range, length: f64);

    #[wasm_bindgen(extends = Object)]
    type R2Conditional;

    #[wasm_bindgen(method, setter = etagMatches)]
    fn set_etag_matches(this: &R2Conditional, etag: &str);

    /// An object, or its head alone.
    pub(super) type R2Object;

    #[wasm_bindgen(method, getter)]
    pub(super) fn key(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn size(this: &R2Object) -> f64;

    #[wasm_bindgen(method, getter)]
    pub(super) fn etag(this: &R2Object) -> String;

    #[wasm_bindgen(method, getter)]
    pub(super) fn body(this: &R2Object) -> Option<ReadableStream>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    pub(super) fn array_buffer(this: &R2Object) -> Result<Promise, JsValue>;

    /// `caches.default`.
    pub(super) type EdgeCache;

    #[wasm_bindgen(method, catch)]
    pub(super) fn delete(this: &EdgeCache, key: &str) -> Result<Promise, JsValue>;

    /// The data set bound as `ANALYTICS`.
    pub(super) type AnalyticsEngine;

    #[wasm_bindgen(method, catch, js_name = writeDataPoint)]
    pub(super) fn write_data_point(
        this: &AnalyticsEngine,
        point: &DataPoint,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(extends = Object)]
    pub(super) type DataPoint;

    #[wasm_bindgen(method, setter)]
    fn set_indexes(this: &DataPoint, indexes: &Array);

    #[wasm_bindgen(method, setter)]
    fn set_blobs(this: &DataPoint, blobs: &Array);

    #[wasm_bindgen(method, setter)]
    fn set_doubles(this: &DataPoint, doubles: &Array);

    /// A reader that is given the buffers to read into.
    pub(super) type ByobReader;

    /// The runtime's own: a read that waits for `least` bytes, if the stream does not end before.
    #[wasm_bindgen(method, catch, js_name = readAtLeast)]
    pub(super) fn read_at_least(
        this: &ByobReader,
        least: u32,
        view: &Uint8Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method)]
    pub(super) fn cancel(this: &ByobReader) -> Promise;

    #[wasm_bindgen(method, js_name = releaseLock)]
    pub(super) fn release_lock(this: &ByobReader);

    /// The result of a read of a stream.
    pub(super) type ReadResult;

    #[wasm_bindgen(method, getter)]
    pub(super) fn value(this: &ReadResult) -> Option<Uint8Array>;
}

/// The ISO 3166 code of the country that a request comes from, where the runtime knows it: `request.cf.country`.
pub(super) fn country(request: &Request) -> Option<String> {
    let facts = Reflect::get(request, &"cf".into()).ok().filter(JsValue::is_object)?;
    Reflect::get(&facts, &"country".into()).ok()?.as_string()
}

impl DataPoint {
    pub(super) fn new(indexes: &Array, blobs: &Array, doubles: &Array) -> Self {
        let point: Self = Object::new().unchecked_into();
        point.set_indexes(indexes);
        point.set_blobs(blobs);
        point.set_doubles(doubles);
        point
    }
}

impl HeaderRecord {
    pub(super) fn new() -> Self {
        Object::new().unchecked_into()
    }
}

impl R2ListOptions {
    /// What begins with `prefix`, from the first or from where another list ended.
    pub(super) fn new(prefix: &str, cursor: Option<&str>) -> Self {
        let options: Self = Object::new().unchecked_into();
        options.set_prefix(prefix);
        if let Some(cursor) = cursor {
            options.set_cursor(cursor);
        }
        options
    }
}

impl R2GetOptions {
    /// The first `length` bytes, or all that there are, of whatever version is there.
    pub(super) fn first(length: f64) -> Self {
        Self::ranged(0.0, length)
    }

    /// Exactly `length` bytes from `offset`, of exactly the version `etag`.
    pub(super) fn new(offset: f64, length: f64, etag: &str) -> Self {
        let condition: R2Conditional = Object::new().unchecked_into();
        condition.set_etag_matches(etag);
        let options = Self::ranged(offset, length);
        options.set_only_if(&condition);
        options
    }

    fn ranged(offset: f64, length: f64) -> Self {
        let range: R2Range = Object::new().unchecked_into();
        range.set_offset(offset);
        range.set_length(length);
        let options: Self = Object::new().unchecked_into();
        options.set_range(&range);
        options
    }
}

/// A whole number that is not negative: a size, or a time. JavaScript has only one kind of number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub(super) fn whole(number: f64) -> u64 {
    number as u64
}
