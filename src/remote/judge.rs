//! What a server answered: what was asked for, or the reason why it is not.
//!
//! A server is not believed to have understood a request. One that ignores `Range` would send the
//! whole file, one that ignores `If-Match` a part of another version: each is told by what it says.

use crate::base::range::ByteRange;
use crate::store::{Meta, StoreError};
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName};

/// The headers that are looked at.
pub const HEADERS: [HeaderName; 4] =
    [header::ETAG, header::CONTENT_LENGTH, header::CONTENT_RANGE, header::CONTENT_ENCODING];

/// An answer that is not what was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What it comes to.
    pub error: StoreError,
    /// Whether it may pass: asking again is worth it.
    pub may_pass: bool,
}

impl Refusal {
    /// Trouble that may be over in a moment: a timeout, a lost connection.
    pub fn passing(key: &str, cause: impl Into<String>) -> Self {
        Self { error: unavailable(key, cause.into()), may_pass: true }
    }

    /// Trouble that stays until somebody mends something.
    pub fn lasting(key: &str, cause: impl Into<String>) -> Self {
        Self { error: unavailable(key, cause.into()), may_pass: false }
    }
}

fn unavailable(key: &str, cause: String) -> StoreError {
    StoreError::Unavailable { key: key.to_owned(), cause }
}

/// The object's size and version, as the answer to a HEAD tells them.
pub fn meta(key: &str, status: StatusCode, headers: &HeaderMap) -> Result<Meta, Refusal> {
    if status != StatusCode::OK {
        return Err(refusal(key, status));
    }
    stored_as_is(key, headers)?;
    let size = number(headers, &header::CONTENT_LENGTH)
        .ok_or_else(|| Refusal::lasting(key, "the server does not say how large it is"))?;
    let etag = strong_etag(headers).ok_or_else(|| {
        Refusal::lasting(
            key,
            "the server gives no strong ETag for it, and without one versions cannot be told apart",
        )
    })?;
    Ok(Meta { size, etag: etag.to_owned() })
}

/// Whether the body that follows is exactly `range` of exactly the version `etag`.
pub fn partial(
    key: &str,
    range: ByteRange,
    etag: &str,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<(), Refusal> {
    match status {
        StatusCode::PARTIAL_CONTENT => {}
        StatusCode::OK => {
            return Err(Refusal::lasting(key, "the server answers a range with the whole object"));
        }
        status => return Err(refusal(key, status)),
    }
    stored_as_is(key, headers)?;
    // It was asked for no other version, but not every server listens.
    if strong_etag(headers) != Some(etag) {
        return Err(changed(key));
    }
    let sent = text(headers, &header::CONTENT_RANGE).and_then(content_range);
    let (sent, size) =
        sent.ok_or_else(|| Refusal::lasting(key, "the server does not say which range it sends"))?;
    if size < range.end() {
        return Err(changed(key));
    }
    if sent != range {
        let cause = format!("the server sends bytes {sent} where {range} were asked for");
        return Err(Refusal::lasting(key, cause));
    }
    // With the length known, a body that breaks off is an error to whoever reads it. Without, it
    // would be taken for the whole.
    if number(headers, &header::CONTENT_LENGTH) != Some(range.length()) {
        return Err(Refusal::lasting(key, "the server does not announce the length of the range"));
    }
    Ok(())
}

/// What a status means that is not the one hoped for.
fn refusal(key: &str, status: StatusCode) -> Refusal {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Refusal { error: StoreError::NotFound(key.to_owned()), may_pass: false }
        }
        // Another version, or one that is shorter than the range begins.
        StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => changed(key),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Refusal::lasting(key, format!("the server refuses our credentials ({status})"))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            Refusal::passing(key, format!("the server answers {status}"))
        }
        status if status.is_server_error() => {
            Refusal::passing(key, format!("the server answers {status}"))
        }
        status if status.is_redirection() => {
            let cause = format!("the server answers {status}: it wants to be asked elsewhere");
            Refusal::lasting(key, cause)
        }
        status => Refusal::lasting(key, format!("the server answers {status}")),
    }
}

fn changed(key: &str) -> Refusal {
    Refusal { error: StoreError::Changed(key.to_owned()), may_pass: false }
}

/// Offsets are those of the stored bytes: an encoded object has others.
fn stored_as_is(key: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            Err(Refusal::lasting(key, "the server sends it with a Content-Encoding"))
        }
        _ => Ok(()),
    }
}

/// The tag between its quotes; `None` for a weak one, for several, and for what is no tag.
fn strong_etag(headers: &HeaderMap) -> Option<&str> {
    let tag = text(headers, &header::ETAG)?.strip_prefix('"')?.strip_suffix('"')?;
    let is_etag_character = |byte: u8| byte.is_ascii_graphic() && byte != b'"';
    (!tag.is_empty() && tag.bytes().all(is_etag_character)).then_some(tag)
}

