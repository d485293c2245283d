//! A presentation, as changes led to it.

use super::{MessageError, Verdict};
use crate::base::order::set;
use crate::index::{Digest, Index};
use crate::library::memo::Whole;
use std::collections::BTreeSet;

/// The result of a look at a presentation.
pub(super) enum Found {
    /// Nothing is to be done.
    Settled(Standing),
    /// What is stored of it is to be another.
    Changing(Change),
}

/// The state of a presentation after a delivery.
pub(super) enum Standing {
    /// Its index is stored, and made of these sources as they are, or without them where it can do so.
    Whole(Vec<String>),
    /// It has none, as a source is missing, for this cause.
    Lacks(String),
    /// It has none, as there is not even its server manifest.
    Gone,
    /// Storage did not say, or what it has cannot be indexed: nothing was done. The first may pass.
    Unclear { cause: String, may_pass: bool },
    /// It was not looked at, as the delivery had cost enough by then.
    Unseen,
}

impl Standing {
    /// A presentation whose stored index is `index`, made without the files that are `missing`.
    pub(super) fn whole(index: &Index, missing: &[String]) -> Self {
        let sources = index.sources.iter().map(|source| &source.key);
        Self::Whole(sources.chain(missing).cloned().collect())
    }

    /// Whether a change of `key` is known to be none of it.
    pub(super) fn is_not_made_of(&self, key: &str) -> bool {
        match self {
            Self::Whole(sources) => sources.iter().all(|source| source != key),
            Self::Gone => true,
            Self::Lacks(_) | Self::Unclear { .. } | Self::Unseen => false,
        }
    }

    /// What becomes of a message of `key`, which led to this `presentation`.
    ///
    /// A server manifest whose media are not there yet asks for another try; a source does not, as
    /// the one that is still missing will speak for itself.
    pub(super) fn verdict(&self, key: &str, presentation: &str) -> Verdict {
        let (cause, may_pass) = match self {
            Self::Unclear { cause, may_pass } => (cause, *may_pass),
            Self::Lacks(cause) if key == presentation => (cause, false),
            Self::Unseen => return Verdict::Later,
            Self::Whole(_) | Self::Lacks(_) | Self::Gone => return Verdict::Done,
        };
        let presentation = Some(presentation.to_owned());
        Verdict::Again(MessageError { presentation, may_pass, ..MessageError::of(key, cause) })
    }
}

/// A change to store for a presentation.
pub(super) struct Change {
    /// Whether there was an index of it, and so perhaps something in caches.
    pub(super) was_indexed: bool,
    pub(super) now: Now,
    /// How many pages are written, or go away.
    pages: usize,
}

/// What storage has of the presentation now.
pub(super) enum Now {
    /// All of it, but for files that it can do without.
    Whole(Whole),
    /// All but this source.
    Lacks { source: String, cause: String },
    /// Not even its server manifest.
    Gone,
}

impl Change {
    /// To `now`, from what was `stored`, if anything was: an index, unless that cannot be read.
    pub(super) fn new(stored: Option<Option<&Index>>, now: Now) -> Self {
        let new: BTreeSet<Digest> = match &now {
            Now::Whole(whole) => set(whole.pages.iter().map(|page| page.digest)),
            Now::Lacks { .. } | Now::Gone => BTreeSet::new(),
        };
        let pages = match stored {
            // What cannot be read had about as many, and others.
            Some(None) => new.len().saturating_mul(2),
            Some(Some(before)) => {
                let old = set(before.pages().map(|page| page.digest));
                old.symmetric_difference(&new).count()
            }
            None => new.len(),
        };
        Self { was_indexed: stored.is_some(), now, pages }
    }

    /// How many operations of KV it takes: to write what is new, to list the pages that were there, and to
    /// remove those that are not named any more.
    pub(super) fn operations(&self) -> u32 {
        const BESIDE: usize = 4;
        let sources = match &self.now {
            Now::Whole(whole) => whole.index.sources.len(),
            Now::Lacks { .. } | Now::Gone => 0,
        };
        let count = self.pages.saturating_add(sources).saturating_add(BESIDE);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Bytes that it takes to hold it.
    pub(super) fn weight(&self) -> usize {
        match &self.now {
            // An index takes about as much memory as its stored form does.
            Now::Whole(Whole { index, pages, .. }) => {
                let pages = pages.iter().map(|page| page.value.len());
                pages.fold(index.encode().len(), usize::saturating_add)
            }
            Now::Lacks { .. } | Now::Gone => 0,
        }
    }
}
