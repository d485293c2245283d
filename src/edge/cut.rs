//! Stored bytes of which some are cut out on their way.
//!
//! Chunks are handles of the runtime's: its own buffers are filled, closed up where something is
//! left out, and handed on. No byte of them comes in here.

use super::body::{StoredBody, read};
use super::patience::within;
use super::runtime::ByobReader;
use crate::fragment::{Cutter, Read};
use std::ops::Range;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::Uint8Array;
use worker::web_sys::{WritableStream, WritableStreamDefaultWriter};

/// So many bytes are asked for at once. Each time costs as much as moving tens of thousands of them,
/// and an isolate has room for hundreds of such buffers.
const CHUNK: u32 = 128 << 10;

/// Writes what `read` keeps of `body` to `writable`, as fast as that takes it.
pub(super) async fn cut(
    body: StoredBody,
    read: &Read,
    writable: &WritableStream,
) -> Result<(), JsValue> {
    let source = Source::new(body)?;
    let writer = writable.get_writer()?;
    // That the client has gone away is heard of no sooner than by a write that fails.
    let handed_on = hand_on(&source, read.cutter(), &writer).await;
    writer.release_lock();
    handed_on
}

async fn hand_on(
    source: &Source,
    mut cutter: Cutter<'_>,
    writer: &WritableStreamDefaultWriter,
) -> Result<(), JsValue> {
    let mut buffer = Uint8Array::new_with_length(next(&cutter));
    while cutter.left() > 0 {
        let chunk = source.read(&buffer.subarray(0, next(&cutter))).await?;
        let kept = close_up(&chunk, &cutter.keep(chunk.length()));
        if kept.length() > 0 {
            JsFuture::from(writer.write_with_chunk(&kept)).await?;
        }
        // What was written has been taken, so the memory, of which each read makes another buffer,
        // is free again.
        buffer = Uint8Array::new(&chunk.buffer());
    }
    Ok(())
}

/// How many bytes to ask for.
fn next(cutter: &Cutter<'_>) -> u32 {
    u32::try_from(cutter.left()).map_or(CHUNK, |left| left.min(CHUNK))
}

/// The bytes of `chunk` in the ranges to `keep`, moved together to its front.
fn close_up(chunk: &Uint8Array, keep: &[Range<u32>]) -> Uint8Array {
    let mut end = match keep {
        [] => 0,
        [first, ..] => first.start,
    };
    let front = end;
    for Range { start, end: stop } in keep {
        if *start > end {
            chunk.copy_within(end.cast_signed(), start.cast_signed(), stop.cast_signed());
        }
        end += stop - start;
    }
    chunk.subarray(front, end)
}

/// A body that is read chunk by chunk, and let go of when it is dropped.
struct Source {
    reader: ByobReader,
    patience_ms: u32,
}

impl Source {
    fn new(body: StoredBody) -> Result<Self, JsValue> {
        let (reader, patience_ms) = body.into_reader().ok_or("its body was handed on already")?;
        Ok(Self { reader, patience_ms })
    }

    /// As many bytes as `view` has, in the buffer that it is of.
    async fn read(&self, view: &Uint8Array) -> Result<Uint8Array, JsValue> {
        match within(self.patience_ms, read(&self.reader, view)).await {
            Some(chunk) => chunk,
            None => Err("its body stopped coming".into()),
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        let _ = self.reader.cancel();
    }
}
