//! Pages of sample tables kept in an isolate's memory.

use crate::index::{Generation, Page, PagePlace};
use lru::LruCache;
use std::rc::Rc;

/// Pages by the build that they belong to, the least recently used forgotten first. They never grow
/// old: a build is replaced, not changed.
pub(super) struct Pages {
    entries: LruCache<(Generation, PagePlace), (Rc<Page>, usize)>,
    /// What the entries weigh together, in bytes of their stored form.
    weight: usize,
}

impl Pages {
    /// Pages together weigh no more than this: some three hundred, or ten hours of pictures and
    /// sound.
    pub(super) const MAX_WEIGHT: usize = 16 << 20;

    pub(super) fn new() -> Self {
        Self { entries: LruCache::unbounded(), weight: 0 }
    }

    pub(super) fn recall(&mut self, generation: Generation, place: PagePlace) -> Option<Rc<Page>> {
        self.entries.get(&(generation, place)).map(|(page, _)| Rc::clone(page))
    }

    /// Keeps `page`, whose stored form takes `weight` bytes.
    pub(super) fn keep(
        &mut self,
        generation: Generation,
        place: PagePlace,
        page: Rc<Page>,
        weight: usize,
    ) {
        if weight > Self::MAX_WEIGHT {
            return;
        }
        let replaced = self.entries.put((generation, place), (page, weight));
        let before = self.weight.saturating_sub(replaced.map_or(0, |(_, weight)| weight));
        self.weight = before.saturating_add(weight);
        while self.weight > Self::MAX_WEIGHT {
            let Some((_, (_, weight))) = self.entries.pop_lru() else { return };
            self.weight = self.weight.saturating_sub(weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Index;

    #[test]
    fn forgets_the_least_recently_used_to_stay_within_its_bound() {
        let generation = Index::new(Vec::new(), Vec::new(), Vec::new(), Vec::new()).generation;
        let place = |page| PagePlace { track: 0, page };
        let mut pages = Pages::new();
        let mut keep = |at, weight| {
            pages.keep(generation, place(at), Rc::new(Page::new(&[])), weight);
            (0..4).map(|at| pages.recall(generation, place(at)).is_some()).collect::<Vec<_>>()
        };
        let half = Pages::MAX_WEIGHT / 2;
        keep(0, half);
        assert_eq!(keep(1, half), [true, true, false, false]);
        assert_eq!(keep(1, half), [true, true, false, false], "the same weighs no more");
        assert_eq!(keep(2, half), [false, true, true, false]);
        assert_eq!(keep(3, Pages::MAX_WEIGHT + 1), [false, true, true, false]);
    }
}
