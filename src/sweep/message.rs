//! A message of a sweep: what a bucket says of an upload, with the name of the sweep.

use crate::base::json;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Message {
    sweep: String,
}

/// The message for the object that lies under `key` in its bucket.
pub(super) fn message(sweep: &str, key: &str) -> Value {
    json!({ "action": "Sweep", "object": { "key": key }, "sweep": sweep })
}

/// The sweep that `message` is of, if it is of one.
pub fn sweep_of(message: &str) -> Option<String> {
    json::parse::<Message>(message).ok().map(|message| message.sweep)
}
