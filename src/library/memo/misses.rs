//! Presentations that were looked for in vain.

use crate::library::build::BuildError;
use lru::LruCache;
use std::rc::Rc;

/// The outcome of looking for a presentation's index in vain.
#[derive(Clone, Debug)]
pub enum Miss {
    /// There is no such presentation.
    Absent,
    /// It is there, and cannot be indexed.
    Broken(Rc<BuildError>),
}

impl Miss {
    /// For how long it is remembered, in milliseconds.
    fn kept_ms(&self) -> u64 {
        match self {
            Self::Broken(error) => match **error {
                BuildError::TooCostly { .. } | BuildError::BySamples { .. } => {
                    Misses::COSTLY_KEPT_MS
                }
                _ => Misses::KEPT_MS,
            },
            Self::Absent => Misses::KEPT_MS,
        }
    }
}

/// Two of them are equal if they are the same failure, not another one of the same kind.
impl PartialEq for Miss {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Absent, Self::Absent) => true,
            (Self::Broken(one), Self::Broken(other)) => Rc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Miss {}

/// The reach of a miss.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Nothing of the presentation can be answered: no index is stored either.
    Everything,
    /// Building was in vain. A stored index may still answer for what has not changed.
    Building,
}

/// The misses of the last seconds, the least recently used forgotten first.
///
/// Whoever makes names up pushes out other names that were made up, and nothing else.
pub(super) struct Misses(LruCache<String, Missed>);

struct Missed {
    miss: Miss,
    reach: Reach,
    at_ms: u64,
}

impl Misses {
    /// Misses that are remembered: with keys of at most 480 bytes, half a megabyte.
    pub(super) const MAX_COUNT: usize = 1024;

    /// Milliseconds for which a miss is remembered. A cache may keep the answer for as long again, so whatever is
    /// uploaded is seen after twice this.
    pub(super) const KEPT_MS: u64 = 5_000;

    /// Milliseconds for which an isolate remembers what was too costly to index: it takes hundreds of reads to find
    /// that out.
    pub(super) const COSTLY_KEPT_MS: u64 = 60_000;

    pub(super) fn new() -> Self {
        Self(LruCache::unbounded())
    }

    pub(super) fn recall(&mut self, presentation: &str, now_ms: u64) -> Option<(Miss, Reach)> {
        let missed = self.0.get(presentation)?;
        let is_fresh = now_ms.saturating_sub(missed.at_ms) < missed.miss.kept_ms();
        is_fresh.then(|| (missed.miss.clone(), missed.reach))
    }

    pub(super) fn keep(&mut self, presentation: &str, miss: Miss, reach: Reach, at_ms: u64) {
        if self.0.len() >= Self::MAX_COUNT && !self.0.contains(presentation) {
            self.0.pop_lru();
        }
        self.0.put(presentation.to_owned(), Missed { miss, reach, at_ms });
    }

    pub(super) fn forget(&mut self, presentation: &str) {
        self.0.pop(presentation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Option<(Miss, Reach)> = Some((Miss::Absent, Reach::Everything));

    #[test]
    fn remembers_for_seconds() {
        let mut misses = Misses::new();
        misses.keep("x.ism", Miss::Absent, Reach::Everything, 1000);
        assert_eq!(misses.recall("x.ism", 1000 + Misses::KEPT_MS - 1), ABSENT);
        assert_eq!(misses.recall("x.ism", 1000 + Misses::KEPT_MS), None);
        assert_eq!(misses.recall("y.ism", 1000), None);
        misses.forget("x.ism");
        assert_eq!(misses.recall("x.ism", 1000), None);
    }

    #[test]
    fn remembers_for_longer_what_took_hundreds_of_reads() {
        use crate::library::build::Limits;
        let mut misses = Misses::new();
        let error = BuildError::TooCostly { key: "x.mp4".into(), limits: Limits::REQUEST };
        misses.keep("x.ism", Miss::Broken(Rc::new(error)), Reach::Everything, 0);
        assert!(misses.recall("x.ism", Misses::COSTLY_KEPT_MS - 1).is_some());
        assert_eq!(misses.recall("x.ism", Misses::COSTLY_KEPT_MS), None);
    }

    #[test]
    fn names_that_are_made_up_push_out_each_other() {
        let mut misses = Misses::new();
        for n in 0..Misses::MAX_COUNT + 10 {
            misses.keep(&format!("{n}.ism"), Miss::Absent, Reach::Everything, 0);
            misses.recall("0.ism", 0);
        }
        assert_eq!(misses.0.len(), Misses::MAX_COUNT);
        assert_eq!(misses.recall("0.ism", 0), ABSENT, "it is asked for again and again");
        assert_eq!(misses.recall("5.ism", 0), None);
    }
}
