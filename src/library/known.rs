//! An index to answer from, and where it was found.

use crate::index::{Index, PageValue};
use crate::library::memo::Whole;
use std::rc::Rc;

/// An index to answer from.
#[derive(Clone, Debug)]
pub struct Known {
    /// The index.
    pub index: Rc<Index>,
    /// Where it was found.
    pub found: Found,
    /// All its pages if it was built just now, for KV may not have them yet; none otherwise.
    pub(super) pages: Rc<[PageValue]>,
}

/// The place where an index was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// In the isolate's memory.
    Memory,
    /// In KV.
    Kv,
    /// In the sources, which it was built from.
    Built,
}

impl Found {
    /// Its name in headers and figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Kv => "kv",
            Self::Built => "built",
        }
    }
}

impl Known {
    /// An index of which nothing else is at hand.
    pub fn stored(index: Rc<Index>, found: Found) -> Self {
        Self { index, found, pages: Rc::default() }
    }
}

impl From<Whole> for Known {
    fn from(Whole { index, pages, .. }: Whole) -> Self {
        Self { index, pages, found: Found::Built }
    }
}
