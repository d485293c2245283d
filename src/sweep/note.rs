//! The outcome of a delivery, as far as its messages are of sweeps.

use super::message::sweep_of;
use crate::events::{MessageError, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The outcome of a delivery.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Note {
    /// The sweep.
    pub sweep: String,
    /// How many presentations are in place, or were already.
    pub done: u64,
    /// Presentations that cannot be served, and why.
    pub failures: Vec<Failure>,
}

/// A presentation that cannot be served.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// Its key.
    pub presentation: String,
    /// What is wrong with it.
    pub error: String,
}

/// A note without its failures: they lie under its `name`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted {
    /// What the note is called, in its sweep.
    pub name: String,
    /// How many presentations are in place.
    pub done: u64,
    /// How many failed.
    pub failed: u64,
}

/// What is to become of `messages`, whose `verdicts` these are, and what is to be noted of each sweep.
///
/// A message of a sweep whose presentation cannot be served is done: the library lies still, and another try would come
/// to the same. One that another moment may mend comes again.
pub(super) fn notes(messages: &[String], verdicts: Vec<Verdict>) -> (Vec<Verdict>, Vec<Note>) {
    let mut notes = BTreeMap::<String, Note>::new();
    let settled = messages.iter().zip(verdicts).map(|(message, verdict)| {
        let Some(sweep) = sweep_of(message) else { return verdict };
        let note = notes.entry(sweep.clone()).or_insert_with(|| Note { sweep, ..Note::default() });
        match verdict {
            Verdict::Done => note.done = note.done.saturating_add(1),
            Verdict::Again(MessageError { key, presentation, cause, may_pass: false }) => {
                let presentation = presentation.or(key).unwrap_or_default();
                note.failures.push(Failure { presentation, error: cause });
            }
            Verdict::Later | Verdict::Again(_) => return verdict,
        }
        Verdict::Done
    });
    let settled = settled.collect();
    let is_told = |note: &Note| note.done > 0 || !note.failures.is_empty();
    (settled, notes.into_values().filter(is_told).collect())
}
