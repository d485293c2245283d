//! Kinds of files, by their names.

use std::ffi::OsStr;
use std::path::Path;

/// Whether a file is a server or a client manifest, by its name.
pub(super) fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    is_server_manifest(path) || extension.eq_ignore_ascii_case("ismc")
}

/// Whether a file is a server manifest, by its name.
pub(super) fn is_server_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    matches!(extension.to_ascii_lowercase().as_str(), "ism" | "isml")
}
