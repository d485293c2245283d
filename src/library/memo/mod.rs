//! Decoded indexes kept in an isolate's memory: bounded, and never older than a store would serve.

mod claims;
mod entries;
mod fetches;
mod lookups;
mod misses;
mod outcome;
mod pages;
mod recall;
mod under_way;

pub use claims::{Over, Seen, Size, Ticket};
pub use misses::{Miss, Reach};
pub use outcome::{Outcome, Whole};
pub use recall::{Learnt, Recall};

use crate::index::{Digest, Generation, Index, Page, PageValue};
use crate::locator::{Locator, LocatorError, LocatorName};
use crate::url::FoldedKey;
use claims::Claims;
use entries::Entries;
use fetches::Fetches;
use lookups::Lookups;
use misses::Misses;
use pages::Pages;
use std::cell::RefCell;
use std::rc::Rc;

/// The value under a locator's name: nothing, a locator, or the error of a value that is none.
pub type StoredLocator = Result<Option<Rc<Locator>>, Rc<LocatorError>>;

/// A locator that is stored, or why it cannot be read.
type KnownLocator = Result<Rc<Locator>, Rc<LocatorError>>;

/// Indexes by presentation, the least recently used forgotten first; and apart from them, where they
/// displace none, presentations that there is no index of.
///
/// It holds values only, nothing that a request still waits for, so that requests sharing it
/// cannot hang on each other. Nothing that it gives out is borrowed from it.
pub struct Memo {
    entries: RefCell<Entries>,
    misses: RefCell<Misses>,
    pages: RefCell<Pages>,
    /// Who builds what.
    claims: RefCell<Claims<Outcome>>,
    /// What is being fetched.
    fetches: RefCell<Fetches>,
    locators: RefCell<Lookups<LocatorName, KnownLocator>>,
    /// How presentations are spelled, where case decides nothing.
    spellings: RefCell<Lookups<FoldedKey, Rc<str>>>,
}

impl Memo {
    /// Indexes that are held together take no more bytes than this in their stored form.
    pub const INDEX_BYTES: usize = Entries::MAX_WEIGHT;

    /// A memory that holds nothing yet.
    pub fn new() -> Self {
        Self {
            entries: RefCell::new(Entries::new()),
            misses: RefCell::new(Misses::new()),
            pages: RefCell::new(Pages::new()),
            claims: RefCell::default(),
            fetches: RefCell::default(),
            locators: RefCell::new(Lookups::new()),
            spellings: RefCell::new(Lookups::new()),
        }
    }

    /// What is known of the presentation: the index of `generation` whatever its age, as a
    /// generation never changes, or any fresh one where none is named.
    pub fn recall(
        &self,
        presentation: &str,
        generation: Option<Generation>,
        now_ms: u64,
    ) -> Recall {
        if let Some(known) = self.entries.borrow_mut().recall(presentation, generation, now_ms) {
            return known;
        }
        match self.misses.borrow_mut().recall(presentation, now_ms) {
            Some((miss, Reach::Everything)) => Recall::Miss(miss),
            Some((_, Reach::Building)) | None => Recall::Nothing,
        }
    }

    /// The index that took the place of `outdated` a moment ago, by what the sources said.
    pub fn recall_newer(
        &self,
        presentation: &str,
        outdated: Generation,
        now_ms: u64,
    ) -> Option<Rc<Index>> {
        self.entries.borrow_mut().recall_newer(presentation, outdated, now_ms)
    }

    /// How many bytes the stored form of the presentation's index has, if it is held.
    pub fn weight_of(&self, presentation: &str) -> Option<usize> {
        self.entries.borrow().weight_of(presentation)
    }

    /// Whether an index is held that was made of the presentation's sources.
    pub fn holds_from_sources(&self, presentation: &str) -> bool {
        self.entries.borrow().holds_from_sources(presentation)
    }

    /// What came of it, if the presentation's index was built in vain a moment ago.
    pub fn recall_miss(&self, presentation: &str, now_ms: u64) -> Option<Miss> {
        self.misses.borrow_mut().recall(presentation, now_ms).map(|(miss, _)| miss)
    }

