//! Why a path asks for nothing that is served.

use thiserror::Error;

/// Why a path asks for nothing that is served. The client is at fault, and told how to do better.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum RequestError {
    /// No presentation is named at all.
    #[error("no presentation here: paths look like /films/name.ism/Manifest")]
    NoPresentation,
    /// The path is not one that any object could have.
    #[error("the path {0}")]
    Path(&'static str),
    /// What follows the presentation is not in the grammar.
    #[error(
        "the path does not read as {{presentation}}.ism/Manifest or \
             {{presentation}}.ism/QualityLevels({{bitrate}})/Fragments({{stream}}={{time}}): {0}"
    )]
    Grammar(&'static str),
    /// It is in the grammar, and not served.
    #[error("{0} is not served by this origin")]
    NotServed(&'static str),
}
