//! Pages of sample tables, as they are asked for.

use super::{Found, Known, Library, LibraryError, Runtime};
use crate::index::{Digest, FormatError, Page, SampledFragment};
use crate::library::memo::Memo;
use crate::store::{IndexStore, ObjectStore, StoreError, page_key};
use std::rc::Rc;

/// Fragments from the end of a page at which it is nearly done: a viewer who is there soon wants the next page.
const NEAR_END: usize = 3;

impl Known {
    /// The fragment at place `at` of the page that the index names so, out of memory alone; `None` if the page is not held,
    /// or if the page behind it should be fetched with the answer.
    pub fn sampled_in(&self, memo: &Memo, digest: Digest, at: usize) -> Option<SampledFragment> {
        let generation = self.index.generation;
        let page = memo.recall_page(generation, digest)?;
        if is_near_end(&page, at)
            && let Some(next) = self.index.page_behind(digest)
        {
            memo.recall_page(generation, next)?;
        }
        page.fragment(at)
    }
}

/// Whether a viewer of the fragment at place `at` of the page soon wants the page behind it.
fn is_near_end(page: &Page, at: usize) -> bool {
    at.saturating_add(NEAR_END) >= page.len()
}

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// The fragment at place `at` of the page that the index names so, and where that page was found. The page behind it
    /// is fetched behind the answer, where the viewer will soon want that.
    pub async fn sampled(
        &self,
        presentation: &str,
        known: &Known,
        digest: Digest,
        at: usize,
    ) -> Result<(SampledFragment, Found), LibraryError> {
        let (page, found) = self.page(presentation, known, digest).await?;
        if is_near_end(&page, at) {
            self.read_on(presentation, known, digest);
        }
        let fragment = page.fragment(at).ok_or_else(|| {
            let cause = FormatError::Malformed("a page contradicts itself");
            LibraryError::Index { presentation: presentation.to_owned(), cause }
        })?;
        Ok((fragment, found))
    }

    /// Has the page behind this one of the same track fetched behind the answer, unless it is held or on its way.
    fn read_on(&self, presentation: &str, known: &Known, page: Digest) {
        let Some(next) = known.index.page_behind(page) else { return };
        let (key, now_ms) = (page_key(presentation, next), self.runtime.now_ms());
        let is_held = self.memo.recall_page(known.index.generation, next).is_some();
        if is_held || !self.memo.begin_fetch(&key, now_ms) {
            return;
        }
        let (library, known, presentation) = (self.clone(), known.clone(), presentation.to_owned());
        self.runtime.behind(async move {
            // What is wrong with it will be found again by the request for it.
            let _ = library.page(&presentation, &known, next).await;
            library.memo.end_fetch(&key);
        });
    }

    /// A page that the index names: from memory, from the build that made the index, or from KV. One
    /// that none of them has is as good as a source that has changed: the build has to be repeated.
    async fn page(
        &self,
        presentation: &str,
        known: &Known,
        digest: Digest,
    ) -> Result<(Rc<Page>, Found), LibraryError> {
        let generation = known.index.generation;
        let recall = || self.memo.recall_page(generation, digest);
        if let Some(page) = recall() {
            return Ok((page, Found::Memory));
        }
        let broken = |cause| LibraryError::Index { presentation: presentation.to_owned(), cause };
        if let Some(built) = known.pages.iter().find(|page| page.digest == digest) {
            let page = Page::decode(&built.value, digest).map_err(broken)?;
            return Ok((Rc::new(page), Found::Memory));
        }
        if let Some(value) = self.indexes.page(presentation, digest).await? {
            match Page::decode(&value, digest).map(Rc::new) {
                Ok(page) => {
                    let (kept, weight) = (Rc::clone(&page), value.len());
                    self.memo.keep_read_page(generation, digest, kept, weight);
                    return Ok((page, Found::Kv));
                }
                Err(cause) => self.runtime.report(presentation, broken(cause)),
            }
        }
        // While KV was asked, another request may have built all of them.
        let changed = || StoreError::Changed(presentation.to_owned());
        Ok((recall().ok_or_else(changed)?, Found::Kv))
    }
}
