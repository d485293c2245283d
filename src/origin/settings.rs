//! Settings of a deployment for its answers.

use crate::base::json;
use crate::base::quoted::Quoted;
use crate::base::target::SegmentTarget;
use crate::library::build::{Limits, Rules};
use crate::url::{FileType, Form};
use thiserror::Error;

/// A deployment's settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The form of client manifests where a request does not say.
    pub form: Form,
    /// How long the segments are to last that HLS and DASH manifests list.
    pub target: SegmentTarget,
    /// Whether a fragment that carries no time of its own is given a `tfxd`.
    pub time_untimed: bool,
    /// What building an index may cost.
    pub limits: Limits,
    /// What decides how it is indexed.
    pub rules: Rules,
    /// What is handed out as it is stored.
    pub files: Vec<FileType>,
    /// Whether a fragment names the one behind it, for caches that fetch ahead.
    pub names_next: bool,
}

/// Why a text names no types of files.
#[derive(Debug, Error)]
pub enum FilesError {
    /// It is not such a list.
    #[error("FILES is not a list of extensions: {0}")]
    Json(#[from] serde_json::Error),
    /// There is no such type.
    #[error("FILES: files cannot be handed out by the extension {quoted}; those that can are {known}", quoted = Quoted(_0), known = known())]
    Type(String),
}

/// The types of files in `json`: `["jpg", "vtt"]`.
pub fn file_types(json: &str) -> Result<Vec<FileType>, FilesError> {
    let extensions: Vec<String> = json::parse(json)?;
    let of = |extension: String| FileType::of(&extension).ok_or(FilesError::Type(extension));
    extensions.into_iter().map(of).collect()
}

fn known() -> String {
    FileType::ALL.map(|known| known.extension).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_files_are_known_or_refused() {
        let types =
            |json: &str| file_types(json).map(|types| types.len()).map_err(|it| it.to_string());
        assert_eq!(types("[]"), Ok(0));
        assert_eq!(types(r#"["jpg", "png", "vtt", "srt", "MP4"]"#), Ok(5));
        for extension in ["ism", "isml", "ismc", "ismv", "html", "svg", "js", ".jpg", ""] {
            let error = types(&format!("[{extension:?}]")).unwrap_err();
            assert!(error.contains(&format!("{extension:?}; those that can are avif")), "{error}");
        }
        for wrong in ["", "jpg", "{}", "[1]"] {
            assert!(types(wrong).unwrap_err().starts_with("FILES is not a list"), "{wrong}");
        }
    }
}
