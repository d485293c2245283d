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
mod tests {
    use super::*;

    fn index(key: &str) -> Rc<Index> {
        let source = crate::index::Source { key: key.into(), size: 1, etag: "e".into() };
        Rc::new(Index::new(Vec::new(), Vec::new(), vec![source], Vec::new()))
    }

    #[test]
    fn an_old_entry_serves_its_own_generation_only() {
        let mut memo = Memo::new();
        let (held, other) = (index("a"), index("b"));
        memo.keep("x.ism", Rc::clone(&held), Learnt::Stored, 100, 0);
        let late = Memo::FRESH_MS;
        let known = Recall::Index(Rc::clone(&held));
        assert_eq!(memo.recall("x.ism", None, late - 1), known);
        assert_eq!(memo.recall("x.ism", None, late), Recall::Nothing);
        assert_eq!(memo.recall("x.ism", Some(held.generation), late), known);
        assert_eq!(memo.recall("x.ism", Some(other.generation), late), Recall::Nothing);
    }

    #[test]
    fn what_the_sources_said_contradicts_what_it_superseded_while_it_is_fresh() {
        let mut memo = Memo::new();
        let (outdated, other) = (index("b").generation, index("c").generation);
        memo.keep("x.ism", index("a"), Learnt::Sources, 100, 0);
        memo.supersede("x.ism", outdated);
        let late = Memo::FRESH_MS;
        assert_eq!(memo.recall("x.ism", Some(outdated), late - 1), Recall::Superseded);
        assert_eq!(memo.recall("x.ism", Some(other), late - 1), Recall::Another);
        assert_eq!(memo.recall("x.ism", Some(outdated), late), Recall::Nothing);
    }

    #[test]
    fn storage_is_not_asked_again_at_once_whatever_generation_is_named() {
        let mut memo = Memo::new();
        let (other, third) = (index("b").generation, index("c").generation);
        memo.keep("x.ism", index("a"), Learnt::Stored, 100, 0);
        let late = Misses::KEPT_MS;
        for named in [other, third] {
            assert_eq!(memo.recall("x.ism", Some(named), late - 1), Recall::Superseded);
            assert_eq!(memo.recall("x.ism", Some(named), late), Recall::Nothing);
        }
        memo.keep("x.ism", index("b"), Learnt::Stored, 100, 0);
        assert_eq!(memo.recall("x.ism", Some(other), 0), Recall::Index(index("b")));
    }

    #[test]
    fn what_storage_gave_beside_what_the_sources_said_answers_for_a_moment() {
        let mut memo = Memo::new();
        let (beside, third) = (index("b"), index("c").generation);
        memo.keep("x.ism", index("a"), Learnt::Sources, 100, 0);
        assert_eq!(memo.recall("x.ism", Some(beside.generation), 0), Recall::Another);
        let late = Misses::KEPT_MS;
        for _ in 0..3 {
            memo.look("x.ism", Some((Rc::clone(&beside), 200)), 0);
            assert_eq!(memo.weight, 300);
        }
        let known = Recall::Index(Rc::clone(&beside));
        assert_eq!(memo.recall("x.ism", Some(beside.generation), late - 1), known);
        assert_eq!(memo.recall("x.ism", Some(third), late - 1), Recall::Superseded);
        assert_eq!(memo.recall("x.ism", None, late - 1), Recall::Index(index("a")));
        assert_eq!(memo.recall("x.ism", Some(third), late), Recall::Another);
        memo.look("x.ism", None, late);
        assert_eq!(memo.recall("x.ism", Some(beside.generation), late), Recall::Superseded);
        assert_eq!(memo.weight, 100);
        memo.look("x.ism", Some((beside, Memo::MAX_WEIGHT)), late);
        assert_eq!(memo.weight, 100, "what has no room beside it is not held");
    }

    #[test]
    fn a_miss_is_forgotten_once_there_is_an_index() {
        let mut memo = Memo::new();
        let absent = Recall::Miss(Miss::Absent);
        memo.miss("x.ism", Miss::Absent, Reach::Everything, 0);
        assert_eq!(memo.recall("x.ism", None, 0), absent);
        assert_eq!(memo.recall("x.ism", Some(index("a").generation), 0), absent);
        memo.keep("x.ism", index("a"), Learnt::Sources, 100, 0);
        assert_ne!(memo.recall("x.ism", None, 0), absent);
        assert_eq!(memo.recall_miss("x.ism", 0), None);
        memo.miss("x.ism", Miss::Absent, Reach::Everything, 0);
        memo.forget("x.ism");
        assert_eq!(memo.recall("x.ism", None, 0), Recall::Nothing);
    }

    #[test]
    fn what_cannot_be_built_leaves_what_is_stored() {
        let mut memo = Memo::new();
        memo.miss("x.ism", Miss::Absent, Reach::Building, 0);
        assert_eq!(memo.recall("x.ism", None, 0), Recall::Nothing, "storage is asked");
        memo.keep("x.ism", index("a"), Learnt::Stored, 100, 0);
        assert_eq!(memo.recall_miss("x.ism", 0), Some(Miss::Absent), "and nothing is built");
    }

    #[test]
    fn misses_push_out_no_index() {
        let mut memo = Memo::new();
        memo.keep("x.ism", index("a"), Learnt::Stored, Memo::MAX_WEIGHT, 0);
        for n in 0..2 * Misses::MAX_COUNT {
            memo.miss(&format!("{n}.ism"), Miss::Absent, Reach::Everything, 0);
        }
        assert_ne!(memo.recall("x.ism", None, 0), Recall::Nothing);
    }

    #[test]
    fn forgets_the_least_recently_used_to_stay_within_its_bound() {
        let mut memo = Memo::new();
        let half = Memo::MAX_WEIGHT / 2;
        let keep = |memo: &mut Memo, key, weight| {
            memo.keep(key, index(key), Learnt::Stored, weight, 0);
        };
        keep(&mut memo, "a.ism", half);
        keep(&mut memo, "b.ism", half);
        memo.recall("a.ism", None, 0);
        keep(&mut memo, "c.ism", half);
        assert_ne!(memo.recall("a.ism", None, 0), Recall::Nothing);
        assert_eq!(memo.recall("b.ism", None, 0), Recall::Nothing);
        keep(&mut memo, "d.ism", Memo::MAX_WEIGHT + 1);
        assert_eq!(memo.recall("d.ism", None, 0), Recall::Nothing);
        assert_eq!(memo.weight, 2 * half);
    }
}
