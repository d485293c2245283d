//! Locators that were asked for in the last half minute.

use crate::locator::{Locator, LocatorName};
use lru::LruCache;
use std::rc::Rc;

/// Locators by name, and names that there is none of; the least recently used forgotten first.
pub(super) struct Locators(LruCache<LocatorName, Asked>);

struct Asked {
    locator: Option<Rc<Locator>>,
    at_ms: u64,
}

impl Locators {
    /// With definitions of at most a kilobyte, two megabytes.
    pub(super) const MAX_COUNT: usize = 2048;

    /// For so long one is remembered: KV may serve what was replaced for as long.
    pub(super) const KEPT_MS: u64 = 30_000;

    /// The same where there is none.
    pub(super) const MISSED_KEPT_MS: u64 = 5_000;

    pub(super) fn new() -> Self {
        Self(LruCache::unbounded())
    }

    /// The locator of this name, or that there is none; `None` if neither is known.
    pub(super) fn recall(
        &mut self,
        name: &LocatorName,
        now_ms: u64,
    ) -> Option<Option<Rc<Locator>>> {
        let Asked { locator, at_ms } = self.0.get(name)?;
        let kept_ms = if locator.is_some() { Self::KEPT_MS } else { Self::MISSED_KEPT_MS };
        (now_ms.saturating_sub(*at_ms) < kept_ms).then(|| locator.clone())
    }

    pub(super) fn keep(&mut self, name: LocatorName, locator: Option<Rc<Locator>>, at_ms: u64) {
        if self.0.len() >= Self::MAX_COUNT && !self.0.contains(&name) {
            self.0.pop_lru();
        }
        self.0.put(name, Asked { locator, at_ms });
    }

    pub(super) fn forget(&mut self, name: &LocatorName) {
        self.0.pop(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> LocatorName {
        LocatorName::parse(&format!("00000000-0000-0000-0000-{number:012}")).unwrap()
    }

    #[test]
    fn remembers_for_a_while_and_only_so_many() {
        let mut locators = Locators::new();
        let locator = Rc::new(Locator::parse(br#"{"prefix": "a"}"#).unwrap());
        locators.keep(name(0), Some(Rc::clone(&locator)), 1000);
        locators.keep(name(1), None, 1000);
        assert_eq!(locators.recall(&name(0), 1000 + 29_999), Some(Some(locator)));
        assert_eq!(locators.recall(&name(0), 1000 + Locators::KEPT_MS), None);
        assert_eq!(locators.recall(&name(1), 1000 + 4_999), Some(None));
        assert_eq!(locators.recall(&name(1), 1000 + Locators::MISSED_KEPT_MS), None);
        for number in 2..2 + Locators::MAX_COUNT {
            locators.keep(name(number), None, 1000);
        }
        assert_eq!(locators.0.len(), Locators::MAX_COUNT);
        assert_eq!(locators.recall(&name(0), 1000), None);
        locators.forget(&name(3));
        assert_eq!(locators.recall(&name(3), 1000), None);
    }
}
