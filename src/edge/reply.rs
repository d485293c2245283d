//! From an answer to the runtime's response.

use super::body::StoredBody;
use super::runtime::HeaderRecord;
use crate::fragment::Read;
use crate::origin::{Answer, Piece};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Context;
use worker::js_sys::{Array, Float64Array, Promise, Uint8Array};
use worker::web_sys::{ReadableStream, Response, ResponseInit};

#[wasm_bindgen(module = "/src/edge/join.js")]
extern "C" {
    /// The body of pieces: a `Uint8Array` or a stream.
    fn joined(pieces: &Array, length: f64, context: &JsValue) -> Promise;
}

/// The runtime's response for `answer`; an error if storage breaks off before the first byte is sent.
pub(super) async fn send(
    answer: Answer<StoredBody>,
    context: &Context,
) -> Result<Response, JsValue> {
    let (head, mut pieces) = answer.into_parts();
    let headers = HeaderRecord::new();
    for (name, value) in &head.headers {
        if let Ok(value) = value.to_str() {
            headers.set(name.as_str(), value);
        }
    }
    let init = ResponseInit::new();
    init.set_status(head.status.as_u16());
    init.set_headers(&headers);
    // A single stored piece is the runtime's own stream, handed back to it; only what is not a
    // stream from its start is joined, by handles again.
    let stream = match pieces.pop() {
        None => None,
        Some(Piece::Bytes(mut bytes)) if pieces.is_empty() => {
            return Response::new_with_opt_u8_array_and_init(Some(&mut bytes), &init);
        }
        Some(Piece::Stored { body, read })
            if pieces.is_empty() && body.is_untouched() && read.is_whole() =>
        {
            body.into_stream()
        }
        Some(last) => {
            pieces.push(last);
            let length = pieces.iter().map(Piece::length).fold(0, u64::saturating_add);
            let pieces: Array = pieces.into_iter().filter_map(handle).collect();
            let body = joined(&pieces, number(length), context.as_ref());
            Some(JsFuture::from(body).await?.unchecked_into())
        }
    };
    Response::new_with_opt_readable_stream_and_init(stream.as_ref(), &init)
}

/// A piece as `join.js` takes it; `None` for a body that was handed on already.
fn handle(piece: Piece<StoredBody>) -> Option<JsValue> {
    match piece {
        Piece::Bytes(bytes) => Some(Uint8Array::from(bytes.as_slice()).into()),
        Piece::Stored { body, read } => {
            let patience_ms = body.patience_ms().into();
            let stream: ReadableStream = body.into_stream()?;
            let needed = number(read.needed()).into();
            Some(Array::of4(&stream, &needed, &kept(&read), &patience_ms).into())
        }
    }
}

/// Where each run of what is kept starts and ends; `undefined` if all that is read is kept.
fn kept(read: &Read) -> JsValue {
    if read.is_whole() {
        return JsValue::UNDEFINED;
    }
    let bounds = read.kept().iter().flat_map(|run| [number(run.start()), number(run.end())]);
    Float64Array::from(bounds.collect::<Vec<f64>>().as_slice()).into()
}

/// A number of bytes that one answer has. JavaScript has only one kind of number.
#[allow(clippy::cast_precision_loss, reason = "no answer has 2^53 bytes")]
fn number(bytes: u64) -> f64 {
    bytes as f64
}
