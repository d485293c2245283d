//! How far a sweep is: whoever drives it hands back what was said last.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The most bytes that a state has: cursors of buckets have some hundred.
pub const MAX_STATE_LEN: usize = 8 << 10;

/// The most characters that the name of a sweep has: it is a part of KV's keys.
const MAX_ID_LEN: usize = 32;

/// The progress of a sweep.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its name.
    pub id: String,
    /// Which of the deployment's buckets is listed, from 0.
    pub bucket: usize,
    /// Where that bucket's list goes on; `None` at its beginning.
    pub cursor: Option<String>,
    /// How many objects have been listed.
    pub listed: u64,
    /// How many of them are server manifests, and so were sent.
    pub sent: u64,
    /// Whether all have been listed.
    pub is_finished: bool,
}

/// Why what was handed back is no state.
#[derive(Debug, Error)]
pub enum StateError {
    /// It does not have the form of one.
    #[error("it is not how far a sweep is: {0}")]
    Form(#[from] serde_json::Error),
    /// No sweep has such a name.
    #[error("there is no sweep with this id")]
    Id,
    /// It is longer than any.
    #[error("it has {0} bytes, and may have {MAX_STATE_LEN}")]
    Long(usize),
}

impl State {
    /// The state of a sweep that begins at `now_ms`, in milliseconds since 1970, and is named after that.
    pub fn new(now_ms: u64) -> Self {
        let id = format!("{now_ms:012x}");
        Self { id, bucket: 0, cursor: None, listed: 0, sent: 0, is_finished: false }
    }

    /// What was handed back.
    pub fn parse(bytes: &[u8]) -> Result<Self, StateError> {
        if bytes.len() > MAX_STATE_LEN {
            return Err(StateError::Long(bytes.len()));
        }
        let state: Self = serde_json::from_slice(bytes)?;
        let is_name = (1..=MAX_ID_LEN).contains(&state.id.len())
            && state.id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_name { Ok(state) } else { Err(StateError::Id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_understood_and_nothing_else() {
        let state = State { cursor: Some("c".into()), sent: 7, ..State::new(1_795_366_999_000) };
        let said = serde_json::to_string(&state).unwrap();
        assert_eq!(State::parse(said.as_bytes()).unwrap(), state);
        let other = said.replace(&state.id, "../index");
        assert!(matches!(State::parse(other.as_bytes()), Err(StateError::Id)));
        let long = said.replace("\"c\"", &format!("\"{}\"", "c".repeat(MAX_STATE_LEN)));
        assert!(matches!(State::parse(long.as_bytes()), Err(StateError::Long(_))));
        for text in ["", "{}", "null", "[]", &said.replace("sent", "more")] {
            assert!(matches!(State::parse(text.as_bytes()), Err(StateError::Form(_))), "{text}");
        }
    }
}
