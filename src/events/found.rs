//! A presentation, as a change led to it.

use super::Trouble;
use crate::index::{Index, PageValue};
use std::rc::Rc;

/// What there is of a presentation.
pub(super) struct Found {
    /// Whether there was an index of it, and so perhaps something in caches.
    pub(super) was_indexed: bool,
    pub(super) now: Now,
}

/// What storage has of it.
pub(super) enum Now {
    /// All of it, but for files that it can do without; `value` is to be stored, unless that is what is
    /// stored.
    Whole { index: Rc<Index>, pages: Vec<PageValue>, missing: Vec<String>, value: Option<Vec<u8>> },
    /// All but this source.
    Lacks { source: String, cause: String },
    /// Not even its server manifest.
    Gone,
    /// Storage did not say, or what it has cannot be indexed: nothing is done.
    Unclear(String),
}

impl Found {
    /// Whether something of it may be in a cache that is no longer so.
    pub(super) fn is_to_be_purged(&self) -> bool {
        let changes = !matches!(self.now, Now::Unclear(_) | Now::Whole { value: None, .. });
        self.was_indexed && changes
    }

    /// Whether a change of `key` is known to be none of it.
    pub(super) fn is_not_made_of(&self, key: &str) -> bool {
        match &self.now {
            Now::Whole { index, missing, .. } => {
                let mut made_of = index.sources.iter().map(|source| &source.key).chain(missing);
                made_of.all(|source| source != key)
            }
            Now::Gone => true,
            Now::Lacks { .. } | Now::Unclear(_) => false,
        }
    }

    /// Why a message of `key` is to come again, if it is.
    ///
    /// A server manifest whose media are not there yet asks for another try; a source does not, as
    /// the one that is still missing will speak for itself.
    pub(super) fn trouble(&self, key: &str, presentation: &str) -> Option<Trouble> {
        let cause = match &self.now {
            Now::Unclear(cause) => cause,
            Now::Lacks { cause, .. } if key == presentation => cause,
            Now::Whole { .. } | Now::Lacks { .. } | Now::Gone => return None,
        };
        let presentation = Some(presentation.to_owned());
        Some(Trouble { presentation, ..Trouble::of(key, cause) })
    }
}
