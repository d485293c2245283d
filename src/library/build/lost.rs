//! Files that a server manifest names and that there is nothing of: text is done without, all else is missed.

use super::BuildError;
use crate::assemble::{Sourced, Warning};
use crate::ism::{ServerManifest, beside};

/// Why there is nothing of a file that a server manifest names.
#[derive(Debug)]
pub(super) enum Lost {
    /// It is not there.
    Missing,
    /// It is named for text, here as storage calls it, and no text can be read in it.
    Broken {
        /// The file.
        key: String,
        /// What is wrong with it.
        cause: BuildError,
    },
}

impl Lost {
    /// The error of a presentation that cannot do without the file, which `manifest` names `key`.
    pub(super) fn error(self, manifest: &str, key: String) -> BuildError {
        match self {
            Self::Missing => BuildError::Missing { manifest: manifest.to_owned(), key },
            Self::Broken { cause, .. } => cause,
        }
    }

    /// The warning of one that can.
    pub(super) fn warning(self, manifest: &str, key: String) -> Warning {
        let manifest = manifest.to_owned();
        match self {
            Self::Missing => Warning::MissingText { manifest, key },
            Self::Broken { key, cause } => {
                Warning::BrokenText { manifest, key, why: cause.to_string() }
            }
        }
    }
}

/// The server manifest without the files that are `lost`, each by its name there, and a warning for each; they must be of
/// text, and not all that it names.
pub(super) fn without(
    server: Sourced<ServerManifest>,
    lost: Vec<(String, Lost)>,
) -> Result<(Sourced<ServerManifest>, Vec<Warning>), BuildError> {
    let Sourced { source, content } = server;
    let of_text = content.text_media();
    let names: Vec<String> = lost.iter().map(|(name, _)| name.clone()).collect();
    let content = content.without(&names);
    let warning = |(name, lost): (String, Lost)| {
        let key = beside(&source.key, &name);
        match of_text.contains(&name) && !content.tracks.is_empty() {
            true => Ok(lost.warning(&source.key, key)),
            false => Err(lost.error(&source.key, key)),
        }
    };
    let warnings = lost.into_iter().map(warning).collect::<Result<_, _>>()?;
    Ok((Sourced { source, content }, warnings))
}
