//! One build at a time of a presentation: who builds, and who waits for it.

use super::patience::Patience;
use super::{Known, Library, LibraryError, Runtime};
use crate::index::Generation;
use crate::library::memo::{Outcome, Over, Reach, Seen, Ticket};
use crate::store::{IndexStore, ObjectStore};

/// The wish of a request that waits for a build.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// When it came.
    pub(super) came_ms: u64,
    /// A generation that is of no use to it.
    pub(super) outdated: Option<Generation>,
    /// What it says if the build is in vain.
    pub(super) reach: Reach,
}

impl Wanted {
    /// Whether what came of a build is as good as what another would come to. A build that began after the
    /// request came is; so is one that it has waited for, unless that has nothing new for it.
    fn is_met_by(self, over: &Over<Outcome>, joined: Option<Ticket>) -> bool {
        let is_new = match &over.outcome {
            Outcome::Built(whole) => self.outdated != Some(whole.index.generation),
            Outcome::Miss(_) | Outcome::Unavailable(_) => joined == Some(over.ticket),
        };
        over.began_ms > self.came_ms || is_new
    }
}

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// The presentation's index as its sources have it now: built for this request, or for another that it
    /// waits for. Where that was tried in vain a moment ago, it is not tried again.
    pub(super) async fn build(
        &self,
        presentation: &str,
        wanted: Wanted,
    ) -> Result<Known, LibraryError> {
        let mut patience = Patience::since(self.runtime.now_ms());
        let mut joined = None;
        loop {
            let now_ms = self.runtime.now_ms();
            let miss = self.memo.recall_miss(presentation, now_ms);
            if let Some(miss) = miss {
                return Err(LibraryError::missed(presentation, miss));
            }
            let seen = self.memo.seen(presentation, now_ms);
            match seen {
                Seen::UnderWay(ticket) => joined = Some(ticket),
                Seen::Over(over) if wanted.is_met_by(&over, joined) => {
                    return told(presentation, over.outcome);
                }
                Seen::Over(_) | Seen::Nothing => {
                    let ticket = self.memo.claim(presentation, now_ms);
                    let outcome = self.build_as(presentation, ticket, wanted).await;
                    return told(presentation, outcome);
                }
            }
            if !patience.nap(&*self.runtime, now_ms).await {
                return Err(LibraryError::Busy(presentation.to_owned()));
            }
        }
    }
}

/// The error that a client gets for an outcome.
fn told(presentation: &str, outcome: Outcome) -> Result<Known, LibraryError> {
    match outcome {
        Outcome::Built(whole) => Ok(whole.into()),
        Outcome::Miss(miss) => Err(LibraryError::missed(presentation, miss)),
        Outcome::Unavailable(error) => Err(LibraryError::Build(error)),
    }
}
