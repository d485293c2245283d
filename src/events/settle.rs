//! Bringing what is stored of presentations up to date.

use super::found::{Change, Now, Standing};
use super::{Events, Standings};
use crate::library::{LibraryError, Runtime};
use crate::store::{Cache, IndexStore, ObjectStore};

impl<O, I, R, C> Events<'_, O, I, R, C>
where
    O: ObjectStore + 'static,
    I: IndexStore + 'static,
    R: Runtime,
    C: Cache,
{
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
                Err(error) if change.was_indexed => Err(error.clone().into()),
                _ => self.settle(presentation, change.now).await,
            };
            let unclear = |error: LibraryError| {
                let (cause, may_pass) = (error.to_string(), error.is_passing());
                Standing::Unclear { cause, may_pass }
            };
            standings.insert(presentation, standing.unwrap_or_else(unclear));
        }
    }

    /// Has the stored index be what was found.
    async fn settle(&self, presentation: &str, now: Now) -> Result<Standing, LibraryError> {
        match now {
            Now::Whole(whole) => {
                self.library.publish(presentation, &whole).await?;
                Ok(Standing::whole(&whole.index, &whole.missing()))
            }
            Now::Lacks { source, cause } => {
                self.library.indexes.link(&source, presentation).await?;
                self.library.forget(presentation).await?;
                Ok(Standing::Lacks(cause))
            }
            Now::Gone => {
                self.library.forget(presentation).await?;
                Ok(Standing::Gone)
            }
        }
    }
}
