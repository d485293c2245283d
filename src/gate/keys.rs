//! The keys that tokens are made with.

use crate::sign::HmacKey;
use serde_json::{Map, Value};
use thiserror::Error;

/// So many keys may be live at once: a token that does not name its key is tried with each.
const MAX_KEYS: usize = 8;
/// Bytes of a key.
const KEY_LENS: std::ops::RangeInclusive<usize> = 16..=128;

/// Live keys by their ids; several while keys are rotated.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<(String, HmacKey)>);

/// Why a text is no keys. Nothing of the text is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum KeysError {
    /// It is not such an object.
    #[error("TOKEN_KEYS is not a JSON object of key ids and keys")]
    Json,
    /// A key has another form or length.
    #[error("TOKEN_KEYS has a key that is not 16 to 128 bytes in hexadecimal digits")]
    Key,
    /// There are more than may be live at once.
    #[error("TOKEN_KEYS has more than {MAX_KEYS} keys")]
    Many,
}

impl Keys {
    /// The keys that `json` maps from their ids: `{"2026-11": "6d69…"}`, in hexadecimal digits.
    pub fn parse(json: &str) -> Result<Self, KeysError> {
        let keys: Map<String, Value> = serde_json::from_str(json).map_err(|_| KeysError::Json)?;
        if keys.len() > MAX_KEYS {
            return Err(KeysError::Many);
        }
        let keys = keys.into_iter().map(|(id, key)| {
            let key = key.as_str().and_then(bytes).filter(|key| KEY_LENS.contains(&key.len()));
            Ok((id, HmacKey::new(&key.ok_or(KeysError::Key)?)))
        });
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key with this id, or the first one.
    pub fn find(&self, id: Option<&str>) -> Option<&HmacKey> {
        let mut keys = self.0.iter();
        let found = keys.find(|(known, _)| id.is_none_or(|id| id == known));
        found.map(|(_, key)| key)
    }

    /// Whether `digest` is the HMAC-SHA256 of `text` with a key: the one called `id`, if it is said.
    ///
    /// All of every digest is compared: how long it takes says nothing of how much was right.
    pub(super) fn made(&self, digest: [u8; 32], text: &[u8], id: Option<&str>) -> bool {
        let asked = self.0.iter().filter(|(known, _)| id.is_none_or(|id| id == known));
        asked.fold(false, |made, (_, key)| {
            let right = key.sign(text);
            let differs =
                right.iter().zip(digest).fold(0, |sum, (&one, other)| sum | (one ^ other));
            made | (differs == 0)
        })
    }
}

/// The bytes that hexadecimal digits say.
pub(super) fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| match *pair {
        [high, low] => {
            let digit = |digit: u8| char::from(digit).to_digit(16);
            u8::try_from(digit(high)? << 4 | digit(low)?).ok()
        }
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::hmac;

    #[test]
    fn keys_are_read_or_refused_without_being_told() {
        let key = "00112233445566778899aabbccddeeff";
        let keys = Keys::parse(&format!(r#"{{"a":"{key}","b":"{}"}}"#, "AB".repeat(32))).unwrap();
        let signs = |id| keys.find(id).map(|key| key.sign(b"text"));
        assert_eq!(signs(None), Some(hmac(&bytes(key).unwrap(), b"text")));
        assert_eq!(signs(Some("b")), Some(hmac(&[0xab; 32], b"text")));
        assert_eq!(signs(Some("c")), None);
        assert!(!format!("{keys:?}").contains("17"), "{keys:?}");
        assert!(Keys::parse("{}").unwrap().is_empty());
        let many = (0..9).map(|id| format!(r#""{id}":"{key}""#)).collect::<Vec<_>>().join(",");
        for (json, error) in [
            ("", KeysError::Json),
            ("[]", KeysError::Json),
            (r#"{"a":1}"#, KeysError::Key),
            (r#"{"a":"00"}"#, KeysError::Key),
            (r#"{"a":"00112233445566778899aabbccddeef"}"#, KeysError::Key),
            (r#"{"a":"00112233445566778899aabbccddeefg"}"#, KeysError::Key),
            (&format!("{{{many}}}"), KeysError::Many),
        ] {
            assert_eq!(Keys::parse(json).err(), Some(error), "{json}");
        }
    }
}
