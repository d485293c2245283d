//! An index's life: it is remembered, fetched, built if there is none or if it is out of date, stored, and
//! forgotten when its presentation is gone.
//!
//! A presentation is built once at a time, whoever asks for it, and few are built at once: a build may take
//! half of what memory an isolate has.

pub mod build;
mod claimed;
mod error;
mod fetch;
pub mod memo;
mod pages;
mod publish;
pub mod retention;
mod runtime;
mod waiting;

pub use error::LibraryError;
pub use runtime::Runtime;

use crate::index::{Generation, Index, PageValue};
use crate::library::build::{Limits, Rules};
use crate::library::memo::{Learnt, Memo, Miss, Reach, Whole};
use crate::store::{IndexStore, ObjectStore};
use std::rc::Rc;
use waiting::Wanted;

/// Presentations and their indexes, through the two doors of [`crate::store`].
pub struct Library<O, I, R> {
    /// Where media and manifests lie.
    pub objects: Rc<O>,
    /// Where indexes lie.
    pub indexes: Rc<I>,
    /// Who has the clock, and goes on behind an answer.
    pub runtime: Rc<R>,
    /// What this isolate knows of indexes, and who builds which.
    pub memo: Rc<Memo>,
    /// What building an index may cost.
    pub limits: Limits,
    /// What it heeds.
    pub rules: Rules,
}

/// Another handle to the same library.
impl<O, I, R> Clone for Library<O, I, R> {
    fn clone(&self) -> Self {
        Self {
            objects: Rc::clone(&self.objects),
            indexes: Rc::clone(&self.indexes),
            runtime: Rc::clone(&self.runtime),
            memo: Rc::clone(&self.memo),
            limits: self.limits,
            rules: self.rules,
        }
    }
}

impl<O, I, R> Library<O, I, R> {
    /// The same library, over other `objects`.
    pub(crate) fn with<P>(&self, objects: P) -> Library<P, I, R> {
        Library {
            objects: Rc::new(objects),
            indexes: Rc::clone(&self.indexes),
            runtime: Rc::clone(&self.runtime),
            memo: Rc::clone(&self.memo),
            limits: self.limits,
            rules: self.rules,
        }
    }
}

/// An index to answer from.
#[derive(Clone, Debug)]
pub struct Known {
    /// The index.
    pub index: Rc<Index>,
    /// Where it was found.
    pub found: Found,
    /// All its pages if it was built just now, for KV may not have them yet; none otherwise.
    pages: Rc<[PageValue]>,
}

/// Where an index was found.
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

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// The presentation's index as its sources have it, in place of `outdated`, of which something is not
    /// there any more: another that was built since, or else one that is built for whoever asks. `came_ms` is
    /// when the request came.
    pub async fn renew(
        &self,
        presentation: &str,
        outdated: Generation,
        came_ms: u64,
    ) -> Result<Known, LibraryError> {
        let newer = self.memo.recall_newer(presentation, outdated, came_ms);
        let known = match newer {
            Some(index) => Known::stored(index, Found::Memory),
            None => {
                let outdated = Some(outdated);
                let wanted = Wanted { came_ms, outdated, reach: Reach::Building };
                self.build(presentation, wanted).await?
            }
        };
        self.memo.supersede(presentation, outdated);
        Ok(known)
    }

    /// Remembers what the sources said, pages and all.
    fn remember(&self, presentation: &str, Whole { index, pages, .. }: &Whole, now_ms: u64) {
        for page in pages.iter() {
            self.memo.keep_page(index.generation, page.clone());
        }
        let weight = index.encode().len();
        self.memo.keep(presentation, Rc::clone(index), Learnt::Sources, weight, now_ms);
    }
}

/// What a client is told of a miss, whether it was found out just now or before.
fn missed(presentation: &str, miss: Miss) -> LibraryError {
    match miss {
        Miss::Absent => LibraryError::NoPresentation(presentation.to_owned()),
        Miss::Broken(error) => LibraryError::Build(error),
    }
}
