//! A plan, carried out.

use super::answer::{Answer, Piece};
use super::begun::Begun;
use super::plan::{Plan, Planned};
use super::serve::Origin;
use super::stopwatch::Stopwatch;
use crate::base::settled::all_settled;
use crate::store::{MediaStore, StoreError};

impl<O: MediaStore, I, R> Origin<'_, O, I, R> {
    /// The answer that `plan` is of, out of transfers that have `begun` where they give what it reads. The others of
    /// them are given up.
    ///
    /// Every read of storage is begun before the first byte is sent, so that whatever keeps one from
    /// beginning still has a status.
    pub(super) async fn execute(
        &self,
        plan: Plan,
        mut begun: Begun<O::Body>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, StoreError> {
        let (head, body) = plan.into_parts();
        let body = body.into_iter().map(|planned| (begun.take(&planned), planned));
        let body: Vec<_> = body.collect();
        drop(begun);
        let pieces = body.into_iter().map(|(begun, planned)| self.piece(planned, begun, watch));
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
            Planned::Stored(read) | Planned::Rest { read, .. } => read,
        };
        let body = match begun {
            Some(body) => body,
            None => self.open(&stored, watch).await?,
        };
        Ok(Piece::Stored { body, read: stored.read })
    }
}
