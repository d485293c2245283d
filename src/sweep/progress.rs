//! The progress of a sweep, as the admin API answers it.

use super::doors::Sweeper;
use super::note::Counted;
use crate::base::settled::all_settled;
use crate::store::StoreError;
use serde_json::{Value, json};

/// The most deliveries whose failures are in one answer, a read of KV each.
const MAX_NOTES: usize = 200;

/// How far the last sweep is: null if there was none. Of its failures, as many as can be read at once.
pub async fn progress<S: Sweeper>(sweeper: &S) -> Result<Value, StoreError> {
    let Some(state) = sweeper.state().await? else { return Ok(json!({ "sweep": null })) };
    let notes = sweeper.notes(&state.id).await?;
    let sum = |of: fn(&Counted) -> u64| notes.iter().map(of).fold(0, u64::saturating_add);
    let (done, failed) = (sum(|note| note.done), sum(|note| note.failed));
    let told = notes.iter().filter(|note| note.failed > 0).take(MAX_NOTES);
    let told = told.map(|note| sweeper.failures(&state.id, &note.name));
    let failures = all_settled(told).await?.concat();
    Ok(json!({ "sweep": state, "done": done, "failed": failed, "failures": failures }))
}
