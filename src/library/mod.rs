//! An index's life: it is remembered, fetched, built if there is none or if it is out of date, stored, and
//! forgotten when its presentation is gone.
//!
//! A presentation is built once at a time, whoever asks for it, and few are built at once: a build may take
//! half of what memory an isolate has.

pub mod build;
mod claimed;
mod error;
mod fetch;
mod filters;
mod known;
mod locators;
pub mod memo;
mod pages;
mod patience;
mod publish;
mod renew;
pub mod retention;
mod runtime;
mod spellings;
mod waiting;

pub use error::LibraryError;
pub use known::{Found, Known};
pub use runtime::Runtime;

use crate::library::build::{Limits, Rules};
use crate::library::memo::Memo;
use std::rc::Rc;

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
    /// What decides how presentations are indexed.
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
    /// The same library over other `objects`.
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
