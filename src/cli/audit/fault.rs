//! Faults of presentations that cannot be served, and what to do about them.

use millrace::library::build::BuildError;

/// The kind of fault of a presentation that cannot be served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// Storage did not give what was asked of it.
    Storage,
    /// A file that the server manifest names is not there.
    Missing,
    /// The server manifest cannot be read.
    ServerManifest,
    /// A media file cannot be read, or holds what cannot be served.
    Media,
    /// A text file cannot be read.
    Text,
    /// A file is longer than one of its kind is.
    TooLong,
    /// Server manifest and media do not fit each other.
    Mismatch,
    /// The samples are not where the tables say.
    Damaged,
    /// There are media, and no server manifest names them.
    NoManifest,
}

impl Fault {
    /// What `error` comes to.
    pub(super) fn of(error: &BuildError) -> Self {
        match error {
            BuildError::Store(_)
            | BuildError::Folder(_)
            | BuildError::Crowded(_)
            | BuildError::Abandoned(_) => Self::Storage,
            BuildError::Missing { .. } | BuildError::Twins { .. } => Self::Missing,
            BuildError::Server { .. } => Self::ServerManifest,
            BuildError::Scan { .. }
            | BuildError::Header { .. }
            | BuildError::BySamples { .. }
            | BuildError::TooCostly { .. } => Self::Media,
            BuildError::Text { .. } => Self::Text,
            BuildError::TooLong { .. } => Self::TooLong,
            BuildError::Assemble(_) => Self::Mismatch,
        }
    }

    /// Its name in JSON and CSV.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Storage => "storage",
            Self::Missing => "missing-file",
            Self::ServerManifest => "server-manifest",
            Self::Media => "media",
            Self::Text => "text",
            Self::TooLong => "too-long",
            Self::Mismatch => "mismatch",
            Self::Damaged => "damaged",
            Self::NoManifest => "no-manifest",
        }
    }

    /// What to do about it.
    pub(super) fn way_out(self) -> &'static str {
        match self {
            Self::Storage => "see to the store and its credentials, and audit again",
            Self::Missing => "put the file there, or take it out of the .ism",
            Self::ServerManifest => {
                "mend the .ism, or have `millrace compose` write one of the media"
            }
            Self::Media => "write the file again, or take it out of the .ism",
            Self::Text => "mend the line, or take the file out of the .ism",
            Self::TooLong => "put the right file there, or take it out of the .ism",
            Self::Mismatch => "have `millrace compose` write an .ism of the media as they are",
            Self::Damaged => "copy the file again, whole, from where it is intact",
            Self::NoManifest => {
                "have `millrace compose` write an .ism beside it, or serve it alone with LONE = \"allow\""
            }
        }
    }
}
