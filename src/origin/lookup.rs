//! The index that a request is answered from.

use super::account::{Failure, Subject};
use super::stopwatch::{Found, Stopwatch};
use super::{Origin, Settings};
use crate::build::{BuildError, Built, build};
use crate::describe::Summary;
use crate::error::Error;
use crate::fragment::Absent;
use crate::index::{
    Bundle, Digest, FormatError, Generation, Index, Page, PagePlace, PageValue, SampledFragment,
};
use crate::memo::{Learnt, Miss, Reach, Recall};
use crate::scan::Way;
use crate::store::{Entry, IndexStore, MediaStore, StoreError};
use std::rc::Rc;

impl<O: MediaStore, I: IndexStore> Origin<'_, O, I> {
    /// The presentation's index: from memory, else from KV, else built from storage. It may be of
    /// another generation than the one wanted: then that one is gone, or not here yet.
    pub(super) async fn index(
        &self,
        presentation: &str,
        wanted: Option<Generation>,
        now_ms: u64,
        watch: &Stopwatch<'_>,
    ) -> Result<Known, Error> {
        let recalled = self.memo.borrow_mut().recall(presentation, wanted, now_ms);
        let recalled_another = matches!(recalled, Recall::Another);
        match recalled {
            Recall::Index(index) => {
                watch.remembered();
                return Ok(index.into());
            }
            Recall::Superseded => return Err(Absent::Generation.into()),
            Recall::Miss(miss) => return Err(missed(presentation, miss)),
            Recall::Another | Recall::Nothing => {}
        }
        let stored = self.stored(presentation).await;
        watch.index(stored.as_ref().ok().and_then(Option::as_ref).map(|_| Found::Kv));
        let index = match stored? {
            // It takes no other's place: what is held was seen in storage itself, and KV may still
            // say what was there before.
            Some((index, weight)) if recalled_another => {
                let index = Rc::new(index);
                let gave = Some((Rc::clone(&index), weight));
                self.memo.borrow_mut().look(presentation, gave, now_ms);
                index
            }
            Some((index, weight)) => {
                self.learn(presentation, index, Learnt::Stored, weight, now_ms)
            }
            None if recalled_another => {
                self.memo.borrow_mut().look(presentation, None, now_ms);
                return Err(Absent::Generation.into());
            }
            None => {
                return self.rebuild(presentation, now_ms, Reach::Everything, watch).await;
            }
        };
        Ok(index.into())
    }

    /// The presentation's index as KV has it, and what it weighs. A corrupt value, or one of
    /// another version of this software, is as good as none.
    async fn stored(&self, presentation: &str) -> Result<Option<(Index, usize)>, Error> {
        let Some(value) = self.indexes.get(presentation).await? else { return Ok(None) };
        match Index::decode(&value) {
            Ok(index) => Ok(Some((index, value.len()))),
            Err(cause) => {
                let error = Error::Index { presentation: presentation.to_owned(), cause };
                self.survived(presentation, &error);
                Ok(None)
            }
        }
    }

    /// The presentation's index as its sources have it now; it replaces whatever was known. Where
    /// that was tried in vain a moment ago, it is not tried again: a build can take many reads.
    /// `reach` is what it says if it is in vain.
    pub(super) async fn rebuild(
        &self,
        presentation: &str,
        now_ms: u64,
        reach: Reach,
        watch: &Stopwatch<'_>,
    ) -> Result<Known, Error> {
        let recalled = self.memo.borrow_mut().recall_miss(presentation, now_ms);
        if let Some(miss) = recalled {
            return Err(missed(presentation, miss));
        }
        self.memo.borrow_mut().forget(presentation);
        let Settings { limits, rules, .. } = self.settings;
        let built = build(self.objects, presentation, limits, Way::Tables, *rules).await;
        watch.index(matches!(built, Ok(Some(_))).then_some(Found::Built));
        let miss = match built {
            Ok(Some(built)) => return Ok(self.store(presentation, built, now_ms).await),
            Ok(None) => Miss::Absent,
            // Storage may be well again the next moment.
            Err(error @ BuildError::Store(_)) => return Err(error.into()),
            Err(error) => Miss::Broken(Rc::new(error)),
        };
        self.memo.borrow_mut().miss(presentation, miss.clone(), reach, watch.now_ms());
        Err(missed(presentation, miss))
    }

    async fn store(&self, presentation: &str, built: Built, now_ms: u64) -> Known {
        built.warnings.iter().for_each(|warning| self.observer.warned(presentation, warning));
        let missing: Vec<String> = built.missing().map(str::to_owned).collect();
        let Bundle { index, pages } = built.bundle;
        let value = index.encode();
        let summary = Summary::new(&index, now_ms);
        let index = self.learn(presentation, index, Learnt::Sources, value.len(), now_ms);
        let (pages_kept, summary) = (pages.clone(), &summary);
        let entry = Entry { index: &index, value, pages: pages_kept, summary, missing: &missing };
        if let Err(error) = self.indexes.put(presentation, entry).await {
            self.survived(presentation, &error.into());
        }
        Known { index, pages }
    }

    /// A page that the index names: from memory, from the build that made the index, or from KV. One
    /// that none of them has is as good as a source that has changed: the build has to be repeated.
    async fn page(
        &self,
        presentation: &str,
        known: &Known,
        (place, digest): (PagePlace, Digest),
        watch: &Stopwatch<'_>,
    ) -> Result<Rc<Page>, Error> {
        let generation = known.index.generation;
        let recalled = self.memo.borrow_mut().recall_page(generation, place);
        if let Some(page) = recalled {
            return Ok(page);
        }
        let broken = |cause| Error::Index { presentation: presentation.to_owned(), cause };
        if let Some(built) = known.pages.iter().find(|page| page.place == place) {
            return self.learn_page(generation, (place, digest), &built.value).map_err(broken);
        }
        let stored = self.indexes.page(presentation, generation, place).await;
        watch.index(stored.as_ref().ok().and_then(Option::as_ref).map(|_| Found::Kv));
        if let Some(value) = stored? {
            match self.learn_page(generation, (place, digest), &value) {
                Ok(page) => return Ok(page),
                Err(cause) => self.survived(presentation, &broken(cause)),
            }
        }
        Err(StoreError::Changed(presentation.to_owned()).into())
    }

    /// The fragment at place `at` of a page.
    pub(super) async fn sampled(
        &self,
        presentation: &str,
        known: &Known,
        page: (PagePlace, Digest),
        at: usize,
        watch: &Stopwatch<'_>,
    ) -> Result<SampledFragment, Error> {
        let page = self.page(presentation, known, page, watch).await?;
        page.fragment(at).ok_or_else(|| {
            let cause = FormatError::Malformed("a page contradicts itself");
            Error::Index { presentation: presentation.to_owned(), cause }
        })
    }

    fn learn_page(
        &self,
        generation: Generation,
        (place, digest): (PagePlace, Digest),
        value: &[u8],
    ) -> Result<Rc<Page>, FormatError> {
        let page = Rc::new(Page::decode(value, digest)?);
        self.memo.borrow_mut().keep_page(generation, place, Rc::clone(&page), value.len());
        Ok(page)
    }

    /// Tells of a failure that the client does not notice.
    fn survived(&self, presentation: &str, error: &Error) {
        let subject = Some(Subject { presentation, kind: "index", fragment: None });
        self.observer.failed(&Failure { subject, status: None, error });
    }

    fn learn(
        &self,
        presentation: &str,
        index: Index,
        from: Learnt,
        weight: usize,
        now_ms: u64,
    ) -> Rc<Index> {
        let index = Rc::new(index);
        self.memo.borrow_mut().keep(presentation, Rc::clone(&index), from, weight, now_ms);
        index
    }
}

/// An index; and if it was built just now its pages, which KV may not have yet.
pub(super) struct Known {
    pub(super) index: Rc<Index>,
    pages: Vec<PageValue>,
}

impl From<Rc<Index>> for Known {
    fn from(index: Rc<Index>) -> Self {
        Self { index, pages: Vec::new() }
    }
}

/// What a client is told of a miss, whether it was found out just now or before.
fn missed(presentation: &str, miss: Miss) -> Error {
    match miss {
        Miss::Absent => Error::NoPresentation(presentation.to_owned()),
        Miss::Broken(error) => Error::Build(error),
    }
}
