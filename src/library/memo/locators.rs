//! Locators that were asked for in the last half minute.

use crate::locator::{Locator, LocatorError, LocatorName};
use lru::LruCache;
use std::rc::Rc;

/// What is stored under a locator's name: nothing, or a locator, or what is none.
pub type StoredLocator = Result<Option<Rc<Locator>>, Rc<LocatorError>>;

/// The same where there is something.
type Known = Result<Rc<Locator>, Rc<LocatorError>>;

/// Locators by name, and names that there is none of: each apart, so that names that are made up displace nothing but each
/// other. The least recently used are forgotten first.
pub(super) struct Locators {
    known: LruCache<LocatorName, (Known, u64)>,
    missing: LruCache<LocatorName, u64>,
}

impl Locators {
    /// With definitions of at most a kilobyte, two megabytes.
    pub(super) const MAX_COUNT: usize = 2048;

    /// For so long one is remembered, in milliseconds: KV may serve what was replaced for as long.
    pub(super) const KEPT_MS: u64 = 30_000;

    /// The same where there is none.
    pub(super) const MISSED_KEPT_MS: u64 = 5_000;

    pub(super) fn new() -> Self {
        Self { known: LruCache::unbounded(), missing: LruCache::unbounded() }
    }

    /// What is stored under this name; `None` if that is not known.
    pub(super) fn recall(&mut self, name: &LocatorName, now_ms: u64) -> Option<StoredLocator> {
        let is_fresh = |at_ms: u64, kept_ms: u64| now_ms.saturating_sub(at_ms) < kept_ms;
        if let Some((known, at_ms)) = self.known.get(name) {
            return is_fresh(*at_ms, Self::KEPT_MS).then(|| known.clone().map(Some));
        }
        let at_ms = self.missing.get(name)?;
        is_fresh(*at_ms, Self::MISSED_KEPT_MS).then_some(Ok(None))
    }

    pub(super) fn keep(&mut self, name: LocatorName, stored: StoredLocator, at_ms: u64) {
        self.forget(&name);
        match stored.transpose() {
            Some(known) => put(&mut self.known, name, (known, at_ms)),
            None => put(&mut self.missing, name, at_ms),
        }
    }

    pub(super) fn forget(&mut self, name: &LocatorName) {
        self.known.pop(name);
        self.missing.pop(name);
    }
}

fn put<T>(names: &mut LruCache<LocatorName, T>, name: LocatorName, value: T) {
    if names.len() >= Locators::MAX_COUNT {
        names.pop_lru();
    }
    names.put(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> LocatorName {
        LocatorName::parse(&format!("00000000-0000-0000-0000-{number:012}")).unwrap()
    }

    #[test]
    fn remembers_for_a_while() {
        let mut locators = Locators::new();
        let locator = Rc::new(Locator::parse(br#"{"prefix": "a"}"#).unwrap());
        locators.keep(name(0), Ok(Some(Rc::clone(&locator))), 1000);
        locators.keep(name(1), Ok(None), 1000);
        let broken = Rc::new(Locator::parse(b"?").unwrap_err());
        locators.keep(name(2), Err(Rc::clone(&broken)), 1000);
        let mut recall = |number, ms| locators.recall(&name(number), 1000 + ms);
        let is_same = |found: StoredLocator| found.is_ok_and(|it| it == Some(locator.clone()));
        assert!(recall(0, 29_999).is_some_and(is_same));
        assert!(recall(0, Locators::KEPT_MS).is_none());
        assert!(matches!(recall(1, 4_999), Some(Ok(None))));
        assert!(recall(1, Locators::MISSED_KEPT_MS).is_none());
        assert!(recall(2, 29_999).is_some_and(|it| it.is_err_and(|it| Rc::ptr_eq(&it, &broken))));
        assert!(recall(2, Locators::KEPT_MS).is_none());
        locators.keep(name(1), Ok(None), 1000);
        locators.forget(&name(1));
        assert!(locators.recall(&name(1), 1000).is_none());
    }

    #[test]
    fn names_that_are_made_up_displace_no_locator() {
        let mut locators = Locators::new();
        let locator = Rc::new(Locator::parse(br#"{"prefix": "a"}"#).unwrap());
        locators.keep(name(0), Ok(Some(Rc::clone(&locator))), 1000);
        for number in 1..=2 * Locators::MAX_COUNT {
            locators.keep(name(number), Ok(None), 1000);
        }
        assert_eq!(locators.missing.len(), Locators::MAX_COUNT);
        assert!(locators.recall(&name(1), 1000).is_none());
        assert!(matches!(locators.recall(&name(0), 1000), Some(Ok(Some(it))) if it == locator));
        locators.keep(name(0), Ok(None), 2000);
        assert!(matches!(locators.recall(&name(0), 2000), Some(Ok(None))), "it is gone");
    }
}
