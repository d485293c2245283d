//! Changes in a bucket, followed: what was uploaded is indexed, what was replaced is indexed again and
//! purged, what was deleted is forgotten.
//!
//! A message only says where to look. What is done follows from storage as it is at that moment, so a
//! message that comes twice, late, or after a younger one does no harm: it finds nothing to do.

mod found;
mod notice;
mod verdict;

pub use verdict::{Trouble, Verdict};

use crate::assemble::Warning;
use crate::build::{BuildError, Limits, Rules, build};
use crate::describe::Summary;
use crate::index::Bundle;
use crate::memo::{Learnt, Memo};
use crate::remote::Stores;
use crate::request::check_presentation;
use crate::scan::Way;
use crate::store::{self, Cache, IndexStore, LinkStore, ObjectStore, StoreError};
use found::{Found, Now};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

/// Follows changes, through the doors.
pub struct Events<'a, O, I, C> {
    /// Where media and manifests lie.
    pub objects: &'a O,
    /// Under which keys.
    pub stores: &'a Stores,
    /// Where indexes lie, and the links to them.
    pub indexes: &'a I,
    /// What stands in front.
    pub cache: &'a C,
    /// Indexes that this isolate has decoded.
    pub memo: &'a RefCell<Memo>,
    /// What building an index may cost.
    pub limits: &'a Limits,
    /// How it is built.
    pub rules: Rules,
    /// The time now, in milliseconds since 1970.
    pub now_ms: u64,
    /// Told of what a presentation is indexed without.
    pub warned: &'a dyn Fn(&str, &Warning),
}

/// What links lead from which keys to which presentations.
type Links = BTreeMap<String, Result<Vec<String>, StoreError>>;

