//! Outcomes of building an index.

use super::Miss;
use crate::assemble::Warning;
use crate::index::{Bundle, Index, PageValue};
use crate::library::build::{BuildError, Built};
use std::rc::Rc;

/// The outcome of building a presentation's index, for all who wait for it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// There is one.
    Built(Whole),
    /// There is none, and there will be none until storage changes.
    Miss(Miss),
    /// Storage did not answer, and may do so the next moment.
    Unavailable(Rc<BuildError>),
}

/// An index as its sources have it, with all its pages, which KV may not have yet.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The index.
    pub index: Rc<Index>,
    /// All pages that it names.
    pub pages: Rc<[PageValue]>,
    /// What it was made without.
    pub warnings: Rc<[Warning]>,
}

impl Whole {
    /// The keys of files that it was made without.
    pub fn missing(&self) -> Vec<String> {
        self.warnings.iter().filter_map(Warning::missing).map(str::to_owned).collect()
    }
}

impl From<Built> for Whole {
    fn from(built: Built) -> Self {
        let Built { bundle: Bundle { index, pages }, warnings } = built;
        Self { index: Rc::new(index), pages: pages.into(), warnings: warnings.into() }
    }
}
