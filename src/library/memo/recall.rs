//! The memory of a presentation, and where it was learnt from.

use super::Miss;
use crate::index::Index;
use std::rc::Rc;

/// The source of an index in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Learnt {
    /// A value that was stored before, and may be out of date.
    Stored,
    /// The sources themselves, as they were just then.
    Sources,
}

/// The memory of a presentation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recall {
    /// This is its index.
    Index(Rc<Index>),
    /// The generation asked for was found to be out of date, and storage that says otherwise is too;
    /// or storage was asked a moment ago, and had another.
    Superseded,
    /// The sources had another one a moment ago. It is gone, or it was made elsewhere since then:
    /// only storage knows.
    Another,
    /// It was looked for a moment ago, and this came of it.
    Miss(Miss),
    /// Nothing that would answer.
    Nothing,
}
