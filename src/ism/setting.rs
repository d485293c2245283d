//! Settings in the head of a server manifest.

/// Prefix of the names of settings, in any case.
const PREFIX: &str = "millrace:";

/// A `meta` whose name begins with `millrace:`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// Its name behind the prefix, as written.
    pub name: String,
    /// Its content, without blanks around it.
    pub value: String,
}

impl Setting {
    /// The setting that a `meta` of this name and content is, if it is one.
    pub(super) fn read(name: &str, content: &str) -> Option<Self> {
        let (prefix, name) = name.split_at_checked(PREFIX.len())?;
        let is_ours = prefix.eq_ignore_ascii_case(PREFIX);
        is_ours.then(|| Self { name: name.trim().to_owned(), value: content.trim().to_owned() })
    }

    /// Its name as a `meta` has it.
    pub(super) fn full_name(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }
}
