//! The name of a locator.

use std::fmt;

/// A GUID, which an address begins with: `8-4-4-4-12` hexadecimal digits, in lower case.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LocatorName(String);

/// Numbers of digits between the hyphens of a GUID.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

impl LocatorName {
    /// The name that `text` is, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let mut groups = text.split('-');
        let is_group = |len: &usize| {
            let group = groups.next().unwrap_or_default();
            group.len() == *len && group.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        let is_name = GROUPS.iter().all(is_group) && groups.next().is_none();
        is_name.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The name of the locator that `path` begins with, if it goes on behind it.
    pub fn of_path(path: &str) -> Option<Self> {
        let (first, _) = path.strip_prefix('/')?.split_once('/')?;
        Self::parse(first)
    }

    /// As it stands in keys.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LocatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
