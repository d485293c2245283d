//! The form that keys share which differ only in case.

use super::presentation_of;
use super::{encode, presentation};
use std::fmt;

/// A key in lower case: that of every presentation, or of every file, that differs from it in case alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FoldedKey(String);

impl FoldedKey {
    /// The folded form of `key`.
    pub fn of(key: &str) -> Self {
        Self(key.to_lowercase())
    }

    /// The folded form of the presentation that `path`, percent-encoded, leads to; `None` if it leads to none.
    pub fn of_path(path: &str) -> Option<Self> {
        let (key, _) = presentation_of(path.strip_prefix('/')?).ok()?;
        Some(Self::of(&key))
    }

    /// Whether the key in lower case is one that a store of indexes can have behind a prefix.
    pub fn can_be_stored(&self) -> bool {
        self.0.len() <= presentation::MAX_PRESENTATION_LEN
    }

    /// As it stands in keys.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FoldedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `path`, percent-encoded, to the same of the presentation `key`, which differs from its own in case alone; `None` if it
/// leads to no such presentation, or has the key as it is.
pub fn respelled(path: &str, key: &str) -> Option<String> {
    let (own, behind) = presentation_of(path.strip_prefix('/')?).ok()?;
    let is_other = own != key && FoldedKey::of(&own) == FoldedKey::of(key);
    let slash = if behind.is_empty() { "" } else { "/" };
    is_other.then(|| format!("/{}{slash}{behind}", encode(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_spelled_otherwise_and_nothing_else() {
        let key = "Films/Tränen 1.ism";
        let behind = "QualityLevels(1)/Fragments(VIDEO=0)";
        for own in ["films/tr%C3%A4nen%201.ism", "FILMS%2FTR%C3%84NEN%201.ISM"] {
            let path = format!("/{own}/{behind}");
            assert_eq!(respelled(&path, key), Some(format!("/Films/Tr%C3%A4nen%201.ism/{behind}")));
            assert_eq!(FoldedKey::of_path(&path), Some(FoldedKey::of(key)));
            assert_eq!(
                respelled(&format!("/{own}"), key).as_deref(),
                Some("/Films/Tr%C3%A4nen%201.ism")
            );
        }
        for path in [
            "/Films/Tr%C3%A4nen%201.ism/Manifest",
            "/films/other.ism/Manifest",
            "/a.jpg",
            "",
            "/%ff.ism",
        ] {
            assert_eq!(respelled(path, key), None, "{path}");
        }
    }

    #[test]
    fn a_key_that_grows_is_not_stored() {
        let key =
            |letter: &str, count: usize| FoldedKey::of(&format!("{}.ism", letter.repeat(count)));
        assert!(key("A", 476).can_be_stored());
        assert!(!key("\u{130}", 238).can_be_stored(), "its lower case takes three bytes, not two");
    }
}
