//! Percent-encoding (`RFC 3986` 2), of keys and of names.

use super::RequestError;
use percent_encoding::{
    AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode,
};
use std::borrow::Cow;

/// All characters but those that never need an escape (`RFC 3986` 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All characters but those that a path keeps as they are (`RFC 3986` 3.3).
const PATH: &AsciiSet = &UNRESERVED
    .remove(b'/')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// `text` with its percent-encoding undone, once.
pub fn decode(text: &str) -> Result<Cow<'_, str>, RequestError> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| RequestError::Path("does not decode to UTF-8"))
}

/// A key, percent-encoded where it has to be: what [`decode`] undoes. It is parted by `/` as before.
pub fn encode(key: &str) -> PercentEncode<'_> {
    utf8_percent_encode(key, PATH)
}

/// A key percent-encoded for a list, whose entries commas separate.
pub(crate) fn encode_listed(key: &str) -> PercentEncode<'_> {
    const LISTED: &AsciiSet = &PATH.add(b',');
    utf8_percent_encode(key, LISTED)
}

/// A name, percent-encoded so that nothing in it parts or ends anything.
pub(crate) fn encode_name(name: &str) -> PercentEncode<'_> {
    utf8_percent_encode(name, UNRESERVED)
}

/// A segment behind a presentation, decoded: neither nothing nor dots, which others on the way would
/// drop, and no control characters.
pub(super) fn decode_segment(segment: &str) -> Result<Cow<'_, str>, RequestError> {
    let segment = decode(segment)?;
    if matches!(&*segment, "" | "." | "..") {
        return Err(RequestError::Path("has an empty or a dot segment"));
    }
    if segment.contains(char::is_control) {
        return Err(RequestError::Path("has a control character"));
    }
    Ok(segment)
}