/// `bytes 0-9/100`: the range, and the size of the whole.
fn content_range(value: &str) -> Option<(ByteRange, u64)> {
    let (span, size) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = span.split_once('-')?;
    let range = ByteRange::new(digits(first)?, digits(last)?.checked_add(1)?)?;
    Some((range, digits(size)?))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    digits(text(headers, name)?)
}

fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn head(lines: &[(&'static str, &'static str)]) -> Result<(u64, String), String> {
        meta("k", StatusCode::OK, &headers(lines))
            .map(|meta| (meta.size, meta.etag))
            .map_err(|refusal| refusal.error.to_string())
    }

    #[test]
    fn size_and_version() {
        let large = ("content-length", "6442450944");
        assert_eq!(head(&[large, ("etag", "\"0x8D\"")]), Ok((6 << 30, "0x8D".into())));
        for etag in ["W/\"a\"", "a", "\"\"", "\"a\", \"b\"", "\"a b\""] {
            let got = head(&[large, ("etag", etag)]).unwrap_err();
            assert!(got.contains("no strong ETag"), "{etag}: {got}");
        }
        assert!(head(&[large]).unwrap_err().contains("no strong ETag"));
        assert!(head(&[("etag", "\"a\"")]).unwrap_err().contains("how large"));
        let encoded = head(&[large, ("etag", "\"a\""), ("content-encoding", "gzip")]);
        assert!(encoded.unwrap_err().contains("Content-Encoding"));
    }

    fn range(lines: &[(&'static str, &'static str)]) -> Result<(), StoreError> {
        let range = ByteRange::new(10, 20).unwrap();
        partial("k", range, "e", StatusCode::PARTIAL_CONTENT, &headers(lines))
            .map_err(|refusal| refusal.error)
    }

    const ETAG: (&str, &str) = ("etag", "\"e\"");
    const RANGE: (&str, &str) = ("content-range", "bytes 10-19/20");
    const LENGTH: (&str, &str) = ("content-length", "10");

    #[test]
    fn exactly_the_range_of_exactly_the_version() {
        assert_eq!(range(&[ETAG, RANGE, LENGTH]), Ok(()));
        for etag in ["\"f\"", "W/\"e\""] {
            let got = range(&[("etag", etag), RANGE, LENGTH]);
            assert_eq!(got, Err(StoreError::Changed("k".into())), "{etag}");
        }
        assert_eq!(range(&[RANGE, LENGTH]), Err(StoreError::Changed("k".into())));
        for wrong in [
            "bytes 0-9/20",
            "bytes 10-18/20",
            "bytes 10-20/21",
            "bytes 10-19/*",
            "bytes */20",
            "bytes 19-10/20",
            "bytes +10-19/20",
            "bytes 10-18446744073709551615/20",
            "items 10-19/20",
        ] {
            let got = range(&[ETAG, ("content-range", wrong), LENGTH]);
            assert!(matches!(got, Err(StoreError::Unavailable { .. })), "{wrong}: {got:?}");
        }
        let shrunk = range(&[ETAG, ("content-range", "bytes 10-18/19"), LENGTH]);
        assert_eq!(shrunk, Err(StoreError::Changed("k".into())));
        for lines in [&[ETAG, RANGE][..], &[ETAG, LENGTH], &[ETAG, RANGE, ("content-length", "9")]]
        {
            assert!(matches!(range(lines), Err(StoreError::Unavailable { .. })), "{lines:?}");
        }
        let encoded = range(&[ETAG, RANGE, LENGTH, ("content-encoding", "br")]);
        assert!(matches!(encoded, Err(StoreError::Unavailable { .. })));
    }

    #[test]
    fn statuses() {
        let judge = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            let range = ByteRange::new(10, 20).unwrap();
            let all = headers(&[ETAG, RANGE, LENGTH]);
            partial("k", range, "e", status, &all).unwrap_err()
        };
        assert_eq!(judge(404).error, StoreError::NotFound("k".into()));
        for status in [412, 416] {
            assert_eq!(judge(status).error, StoreError::Changed("k".into()), "{status}");
        }
        for status in [200, 204, 301, 304, 307, 400, 401, 403, 405, 418] {
            let Refusal { error, may_pass } = judge(status);
            assert!(matches!(error, StoreError::Unavailable { .. }) && !may_pass, "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504] {
            let Refusal { error, may_pass } = judge(status);
            assert!(matches!(error, StoreError::Unavailable { .. }) && may_pass, "{status}");
        }
    }
}
