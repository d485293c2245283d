//! JSON, read from text, and objects of it.

use serde::Deserialize;
use serde_json::{Map, Value};

/// The value that `text` says.
///
/// It is read as bytes are. A parser of text beside the one of bytes would be all of its code once more in the Worker's
/// script.
pub fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    serde_json::from_slice(text.as_bytes())
}

/// The object of these `members`, each put in by itself: to collect them would be a sort more in the Worker's script.
pub fn object(members: impl IntoIterator<Item = (impl Into<String>, Value)>) -> Value {
    let mut object = Map::new();
    object.extend(members.into_iter().map(|(name, value)| (name.into(), value)));
    object.into()
}
