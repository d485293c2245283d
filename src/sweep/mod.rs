//! A whole library, sent through the deployment's own queue: its buckets are listed part by part, and each server
//! manifest in them becomes a message, as if it had been uploaded just now.
//!
//! What is done with a message is decided in [`crate::events`]: a presentation whose index is current is skipped. So
//! a sweep that is broken off or begun again does no harm. Deliveries leave notes of what they came to, each under a
//! name of its own, so that many of them side by side need not agree on a count.

mod delivery;
mod doors;
mod message;
mod note;
mod progress;
mod state;

pub use delivery::settle;
pub use doors::{Keys, Sweeper};
pub use message::sweep_of;
pub use note::{Counted, Failure, Note};
pub use progress::progress;
pub use state::{MAX_STATE_LEN, State, StateError};

use crate::remote::Stores;
use crate::store::StoreError;
use crate::url::check_presentation;

/// The most messages that a queue takes at once.
const MAX_AT_ONCE: usize = 100;

/// Sends the next part of the library on its way, and gives how far the sweep is then.
pub async fn advance<S: Sweeper>(
    sweeper: &S,
    stores: &Stores,
    state: State,
) -> Result<State, StoreError> {
    let buckets: Vec<(&str, &str)> = stores.buckets().collect();
    let Some((binding, path)) = buckets.get(state.bucket) else {
        return Ok(State { is_finished: true, ..state });
    };
    let part = sweeper.keys(binding, path, state.cursor.as_deref()).await?;
    let is_presentation = |stored: &&String| {
        let keys = stores.keys_in_r2(stored);
        keys.iter().any(|key| check_presentation(key).is_ok())
    };
    let found: Vec<&String> = part.keys.iter().filter(is_presentation).collect();
    for some in found.chunks(MAX_AT_ONCE) {
        let messages = some.iter().map(|key| message::message(&state.id, key)).collect();
        sweeper.send(messages).await?;
    }
    let next = match part.cursor {
        Some(_) => state.bucket,
        None => state.bucket.saturating_add(1),
    };
    let count = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
    let state = State {
        bucket: next,
        cursor: part.cursor,
        listed: state.listed.saturating_add(count(part.keys.len())),
        sent: state.sent.saturating_add(count(found.len())),
        is_finished: next >= buckets.len(),
        ..state
    };
    // KV takes a value a second under one key. What is not kept on the way is a part that would be sent again.
    match sweeper.put_state(&state).await {
        Err(error) if state.is_finished => Err(error),
        _ => Ok(state),
    }
}
