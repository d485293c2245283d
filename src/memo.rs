//! Decoded indexes kept in an isolate's memory: bounded, and never older than a store would serve.

use crate::index::{Generation, Index};
use lru::LruCache;
use std::rc::Rc;

/// Indexes by presentation, the least recently used forgotten first.
///
/// It holds values only, nothing that a request still waits for, so that requests sharing it
/// cannot hang on each other.
pub struct Memo {
    entries: LruCache<String, Entry>,
    /// What the entries weigh together, in bytes of their stored form.
    weight: usize,
}

struct Entry {
    index: Rc<Index>,
    weight: usize,
    learnt_ms: u64,
}

impl Memo {
    /// Entries together weigh no more than this: an isolate has 128 MiB for everything.
    pub const MAX_WEIGHT: usize = 16 << 20;

    /// For so long an entry answers requests that name no generation. It is how long a value in
    /// KV may be out of date too, so that nobody sees an index older than twice this.
    pub const FRESH_MS: u64 = 30_000;

    /// A memory that holds nothing yet.
    pub fn new() -> Self {
        Self { entries: LruCache::unbounded(), weight: 0 }
    }

    /// The presentation's index: the one of `generation` whatever its age, as a generation never
    /// changes, or any fresh one where none is named.
    pub fn get(
        &mut self,
        presentation: &str,
        generation: Option<Generation>,
        now_ms: u64,
    ) -> Option<Rc<Index>> {
        let entry = self.entries.get(presentation)?;
        let serves = match generation {
            Some(generation) => entry.index.generation == generation,
            None => now_ms.saturating_sub(entry.learnt_ms) < Self::FRESH_MS,
        };
        serves.then(|| Rc::clone(&entry.index))
    }

    /// Keeps `index`, whose stored form takes `weight` bytes, in place of an older one.
    pub fn keep(&mut self, presentation: &str, index: Rc<Index>, weight: usize, now_ms: u64) {
        self.forget(presentation);
        if weight > Self::MAX_WEIGHT {
            return;
        }
        while self.weight.saturating_add(weight) > Self::MAX_WEIGHT {
            let Some((_, oldest)) = self.entries.pop_lru() else { break };
            self.weight = self.weight.saturating_sub(oldest.weight);
        }
        self.weight = self.weight.saturating_add(weight);
        self.entries.put(presentation.to_owned(), Entry { index, weight, learnt_ms: now_ms });
    }

    /// Drops the presentation's index, if it is held.
    pub fn forget(&mut self, presentation: &str) {
        if let Some(entry) = self.entries.pop(presentation) {
            self.weight = self.weight.saturating_sub(entry.weight);
        }
    }
}

impl Default for Memo {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(key: &str) -> Rc<Index> {
        let source = crate::index::Source { key: key.into(), size: 1, etag: "e".into() };
        Rc::new(Index::new(Vec::new(), vec![source], Vec::new()))
    }

    #[test]
    fn an_old_entry_serves_its_own_generation_only() {
        let mut memo = Memo::new();
        let (held, other) = (index("a"), index("b"));
        memo.keep("x.ism", Rc::clone(&held), 100, 0);
        let late = Memo::FRESH_MS;
        assert!(memo.get("x.ism", None, late - 1).is_some());
        assert!(memo.get("x.ism", None, late).is_none());
        assert!(memo.get("x.ism", Some(held.generation), late).is_some());
        assert!(memo.get("x.ism", Some(other.generation), 0).is_none());
    }

    #[test]
    fn forgets_the_least_recently_used_to_stay_within_its_bound() {
        let mut memo = Memo::new();
        let half = Memo::MAX_WEIGHT / 2;
        memo.keep("a.ism", index("a"), half, 0);
        memo.keep("b.ism", index("b"), half, 0);
        memo.get("a.ism", None, 0);
        memo.keep("c.ism", index("c"), half, 0);
        assert!(memo.get("a.ism", None, 0).is_some());
        assert!(memo.get("b.ism", None, 0).is_none());
        memo.keep("d.ism", index("d"), Memo::MAX_WEIGHT + 1, 0);
        assert!(memo.get("d.ism", None, 0).is_none());
        assert_eq!(memo.weight, 2 * half);
    }
}
