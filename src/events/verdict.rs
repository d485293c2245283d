//! Verdicts on messages.

use serde_json::{Value, json};
use std::fmt::Display;
use thiserror::Error;

/// The instruction to the queue about a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing more: it has been acted on, or there is nothing to do.
    Done,
    /// Deliver it again: nothing is wrong, and the delivery has cost enough before it was all done.
    Later,
    /// Deliver it again, later; a bounded number of times, and then put it where somebody looks.
    Again(MessageError),
}

impl Verdict {
    /// What becomes of a message that came to all these: an error of any is logged.
    pub(super) fn of_all(verdicts: impl Iterator<Item = Self>) -> Self {
        verdicts.fold(Self::Done, |so_far, verdict| match (so_far, verdict) {
            (Self::Again(error), _) | (_, Self::Again(error)) => Self::Again(error),
            (Self::Later, _) | (_, Self::Later) => Self::Later,
            (Self::Done, Self::Done) => Self::Done,
        })
    }
}

/// Why a message could not be acted on.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{cause}")]
pub struct MessageError {
    /// The key that it is about, if it could be read.
    pub key: Option<String>,
    /// The presentation that it was about, if it got so far.
    pub presentation: Option<String>,
    /// What went wrong.
    pub cause: String,
    /// Whether the next moment may be better: storage was in trouble, not the media.
    pub may_pass: bool,
}

impl MessageError {
    /// With what lies under `key`.
    pub(super) fn of(key: &str, cause: impl Display) -> Self {
        let (key, cause) = (Some(key.to_owned()), cause.to_string());
        Self { key, presentation: None, cause, may_pass: true }
    }

    /// One line for the log, of the message that the queue calls `id`.
    pub fn to_json(&self, id: &str) -> Value {
        json!({
            "event": "notification",
            "message": id,
            "key": self.key,
            "presentation": self.presentation,
            "error": self.cause,
        })
    }
}
