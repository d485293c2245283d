//! A whole library sent through the queue, and how far it is.

use super::{Admin, AdminError};
use crate::sweep::{State, Sweeper, advance, progress};
use serde_json::{Value, json};

impl<O, I, R, C, S: Sweeper> Admin<'_, O, I, R, C, S> {
    /// Sends the next part of the library on its way: the first, or what follows the state in `body`.
    pub(super) async fn sweep(&self, body: &[u8], now_ms: u64) -> Result<Value, AdminError> {
        self.sweeper.has_queue().then_some(()).ok_or(AdminError::NoQueue)?;
        self.stores.buckets().next().ok_or(AdminError::NoBucket)?;
        let state = match body {
            [] => State::new(now_ms),
            said => State::parse(said).map_err(AdminError::Sweep)?,
        };
        Ok(json!(advance(self.sweeper, self.stores, state).await?))
    }

    /// How far the last sweep is.
    pub(super) async fn show_sweep(&self) -> Result<Value, AdminError> {
        Ok(progress(self.sweeper).await?)
    }
}
