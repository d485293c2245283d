//! Where in a path the presentation ends, and which keys one can have.

use super::RequestError;
use super::escape::decode;
use std::borrow::Cow;

/// A presentation's path may have so many bytes: a KV key has 512, and shares them with a prefix.
pub const MAX_PRESENTATION_LEN: usize = 480;

/// The presentation that `path`, percent-encoded and without its first slash, names or leads into: the key
/// up to the last segment that ends as one; and what follows it, as it came.
pub fn presentation_of(path: &str) -> Result<(Cow<'_, str>, &str), RequestError> {
    let mut end = path.len();
    for name in path.rsplit('/') {
        if names_presentation(&decode(name)?) {
            let (presentation, rest) = path.split_at_checked(end).unwrap_or_default();
            let key = decode(presentation)?;
            check_key(&key)?;
            return Ok((key, rest.strip_prefix('/').unwrap_or(rest)));
        }
        end = end.saturating_sub(name.len()).saturating_sub("/".len());
    }
    Err(RequestError::NoPresentation)
}

/// Refuses what is not the key of a presentation.
pub fn check_presentation(key: &str) -> Result<(), RequestError> {
    if !names_presentation(key) {
        return Err(RequestError::NoPresentation);
    }
    check_key(key)
}

/// Whether the last segment of `path` ends as the name of a presentation does.
pub(super) fn names_presentation(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|it| it.eq_ignore_ascii_case("ism") || it.eq_ignore_ascii_case("isml"))
}

/// Refuses keys under which no object lies, and which a store might read as another key.
pub(super) fn check_key(key: &str) -> Result<(), RequestError> {
    if key.len() > MAX_PRESENTATION_LEN {
        return Err(RequestError::Path("has a key of more than 480 bytes"));
    }
    if key.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err(RequestError::Path("has an empty or a dot segment"));
    }
    if key.contains(|c: char| c.is_control() || c == '\\') {
        return Err(RequestError::Path("has a control character or a backslash"));
    }
    Ok(())
}
