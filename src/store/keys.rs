//! The keys under which indexes, and what stands beside them, lie in whatever holds indexes.

use crate::index::{Digest, PageValue};
use crate::locator::LocatorName;
use crate::selection::FilterName;
use crate::url::FoldedKey;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Prefix of the keys of indexes.
pub const INDEX_PREFIX: &str = "index/";

/// The key of a presentation's index.
pub fn index_key(presentation: &str) -> String {
    format!("{INDEX_PREFIX}{presentation}")
}

/// What the keys of all pages of a presentation begin with.
pub fn pages_prefix(presentation: &str) -> String {
    format!("page/{presentation}/")
}

/// The key of a page: the index that names it by this `digest` may be of any generation.
pub fn page_key(presentation: &str, digest: Digest) -> String {
    format!("{}{digest}", pages_prefix(presentation))
}

/// Pages under their keys, each once: tracks may have the same.
pub fn keyed_pages(presentation: &str, pages: Vec<PageValue>) -> BTreeMap<String, Rc<[u8]>> {
    pages.into_iter().map(|page| (page_key(presentation, page.digest), page.value)).collect()
}

/// The digest of the page that lies under `key`, if that is one of the presentation. The pages of a presentation
/// whose name goes on where this one ends are not its own.
pub fn page_at(key: &str, presentation: &str) -> Option<Digest> {
    Digest::parse(key.strip_prefix(&pages_prefix(presentation))?)
}

/// What the keys of all links from `source` begin with: a digest of it, as two keys would not fit into one.
pub fn link_prefix(source: &str) -> String {
    format!("source/{}/", Digest::of(source.as_bytes()))
}

/// The key of the link from `source` to `presentation`. Its value is empty.
pub fn link_key(source: &str, presentation: &str) -> String {
    link_prefix(source) + presentation
}

/// The key of a filter: of one presentation's with a digest of its name, as two names would
/// not always fit into one key.
pub fn filter_key(presentation: Option<&str>, name: &FilterName) -> String {
    match presentation {
        Some(presentation) => {
            format!("filter/{}/{name}", Digest::of(presentation.as_bytes()))
        }
        None => format!("filter/{name}"),
    }
}

/// Prefix of the keys of locators.
pub const LOCATOR_PREFIX: &str = "alias/";

/// The key of a locator.
pub fn locator_key(name: &LocatorName) -> String {
    format!("{LOCATOR_PREFIX}{name}")
}

/// The key of how a presentation is spelled.
pub fn spelling_key(folded: &FoldedKey) -> String {
    format!("case/{folded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `docs/index-format.md`.
    #[test]
    fn a_link_is_found_by_its_source_and_says_where_it_leads() {
        let (source, presentation) = ("films/tears_3M.ismv", "films/tears.ism");
        let key = link_key(source, presentation);
        assert_eq!(key, "source/a66e36b67d919a69/films/tears.ism");
        assert_eq!(key.strip_prefix(&link_prefix(source)), Some(presentation));
        assert!(!key.starts_with(INDEX_PREFIX), "lists of indexes do not show it");
    }

    #[test]
    fn pages_are_told_by_their_keys() {
        let digest = Digest::of(b"a page");
        let key = page_key("a.ism", digest);
        assert_eq!(key, "page/a.ism/9a8eeff1d0bc6b9b");
        assert_eq!((page_at(&key, "a.ism"), page_at(&key, "b.ism")), (Some(digest), None));
        let inner = page_key("a.ism/b.ism", digest);
        assert_eq!(page_at(&inner, "a.ism"), None);
        assert_eq!(page_at(&inner, "a.ism/b.ism"), Some(digest));
    }

    #[test]
    fn the_longest_key_is_one_that_kv_takes() {
        use crate::url::MAX_PRESENTATION_LEN;
        assert!(link_prefix(&"x".repeat(1024)).len() + MAX_PRESENTATION_LEN <= 512);
    }
}
