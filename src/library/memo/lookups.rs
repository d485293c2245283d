//! Values that were looked up by a name in the last half minute.

use lru::LruCache;
use std::hash::Hash;

/// Names that are remembered: with values of at most a kilobyte, two megabytes.
const MAX_COUNT: usize = 2048;

/// What names stand for, and names that stand for nothing: each apart, so that names that are made up displace nothing but each
/// other. The least recently used are forgotten first.
pub(super) struct Lookups<N: Hash + Eq, V> {
    known: LruCache<N, (V, u64)>,
    missing: LruCache<N, u64>,
}

impl<N: Hash + Eq, V: Clone> Lookups<N, V> {
    /// Milliseconds for which an isolate remembers a value: KV may serve what was replaced for as long.
    pub(super) const KEPT_MS: u64 = 30_000;

    /// Milliseconds for which an isolate remembers that there is none.
    pub(super) const MISSED_KEPT_MS: u64 = 5_000;

    pub(super) fn new() -> Self {
        Self { known: LruCache::unbounded(), missing: LruCache::unbounded() }
    }

    /// What this name stands for, or that it stands for nothing; `None` if neither is known.
    pub(super) fn recall(&mut self, name: &N, now_ms: u64) -> Option<Option<V>> {
        let is_fresh = |at_ms: u64, kept_ms: u64| now_ms.saturating_sub(at_ms) < kept_ms;
        if let Some((value, at_ms)) = self.known.get(name) {
            return is_fresh(*at_ms, Self::KEPT_MS).then(|| Some(value.clone()));
        }
        let at_ms = self.missing.get(name)?;
        is_fresh(*at_ms, Self::MISSED_KEPT_MS).then_some(None)
    }

    pub(super) fn keep(&mut self, name: N, value: Option<V>, at_ms: u64) {
        self.forget(&name);
        match value {
            Some(value) => put(&mut self.known, name, (value, at_ms)),
            None => put(&mut self.missing, name, at_ms),
        }
    }

    pub(super) fn forget(&mut self, name: &N) {
        self.known.pop(name);
        self.missing.pop(name);
    }
}

fn put<N: Hash + Eq, T>(names: &mut LruCache<N, T>, name: N, value: T) {
    if names.len() >= MAX_COUNT {
        names.pop_lru();
    }
    names.put(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    type Words = Lookups<usize, &'static str>;

    #[test]
    fn remembers_for_a_while() {
        let mut words = Words::new();
        words.keep(0, Some("zero"), 1000);
        words.keep(1, None, 1000);
        assert_eq!(words.recall(&0, 1000 + 29_999), Some(Some("zero")));
        assert_eq!(words.recall(&0, 1000 + Words::KEPT_MS), None);
        assert_eq!(words.recall(&1, 1000 + 4_999), Some(None));
        assert_eq!(words.recall(&1, 1000 + Words::MISSED_KEPT_MS), None);
        words.keep(1, None, 1000);
        words.forget(&1);
        assert_eq!(words.recall(&1, 1000), None);
    }

    #[test]
    fn names_that_are_made_up_displace_nothing_that_is_there() {
        let mut words = Words::new();
        words.keep(0, Some("zero"), 1000);
        for number in 1..=2 * MAX_COUNT {
            words.keep(number, None, 1000);
        }
        assert_eq!(words.missing.len(), MAX_COUNT);
        assert_eq!(words.recall(&1, 1000), None);
        assert_eq!(words.recall(&0, 1000), Some(Some("zero")));
        words.keep(0, None, 2000);
        assert_eq!(words.recall(&0, 2000), Some(None), "it is gone");
    }
}