impl<O: ObjectStore, I: IndexStore + LinkStore, C: Cache> Events<'_, O, I, C> {
    /// Acts on `messages`, which were delivered together, and says what becomes of each.
    ///
    /// However many of them concern a presentation, it is looked at once; and all that has to leave
    /// the cache leaves it by one purge.
    pub async fn handle(&self, messages: &[String]) -> Vec<Verdict> {
        let told: Vec<_> = messages.iter().map(|message| notice::key(message)).collect();
        let mut links = Links::new();
        for key in told.iter().flatten().flat_map(|stored| self.stores.keys_in_r2(stored)) {
            if let Entry::Vacant(link) = links.entry(key) {
                let linked = self.linked(link.key()).await;
                link.insert(linked);
            }
        }
        let found = self.follow(&links).await;
        let verdict = |key: &String| match links.get(key)? {
            Err(error) => Some(Trouble::of(key, error)),
            Ok(linked) => concerned(key, linked)
                .find_map(|presentation| found.get(presentation)?.trouble(key, presentation)),
        };
        let verdicts = told.iter().map(|told| match told {
            Ok(stored) => self.stores.keys_in_r2(stored).iter().find_map(verdict),
            Err(error) => Some(Trouble { key: None, presentation: None, cause: error.to_string() }),
        });
        verdicts.map(|trouble| trouble.map_or(Verdict::Done, Verdict::Again)).collect()
    }

    /// A server manifest speaks for itself.
    async fn linked(&self, key: &str) -> Result<Vec<String>, StoreError> {
        match check_presentation(key) {
            Ok(()) => Ok(Vec::new()),
            Err(_) => self.indexes.linked(key).await,
        }
    }

    /// Brings every presentation up to date that one of these keys concerns.
    async fn follow<'l>(&self, links: &'l Links) -> BTreeMap<&'l str, Found> {
        let mut found = BTreeMap::new();
        for (key, linked) in links {
            for presentation in concerned(key, linked.as_deref().unwrap_or_default()) {
                if let Entry::Vacant(unseen) = found.entry(presentation) {
                    unseen.insert(self.look(presentation).await);
                }
            }
        }
        self.purge(&mut found).await;
        for (presentation, found) in &mut found {
            if let Err(error) = self.settle(presentation, &found.now).await {
                found.now = Now::Unclear(error.to_string());
            }
        }
        for (key, linked) in links {
            for presentation in linked.iter().flatten() {
                if found.get(presentation.as_str()).is_some_and(|found| found.is_not_made_of(key)) {
                    // If it stays, the next change of the source comes by here again.
                    let _ = self.indexes.unlink(key, presentation).await;
                }
            }
        }
        found
    }

    /// What storage has of the presentation now, beside what is stored of it.
    async fn look(&self, presentation: &str) -> Found {
        let built = build(self.objects, presentation, self.limits, Way::Tables, self.rules).await;
        let stored = match self.indexes.get(presentation).await {
            Ok(stored) => stored,
            Err(error) => {
                return Found { was_indexed: false, now: Now::Unclear(error.to_string()) };
            }
        };
        let now = match built {
            Ok(Some(built)) => {
                built.warnings.iter().for_each(|warning| (self.warned)(presentation, warning));
                let missing = built.missing().map(str::to_owned).collect();
                let Bundle { index, pages } = built.bundle;
                let value = Some(index.encode()).filter(|value| Some(value) != stored.as_ref());
                Now::Whole { index: Rc::new(index), pages, missing, value }
            }
            Ok(None) => Now::Gone,
            Err(error) => {
                let cause = error.to_string();
                match error {
                    BuildError::Missing { key: source, .. } => Now::Lacks { source, cause },
                    _ => Now::Unclear(cause),
                }
            }
        };
        Found { was_indexed: stored.is_some(), now }
    }

    /// Clears the cache of what is about to change. That comes before the change: if it fails, the
    /// messages come again and find the same to do.
    async fn purge(&self, found: &mut BTreeMap<&str, Found>) {
        let changing = found.iter().filter(|(_, found)| found.is_to_be_purged());
        let presentations: Vec<&str> = changing.map(|(&presentation, _)| presentation).collect();
        if presentations.is_empty() {
            return;
        }
        if let Err(error) = self.cache.purge(&presentations).await {
            for found in found.values_mut().filter(|found| found.is_to_be_purged()) {
                found.now = Now::Unclear(error.to_string());
            }
        }
    }

    /// Has the stored index be what was found.
    async fn settle(&self, presentation: &str, now: &Now) -> Result<(), StoreError> {
        match now {
            Now::Unclear(_) | Now::Whole { value: None, .. } => Ok(()),
            Now::Whole { index, pages, missing, value: Some(value) } => {
                let summary = &Summary::new(index, self.now_ms);
                let (value, pages) = (value.clone(), pages.clone());
                let len = value.len();
                let entry = store::Entry { index, value, pages, summary, missing };
                self.indexes.put(presentation, entry).await?;
                let index = Rc::clone(index);
                let mut memo = self.memo.borrow_mut();
                memo.keep(presentation, index, Learnt::Sources, len, self.now_ms);
                Ok(())
            }
            Now::Lacks { source, .. } => {
                self.indexes.link(source, presentation).await?;
                self.forget(presentation).await
            }
            Now::Gone => self.forget(presentation).await,
        }
    }

    /// KV may not know yet of an index that it has: it is told to drop it in any case.
    async fn forget(&self, presentation: &str) -> Result<(), StoreError> {
        self.memo.borrow_mut().forget(presentation);
        self.indexes.delete(presentation).await
    }
}

/// The presentations that a change of `key` concerns, where links from it lead to these. One is in its
/// name: the presentation that it is, or whose client manifest it seems to be, which is not linked if
/// it came after the index.
fn concerned<'a>(key: &'a str, linked: &'a [String]) -> impl Iterator<Item = &'a str> {
    let by_name = [Some(key), key.strip_suffix(['c', 'C'])].into_iter().flatten();
    let by_name = by_name.filter(|name| check_presentation(name).is_ok());
    by_name.chain(linked.iter().map(String::as_str))
}
