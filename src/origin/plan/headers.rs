//! Headers that answers have in common.

use crate::url;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};

/// Headers that an answer has room for; few have more.
const ROOM: usize = 12;

const CACHE_TAG: HeaderName = HeaderName::from_static("cache-tag");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");

const ANYBODY: HeaderValue = HeaderValue::from_static("*");
/// Headers that pages may read besides those that they always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Content-Length, Content-Range, Date, ETag, Retry-After, Server-Timing",
);

/// An answer that any page may read, whatever host it came from: caches keep one for all.
pub(super) fn respond<B>(status: StatusCode, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(ROOM);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.insert(TIMING_ALLOW_ORIGIN, ANYBODY);
    response
}

/// Sets a header. A value that no header can have is left out rather than sent broken.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Sets the tag by which a cache can drop all answers about the presentation.
pub(crate) fn tag(headers: &mut HeaderMap, presentation: &str) {
    set(headers, CACHE_TAG, &cache_tag(presentation));
}

/// Sets a second tag, by which a cache can drop the answer too.
pub fn also_tag(headers: &mut HeaderMap, tag: &str) {
    let own = headers.get(CACHE_TAG).and_then(|own| own.to_str().ok());
    let tags = own.map_or_else(|| tag.to_owned(), |own| format!("{own},{tag}"));
    set(headers, CACHE_TAG, &tags);
}

/// The tag of every answer about the presentation: its path, percent-encoded so that nothing in it ends
/// a tag, and no longer than a tag may be. Two long paths may so come to share one, and be purged
/// together.
pub fn cache_tag(presentation: &str) -> String {
    const MAX_LEN: usize = 1024;
    let mut tag = url::encode_listed(presentation).to_string();
    // Percent-encoded text is ASCII: it can be cut anywhere.
    tag.truncate(MAX_LEN);
    tag
}
