//! Why a path, with its query, asks for nothing that is served.

use crate::selection::SelectionError;
use thiserror::Error;

/// Why a path, with its query, asks for nothing that is served. The client is at fault, and the text says how to do better.
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
    /// What stands in parentheses behind a manifest's name, or its ending, is not understood.
    #[error("the arguments of Manifest(…) are not understood: {0}")]
    Argument(&'static str),
    /// What the query asks to be shown is not understood.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The query as a whole is not understood.
    #[error("the query is not understood: {0}")]
    Query(&'static str),
    /// It is in the grammar, and not served.
    #[error("{0} is not served by this origin")]
    NotServed(&'static str),
}
