//! Refusals: why a request is not answered with what it asks for, in plain text.

use super::headers::{respond, set};
use crate::origin::error::Error;
use http::header::{self, HeaderValue};
use http::{Response, StatusCode};

/// What is said in place of what was asked for.
pub fn refusal(error: &Error) -> Response<Vec<u8>> {
    let status = error.status();
    let text = error.public_text().into_bytes();
    let length = text.len();
    let mut response = respond(status, text);
    let headers = response.headers_mut();
    set(headers, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    // It may repeat the path, which no browser may take for a page.
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Long enough to break the force of a stampede, short enough not to outlast an upload; and
    // trouble that may pass is never kept at all.
    let is_kept = !error.is_passing() && !error.is_of_headers();
    let keep = if is_kept { "public, max-age=5, stale-if-error=0" } else { "no-store" };
    set(headers, header::CACHE_CONTROL, keep);
    match error {
        Error::Method => set(headers, header::ALLOW, "GET, HEAD, OPTIONS"),
        Error::Range { length } => {
            set(headers, header::CONTENT_RANGE, &format!("bytes */{length}"))
        }
        _ if status == StatusCode::SERVICE_UNAVAILABLE => {
            // What is wrong with the media stays so until somebody mends them.
            let seconds = if error.is_passing() { "2" } else { "60" };
            set(headers, header::RETRY_AFTER, seconds);
        }
        _ => {}
    }
    response
}
