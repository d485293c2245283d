//! A model of Cloudflare's caches in front of a library: which requests they answer.
//!
//! Viewers choose presentations by Zipf's law, one quality level each, and play from the start until they have had
//! enough. Each data centre keeps what was asked for last, by bytes; behind all of them may stand one upper tier. All
//! segments of a minute are asked for one after the other, so they are taken for one.

use super::random::{Random, place};
use lru::LruCache;

/// What is modelled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    pub(super) presentations: usize,
    /// Zipf's exponent: 0 is all alike, 1 is the second half as often as the first.
    pub(super) exponent: f64,
    /// Quality levels of video; of audio there is one.
    pub(super) levels: usize,
    /// Minutes of a presentation.
    pub(super) minutes: usize,
    /// Bytes of a minute of video of the lowest level; the next has twice as many, and audio an eighth.
    pub(super) bytes: u64,
    pub(super) data_centres: usize,
    /// Bytes that each data centre keeps.
    pub(super) cache: u64,
    /// Bytes that the upper tier keeps; 0 without one.
    pub(super) upper: u64,
    /// Who plays at the same time.
    pub(super) viewers: usize,
    /// Minutes that are played: half of them fill the caches, the other half are counted.
    pub(super) played: usize,
    pub(super) seed: u64,
}

/// How minutes of video and of audio were answered.
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

/// Presentations whose indexes a data centre's isolates remember.
const REMEMBERED: u64 = 64;
/// Of all viewers, the share that has had enough after each minute: half stay for some 40.
const LEAVES: f64 = 0.018;

/// A minute: of which presentation and level (`None` is audio), and its place.
type Key = (usize, Option<usize>, usize);

/// Plays the model.
pub(super) fn play(model: &Model) -> Answers {
    let mut world = World::new(model);
    for _ in 0..model.played / 2 {
        world.watch();
    }
    world.answers = Answers::default();
    for _ in 0..model.played / 2 {
        world.watch();
    }
    world.answers
}

struct World<'a> {
    model: &'a Model,
    random: Random,
    /// For each presentation, the share of views of it and those before it.
    popularity: Vec<f64>,
    viewers: Vec<Viewer>,
    near: Vec<Cache<Key>>,
    upper: Cache<Key>,
    indexes: Vec<Cache<usize>>,
    answers: Answers,
}

#[derive(Clone, Copy)]
struct Viewer {
    data_centre: usize,
    presentation: usize,
    level: usize,
    minute: usize,
}

impl<'a> World<'a> {
    fn new(model: &'a Model) -> Self {
        let weight = |rank: usize| (rank as f64).powf(-model.exponent);
        let all: f64 = (1..=model.presentations).map(weight).sum();
        let mut sum = 0.0;
        let popularity = (1..=model.presentations).map(|rank| {
            sum += weight(rank) / all;
            sum
        });
        let caches = |bytes| (0..model.data_centres).map(move |_| Cache::new(bytes));
        let mut world = Self {
            model,
            random: Random::new(model.seed),
            popularity: popularity.collect(),
            viewers: Vec::new(),
            near: caches(model.cache).collect(),
            upper: Cache::new(model.upper),
            indexes: (0..model.data_centres).map(|_| Cache::new(REMEMBERED)).collect(),
            answers: Answers::default(),
        };
        for _ in 0..model.viewers {
            let mut viewer = world.arrives();
            // Not all begin at the same time.
            viewer.minute = world.random.below(model.minutes);
            world.viewers.push(viewer);
        }
        world
    }

    fn arrives(&mut self) -> Viewer {
        Viewer {
            data_centre: self.random.below(self.model.data_centres),
            presentation: place(&self.popularity, self.random.share()),
            level: self.random.below(self.model.levels),
            minute: 0,
        }
    }

    /// One of the viewers plays a minute.
    fn watch(&mut self) {
        let at = self.random.below(self.viewers.len());
        let Some(&viewer) = self.viewers.get(at) else { return };
        let Viewer { data_centre, presentation, level, minute } = viewer;
        let bytes = u32::try_from(level).ok().and_then(|level| self.model.bytes.checked_shl(level));
        self.ask(data_centre, (presentation, Some(level), minute), bytes.unwrap_or(u64::MAX));
        self.ask(data_centre, (presentation, None, minute), self.model.bytes / 8);
        let is_over = minute + 1 >= self.model.minutes || self.random.share() < LEAVES;
        let next = match is_over {
            true => self.arrives(),
            false => Viewer { minute: minute + 1, ..viewer },
        };
        if let Some(viewer) = self.viewers.get_mut(at) {
            *viewer = next;
        }
    }

    fn ask(&mut self, data_centre: usize, key: Key, bytes: u64) {
        self.answers.asked += 1;
        if self.near.get_mut(data_centre).is_some_and(|cache| cache.has(key, bytes)) {
            self.answers.near += 1;
        } else if self.upper.has(key, bytes) {
            self.answers.upper += 1;
        } else if !self.indexes.get_mut(data_centre).is_some_and(|memory| memory.has(key.0, 1)) {
            self.answers.indexes += 1;
        }
    }
}

/// What was asked for last, by bytes.
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

    const MODEL: Model = Model {
        presentations: 100,
        exponent: 0.9,
        levels: 2,
        minutes: 50,
        bytes: 1000,
        data_centres: 2,
        cache: 0,
        upper: 0,
        viewers: 20,
        played: 20_000,
        seed: 1,
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
}
