//! The door to links from sources to presentations.

use super::error::StoreError;
use crate::index::Source;

/// Links from a source to the presentations that are made from it, so that a change of the one finds
/// the others without a look at every index.
///
/// A link is a hint: it is there before the index is, and may be left when that is gone. Whoever
/// follows it looks at the presentation itself.
pub trait LinkStore {
    /// Has a link lead from `source` to `presentation`.
    async fn link(&self, source: &str, presentation: &str) -> Result<(), StoreError>;

    /// Removes that link, if it is there.
    async fn unlink(&self, source: &str, presentation: &str) -> Result<(), StoreError>;

    /// Where links from `source` lead.
    async fn linked(&self, source: &str) -> Result<Vec<String>, StoreError>;
}

/// The keys of the sources from which links lead to an index of `presentation`: all of its `sources` but itself.
pub fn linked_sources<'a>(
    presentation: &'a str,
    sources: &'a [Source],
) -> impl Iterator<Item = &'a str> {
    sources.iter().map(|source| source.key.as_str()).filter(move |&key| key != presentation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sources_link_but_the_server_manifest() {
        let source = |key: &str| Source::object(key, 1, "e");
        let sources = ["a.ism", "a.ismc", "a.ismv"].map(source);
        assert_eq!(linked_sources("a.ism", &sources).collect::<Vec<_>>(), ["a.ismc", "a.ismv"]);
    }
}
