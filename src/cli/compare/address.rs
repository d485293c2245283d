//! Addresses of manifests: at an origin, or in a file.

use reqwest::Url;
use std::path::{Path, PathBuf};

/// The address of a manifest.
#[derive(Clone, Debug)]
pub(super) enum Address {
    /// At an origin.
    There(Url),
    /// Saved in a file.
    Here(PathBuf),
}

/// Extensions of saved manifests.
const SAVED: [&str; 3] = ["ismc", "m3u8", "mpd"];

impl Address {
    /// What an argument names.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return url(text).map(Self::There);
        }
        let path = Path::new(text);
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if !SAVED.iter().any(|saved| extension.eq_ignore_ascii_case(saved)) {
            return Err(
                "it is neither an address nor a file that ends in .ismc, .m3u8 or .mpd".into()
            );
        }
        match path.is_file() {
            true => Ok(Self::Here(path.to_owned())),
            false => Err("there is no such file".into()),
        }
    }
}

/// The address that an argument is.
pub(super) fn url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(format!("{other}:// is none of https:// and http://")),
    }
}
