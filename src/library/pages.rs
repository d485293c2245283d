//! Pages of sample tables, as they are asked for.

use super::{Found, Known, Library, LibraryError, Runtime};
use crate::index::{Digest, FormatError, Page, SampledFragment};
use crate::store::{IndexStore, ObjectStore, StoreError};
use std::rc::Rc;

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// The fragment at place `at` of the page that the index names so, and where that page was found.
    pub async fn sampled(
        &self,
        presentation: &str,
        known: &Known,
        page: Digest,
        at: usize,
    ) -> Result<(SampledFragment, Found), LibraryError> {
        let (page, found) = self.page(presentation, known, page).await?;
        let fragment = page.fragment(at).ok_or_else(|| {
            let cause = FormatError::Malformed("a page contradicts itself");
            LibraryError::Index { presentation: presentation.to_owned(), cause }
        })?;
        Ok((fragment, found))
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
