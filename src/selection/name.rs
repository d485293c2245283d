//! Names of stored filters.

use std::fmt;

/// The name of a stored filter, which stands in paths and in keys as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FilterName(String);

impl FilterName {
    /// The longest, in bytes.
    pub const MAX_LEN: usize = 64;

    /// `text` as a name; `None` unless it is of letters and digits of ASCII, `-`, `_` and `.`, and begins with none of
    /// these three.
    pub fn parse(text: &str) -> Option<Self> {
        let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let is_name = begins && text.len() <= Self::MAX_LEN && text.bytes().all(is_usual);
        is_name.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for FilterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
