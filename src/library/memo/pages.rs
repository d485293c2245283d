//! Pages of sample tables kept in an isolate's memory.

use crate::index::{Digest, Generation, Index, Page};
use lru::LruCache;
use std::rc::Rc;

/// Pages by the build that they belong to, the least recently used forgotten first. They never grow
/// old: a build is replaced, not changed, and its pages go with it.
pub(super) struct Pages {
    entries: LruCache<(Generation, Digest), Held>,
    /// What the entries weigh together, in bytes of their stored form.
    weight: usize,
}

struct Held {
    form: Form,
    weight: usize,
}

/// A build makes all pages of a presentation at once, of which few are asked for: they are read when they
/// are.
enum Form {
    Stored(Rc<[u8]>),
    Read(Rc<Page>),
}

impl Pages {
    /// Pages together weigh no more bytes than this: some three hundred, or ten hours of video and
    /// audio.
    pub(super) const MAX_WEIGHT: usize = 16 << 20;

    pub(super) fn new() -> Self {
        Self { entries: LruCache::unbounded(), weight: 0 }
    }

    /// The page that has this `digest`. One that has another is as good as none.
    pub(super) fn recall(&mut self, generation: Generation, digest: Digest) -> Option<Rc<Page>> {
        let held = self.entries.get_mut(&(generation, digest))?;
        let page = match &held.form {
            Form::Read(page) => Rc::clone(page),
            Form::Stored(value) => Rc::new(Page::decode(value, digest).ok()?),
        };
        held.form = Form::Read(Rc::clone(&page));
        Some(page)
    }

    /// Keeps a page in its stored form.
    pub(super) fn keep(&mut self, generation: Generation, digest: Digest, value: Rc<[u8]>) {
        let weight = value.len();
        self.hold(generation, digest, Held { form: Form::Stored(value), weight });
    }

    /// Keeps a page that was read, whose stored form takes `weight` bytes.
    pub(super) fn keep_read(
        &mut self,
        generation: Generation,
        digest: Digest,
        page: Rc<Page>,
        weight: usize,
    ) {
        self.hold(generation, digest, Held { form: Form::Read(page), weight });
    }

    /// Drops all pages of an index, for which nobody will ask again.
    pub(super) fn forget(&mut self, index: &Index) {
        for page in index.pages() {
            if let Some(held) = self.entries.pop(&(index.generation, page.digest)) {
                self.weight = self.weight.saturating_sub(held.weight);
            }
        }
    }

    fn hold(&mut self, generation: Generation, digest: Digest, held: Held) {
        let weight = held.weight;
        if weight > Self::MAX_WEIGHT {
            return;
        }
        let replaced = self.entries.put((generation, digest), held);
        let before = self.weight.saturating_sub(replaced.map_or(0, |replaced| replaced.weight));
        self.weight = before.saturating_add(weight);
        while self.weight > Self::MAX_WEIGHT {
            let Some((_, oldest)) = self.entries.pop_lru() else { return };
            self.weight = self.weight.saturating_sub(oldest.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generation() -> Generation {
        Index::new(Vec::new(), Vec::new(), Vec::new(), Vec::new()).generation
    }

    #[test]
    fn a_page_is_read_when_it_is_asked_for() {
        let generation = generation();
        let value: Rc<[u8]> = Page::new(&[]).encode().into();
        let (digest, other) = (Digest::of(&value), Digest::of(b"another"));
        let mut pages = Pages::new();
        pages.keep(generation, digest, Rc::clone(&value));
        pages.keep(generation, other, value);
        assert_eq!(pages.recall(generation, other), None, "it has not the bytes that were meant");
        let page = pages.recall(generation, digest).unwrap();
        assert!(Rc::ptr_eq(&page, &pages.recall(generation, digest).unwrap()));
    }

    #[test]
    fn forgets_the_least_recently_used_to_stay_within_its_bound() {
        let generation = generation();
        let digest = |page: u8| Digest::of(&[page]);
        let mut pages = Pages::new();
        let mut keep = |at, weight| {
            pages.keep(generation, digest(at), vec![0; weight].into());
            (0..4)
                .map(|at| pages.entries.get(&(generation, digest(at))).is_some())
                .collect::<Vec<_>>()
        };
        let half = Pages::MAX_WEIGHT / 2;
        keep(0, half);
        assert_eq!(keep(1, half), [true, true, false, false]);
        assert_eq!(keep(1, half), [true, true, false, false], "the same weighs no more");
        assert_eq!(keep(2, half), [false, true, true, false]);
        assert_eq!(keep(3, Pages::MAX_WEIGHT + 1), [false, true, true, false]);
    }
}
