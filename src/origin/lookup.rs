//! The index that a request is answered from.

use super::Origin;
use crate::build::build;
use crate::describe::Summary;
use crate::error::Error;
use crate::fragment::Absent;
use crate::index::{Generation, Index};
use crate::memo::{Learnt, Recall};
use crate::scan::Way;
use crate::store::{IndexStore, MediaStore};
use std::rc::Rc;

impl<O: MediaStore, I: IndexStore> Origin<'_, O, I> {
    /// The presentation's index: from memory, else from KV, else built from storage. It may be of
    /// another generation than the one wanted: then that one is gone, or not here yet.
    pub(super) async fn index(
        &self,
        presentation: &str,
        wanted: Option<Generation>,
        now_ms: u64,
    ) -> Result<Rc<Index>, Error> {
        let recalled = self.memo.borrow_mut().recall(presentation, wanted, now_ms);
        match recalled {
            Recall::Index(index) => return Ok(index),
            Recall::Superseded => return Err(Absent::Generation.into()),
            // It serves this request alone: what is held was seen in storage itself, and KV may
            // still say what was there before.
            Recall::Another => {
                let stored = self.stored(presentation).await?;
                let found = stored.filter(|(index, _)| Some(index.generation) == wanted);
                return found.map(|(index, _)| Rc::new(index)).ok_or(Absent::Generation.into());
            }
            Recall::Nothing => {}
        }
        match self.stored(presentation).await? {
            Some((index, weight)) => {
                Ok(self.learn(presentation, index, Learnt::Stored, weight, now_ms))
            }
            None => self.rebuild(presentation, now_ms).await,
        }
    }

    /// The presentation's index as KV has it, and what it weighs. A corrupt value, or one of
    /// another version of this software, is as good as none.
    async fn stored(&self, presentation: &str) -> Result<Option<(Index, usize)>, Error> {
        let Some(value) = self.indexes.get(presentation).await? else { return Ok(None) };
        match Index::decode(&value) {
            Ok(index) => Ok(Some((index, value.len()))),
            Err(cause) => {
                let presentation = presentation.to_owned();
                (self.report)(&Error::Index { presentation, cause });
                Ok(None)
            }
        }
    }

    /// The presentation's index as its sources have it now; it replaces whatever was known.
    pub(super) async fn rebuild(
        &self,
        presentation: &str,
        now_ms: u64,
    ) -> Result<Rc<Index>, Error> {
        self.memo.borrow_mut().forget(presentation);
        let built = build(self.objects, presentation, &self.settings.limits, Way::Tables).await?;
        let index = built.ok_or_else(|| Error::NoPresentation(presentation.to_owned()))?;
        let value = index.encode();
        let summary = Summary::new(&index, now_ms);
        let index = self.learn(presentation, index, Learnt::Sources, value.len(), now_ms);
        if let Err(error) = self.indexes.put(presentation, value, &summary).await {
            (self.report)(&error.into());
        }
        Ok(index)
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
