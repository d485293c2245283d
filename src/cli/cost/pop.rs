//! A model of Cloudflare's caches in front of a library: which requests they answer.
//!
//! Each data centre keeps what was asked for last, by bytes; behind all of them may stand one upper tier. All segments of a
//! minute are asked for one after the other, so they are taken for one. Headers are taken for nothing.

use super::views::{Audience, View, Views};
use lru::LruCache;

/// The parameters of the model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    pub(super) audience: Audience,
    /// Bytes of a minute of video of the lowest level; the next has twice as many, and audio an eighth.
    pub(super) bytes: u64,
    /// Bytes that each data centre keeps.
    pub(super) cache: u64,
    /// Bytes that the upper tier keeps; 0 without one.
    pub(super) upper: u64,
    /// Bytes of a presentation's index.
    pub(super) index: u64,
    /// Bytes of indexes that a data centre's Worker remembers.
    pub(super) memory: u64,
    /// Minutes that are played: half of them fill the caches, the other half are counted.
    pub(super) played: usize,
}

/// Counts of how minutes of video and of audio were answered.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Answers {
    pub(super) asked: u64,
    /// By the data centre's own cache.
    pub(super) near: u64,
    /// By the upper tier.
    pub(super) upper: u64,
    /// By the Worker, that read its index from KV.
    pub(super) indexes: u64,
}

impl Answers {
    /// By the Worker.
    pub(super) fn misses(&self) -> u64 {
        self.asked.saturating_sub(self.near).saturating_sub(self.upper)
    }
}

/// A minute: of which presentation and level (`None` is audio), and its place.
type Key = (usize, Option<usize>, usize);

/// Plays the model.
pub(super) fn play(model: &Model) -> Answers {
    let mut views = Views::of(&model.audience);
    let mut world = World::new(model);
    let half = model.played / 2;
    views.by_ref().take(half).for_each(|view| world.watch(view));
    world.answers = Answers::default();
    views.take(half).for_each(|view| world.watch(view));
    world.answers
}

struct World<'a> {
    model: &'a Model,
    near: Vec<Cache<Key>>,
    upper: Cache<Key>,
    /// What each data centre's Worker remembers.
    indexes: Vec<Cache<usize>>,
    answers: Answers,
}

impl<'a> World<'a> {
    fn new(model: &'a Model) -> Self {
        let data_centres = model.audience.data_centres;
        Self {
            model,
            near: (0..data_centres).map(|_| Cache::new(model.cache)).collect(),
            upper: Cache::new(model.upper),
            indexes: (0..data_centres).map(|_| Cache::new(model.memory)).collect(),
            answers: Answers::default(),
        }
    }

    fn watch(&mut self, View { data_centre, presentation, level, minute }: View) {
        let bytes = u32::try_from(level).ok().and_then(|level| self.model.bytes.checked_shl(level));
        self.ask(data_centre, (presentation, Some(level), minute), bytes.unwrap_or(u64::MAX));
        self.ask(data_centre, (presentation, None, minute), self.model.bytes / 8);
    }

    fn ask(&mut self, data_centre: usize, key: Key, bytes: u64) {
        let index = self.model.index;
        self.answers.asked += 1;
        if self.near.get_mut(data_centre).is_some_and(|cache| cache.has(key, bytes)) {
            self.answers.near += 1;
        } else if self.upper.has(key, bytes) {
            self.answers.upper += 1;
        } else if !self.indexes.get_mut(data_centre).is_some_and(|memory| memory.has(key.0, index))
        {
            self.answers.indexes += 1;
        }
    }
}

/// A cache that keeps what was requested last, by bytes.
struct Cache<K> {
    kept: LruCache<K, u64>,
    bytes: u64,
    most: u64,
}

impl<K: std::hash::Hash + Eq> Cache<K> {
    fn new(most: u64) -> Self {
        Self { kept: LruCache::unbounded(), bytes: 0, most }
    }

    /// Whether it has what `key` names. It has it from now on, as far as it has room for so many `bytes`.
    fn has(&mut self, key: K, bytes: u64) -> bool {
        if self.kept.get(&key).is_some() {
            return true;
        }
        if bytes > self.most {
            return false;
        }
        self.kept.put(key, bytes);
        self.bytes += bytes;
        while self.bytes > self.most {
            let Some((_, bytes)) = self.kept.pop_lru() else { break };
            self.bytes -= bytes;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUDIENCE: Audience = Audience {
        presentations: 100,
        exponent: 0.9,
        levels: 2,
        minutes: 50,
        data_centres: 2,
        viewers: 20,
        seed: 1,
    };
    const MODEL: Model = Model {
        audience: AUDIENCE,
        bytes: 1000,
        cache: 0,
        upper: 0,
        index: 100,
        memory: 6400,
        played: 20_000,
    };

    #[test]
    fn without_a_cache_the_worker_answers_everything() {
        let answers = play(&MODEL);
        assert_eq!((answers.asked, answers.misses()), (20_000, 20_000));
        assert!(answers.indexes < answers.asked / 4, "{answers:?}");
    }

    #[test]
    fn with_room_for_all_the_worker_answers_each_minute_once() {
        let answers = play(&Model { cache: u64::MAX / 2, played: 400_000, ..MODEL });
        let all = 2 * 100 * 3 * 50;
        assert!(answers.misses() < all / 10, "{answers:?}");
    }

    #[test]
    fn more_room_answers_more_and_a_tier_behind_it_more_still() {
        let near = |cache| play(&Model { cache, ..MODEL }).near;
        assert!(near(100_000) < near(1_000_000));
        let small = Model { cache: 100_000, ..MODEL };
        let tiered = play(&Model { upper: 10_000_000, ..small });
        assert!(tiered.misses() < play(&small).misses());
        assert_eq!(tiered, play(&Model { upper: 10_000_000, ..small }), "a seed decides");
    }

    #[test]
    fn an_index_is_read_once_where_all_of_them_are_remembered_and_always_where_none_is() {
        let indexes = |memory| play(&Model { memory, ..MODEL }).indexes;
        // Those that the first half has had read are known already.
        assert!(indexes(10_000) < 100, "{}", indexes(10_000));
        assert_eq!(indexes(0), 20_000);
        assert!(indexes(6400) < indexes(3200));
    }
}
