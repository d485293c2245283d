//! From an answer to the runtime's response.

use super::body::StoredBody;
use super::cut::cut;
use super::runtime::HeaderRecord;
use crate::origin::{Answer, Piece};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Context;
use worker::js_sys::{BigInt, Uint8Array};
use worker::web_sys::{ReadableStream, Response, ResponseInit, StreamPipeOptions, WritableStream};
use worker::worker_sys::FixedLengthStream;

/// The runtime's response for `answer`.
pub(super) fn send(answer: Answer<StoredBody>, context: &Context) -> Result<Response, JsValue> {
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
    // stream from its start is joined here, by handles again.
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
            Some(joined(pieces, context)?)
        }
    };
    Response::new_with_opt_readable_stream_and_init(stream.as_ref(), &init)
}

/// A response that the Cache API had, as this Worker gives it, after `ms` milliseconds.
pub(super) fn hit(found: &Response, ms: u64) -> Result<Response, JsValue> {
    // Its headers cannot be changed; a response made of it has some that can.
    let init = found.unchecked_ref::<ResponseInit>();
    let hit = Response::new_with_opt_readable_stream_and_init(found.body().as_ref(), init)?;
    hit.headers().set("server-timing", &format!("cache;desc=\"hit\";dur={ms}"))?;
    Ok(hit)
}

/// `pieces` one behind the other, of a length that is announced and kept: a piece that breaks off
/// breaks the response off, and is never taken for its end.
fn joined(pieces: Vec<Piece<StoredBody>>, context: &Context) -> Result<ReadableStream, JsValue> {
    let length = pieces.iter().map(Piece::length).fold(0, u64::saturating_add);
    let stream = FixedLengthStream::new_big_int(BigInt::from(length))?;
    let (readable, writable) = (stream.readable(), stream.writable());
    context.wait_until(async move {
        // Whoever reads the response learns of a failure by its end; there is nobody else to tell.
        if join(pieces, &writable).await.is_err() {
            let _ = writable.abort();
        }
    });
    Ok(readable)
}

async fn join(pieces: Vec<Piece<StoredBody>>, writable: &WritableStream) -> Result<(), JsValue> {
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
            Piece::Stored { body, read } if !read.is_whole() => cut(body, &read, writable).await?,
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
