//! The keys that tokens are made with.

use super::keys_error::{KeysError, MAX_KEYS};
use super::public_key::{Algorithm, PublicKey};
use crate::base::digits::from_hex;
use crate::base::json;
use crate::sign::{HmacKey, are_equal};
use serde_json::{Map, Value};

/// Bytes of a key.
const KEY_LENS: std::ops::RangeInclusive<usize> = 16..=128;

/// Live keys by their ids; several while keys are rotated.
#[derive(Clone, Debug, Default)]
pub struct Keys(Vec<(String, Key)>);

#[derive(Clone, Debug)]
enum Key {
    /// What signs and verifies.
    Shared(HmacKey),
    /// What verifies alone.
    Public(PublicKey),
}

impl Keys {
    /// The keys that `json` maps from their ids: `{"2026-11": "6d69…"}`, in hexadecimal digits, or public ones as JSON Web
    /// Keys.
    pub fn parse(json: &str) -> Result<Self, KeysError> {
        let keys: Map<String, Value> = json::parse(json).map_err(|_| KeysError::Json)?;
        if keys.len() > MAX_KEYS {
            return Err(KeysError::Many(keys.len()));
        }
        let keys = keys.into_iter().map(|(id, key)| {
            let key = match key {
                Value::Object(members) => Key::Public(PublicKey::parse(members)?),
                key => {
                    let key = key.as_str().and_then(from_hex);
                    let key = key.filter(|key| KEY_LENS.contains(&key.len()));
                    Key::Shared(HmacKey::new(&key.ok_or(KeysError::Key)?))
                }
            };
            Ok((id, key))
        });
        Ok(Self(keys.collect::<Result<_, _>>()?))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key to sign with that has this id, or the first one.
    pub fn find(&self, id: Option<&str>) -> Option<&HmacKey> {
        self.shared(id).next()
    }

    /// The keys that verify what is signed in this way: the one called `id`, if it is said.
    pub(super) fn public(&self, algorithm: Algorithm, id: Option<&str>) -> Vec<PublicKey> {
        let keys = self.called(id).filter_map(|key| match key {
            Key::Public(key) if key.algorithm() == algorithm => Some(key.clone()),
            _ => None,
        });
        keys.collect()
    }

    fn shared(&self, id: Option<&str>) -> impl Iterator<Item = &HmacKey> {
        self.called(id).filter_map(|key| match key {
            Key::Shared(key) => Some(key),
            Key::Public(_) => None,
        })
    }

    fn called(&self, id: Option<&str>) -> impl Iterator<Item = &Key> {
        let asked = self.0.iter().filter(move |(known, _)| id.is_none_or(|id| id == known));
        asked.map(|(_, key)| key)
    }

    /// Whether `digest` is the HMAC-SHA256 of `text` with a key: the one called `id`, if it is said.
    ///
    /// All of every digest is compared: how long it takes says nothing of how much was right.
    pub(super) fn made(&self, digest: [u8; 32], text: &[u8], id: Option<&str>) -> bool {
        self.shared(id).fold(false, |made, key| made | are_equal(&key.sign(text), &digest))
    }
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
        assert_eq!(signs(None), Some(hmac(&from_hex(key).unwrap(), b"text")));
        assert_eq!(signs(Some("b")), Some(hmac(&[0xab; 32], b"text")));
        assert_eq!(signs(Some("c")), None);
        assert!(!format!("{keys:?}").contains("17"), "{keys:?}");
        assert!(Keys::parse("{}").unwrap().is_empty());
        let many = (0..9).map(|id| format!(r#""{id}":"{key}""#)).collect::<Vec<_>>().join(",");
        for (json, error) in [
            ("", KeysError::Json),
            ("[]", KeysError::Json),
            (r#"{"a":1}"#, KeysError::Key),
            (r#"{"a":{}}"#, KeysError::Public),
            (r#"{"a":{"kty":"EC","d":""}}"#, KeysError::Private),
            (r#"{"a":"00"}"#, KeysError::Key),
            (r#"{"a":"00112233445566778899aabbccddeef"}"#, KeysError::Key),
            (r#"{"a":"00112233445566778899aabbccddeefg"}"#, KeysError::Key),
            (&format!("{{{many}}}"), KeysError::Many(9)),
        ] {
            assert_eq!(Keys::parse(json).err(), Some(error), "{json}");
        }
    }
}
