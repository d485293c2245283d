//! Indexes kept in an isolate's memory.

use super::misses::Misses;
use super::{Learnt, Recall};
use crate::index::{Generation, Index};
use lru::LruCache;
use std::rc::Rc;

/// Indexes by presentation, the least recently used forgotten first.
pub(super) struct Entries {
    held: LruCache<String, Entry>,
    /// What the entries weigh together, in bytes of their stored form.
    pub(super) weight: usize,
}

struct Entry {
    index: Rc<Index>,
    from: Learnt,
    weight: usize,
    learnt_ms: u64,
    /// When storage was last asked for a generation that this is not, and what it gave.
    looked: Option<Look>,
    /// The generation that was found to be out of date, and made way for this one.
    supersedes: Option<Generation>,
}

struct Look {
    at_ms: u64,
    /// `None` if it was nothing, or the index that is held.
    gave: Option<(Rc<Index>, usize)>,
}

impl Entry {
    fn is_fresh(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.learnt_ms) < Entries::FRESH_MS
    }

    /// In bytes of stored forms.
    fn weight(&self) -> usize {
        let gave = self.looked.as_ref().and_then(|look| look.gave.as_ref());
        self.weight.saturating_add(gave.map_or(0, |(_, weight)| *weight))
    }

    /// What a look into storage would come to, as the last was a moment ago; whatever generation is
    /// named, it is not repeated, for anybody can make generations up.
    fn look(&self, generation: Generation, now_ms: u64) -> Option<Recall> {
        let look = self.looked.as_ref()?;
        let is_fresh = now_ms.saturating_sub(look.at_ms) < Misses::KEPT_MS;
        let gave = look.gave.as_ref().filter(|(index, _)| index.generation == generation);
        let known = gave.map(|(index, _)| Recall::Index(Rc::clone(index)));
        is_fresh.then(|| known.unwrap_or(Recall::Superseded))
    }
}

impl Entries {
    /// Entries together weigh no more bytes than this: an isolate has 128 MiB for everything.
    pub(super) const MAX_WEIGHT: usize = 16 << 20;

    /// Milliseconds for which an entry answers requests that name no generation. A value in KV may be out of date
    /// for as long, so no viewer gets an index older than twice this.
    pub(super) const FRESH_MS: u64 = 30_000;

    pub(super) fn new() -> Self {
        Self { held: LruCache::unbounded(), weight: 0 }
    }

    /// What the entry of the presentation answers, if there is one that does.
    pub(super) fn recall(
        &mut self,
        presentation: &str,
        generation: Option<Generation>,
        now_ms: u64,
    ) -> Option<Recall> {
        let entry = self.held.get(presentation)?;
        let is_fresh = entry.is_fresh(now_ms);
        match generation {
            Some(generation) if entry.index.generation == generation => {
                Some(Recall::Index(Rc::clone(&entry.index)))
            }
            Some(_) if is_fresh && entry.supersedes == generation => Some(Recall::Superseded),
            Some(generation) if let Some(looked) = entry.look(generation, now_ms) => Some(looked),
            Some(_) if is_fresh && entry.from == Learnt::Sources => Some(Recall::Another),
            None if is_fresh => Some(Recall::Index(Rc::clone(&entry.index))),
            _ => None,
        }
    }

    /// The index that took the place of `outdated` a moment ago, by what the sources said.
    pub(super) fn recall_newer(
        &mut self,
        presentation: &str,
        outdated: Generation,
        now_ms: u64,
    ) -> Option<Rc<Index>> {
        let entry = self.held.get(presentation)?;
        let is_newer = entry.from == Learnt::Sources && entry.index.generation != outdated;
        (entry.is_fresh(now_ms) && is_newer).then(|| Rc::clone(&entry.index))
    }

    /// How many bytes the stored form of the presentation's index has, if it is held.
    pub(super) fn weight_of(&self, presentation: &str) -> Option<usize> {
        self.held.peek(presentation).map(|entry| entry.weight)
    }

    /// Whether an index is held that was made of the presentation's sources.
    pub(super) fn holds_from_sources(&self, presentation: &str) -> bool {
        self.held.peek(presentation).is_some_and(|entry| entry.from == Learnt::Sources)
    }

    /// Keeps `index`, whose stored form takes `weight` bytes, unless it is larger than all may be.
    pub(super) fn keep(
        &mut self,
        presentation: &str,
        index: Rc<Index>,
        from: Learnt,
        weight: usize,
        now_ms: u64,
    ) {
        if weight > Self::MAX_WEIGHT {
            return;
        }
        let looked = match from {
            Learnt::Stored => Some(Look { at_ms: now_ms, gave: None }),
            Learnt::Sources => None,
        };
        let entry = Entry { index, from, weight, learnt_ms: now_ms, looked, supersedes: None };
        self.put(presentation, entry);
    }

    /// Remembers that what is held of the presentation took the place of `outdated`.
    pub(super) fn supersede(&mut self, presentation: &str, outdated: Generation) {
        if let Some(entry) = self.held.peek_mut(presentation) {
            entry.supersedes = Some(outdated);
        }
    }

    /// Remembers what storage `gave` when it was asked for another generation than the one that is held.
    pub(super) fn look(
        &mut self,
        presentation: &str,
        gave: Option<(Rc<Index>, usize)>,
        now_ms: u64,
    ) {
        let Some(mut entry) = self.pop(presentation) else { return };
        let room = Self::MAX_WEIGHT.saturating_sub(entry.weight);
        let gave = gave.filter(|(_, weight)| *weight <= room);
        entry.looked = Some(Look { at_ms: now_ms, gave });
        self.put(presentation, entry);
    }

    /// Drops the presentation's index, and gives it to whoever has to know which that was.
    pub(super) fn take(&mut self, presentation: &str) -> Option<Rc<Index>> {
        self.pop(presentation).map(|entry| entry.index)
    }

    fn pop(&mut self, presentation: &str) -> Option<Entry> {
        let entry = self.held.pop(presentation)?;
        self.weight = self.weight.saturating_sub(entry.weight());
        Some(entry)
    }

    /// Makes room for `entry`, and puts it in.
    fn put(&mut self, presentation: &str, entry: Entry) {
        while self.weight.saturating_add(entry.weight()) > Self::MAX_WEIGHT {
            let Some((_, oldest)) = self.held.pop_lru() else { break };
            self.weight = self.weight.saturating_sub(oldest.weight());
        }
        self.weight = self.weight.saturating_add(entry.weight());
        self.held.put(presentation.to_owned(), entry);
    }
}
