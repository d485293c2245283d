//! Decoded indexes kept in an isolate's memory: bounded, and never older than a store would serve.

mod claims;
mod fetches;
mod misses;
mod outcome;
mod pages;

pub use claims::{Claims, Over, Seen, Size, Ticket};
pub use fetches::Fetches;
pub use misses::{Miss, Reach};
pub use outcome::{Outcome, Whole};

use crate::index::{Digest, Generation, Index, Page, PageValue};
use lru::LruCache;
use misses::Misses;
use pages::Pages;
use std::rc::Rc;

/// Indexes by presentation, the least recently used forgotten first; and apart from them, where they
/// displace none, presentations that there is no index of.
///
/// It holds values only, nothing that a request still waits for, so that requests sharing it
/// cannot hang on each other.
pub struct Memo {
    entries: LruCache<String, Entry>,
    /// What the entries weigh together, in bytes of their stored form.
    weight: usize,
    misses: Misses,
    pages: Pages,
    /// Who builds what.
    pub claims: Claims<Outcome>,
    /// What is being fetched.
    pub fetches: Fetches,
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

/// Where an index was learnt from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Learnt {
    /// A value that was stored before, and may be out of date.
    Stored,
    /// The sources themselves, as they were just then.
    Sources,
}

/// What is remembered of a presentation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Recall {
    /// This is its index.
    Index(Rc<Index>),
    /// The generation asked for was found to be out of date, and storage that says otherwise is too;
    /// or storage was asked a moment ago, and had another.
    Superseded,
    /// The sources had another one a moment ago. It is gone, or it was made elsewhere since then:
    /// only storage can tell.
    Another,
    /// It was looked for a moment ago, and this came of it.
    Miss(Miss),
    /// Nothing that would answer.
    Nothing,
}

impl Memo {
    /// Entries together weigh no more than this: an isolate has 128 MiB for everything.
    pub const MAX_WEIGHT: usize = 16 << 20;

    /// For so long an entry answers requests that name no generation. It is how long a value in
    /// KV may be out of date too, so that nobody sees an index older than twice this.
    pub const FRESH_MS: u64 = 30_000;

    /// A memory that holds nothing yet.
    pub fn new() -> Self {
        Self {
            entries: LruCache::unbounded(),
            weight: 0,
            misses: Misses::new(),
            pages: Pages::new(),
            claims: Claims::new(),
            fetches: Fetches::default(),
        }
    }

    /// What is known of the presentation: the index of `generation` whatever its age, as a
    /// generation never changes, or any fresh one where none is named.
    pub fn recall(
        &mut self,
        presentation: &str,
        generation: Option<Generation>,
        now_ms: u64,
    ) -> Recall {
        if let Some(entry) = self.entries.get(presentation) {
            let is_fresh = now_ms.saturating_sub(entry.learnt_ms) < Self::FRESH_MS;
            match generation {
                Some(generation) if entry.index.generation == generation => {
                    return Recall::Index(Rc::clone(&entry.index));
                }
                Some(_) if is_fresh && entry.supersedes == generation => {
                    return Recall::Superseded;
                }
                Some(generation) if let Some(looked) = entry.look(generation, now_ms) => {
                    return looked;
                }
                Some(_) if is_fresh && entry.from == Learnt::Sources => return Recall::Another,
                None if is_fresh => return Recall::Index(Rc::clone(&entry.index)),
                _ => {}
            }
        }
        match self.misses.recall(presentation, now_ms) {
            Some((miss, Reach::Everything)) => Recall::Miss(miss),
            Some((_, Reach::Building)) | None => Recall::Nothing,
        }
    }

    /// The index that took the place of `outdated` a moment ago, by what the sources said.
    pub fn recall_newer(
        &mut self,
        presentation: &str,
        outdated: Generation,
        now_ms: u64,
    ) -> Option<Rc<Index>> {
        let entry = self.entries.get(presentation)?;
        let is_fresh = now_ms.saturating_sub(entry.learnt_ms) < Self::FRESH_MS;
        let is_newer = entry.from == Learnt::Sources && entry.index.generation != outdated;
        (is_fresh && is_newer).then(|| Rc::clone(&entry.index))
    }

