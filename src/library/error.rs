//! Errors of a library that has no index to answer from.

use super::build::BuildError;
use super::memo::Miss;
use crate::index::FormatError;
use crate::locator::LocatorError;
use crate::selection::DefinitionError;
use crate::store::StoreError;
use std::rc::Rc;
use thiserror::Error;

/// Why there is no index of a presentation, or no page of it.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// There is no such presentation.
    #[error("there is no presentation {0}")]
    NoPresentation(String),
    /// The presentation has another generation than the one asked for: that one is gone, or not here yet.
    #[error("{0} has no such generation")]
    NoGeneration(String),
    /// Another request builds the presentation's index, or many others are being built, and that takes too long.
    #[error("the index of {0} is not made yet; try again")]
    Busy(String),
    /// The presentation's index could not be built, now or a moment ago.
    #[error(transparent)]
    Build(Rc<BuildError>),
    /// A stored index or page cannot be read, and is built again.
    #[error("the stored index of {presentation} is invalid: {cause}")]
    Index {
        /// The presentation.
        presentation: String,
        /// What is wrong with it.
        cause: FormatError,
    },
    /// There is no filter of this name.
    #[error("there is no filter {0}")]
    NoFilter(String),
    /// A stored filter cannot be read.
    #[error("the stored filter {name} is invalid: {cause}")]
    Filter {
        /// Its name.
        name: String,
        /// What is wrong with it.
        cause: DefinitionError,
    },
    /// A stored locator cannot be read.
    #[error("the stored locator {name} is invalid: {cause}")]
    Locator {
        /// Its name.
        name: String,
        /// What is wrong with it.
        cause: Rc<LocatorError>,
        /// Whether that was found out just now, and not a moment ago.
        is_news: bool,
    },
    /// Another presentation has its name, but for the case.
    #[error(
        "{presentation} and {other} differ in case alone, and this deployment takes them for one (CASE = \"fold\"): \
         purge {other}, or give one of them another name"
    )]
    Twin {
        /// The presentation.
        presentation: String,
        /// The one that is indexed already.
        other: String,
    },
    /// A store is in trouble, or its objects change faster than they can be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LibraryError {
    /// The error for a miss, whether it was found out just now or before.
    pub(super) fn missed(presentation: &str, miss: Miss) -> Self {
        match miss {
            Miss::Absent => Self::NoPresentation(presentation.to_owned()),
            Miss::Broken(error) => Self::Build(error),
        }
    }

    /// Whether the next moment may be better: storage is in trouble, not the media.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::NoPresentation(_)
            | Self::NoGeneration(_)
            | Self::NoFilter(_)
            | Self::Filter { .. }
            | Self::Twin { .. }
            | Self::Locator { .. } => false,
            Self::Build(error) => error.is_passing(),
            Self::Busy(_) | Self::Index { .. } | Self::Store(_) => true,
        }
    }
}
