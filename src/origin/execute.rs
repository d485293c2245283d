//! A plan, carried out.

use super::answer::{Answer, Piece};
use super::plan::{Plan, Planned};
use super::serve::Origin;
use super::stopwatch::Stopwatch;
use crate::base::settled::all_settled;
use crate::store::{MediaStore, StoreError};

impl<O: MediaStore, I, R> Origin<'_, O, I, R> {
    /// The answer that `plan` is of, out of a transfer that has `begun` where it says so.
    ///
    /// Every read of storage is begun before the first byte is sent, so that whatever keeps one from
    /// beginning still has a status.
    pub(super) async fn execute(
        &self,
        plan: Plan,
        begun: Option<O::Body>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, StoreError> {
        let (head, body) = plan.into_parts();
        let is_rest = |planned: &Planned| matches!(planned, Planned::Rest(_));
        let mut begun = begun.filter(|_| body.iter().any(is_rest));
        let pieces = body.into_iter().map(|planned| {
            let begun = if is_rest(&planned) { begun.take() } else { None };
            self.piece(planned, begun, watch)
        });
        Ok(Answer::from_parts(head, all_settled(pieces).await?))
    }

    async fn piece(
        &self,
        planned: Planned,
        begun: Option<O::Body>,
        watch: &Stopwatch<'_>,
    ) -> Result<Piece<O::Body>, StoreError> {
        let stored = match planned {
            Planned::Bytes(bytes) => return Ok(Piece::Bytes(bytes)),
            Planned::Stored(stored) | Planned::Rest(stored) => stored,
        };
        let body = match begun {
            Some(body) => body,
            None => self.open(&stored, watch).await?,
        };
        Ok(Piece::Stored { body, read: stored.read })
    }
}
