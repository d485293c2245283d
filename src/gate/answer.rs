//! The answer to viewers who do not pass, and the `Cache-Control` of answers to those who do.

use super::judge::Stop;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};

/// The answer to a viewer who does not pass. It does not say why, and no cache keeps it.
pub fn stopped(stop: &Stop) -> Response<Vec<u8>> {
    let (status, text) = match stop {
        Stop::Refused => (StatusCode::FORBIDDEN, "this is not open to you\n"),
        Stop::NoKeys => (StatusCode::SERVICE_UNAVAILABLE, "this is not open to anybody now\n"),
        Stop::SentOn(_) => (StatusCode::FOUND, ""),
    };
    let mut response = Response::new(text.as_bytes().to_vec());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CACHE_CONTROL, "no-store");
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
    match stop {
        Stop::SentOn(address) => match HeaderValue::from_str(address) {
            Ok(address) => drop(headers.insert(header::LOCATION, address)),
            Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
        },
        Stop::NoKeys => drop(headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"))),
        Stop::Refused => {}
    }
    response
}

/// Has no cache keep an answer but the viewer's own: a cache that stands before the gate would give it to others.
pub fn make_private(headers: &mut HeaderMap) {
    let Some(said) = headers.get(header::CACHE_CONTROL).and_then(|said| said.to_str().ok()) else {
        return;
    };
    if let Ok(private) = HeaderValue::from_str(&said.replace("public", "private")) {
        headers.insert(header::CACHE_CONTROL, private);
    }
}
