//! An index put in place, or taken away, by whoever knows that its sources have changed: an operator, or an
//! event of the bucket.

use super::patience::Patience;
use super::{Library, LibraryError, Runtime, retention};
use crate::describe::Summary;
use crate::library::memo::{Learnt, Miss, Outcome, Seen, Ticket, Whole};
use crate::store::{IndexStore, ObjectStore, StoreError};
use std::rc::Rc;

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// The presentation's index as its sources have it now; `None` if there is no such presentation. Nothing is
    /// stored.
    ///
    /// A build that is under way for a viewer is waited for, but may have read what has changed since then, so
    /// the index is built in any case.
    pub async fn survey(&self, presentation: &str) -> Result<Option<Whole>, LibraryError> {
        let ticket = self.claim(presentation).await?;
        match self.build_under(presentation, ticket).await.outcome {
            Outcome::Built(whole) => Ok(Some(whole)),
            Outcome::Miss(Miss::Absent) => Ok(None),
            Outcome::Miss(Miss::Broken(error)) | Outcome::Unavailable(error) => {
                Err(LibraryError::Build(error))
            }
        }
    }

    /// A claim to the presentation, once nobody else builds it.
    async fn claim(&self, presentation: &str) -> Result<Ticket, LibraryError> {
        let mut patience = Patience::since(self.runtime.now_ms());
        loop {
            let now_ms = self.runtime.now_ms();
            if !matches!(self.memo.seen(presentation, now_ms), Seen::UnderWay(_)) {
                return Ok(self.memo.claim(presentation, now_ms));
            }
            if !patience.nap(&*self.runtime, now_ms).await {
                return Err(LibraryError::Busy(presentation.to_owned()));
            }
        }
    }

    /// Stores the index and its pages, and remembers the index. Whatever is built or fetched for a viewer
    /// meanwhile comes to nothing.
    pub async fn publish(
        &self,
        presentation: &str,
        whole: &Whole,
    ) -> Result<Summary, LibraryError> {
        self.spell(presentation).await?;
        self.memo.void(presentation);
        let now_ms = self.runtime.now_ms();
        let (summary, weight) =
            retention::put(&*self.indexes, presentation, whole, false, now_ms).await?;
        let (index, from) = (Rc::clone(&whole.index), Learnt::Sources);
        self.memo.keep(presentation, index, from, weight, now_ms);
        Ok(summary)
    }

    /// Removes the index from KV, where it may not be listed yet, and from memory: once more afterwards, as a
    /// viewer may have it fetched meanwhile.
    pub async fn forget(&self, presentation: &str) -> Result<(), StoreError> {
        self.memo.forget(presentation);
        let deleted = retention::delete(&*self.indexes, presentation).await;
        self.memo.forget(presentation);
        deleted?;
        self.unspell(presentation).await
    }
}
