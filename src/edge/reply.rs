//! From an answer to the runtime's response.

use super::body::StoredBody;
use crate::origin::{Answer, Content, Piece};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{BigInt, Uint8Array};
use worker::web_sys::{StreamPipeOptions, WritableStream};
use worker::worker_sys::FixedLengthStream;
use worker::{Context, Headers, Response, ResponseBody, ResponseBuilder};

/// The runtime's response for `answer`.
pub(super) fn send(answer: Answer<StoredBody>, context: &Context) -> worker::Result<Response> {
    let (head, pieces) = answer.into_parts();
    let headers = Headers::new();
    for (name, value) in &head.headers {
        if let Ok(value) = value.to_str() {
            headers.set(name.as_str(), value)?;
        }
    }
    Ok(ResponseBuilder::new()
        .with_status(head.status.as_u16())
        .with_headers(headers)
        .body(body(pieces, context)?))
}

/// The body. A single stored piece is the runtime's own stream, handed back to it; only what is not
/// a stream from its start is joined here, by handles again.
fn body(pieces: Content<StoredBody>, context: &Context) -> worker::Result<ResponseBody> {
    let mut pieces = pieces;
    match pieces.pop() {
        None => Ok(ResponseBody::Empty),
        Some(Piece::Bytes(bytes)) if pieces.is_empty() => Ok(ResponseBody::Body(bytes)),
        Some(Piece::Stored { body, .. }) if pieces.is_empty() && body.is_untouched() => {
            Ok(body.into_stream().map_or(ResponseBody::Empty, ResponseBody::Stream))
        }
        Some(last) => {
            pieces.push(last);
            joined(pieces, context)
        }
    }
}

/// `pieces` one behind the other, of a length that is announced and kept: a piece that breaks off
/// breaks the response off, and is never taken for its end.
fn joined(pieces: Content<StoredBody>, context: &Context) -> worker::Result<ResponseBody> {
    let length = pieces.iter().map(Piece::length).fold(0, u64::saturating_add);
    let stream = FixedLengthStream::new_big_int(BigInt::from(length))?;
    let (readable, writable) = (stream.readable(), stream.writable());
    context.wait_until(async move {
        // Whoever reads the response learns of a failure by its end; there is nobody else to tell.
        let _ = join(pieces, &writable).await;
    });
    Ok(ResponseBody::Stream(readable))
}

async fn join(pieces: Content<StoredBody>, writable: &WritableStream) -> Result<(), JsValue> {
    let leave_open = StreamPipeOptions::new();
    leave_open.set_prevent_close(true);
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => {
                let writer = writable.get_writer()?;
                let written = writer.write_with_chunk(&Uint8Array::from(bytes.as_slice()).into());
                writer.release_lock();
                JsFuture::from(written).await?;
            }
            Piece::Stored { body, .. } => {
                if let Some(stream) = body.into_stream() {
                    JsFuture::from(stream.pipe_to_with_options(writable, &leave_open)).await?;
                }
            }
        }
    }
    JsFuture::from(writable.close()).await?;
    Ok(())
}
