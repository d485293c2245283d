//! Answers to an operator: JSON, which no cache keeps and no page of another host may read.

use super::AdminError;
use crate::origin::{Error, refusal as public_refusal};
use crate::url::RequestError;
use http::header::{self, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Value, json};

/// What was asked for.
pub(super) fn json(value: &Value) -> Response<Vec<u8>> {
    respond(StatusCode::OK, "application/json", value)
}

/// What is said in place of it (`RFC 9457`).
pub(super) fn refusal(error: &AdminError) -> Response<Vec<u8>> {
    if matches!(error, AdminError::Hidden) {
        return public_refusal(&Error::Request(RequestError::NoPresentation));
    }
    let status = error.status();
    let problem = json!({
        "status": status.as_u16(),
        "title": status.canonical_reason().unwrap_or_default(),
        "detail": error.to_string(),
    });
    let mut answer = respond(status, "application/problem+json", &problem);
    let headers = answer.headers_mut();
    match error {
        AdminError::Unauthorised => {
            let challenge = HeaderValue::from_static("Bearer realm=\"millrace\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        AdminError::Method(allowed) => {
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        _ if status == StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        _ => {}
    }
    answer
}

fn respond(status: StatusCode, content_type: &'static str, value: &Value) -> Response<Vec<u8>> {
    let text = value.to_string().into_bytes();
    let length = text.len();
    let mut answer = Response::new(text);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
