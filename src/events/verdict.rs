//! What becomes of a message.

use serde_json::{Value, json};
use std::fmt::Display;

/// What the queue is to do with a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing more: it has been acted on, or there is nothing to do.
    Done,
    /// Deliver it again, later; a bounded number of times, and then put it where somebody looks.
    Again(Trouble),
}

/// Why a message could not be acted on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// The key that it tells of, if it could be read.
    pub key: Option<String>,
    /// The presentation that it was about, if it got so far.
    pub presentation: Option<String>,
    /// What went wrong.
    pub cause: String,
}

impl Trouble {
    /// With what lies under `key`.
    pub(super) fn of(key: &str, cause: impl Display) -> Self {
        Self { key: Some(key.to_owned()), presentation: None, cause: cause.to_string() }
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
