//! An index that is remembered, or fetched once for all who ask for it at a time.

use super::patience::Patience;
use super::waiting::Wanted;
use super::{Found, Known, Library, LibraryError, Runtime};
use crate::index::{Generation, Index};
use crate::library::memo::{Learnt, Reach, Recall, Seen};
use crate::store::{IndexStore, ObjectStore};
use std::rc::Rc;

/// The turn to find an index: this request's, or another one's.
enum Turn {
    /// Nobody's: this is it.
    Found(Known),
    /// It is this request's turn: it fetches the index for all who ask. The isolate may hold another generation
    /// than the one wanted.
    Fetch { holds_another: bool },
}

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// The presentation's index, for a request that came at `came_ms`: from memory, else from KV, else
    /// built from storage. It may be of another generation than the one wanted: then that one is gone, or
    /// not here yet.
    pub async fn index(
        &self,
        presentation: &str,
        wanted: Option<Generation>,
        came_ms: u64,
    ) -> Result<Known, LibraryError> {
        let holds_another = match self.turn(presentation, wanted, came_ms).await? {
            Turn::Found(known) => return Ok(known),
            Turn::Fetch { holds_another } => holds_another,
        };
        let stored = self.stored(presentation).await;
        self.memo.end_fetch(presentation);
        let stored = stored?.map(|(index, weight)| (Rc::new(index), weight));
        match &stored {
            // It takes no other's place: what is held was seen in storage itself, and KV may still say
            // what was there before.
            _ if holds_another => self.memo.look(presentation, stored.clone(), came_ms),
            Some((index, weight)) => {
                let kept = Rc::clone(index);
                self.memo.keep(presentation, kept, Learnt::Stored, *weight, came_ms);
            }
            None => {}
        }
        match stored {
            Some((index, _)) => Ok(Known::stored(index, Found::Kv)),
            None if holds_another => Err(LibraryError::NoGeneration(presentation.to_owned())),
            None => {
                let (outdated, reach) = (None, Reach::Everything);
                self.build(presentation, Wanted { came_ms, outdated, reach }).await
            }
        }
    }

    /// What memory has for a request that came at `came_ms`, once nobody else fetches the index; or the turn to fetch it.
    async fn turn(
        &self,
        presentation: &str,
        wanted: Option<Generation>,
        came_ms: u64,
    ) -> Result<Turn, LibraryError> {
        let (mut now_ms, mut has_waited) = (came_ms, false);
        let mut patience = Patience::since(came_ms);
        loop {
            let recalled = self.memo.recall(presentation, wanted, now_ms);
            let holds_another = match recalled {
                Recall::Index(index) => {
                    return Ok(Turn::Found(Known::stored(index, Found::Memory)));
                }
                Recall::Superseded => {
                    return Err(LibraryError::NoGeneration(presentation.to_owned()));
                }
                Recall::Miss(miss) => return Err(LibraryError::missed(presentation, miss)),
                Recall::Another => true,
                Recall::Nothing => false,
            };
            // What this request has waited for was not there, and is built by whoever had asked for it:
            // later than this request came, even where the clock stood still.
            if has_waited && self.is_built(presentation, now_ms) {
                let (came_ms, outdated) = (came_ms.saturating_sub(1), None);
                let wanted = Wanted { came_ms, outdated, reach: Reach::Everything };
                return self.build(presentation, wanted).await.map(Turn::Found);
            }
            if self.memo.begin_fetch(presentation, now_ms) {
                return Ok(Turn::Fetch { holds_another });
            }
            if !patience.nap(&*self.runtime, now_ms).await {
                return Err(LibraryError::Busy(presentation.to_owned()));
            }
            (now_ms, has_waited) = (self.runtime.now_ms(), true);
        }
    }

    /// Whether somebody builds the presentation, or did so a moment ago.
    fn is_built(&self, presentation: &str, now_ms: u64) -> bool {
        let seen = self.memo.seen(presentation, now_ms);
        !matches!(seen, Seen::Nothing)
    }

    /// The presentation's index as KV has it, and what it weighs. A corrupt value, or one of
    /// another version of this software, is as good as none.
    async fn stored(&self, presentation: &str) -> Result<Option<(Index, usize)>, LibraryError> {
        let Some(value) = self.indexes.get(presentation).await? else { return Ok(None) };
        match Index::decode(&value) {
            Ok(index) => Ok(Some((index, value.len()))),
            Err(cause) => {
                let error = LibraryError::Index { presentation: presentation.to_owned(), cause };
                self.runtime.report(presentation, error);
                Ok(None)
            }
        }
    }
}
