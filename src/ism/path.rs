//! Paths in a server manifest: always to files beside it or below.

use percent_encoding::percent_decode_str;
use thiserror::Error;

/// Why a path in a server manifest is not followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PathError {
    /// It is empty, or names a folder.
    #[error("it names no file")]
    Empty,
    /// It begins with `/` or `\`.
    #[error("it is absolute")]
    Absolute,
    /// It begins with a scheme or a drive.
    #[error("it begins with a scheme")]
    Scheme,
    /// It leads out of the manifest's folder.
    #[error("it leads out of the manifest's folder with \"..\"")]
    Parent,
    /// It holds a control character.
    #[error("it holds a control character")]
    Control,
}

/// `written` as a key relative to the manifest's folder: percent-decoded where it is encoded, with
/// `/` for the `\` of tools on Windows, without empty, `.` and `..` segments.
pub(super) fn clean(written: &str) -> Result<String, PathError> {
    let decoded = percent_decode_str(written).decode_utf8().unwrap_or(written.into());
    if decoded.chars().any(char::is_control) {
        return Err(PathError::Control);
    }
    let path = decoded.replace('\\', "/");
    if path.starts_with('/') {
        return Err(PathError::Absolute);
    }
    if has_scheme(&path) {
        return Err(PathError::Scheme);
    }
    if path.is_empty() || path.ends_with('/') {
        return Err(PathError::Empty);
    }
    let mut segments = Vec::new();
    for segment in path.split('/').filter(|&segment| !segment.is_empty() && segment != ".") {
        match segment {
            ".." => _ = segments.pop().ok_or(PathError::Parent)?,
            segment => segments.push(segment),
        }
    }
    let is_folder = path.ends_with("/..") || path.ends_with("/.");
    if segments.is_empty() || is_folder { Err(PathError::Empty) } else { Ok(segments.join("/")) }
}

/// RFC 3986 4.2: the first segment of a relative path has no colon.
fn has_scheme(path: &str) -> bool {
    path.split('/').next().is_some_and(|first| first.contains(':'))
}

/// The key of the object that lies at `path` in the folder of the server manifest `manifest_key`.
pub fn beside(manifest_key: &str, path: &str) -> String {
    match manifest_key.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{path}"),
        None => path.to_owned(),
    }
}

/// Whether a server manifest at `manifest_key` could name the object `key`: it lies in the same folder,
/// or below it.
pub fn lies_beside(manifest_key: &str, key: &str) -> bool {
    lies_in(&beside(manifest_key, ""), key)
}

/// Whether the object `key` lies in `folder`, a prefix that ends in `/` or is empty, or below it. A key
/// that a store could read as that of another object lies nowhere.
pub fn lies_in(folder: &str, key: &str) -> bool {
    // The key of a folder ends in a slash itself.
    let below = key.strip_prefix(folder).map(|path| path.strip_suffix('/').unwrap_or(path));
    below.is_some_and(clean_key) && !key.contains(|c: char| c.is_control() || c == '\\')
}

fn clean_key(path: &str) -> bool {
    !path.split('/').any(|segment| matches!(segment, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_beside_the_manifest_or_below() {
        for (written, key) in [
            ("video.ismv", Ok("video.ismv")),
            ("media/video.ismv", Ok("media/video.ismv")),
            ("media\\video.ismv", Ok("media/video.ismv")),
            ("./media//video.ismv", Ok("media/video.ismv")),
            ("my%20film.ismv", Ok("my film.ismv")),
            ("my film 100%.ismv", Ok("my film 100%.ismv")),
            ("%e9.ismv", Ok("%e9.ismv")),
            ("Zo%C3%AB.ismv", Ok("Zoë.ismv")),
            ("a..b/c..ismv", Ok("a..b/c..ismv")),
            ("", Err(PathError::Empty)),
            (".", Err(PathError::Empty)),
            ("media/", Err(PathError::Empty)),
            ("/video.ismv", Err(PathError::Absolute)),
            ("\\\\server\\video.ismv", Err(PathError::Absolute)),
            ("%2fvideo.ismv", Err(PathError::Absolute)),
            ("../video.ismv", Err(PathError::Parent)),
            ("a/%2e%2e/../video.ismv", Err(PathError::Parent)),
            ("a\\..\\video.ismv", Ok("video.ismv")),
            ("a/b/%2e%2e/../c/video.ismv", Ok("c/video.ismv")),
            ("a/b/..", Err(PathError::Empty)),
            ("a/.", Err(PathError::Empty)),
            ("a/..", Err(PathError::Empty)),
            ("http://host/video.ismv", Err(PathError::Scheme)),
            ("c:\\video.ismv", Err(PathError::Scheme)),
            ("a%00b", Err(PathError::Control)),
        ] {
            assert_eq!(clean(written).as_deref(), key.as_ref().map(|&key| key), "{written}");
        }
    }

    #[test]
    fn keys_lie_in_the_manifests_folder() {
        assert_eq!(beside("films/tears/tears.ism", "a/b.ismv"), "films/tears/a/b.ismv");
        assert_eq!(beside("tears.ism", "b.ismv"), "b.ismv");
    }
}