    /// Remembers for a moment that the presentation's index was looked for in vain.
    pub fn miss(&self, presentation: &str, miss: Miss, reach: Reach, now_ms: u64) {
        self.misses.borrow_mut().keep(presentation, miss, reach, now_ms);
    }

    /// Keeps `index`, whose stored form takes `weight` bytes, in place of an older one.
    pub fn keep(
        &self,
        presentation: &str,
        index: Rc<Index>,
        from: Learnt,
        weight: usize,
        now_ms: u64,
    ) {
        let mut entries = self.entries.borrow_mut();
        if let Some(before) = entries.take(presentation)
            && before.generation != index.generation
        {
            self.pages.borrow_mut().forget(&before);
        }
        if from == Learnt::Sources {
            self.misses.borrow_mut().forget(presentation);
        }
        entries.keep(presentation, index, from, weight, now_ms);
    }

    /// Remembers that what is held of the presentation took the place of `outdated`.
    pub fn supersede(&self, presentation: &str, outdated: Generation) {
        self.entries.borrow_mut().supersede(presentation, outdated);
    }

    /// Remembers for a moment what storage gave when it was asked for another generation than the one
    /// that is held, and goes on being held: an index whose stored form takes so many bytes, or nothing.
    pub fn look(&self, presentation: &str, gave: Option<(Rc<Index>, usize)>, now_ms: u64) {
        self.entries.borrow_mut().look(presentation, gave, now_ms);
    }

    /// The page that an index of this generation names by this digest, if it is held.
    pub fn recall_page(&self, generation: Generation, digest: Digest) -> Option<Rc<Page>> {
        self.pages.borrow_mut().recall(generation, digest)
    }

    /// Keeps a page in its stored form; it is read when it is asked for.
    pub fn keep_page(&self, generation: Generation, PageValue { digest, value }: PageValue) {
        self.pages.borrow_mut().keep(generation, digest, value);
    }

    /// Keeps a page that was read, whose stored form takes `weight` bytes.
    pub fn keep_read_page(
        &self,
        generation: Generation,
        digest: Digest,
        page: Rc<Page>,
        weight: usize,
    ) {
        self.pages.borrow_mut().keep_read(generation, digest, page, weight);
    }

    /// What is stored under this name of a locator; `None` if that is not known.
    pub fn recall_locator(&self, name: &LocatorName, now_ms: u64) -> Option<StoredLocator> {
        self.locators.borrow_mut().recall(name, now_ms).map(Option::transpose)
    }

    /// Keeps a locator for a while, or that there is none, or none that can be read.
    pub fn keep_locator(&self, name: LocatorName, stored: StoredLocator, now_ms: u64) {
        self.locators.borrow_mut().keep(name, stored.transpose(), now_ms);
    }

    /// How the presentation is spelled whose key is this in lower case, or that nobody has said; `None` if neither is known.
    pub fn recall_spelling(&self, folded: &FoldedKey, now_ms: u64) -> Option<Option<Rc<str>>> {
        self.spellings.borrow_mut().recall(folded, now_ms)
    }

    /// Keeps for a while how a presentation is spelled, or that nobody has said.
    pub fn keep_spelling(&self, folded: FoldedKey, key: Option<Rc<str>>, now_ms: u64) {
        self.spellings.borrow_mut().keep(folded, key, now_ms);
    }

    /// Drops what is known of how the presentation is spelled.
    pub fn forget_spelling(&self, folded: &FoldedKey) {
        self.spellings.borrow_mut().forget(folded);
    }

    /// Drops what is known of the locator of this name.
    pub fn forget_locator(&self, name: &LocatorName) {
        self.locators.borrow_mut().forget(name);
    }

    /// Drops the presentation's index, if it is held, and that there was none; and whoever is building it
    /// builds in vain, for it may have read what is gone.
    pub fn forget(&self, presentation: &str) {
        self.void(presentation);
        self.misses.borrow_mut().forget(presentation);
        self.drop_outdated(presentation);
    }

    /// Drops the presentation's index, if it is held, with its pages: it is out of date.
    pub fn drop_outdated(&self, presentation: &str) {
        if let Some(before) = self.entries.borrow_mut().take(presentation) {
            self.pages.borrow_mut().forget(&before);
        }
    }
}

impl Default for Memo {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
