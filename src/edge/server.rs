//! Media and manifests on servers: S3 and what speaks like it, Azure Blob, plain HTTP.

use super::body::{StoredBody, describe};
use super::patience::{pause, within};
use crate::base::range::ByteRange;
use crate::remote::{
    AnswerError, Ask, HEADERS, MAX_LIST_LENGTH, Remote, meta, partial, start, whole,
};
use crate::sign::Stamp;
use crate::store::{Body, ListPart, MediaStore, Meta, ObjectStore, Start, StoreError};
use http::{HeaderMap, HeaderValue, StatusCode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Date;
use worker::js_sys::global;
use worker::web_sys::{
    AbortController, Headers, RequestCache, RequestInit, RequestRedirect, Response,
    WorkerGlobalScope,
};

/// A store behind HTTP.
pub(super) struct Server<'a>(pub(super) &'a Remote);

/// The answer of a server, its body not yet read.
struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Option<StoredBody>,
}

impl Server<'_> {
    /// The body of a range, which has been checked to be that range.
    async fn range(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<StoredBody, AnswerError> {
        let Received { status, headers, body } = self.send(key, Ask::Range { range, etag }).await?;
        // If not, the body is dropped, and so cancelled: it may be a whole file.
        partial(range, etag, status, &headers)?;
        body.ok_or(AnswerError::NoStream)
    }

    /// Size and version of an object.
    async fn meta(&self, key: &str) -> Result<Meta, AnswerError> {
        let Received { status, headers, body: _ } = self.send(key, Ask::Head).await?;
        meta(status, &headers)
    }

    /// Size and version of the object, with its first `most` bytes or all that it has.
    async fn first(&self, key: &str, most: u64) -> Result<Start, AnswerError> {
        let Received { status, headers, body } = self.send(key, Ask::Start(most)).await?;
        let Some(meta) = start(most, status, &headers)? else {
            let meta = self.meta(key).await?;
            return match meta.size {
                0 => Ok(Start { meta, bytes: Vec::new() }),
                _ => Err(AnswerError::Changed),
            };
        };
        let len = usize::try_from(meta.size.min(most)).unwrap_or(usize::MAX);
        let bytes = body.ok_or(AnswerError::NoStream)?.take(len).await;
        Ok(Start { meta, bytes: bytes.map_err(AnswerError::Body)? })
    }

    /// A part of the list of what lies right below `folder`; `None` if the server has no lists.
    async fn list_part(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<Option<ListPart>, AnswerError> {
        let now = Stamp::from_unix_ms(Date::now().as_millis());
        let Some(request) = self.0.list_request(folder, cursor, now)? else { return Ok(None) };
        let answer = self.sent(&request).await?;
        let Received { status, body, .. } = self.received(folder, answer).map_err(failed)?;
        whole(status)?;
        let body = body.ok_or(AnswerError::NoStream)?.whole(MAX_LIST_LENGTH).await;
        let body = body.map_err(AnswerError::Body)?.ok_or(AnswerError::LongList)?;
        self.0.list_part(folder, &body).map(Some)
    }

    /// Sends one request and waits for the headers of its answer.
    async fn send(&self, key: &str, ask: Ask<'_>) -> Result<Received, AnswerError> {
        let now = Stamp::from_unix_ms(Date::now().as_millis());
        let request = self.0.request(key, ask, now)?;
        self.received(key, self.sent(&request).await?).map_err(failed)
    }

    /// What a server answers to `request`, once it begins to.
    async fn sent(&self, request: &http::Request<()>) -> Result<Response, AnswerError> {
        let abort = AbortController::new().map_err(failed)?;
        let init = translate(request).map_err(failed)?;
        init.set_signal(Some(&abort.signal()));
        let scope: WorkerGlobalScope = global().unchecked_into();
        let answer = scope.fetch_with_str_and_init(&request.uri().to_string(), &init);
        match within(self.0.patience_ms, JsFuture::from(answer)).await {
            Some(answer) => Ok(answer.map_err(failed)?.unchecked_into()),
            None => {
                abort.abort();
                Err(AnswerError::Timeout(self.0.patience_ms))
            }
        }
    }

    fn received(&self, key: &str, answer: Response) -> Result<Received, JsValue> {
        let mut headers = HeaderMap::new();
        for name in HEADERS {
            if let Some(value) = answer.headers().get(name.as_str())?
                && let Ok(value) = HeaderValue::from_str(&value)
            {
                headers.insert(name, value);
            }
        }
        let status = StatusCode::from_u16(answer.status());
        let status = status.map_err(|_| "its status is none")?;
        let body = answer.body().map(|stream| StoredBody::new(key, stream, self.0.patience_ms));
        Ok(Received { status, headers, body })
    }
}

impl ObjectStore for Server<'_> {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        twice(key, async || self.meta(key).await).await
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        twice(key, async || self.first(key, most).await).await
    }

    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        let part = twice(folder, async || self.list_part(folder, cursor).await).await?;
        part.ok_or_else(|| StoreError::Unlisted(folder.to_owned()))
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let len = usize::try_from(range.length()).unwrap_or(usize::MAX);
        twice(key, async || {
            let mut body = self.range(key, range, etag).await?;
            body.take(len).await.map_err(AnswerError::Body)
        })
        .await
    }
}

impl MediaStore for Server<'_> {
    type Body = StoredBody;

    async fn open(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<Self::Body, StoreError> {
        twice(key, async || self.range(key, range, etag).await).await
    }
}

/// The error of a request that failed. It leaves out what the runtime says, which may repeat the URL and a
/// signature in it.
fn failed(error: JsValue) -> AnswerError {
    AnswerError::Connection(describe(&error))
}

/// Tries once more, after a moment, what failed for a reason that may have passed.
async fn twice<T>(
    key: &str,
    attempt: impl AsyncFn() -> Result<T, AnswerError>,
) -> Result<T, StoreError> {
    let mut is_first = true;
    loop {
        match attempt().await {
            Err(error) if is_first && error.may_pass() => is_first = false,
            last => return last.map_err(|error| error.about(key)),
        }
        pause().await;
    }
}

/// The runtime's form of `request`, but for its URL. Nothing of it is cached on the way: the answer made of it is. Nor is
/// it sent elsewhere: it carries credentials.
fn translate(request: &http::Request<()>) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in request.headers() {
        let value = value.to_str().map_err(|_| "a header is not text")?;
        headers.set(name.as_str(), value)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method().as_str());
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_cache(RequestCache::NoStore);
    Ok(init)
}
