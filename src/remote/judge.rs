//! What a server answered: what was asked for, or the reason why it is not.
//!
//! A server is not believed to have understood a request. One that ignores `Range` would send the
//! whole file, one that ignores `If-Match` a part of another version: each is known by what it says.

use super::error::AnswerError;
use crate::base::digits::decimal;
use crate::base::range::ByteRange;
use crate::store::Meta;
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName};

/// The headers that are looked at.
pub const HEADERS: [HeaderName; 4] =
    [header::ETAG, header::CONTENT_LENGTH, header::CONTENT_RANGE, header::CONTENT_ENCODING];

/// The object's size and version, as the answer to a HEAD says.
pub fn meta(status: StatusCode, headers: &HeaderMap) -> Result<Meta, AnswerError> {
    if status != StatusCode::OK {
        return Err(refused(status));
    }
    stored_as_is(headers)?;
    let size = number(headers, &header::CONTENT_LENGTH).ok_or(AnswerError::NoLength)?;
    let etag = strong_etag(headers).ok_or(AnswerError::NoEtag)?;
    Ok(Meta { size, etag: etag.to_owned() })
}

/// The object's size and version, where the body that follows is its first bytes, `most` of them or all that it has. `None`
/// if the server has no range to send: no range of an empty object is there.
pub fn start(
    most: u64,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Meta>, AnswerError> {
    match status {
        StatusCode::PARTIAL_CONTENT => {}
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(None),
        StatusCode::OK if number(headers, &header::CONTENT_LENGTH) == Some(0) => return Ok(None),
        status => return Err(unparted(status)),
    }
    stored_as_is(headers)?;
    let etag = strong_etag(headers).ok_or(AnswerError::NoEtag)?.to_owned();
    let (sent, size) = sent(headers)?;
    all_of(ByteRange::first(size.min(most)), sent, headers)?;
    Ok(Some(Meta { size, etag }))
}

/// Whether the body that follows is what was asked for, and all of it.
pub fn whole(status: StatusCode) -> Result<(), AnswerError> {
    match status {
        StatusCode::OK => Ok(()),
        status => Err(refused(status)),
    }
}

/// Whether the body that follows is exactly `range` of exactly the version `etag`.
pub fn partial(
    range: ByteRange,
    etag: &str,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<(), AnswerError> {
    if status != StatusCode::PARTIAL_CONTENT {
        return Err(unparted(status));
    }
    stored_as_is(headers)?;
    // It was asked for no other version, but not every server listens.
    if strong_etag(headers) != Some(etag) {
        return Err(AnswerError::Changed);
    }
    let (sent, size) = sent(headers)?;
    if size < range.end() {
        return Err(AnswerError::Changed);
    }
    all_of(range, sent, headers)
}

/// What a status means in whose place a part was hoped for.
fn unparted(status: StatusCode) -> AnswerError {
    match status {
        StatusCode::OK => AnswerError::WholeObject,
        status => refused(status),
    }
}

/// The range that the body has, and the size of the object.
fn sent(headers: &HeaderMap) -> Result<(ByteRange, u64), AnswerError> {
    let sent = text(headers, &header::CONTENT_RANGE).and_then(content_range);
    sent.ok_or(AnswerError::NoContentRange)
}

/// Whether the range that is sent is the one that was asked for, and its length is known.
fn all_of(asked: ByteRange, sent: ByteRange, headers: &HeaderMap) -> Result<(), AnswerError> {
    if sent != asked {
        return Err(AnswerError::OtherRange { sent, asked });
    }
    // With the length known, a body that breaks off is an error to its reader. Without, it
    // would be taken for the whole.
    match number(headers, &header::CONTENT_LENGTH) == Some(asked.length()) {
        true => Ok(()),
        false => Err(AnswerError::NoRangeLength),
    }
}

/// What a status means that is not the one hoped for.
fn refused(status: StatusCode) -> AnswerError {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => AnswerError::NotFound,
        // Another version, or one that is shorter than the range begins.
        StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => AnswerError::Changed,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => AnswerError::Credentials(status),
        status if status.is_redirection() => AnswerError::Redirected(status),
        status => AnswerError::Status(status),
    }
}

/// Offsets are those of the stored bytes: an encoded object has others.
fn stored_as_is(headers: &HeaderMap) -> Result<(), AnswerError> {
    match headers.get(header::CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => Err(AnswerError::Encoded),
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
    let range = ByteRange::new(decimal(first)?, decimal::<u64>(last)?.checked_add(1)?)?;
    Some((range, decimal(size)?))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    decimal(text(headers, name)?)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn head(lines: &[(&'static str, &'static str)]) -> Result<(u64, String), String> {
        meta(StatusCode::OK, &headers(lines))
            .map(|meta| (meta.size, meta.etag))
            .map_err(|error| error.to_string())
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
        partial(range, "e", StatusCode::PARTIAL_CONTENT, &headers(lines))
            .map_err(|error| error.about("k"))
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
    fn the_first_bytes_and_what_they_are_of() {
        let judge = |status: u16, lines: &[(&'static str, &'static str)]| {
            start(10, StatusCode::from_u16(status).unwrap(), &headers(lines))
        };
        let meta = |size| Ok(Some(Meta { size, etag: "e".into() }));
        let range = |said| ("content-range", said);
        assert_eq!(judge(206, &[ETAG, range("bytes 0-9/20"), LENGTH]), meta(20));
        assert_eq!(judge(206, &[ETAG, range("bytes 0-9/10"), LENGTH]), meta(10));
        let short = ("content-length", "4");
        assert_eq!(judge(206, &[ETAG, range("bytes 0-3/4"), short]), meta(4));
        assert_eq!(judge(416, &[range("bytes */0")]), Ok(None));
        assert_eq!(judge(200, &[ETAG, ("content-length", "0")]), Ok(None));
        assert_eq!(judge(200, &[ETAG, short]), Err(AnswerError::WholeObject));
        assert_eq!(judge(404, &[]), Err(AnswerError::NotFound));
        for wrong in ["bytes 0-3/20", "bytes 1-4/20", "bytes 0-9/4", "bytes 0-3/*", "bytes */20"] {
            assert!(judge(206, &[ETAG, range(wrong), short]).is_err(), "{wrong}");
        }
        for lines in [
            &[ETAG, range("bytes 0-3/4")][..],
            &[range("bytes 0-3/4"), short],
            &[("etag", "W/\"e\""), range("bytes 0-3/4"), short],
            &[ETAG, short],
            &[ETAG, range("bytes 0-3/4"), short, ("content-encoding", "gzip")],
        ] {
            assert!(judge(206, lines).is_err(), "{lines:?}");
        }
    }

    #[test]
    fn statuses() {
        let judge = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            let range = ByteRange::new(10, 20).unwrap();
            let all = headers(&[ETAG, RANGE, LENGTH]);
            partial(range, "e", status, &all).unwrap_err()
        };
        assert_eq!(judge(404).about("k"), StoreError::NotFound("k".into()));
        for status in [412, 416] {
            assert_eq!(judge(status).about("k"), StoreError::Changed("k".into()), "{status}");
        }
        for status in [200, 204, 301, 304, 307, 400, 401, 403, 405, 418] {
            let (may_pass, error) = (judge(status).may_pass(), judge(status).about("k"));
            assert!(matches!(error, StoreError::Unavailable { .. }) && !may_pass, "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504] {
            let (may_pass, error) = (judge(status).may_pass(), judge(status).about("k"));
            assert!(matches!(error, StoreError::Unavailable { .. }) && may_pass, "{status}");
        }
    }
}
