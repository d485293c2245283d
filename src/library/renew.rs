//! An index that takes the place of one that is out of date.

use super::waiting::Wanted;
use super::{Found, Known, Library, LibraryError, Runtime};
use crate::index::Generation;
use crate::library::memo::Reach;
use crate::store::{IndexStore, ObjectStore};

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// The presentation's index as its sources have it, in place of `outdated`, of which something is not
    /// there any more: another that was built since, or else one that is built for whoever asks. `came_ms` is
    /// when the request came.
    pub async fn renew(
        &self,
        presentation: &str,
        outdated: Generation,
        came_ms: u64,
    ) -> Result<Known, LibraryError> {
        let newer = self.memo.recall_newer(presentation, outdated, came_ms);
        let known = match newer {
            Some(index) => Known::stored(index, Found::Memory),
            None => {
                let outdated = Some(outdated);
                let wanted = Wanted { came_ms, outdated, reach: Reach::Building };
                self.build(presentation, wanted).await?
            }
        };
        self.memo.supersede(presentation, outdated);
        Ok(known)
    }
}
