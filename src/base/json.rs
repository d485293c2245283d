//! JSON, read from text.

use serde::Deserialize;

/// The value that `text` says.
///
/// It is read as bytes are. A parser of text beside the one of bytes would be all of its code once more in the Worker's
/// script.
pub fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_bytes())
}