    /// How many bytes the stored form of the presentation's index has, if it is held.
    pub fn weight_of(&self, presentation: &str) -> Option<usize> {
        self.entries.peek(presentation).map(|entry| entry.weight)
    }

    /// What came of it, if the presentation's index was built in vain a moment ago.
    pub fn recall_miss(&mut self, presentation: &str, now_ms: u64) -> Option<Miss> {
        self.misses.recall(presentation, now_ms).map(|(miss, _)| miss)
    }

    /// Remembers for a moment that the presentation's index was looked for in vain.
    pub fn miss(&mut self, presentation: &str, miss: Miss, reach: Reach, now_ms: u64) {
        self.misses.keep(presentation, miss, reach, now_ms);
    }

    /// Keeps `index`, whose stored form takes `weight` bytes, in place of an older one.
    pub fn keep(
        &mut self,
        presentation: &str,
        index: Rc<Index>,
        from: Learnt,
        weight: usize,
        now_ms: u64,
    ) {
        if let Some(before) = self.drop_entry(presentation)
            && before.index.generation != index.generation
        {
            self.pages.forget(&before.index);
        }
        if from == Learnt::Sources {
            self.misses.forget(presentation);
        }
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

    /// Makes room for `entry`, and puts it in.
    fn put(&mut self, presentation: &str, entry: Entry) {
        while self.weight.saturating_add(entry.weight()) > Self::MAX_WEIGHT {
            let Some((_, oldest)) = self.entries.pop_lru() else { break };
            self.weight = self.weight.saturating_sub(oldest.weight());
        }
        self.weight = self.weight.saturating_add(entry.weight());
        self.entries.put(presentation.to_owned(), entry);
    }

    /// Remembers that what is held of the presentation took the place of `outdated`.
    pub fn supersede(&mut self, presentation: &str, outdated: Generation) {
        if let Some(entry) = self.entries.peek_mut(presentation) {
            entry.supersedes = Some(outdated);
        }
    }

    /// Remembers for a moment what storage gave when it was asked for another generation than the one
    /// that is held, and goes on being held: an index whose stored form takes so many bytes, or nothing.
    pub fn look(&mut self, presentation: &str, gave: Option<(Rc<Index>, usize)>, now_ms: u64) {
        let Some(mut entry) = self.drop_entry(presentation) else { return };
        let room = Self::MAX_WEIGHT.saturating_sub(entry.weight);
        let gave = gave.filter(|(_, weight)| *weight <= room);
        entry.looked = Some(Look { at_ms: now_ms, gave });
        self.put(presentation, entry);
    }

    /// The page that an index of this generation names by this digest, if it is held.
    pub fn recall_page(&mut self, generation: Generation, digest: Digest) -> Option<Rc<Page>> {
        self.pages.recall(generation, digest)
    }

    /// Keeps a page in its stored form; it is read when it is asked for.
    pub fn keep_page(&mut self, generation: Generation, PageValue { digest, value }: PageValue) {
        self.pages.keep(generation, digest, value);
    }

    /// Keeps a page that was read, whose stored form takes `weight` bytes.
    pub fn keep_read_page(
        &mut self,
        generation: Generation,
        digest: Digest,
        page: Rc<Page>,
        weight: usize,
    ) {
        self.pages.keep_read(generation, digest, page, weight);
    }

    /// Whether an index is held that was made of the presentation's sources.
    pub fn holds_from_sources(&self, presentation: &str) -> bool {
        self.entries.peek(presentation).is_some_and(|entry| entry.from == Learnt::Sources)
    }

    /// Drops the presentation's index, if it is held, and that there was none; and whoever is building it
    /// builds in vain, for it may have read what is gone.
    pub fn forget(&mut self, presentation: &str) {
        self.claims.void(presentation);
        self.misses.forget(presentation);
        self.drop_outdated(presentation);
    }

    /// Drops the presentation's index, if it is held, with its pages: it is out of date.
    pub fn drop_outdated(&mut self, presentation: &str) {
        if let Some(before) = self.drop_entry(presentation) {
            self.pages.forget(&before.index);
        }
    }

    fn drop_entry(&mut self, presentation: &str) -> Option<Entry> {
        let entry = self.entries.pop(presentation)?;
        self.weight = self.weight.saturating_sub(entry.weight());
        Some(entry)
    }
}

impl Default for Memo {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
