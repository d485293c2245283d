//! Bodies on their way from any store: handles of the runtime's, never the bytes.

use super::patience::within;
use super::runtime::{ByobReader, ReadResult};
use crate::remote::PATIENCE_MS;
use crate::store::{Body, StoreError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Error, Promise, Uint8Array};
use worker::web_sys::{
    ReadableStream, ReadableStreamGetReaderOptions, ReadableStreamReaderMode, Response,
};

/// A body that a store has begun to send.
pub(super) struct StoredBody {
    key: String,
    stream: Option<ReadableStream>,
    /// For how long its bytes are waited for, each time.
    patience_ms: u32,
    /// Whether bytes were taken off its front.
    begun: bool,
}

impl StoredBody {
    pub(super) fn new(key: &str, stream: ReadableStream, patience_ms: u32) -> Self {
        Self { key: key.to_owned(), stream: Some(stream), patience_ms, begun: false }
    }

    /// Whether it can be the body of a response as it is: the runtime refuses a stream that has
    /// been read from, even if what is left is all that is meant.
    pub(super) fn is_untouched(&self) -> bool {
        !self.begun
    }

    /// The stream itself, to be handed on.
    pub(super) fn into_stream(mut self) -> Option<ReadableStream> {
        self.stream.take()
    }

    /// The next `len` bytes, in the runtime's own memory.
    async fn next(&mut self, len: usize) -> Result<Uint8Array, StoreError> {
        let Some(stream) = self.stream.take() else {
            return Err(unavailable(&self.key, "its body was handed on already"));
        };
        self.begun = true;
        let reader = reader(&stream);
        let taken = fill(&reader, len, self.patience_ms).await;
        let taken = taken.map_err(|error| unavailable(&self.key, &describe(&error)));
        match &taken {
            Ok(_) => {
                reader.release_lock();
                self.stream = Some(stream);
            }
            // A stream with a reader is cancelled by its reader.
            Err(_) => drop(reader.cancel()),
        }
        taken
    }

    /// All of it, whose length nobody has said; `None` if that is more than `most` bytes, which are not read.
    pub(super) async fn whole(mut self, most: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(stream) = self.stream.take() else {
            return Err(unavailable(&self.key, "its body was handed on already"));
        };
        let reader = reader(&stream);
        let mut whole = Vec::new();
        loop {
            let piece = next_piece(&reader, self.patience_ms).await;
            let piece = piece.map_err(|error| unavailable(&self.key, &describe(&error)));
            match piece {
                Ok(piece) if piece.length() == 0 => return Ok(Some(whole)),
                Ok(piece) => whole.append(&mut piece.to_vec()),
                Err(error) => {
                    drop(reader.cancel());
                    return Err(error);
                }
            }
            if whole.len() > most {
                drop(reader.cancel());
                return Ok(None);
            }
        }
    }

    /// For how long its bytes are waited for, each time, in milliseconds.
    pub(super) fn patience_ms(&self) -> u32 {
        self.patience_ms
    }
}

impl Drop for StoredBody {
    /// Cancels a body that is not going to be read.
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            let _ = stream.cancel();
        }
    }
}

impl Body for StoredBody {
    async fn take(&mut self, len: usize) -> Result<Vec<u8>, StoreError> {
        Ok(self.next(len).await?.to_vec())
    }

    async fn part(&mut self, length: u64) -> Result<Self, StoreError> {
        let bytes = self.next(usize::try_from(length).unwrap_or(usize::MAX)).await?;
        let held = Response::new_with_opt_buffer_source(Some(&bytes));
        let held = held.map_err(|error| unavailable(&self.key, &describe(&error)))?;
        let (key, stream) = (self.key.clone(), held.body());
        Ok(Self { key, stream, patience_ms: self.patience_ms, begun: false })
    }
}

/// A reader that is given the buffers to read into.
fn reader(stream: &ReadableStream) -> ByobReader {
    let options = ReadableStreamGetReaderOptions::new();
    options.set_mode(ReadableStreamReaderMode::Byob);
    stream.get_reader_with_options(&options).unchecked_into()
}

/// Bytes that are waited for at once.
const PIECE: u32 = 1 << 20;

/// Reads exactly `len` bytes into a buffer of that size, so that the runtime keeps the rest. Each piece of them is waited
/// for so long. A body that ends before is an error.
async fn fill(reader: &ByobReader, len: usize, patience_ms: u32) -> Result<Uint8Array, JsValue> {
    let len = u32::try_from(len).map_err(|_| "too many bytes at once")?;
    let mut filled = Uint8Array::new_with_length(len);
    let mut at = 0;
    while at < len {
        let end = at.saturating_add(PIECE).min(len);
        let view = filled.subarray(at, end);
        let read = JsFuture::from(reader.read_at_least(view.length(), &view)?);
        let read = within(patience_ms, read).await.ok_or("its body stopped coming")??;
        let piece = read.unchecked_into::<ReadResult>().value();
        let piece = piece.filter(|piece| piece.length() == end.saturating_sub(at));
        // A read moves the memory on to the view that it gives back.
        filled = Uint8Array::new(&piece.ok_or("its body ended too early")?.buffer());
        at = end;
    }
    Ok(filled)
}

/// The next piece of a body: as many bytes as there are, if it ends before that; none at its end.
async fn next_piece(reader: &ByobReader, patience_ms: u32) -> Result<Uint8Array, JsValue> {
    let view = Uint8Array::new_with_length(PIECE);
    let read = JsFuture::from(reader.read_at_least(PIECE, &view)?);
    let read = within(patience_ms, read).await.ok_or("its body stopped coming")??;
    Ok(read.unchecked_into::<ReadResult>().value().unwrap_or_default())
}

pub(super) fn unavailable(key: &str, cause: &str) -> StoreError {
    StoreError::Unavailable { key: key.to_owned(), cause: cause.to_owned() }
}

/// What a call of a binding promised about `key`, if it comes in time.
pub(super) async fn settled(
    key: &str,
    promised: Result<Promise, JsValue>,
) -> Result<JsValue, StoreError> {
    let broken = |error| unavailable(key, &describe(&error));
    let late = || unavailable(key, &format!("no answer came within {PATIENCE_MS} ms"));
    let promised = JsFuture::from(promised.map_err(broken)?);
    within(PATIENCE_MS, promised).await.ok_or_else(late)?.map_err(broken)
}

/// What went wrong, without the query of a URL that it may repeat: a signature may stand there.
pub(super) fn describe(error: &JsValue) -> String {
    let said = error.dyn_ref::<Error>().map(|error| String::from(error.message()));
    let text =
        said.or_else(|| error.as_string()).unwrap_or_else(|| "it does not say why".to_owned());
    text.split('?').next().unwrap_or_default().to_owned()
}
