//! What is stored of presentations, brought up to date.

use super::found::{Change, Now, Standing};
use super::{Events, Standings};
use crate::describe::Summary;
use crate::memo::Learnt;
use crate::store::{self, Cache, IndexStore, LinkStore, StoreError};

impl<O, I: IndexStore + LinkStore, C: Cache> Events<'_, O, I, C> {
    /// Has the stored indexes be what was found, and leaves nothing held.
    ///
    /// What may be in caches leaves them before: if that fails, the messages come again and find the same
    /// to do.
    pub(super) async fn settle_all<'l>(
        &self,
        held: &mut Vec<(&'l str, Change)>,
        standings: &mut Standings<'l>,
    ) {
        let cached = held.iter().filter(|(_, change)| change.was_indexed);
        let cached: Vec<&str> = cached.map(|&(presentation, _)| presentation).collect();
        let purged = match cached.is_empty() {
            true => Ok(()),
            false => self.cache.purge(&cached).await.map(drop),
        };
        for (presentation, change) in held.drain(..) {
            let standing = match &purged {
                Err(error) if change.was_indexed => Err(error.clone()),
                _ => self.settle(presentation, change.now).await,
            };
            let unclear = |error: StoreError| Standing::Unclear(error.to_string());
            standings.insert(presentation, standing.unwrap_or_else(unclear));
        }
    }

    /// Has the stored index be what was found.
    async fn settle(&self, presentation: &str, now: Now) -> Result<Standing, StoreError> {
        match now {
            Now::Whole { index, value, pages, missing } => {
                let summary = &Summary::new(&index, self.now_ms);
                let len = value.len();
                let entry = store::Entry {
                    index: &index,
                    value,
                    pages,
                    afresh: false,
                    summary,
                    missing: &missing,
                };
                // Whoever builds it meanwhile, for a viewer, builds in vain.
                self.memo.borrow_mut().claims.void(presentation);
                self.indexes.put(presentation, entry).await?;
                let standing = Standing::whole(&index, &missing);
                let mut memo = self.memo.borrow_mut();
                memo.keep(presentation, index, Learnt::Sources, len, self.now_ms);
                Ok(standing)
            }
            Now::Lacks { source, cause } => {
                self.indexes.link(&source, presentation).await?;
                self.forget(presentation).await?;
                Ok(Standing::Lacks(cause))
            }
            Now::Gone => {
                self.forget(presentation).await?;
                Ok(Standing::Gone)
            }
        }
    }

    /// KV may not know yet of an index that it has: it is told to drop it in any case. A viewer may have it
    /// fetched meanwhile.
    async fn forget(&self, presentation: &str) -> Result<(), StoreError> {
        self.memo.borrow_mut().forget(presentation);
        let deleted = self.indexes.delete(presentation).await;
        self.memo.borrow_mut().forget(presentation);
        deleted
    }
}
