//! Notifications of R2 about changes in a bucket.

use crate::base::json;
use serde::Deserialize;
use thiserror::Error;

/// The message is none of R2's.
#[derive(Debug, Error)]
#[error("it is no notification of R2: {0}")]
pub(super) struct NoticeError(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Notice {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// The key, in its bucket, of the object that `message` is about.
///
/// Whether it was put, copied or deleted, and which version of it, is not asked: messages come twice
/// and in any order, so all of that may have been overtaken. Storage knows. Nor is the bucket, whose
/// name a Worker cannot know from its binding.
pub(super) fn key(message: &str) -> Result<String, NoticeError> {
    Ok(json::parse::<Notice>(message)?.object.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_any_action() {
        for message in [
            r#"{"account":"3f4b","action":"CopyObject","bucket":"media",
                "object":{"key":"films/größe (1).ism","size":65536,"eTag":"c846"},
                "eventTime":"2024-05-24T19:36:44.379Z",
                "copySource":{"bucket":"media","object":"other.ism"}}"#,
            r#"{"account":"3f4b","action":"DeleteObject","bucket":"media",
                "object":{"key":"films/größe (1).ism"},"eventTime":"2024-05-24T19:36:44.379Z"}"#,
            r#"{"action":"ToBeInvented","object":{"key":"films/größe (1).ism"}}"#,
        ] {
            assert_eq!(key(message).unwrap(), "films/größe (1).ism");
        }
    }

    #[test]
    fn what_is_no_notification() {
        for message in ["", "null", "[]", "\"films/a.ism\"", "{}", r#"{"object":{}}"#] {
            assert!(key(message).is_err(), "{message}");
        }
        assert!(key(r#"{"object":{"key":7}}"#).is_err());
    }
}
