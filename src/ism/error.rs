//! Why a document is not a server manifest.

use super::{LiveError, PathError};
use crate::base::quoted::Quoted;
use crate::base::xml::XmlError;
use thiserror::Error;

/// The most tracks of a presentation.
pub(super) const MAX_TRACKS: usize = 1000;

/// A hint at what is to stand in a `src`.
const SOURCE: &str =
    "write the path of its file there, from the folder of the .ism, or take the element out";

/// Why a document is not a server manifest.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ServerManifestError {
    /// It is not XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is not even text.
    #[error(
        "{0}; if the asset is encrypted in storage (StorageEncrypted), decrypt all of its files first"
    )]
    Sealed(XmlError),
    /// It is of a channel that is live.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// Its root is another element.
    #[error("the root element is {0}, where a server manifest has smil")]
    Root(String),
    /// It names no track.
    #[error("it names no video, audio or textstream")]
    NoTrack,
    /// It names more tracks than any presentation has.
    #[error("it names more than {MAX_TRACKS} tracks")]
    TooManyTracks,
    /// A track is to play after another.
    #[error(
        "a {0} element stands in a seq, whose parts play one after the other, where all of a presentation play together: \
         write it beside the others, or take it out"
    )]
    Sequence(String),
    /// A track does not say which file it is in.
    #[error("a {0} element has no src: {SOURCE}")]
    NoSource(String),
    /// A track names nothing for the file that it is in.
    #[error("the src of a {0} element is empty: {SOURCE}")]
    EmptySource(String),
    /// A path in it leads nowhere, or elsewhere than to its own folder.
    #[error("the path {} is refused: {why}", Quoted(path))]
    Path {
        /// As written.
        path: String,
        /// What is wrong with it.
        why: PathError,
    },
    /// A value is not the number that it should be.
    #[error(
        "{name} of the {element} in {file} is {}, where a whole number below 2^32 is to stand, in digits alone",
        Quoted(value)
    )]
    Number {
        /// The name of the track's element.
        element: String,
        /// The file that the track is in.
        file: String,
        /// Name of the attribute or parameter.
        name: &'static str,
        /// As written.
        value: String,
    },
}

impl ServerManifestError {
    /// Whether it is that a track does not say which file it is in, or names one that lies elsewhere.
    pub(super) fn is_of_source(&self) -> bool {
        matches!(self, Self::NoSource(_) | Self::EmptySource(_) | Self::Path { .. })
    }
}
