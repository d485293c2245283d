//! What was looked up by a name in the last half minute.

use lru::LruCache;
use std::hash::Hash;
use std::rc::Rc;

/// With names and values of at most a kilobyte, two megabytes.
const MAX_COUNT: usize = 2048;

/// What names stand for, and names that stand for nothing: each apart, so that names that are made up displace nothing but each
/// other. The least recently used are forgotten first.
pub(super) struct Lookups<N: Hash + Eq, V: ?Sized> {
    known: LruCache<N, (Rc<V>, u64)>,
    missing: LruCache<N, u64>,
}

impl<N: Hash + Eq, V: ?Sized> Lookups<N, V> {
    /// For so long one is remembered, in milliseconds: KV may serve what was replaced for as long.
    pub(super) const KEPT_MS: u64 = 30_000;

    /// The same where there is none.
    pub(super) const MISSED_KEPT_MS: u64 = 5_000;

    pub(super) fn new() -> Self {
        Self { known: LruCache::unbounded(), missing: LruCache::unbounded() }
    }

    /// The locator of this name, or that there is none; `None` if neither is known.
    pub(super) fn recall(&mut self, name: &N, now_ms: u64) -> Option<Option<Rc<V>>> {
        let is_fresh = |at_ms: u64, kept_ms: u64| now_ms.saturating_sub(at_ms) < kept_ms;
        if let Some((value, at_ms)) = self.known.get(name) {
            return is_fresh(*at_ms, Self::KEPT_MS).then(|| Some(Rc::clone(value)));
        }
        let at_ms = self.missing.get(name)?;
        is_fresh(*at_ms, Self::MISSED_KEPT_MS).then_some(None)
    }

    pub(super) fn keep(&mut self, name: N, value: Option<Rc<V>>, at_ms: u64) {
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
    use crate::locator::{Locator, LocatorName};

    type Locators = Lookups<LocatorName, Locator>;

    fn name(number: usize) -> LocatorName {
        LocatorName::parse(&format!("00000000-0000-0000-0000-{number:012}")).unwrap()
    }

    #[test]
    fn remembers_for_a_while() {
        let mut locators = Locators::new();
        let locator = Rc::new(Locator::parse(br#"{"prefix": "a"}"#).unwrap());
        locators.keep(name(0), Some(Rc::clone(&locator)), 1000);
        locators.keep(name(1), None, 1000);
        assert_eq!(locators.recall(&name(0), 1000 + 29_999), Some(Some(locator)));
        assert_eq!(locators.recall(&name(0), 1000 + Locators::KEPT_MS), None);
        assert_eq!(locators.recall(&name(1), 1000 + 4_999), Some(None));
        assert_eq!(locators.recall(&name(1), 1000 + Locators::MISSED_KEPT_MS), None);
        locators.keep(name(1), None, 1000);
        locators.forget(&name(1));
        assert_eq!(locators.recall(&name(1), 1000), None);
    }

    #[test]
    fn names_that_are_made_up_displace_no_locator() {
        let mut locators = Locators::new();
        let locator = Rc::new(Locator::parse(br#"{"prefix": "a"}"#).unwrap());
        locators.keep(name(0), Some(Rc::clone(&locator)), 1000);
        for number in 1..=2 * MAX_COUNT {
            locators.keep(name(number), None, 1000);
        }
        assert_eq!(locators.missing.len(), MAX_COUNT);
        assert_eq!(locators.recall(&name(1), 1000), None);
        assert_eq!(locators.recall(&name(0), 1000), Some(Some(locator)));
        locators.keep(name(0), None, 2000);
        assert_eq!(locators.recall(&name(0), 2000), Some(None), "it is gone");
    }
}
