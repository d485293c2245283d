//! The chapters of a presentation, for clients of HLS.

use super::encode;
use crate::index::Generation;
use std::borrow::Cow;
use std::fmt;

/// The file that holds the chapters.
pub(super) const CHAPTERS_FILE: &str = "chapters.json";

/// `{presentation}/{generation}/chapters.json`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChaptersRequest<'a> {
    /// The server manifest's key.
    pub presentation: Cow<'a, str>,
    /// The build that the client's manifest was rendered from.
    pub generation: Generation,
}

/// The chapters, relative to the presentation.
pub fn chapters(generation: Generation) -> String {
    format!("{generation}/{CHAPTERS_FILE}")
}

impl fmt::Display for ChaptersRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", encode(&self.presentation), chapters(self.generation))
    }
}
