//! Media and manifests on servers: S3 and what speaks like it, Azure Blob, plain HTTP.

use super::body::StoredBody;
use super::patience::{pause, within};
use crate::base::range::ByteRange;
use crate::remote::{AnswerError, Ask, HEADERS, MAX_LIST_LENGTH, Remote, meta, partial, whole};
use crate::sign::Stamp;
use crate::store::{Body, ListPart, MediaStore, Meta, ObjectStore, StoreError};
use http::{HeaderMap, HeaderValue, StatusCode};
use worker::{
    AbortController, CacheMode, Date, Fetch, Headers, Method, Request, RequestInit,
    RequestRedirect, Response, ResponseBody,
};

/// A store behind HTTP.
pub(super) struct Server<'a>(pub(super) &'a Remote);

/// What a server answered, its body not yet read.
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
        let abort = AbortController::default();
        let fetch = Fetch::Request(translate(request).map_err(failed)?);
        let signal = abort.signal();
        match within(self.0.patience_ms, fetch.send_with_signal(&signal)).await {
            Some(answer) => answer.map_err(failed),
            None => {
                abort.abort();
                Err(AnswerError::Timeout(self.0.patience_ms))
            }
        }
    }

    fn received(&self, key: &str, answer: Response) -> worker::Result<Received> {
        let mut headers = HeaderMap::new();
        for name in HEADERS {
            if let Some(value) = answer.headers().get(name.as_str())?
                && let Ok(value) = HeaderValue::from_str(&value)
            {
                headers.insert(name, value);
            }
        }
        let status = StatusCode::from_u16(answer.status_code());
        let status = status.map_err(|_| worker::Error::from("its status is none"))?;
        let body = match answer.into_parts().1 {
            ResponseBody::Stream(stream) => Some(StoredBody::new(key, stream, self.0.patience_ms)),
            ResponseBody::Empty | ResponseBody::Body(_) => None,
        };
        Ok(Received { status, headers, body })
    }
}

impl ObjectStore for Server<'_> {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        twice(key, async || {
            let Received { status, headers, body: _ } = self.send(key, Ask::Head).await?;
            meta(status, &headers)
        })
        .await
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

/// That a request failed. What the runtime says of that may repeat the URL, and with it a signature.
fn failed(error: worker::Error) -> AnswerError {
    let text = error.to_string();
    AnswerError::Connection(text.split('?').next().unwrap_or_default().to_owned())
}

/// Tries once more, after a moment, what failed for a reason that may have passed.
async fn twice<T>(
    key: &str,
    attempt: impl AsyncFn() -> Result<T, AnswerError>,
) -> Result<T, StoreError> {
    let first = attempt().await;
    let last = match first {
        Err(error) if error.may_pass() => {
            pause().await;
            attempt().await
        }
        first => first,
    };
    last.map_err(|error| error.about(key))
}

/// The runtime's form of `request`. Nothing of it is cached on the way: the answer made of it is. Nor is
/// it sent elsewhere: it carries credentials.
fn translate(request: &http::Request<()>) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in request.headers() {
        let value = value.to_str().map_err(|_| "a header is not text")?;
        headers.set(name.as_str(), value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method().as_str().to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_cache(CacheMode::NoStore);
    Request::new_with_init(&request.uri().to_string(), &init)
}
