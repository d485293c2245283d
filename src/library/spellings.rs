//! Keys that differ in case alone, where a deployment takes them for one: how each presentation is spelled, stored when it is
//! indexed, remembered or fetched.

use super::{Library, LibraryError, Runtime};
use crate::store::{IndexStore, SpellingStore, StoreError};
use crate::url::FoldedKey;
use std::rc::Rc;

impl<O, I: SpellingStore, R> Library<O, I, R> {
    /// How the presentation is spelled whose key is `folded` in lower case, for a request that came at `came_ms`; `None` if none
    /// has been indexed.
    pub async fn spelling(
        &self,
        folded: FoldedKey,
        came_ms: u64,
    ) -> Result<Option<Rc<str>>, StoreError> {
        if let Some(known) = self.memo.recall_spelling(&folded, came_ms) {
            return Ok(known);
        }
        let key = match folded.can_be_stored() {
            true => self.indexes.spelling(&folded).await?,
            false => None,
        };
        // What KV has under another name would lead a viewer past whom the name was judged by.
        let key = key.filter(|key| FoldedKey::of(key) == folded).map(Rc::from);
        self.memo.keep_spelling(folded, key.clone(), came_ms);
        Ok(key)
    }
}

impl<O, I: IndexStore, R: Runtime> Library<O, I, R> {
    /// Has all keys that differ from that of `presentation` in case alone lead to it, where the deployment takes them for one. An
    /// error if one of them has an index.
    pub(super) async fn spell(&self, presentation: &str) -> Result<(), LibraryError> {
        let folded = FoldedKey::of(presentation);
        if !self.rules.folds || !folded.can_be_stored() {
            return Ok(());
        }
        match self.indexes.spelling(&folded).await? {
            Some(key) if key == presentation => return Ok(()),
            Some(other) if self.indexes.get(&other).await?.is_some() => {
                let presentation = presentation.to_owned();
                return Err(LibraryError::Twin { presentation, other });
            }
            _ => {}
        }
        self.indexes.put_spelling(&folded, presentation).await?;
        let key = Some(Rc::from(presentation));
        self.memo.keep_spelling(folded, key, self.runtime.now_ms());
        Ok(())
    }

    /// Has no keys lead to `presentation` that differ from its own.
    pub(super) async fn unspell(&self, presentation: &str) -> Result<(), StoreError> {
        let folded = FoldedKey::of(presentation);
        if !self.rules.folds || !folded.can_be_stored() {
            return Ok(());
        }
        if self.indexes.spelling(&folded).await?.is_some_and(|key| key == presentation) {
            self.indexes.delete_spelling(&folded).await?;
            self.memo.forget_spelling(&folded);
        }
        Ok(())
    }
}
