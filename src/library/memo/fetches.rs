//! The indexes, and the pages ahead of any request, that are being fetched in this isolate.
//!
//! A request for an index that is on its way looks again in a moment, rather than fetch and decode it too:
//! anybody can make generations up, many at once.

use std::collections::BTreeMap;

/// The fetches under way, with the time at which each began, in milliseconds.
#[derive(Default)]
pub(super) struct Fetches(BTreeMap<String, u64>);

impl Fetches {
    /// After so long a fetch is taken for lost: the runtime drops what it cancels without a word.
    pub(super) const EXPIRY_MS: u64 = 1_000;

    /// Begins to fetch the index of a presentation, or the page with this key; `false` if another is at it.
    pub(super) fn begin(&mut self, key: &str, now_ms: u64) -> bool {
        self.0.retain(|_, began_ms| now_ms.saturating_sub(*began_ms) < Self::EXPIRY_MS);
        if self.0.contains_key(key) {
            return false;
        }
        self.0.insert(key.to_owned(), now_ms);
        true
    }

    /// It has come, or it has come to nothing.
    pub(super) fn end(&mut self, key: &str) {
        self.0.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_unless_it_is_lost() {
        let mut fetches = Fetches::default();
        assert!(fetches.begin("a.ism", 0));
        assert!(!fetches.begin("a.ism", Fetches::EXPIRY_MS - 1));
        assert!(fetches.begin("b.ism", 0));
        assert!(fetches.begin("a.ism", Fetches::EXPIRY_MS));
        fetches.end("a.ism");
        assert!(fetches.begin("a.ism", Fetches::EXPIRY_MS));
    }
}
