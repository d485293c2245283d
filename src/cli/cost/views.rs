//! Who plays what: viewers choose presentations by Zipf's law, one quality level each, and play from the start until they
//! have had enough.

use super::random::{Random, place};

/// Share of viewers who leave after each minute: half stay for some 40 minutes.
const LEAVES: f64 = 0.018;

/// A library, and who plays it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Audience {
    pub(super) presentations: usize,
    /// Zipf's exponent: 0 is all alike, 1 is the second half as often as the first.
    pub(super) exponent: f64,
    /// Quality levels of video; of audio there is one.
    pub(super) levels: usize,
    /// Minutes of a presentation.
    pub(super) minutes: usize,
    pub(super) data_centres: usize,
    /// Who plays at the same time.
    pub(super) viewers: usize,
    pub(super) seed: u64,
}

/// A minute that somebody plays, of video and of audio: where, of what, and its place in that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct View {
    pub(super) data_centre: usize,
    pub(super) presentation: usize,
    pub(super) level: usize,
    pub(super) minute: usize,
}

/// An endless sequence of minutes that viewers play. Viewers take turns: each has played a minute before any of
/// them plays another.
pub(super) struct Views<'a> {
    audience: &'a Audience,
    random: Random,
    /// For each presentation, the share of views of it and those before it.
    popularity: Vec<f64>,
    /// What each viewer plays next.
    viewers: Vec<View>,
    /// Whose turn it is.
    turn: usize,
}

impl<'a> Views<'a> {
    pub(super) fn of(audience: &'a Audience) -> Self {
        let weight = |rank: usize| (rank as f64).powf(-audience.exponent);
        let all: f64 = (1..=audience.presentations).map(weight).sum();
        let mut sum = 0.0;
        let popularity = (1..=audience.presentations).map(|rank| {
            sum += weight(rank) / all;
            sum
        });
        let popularity = popularity.collect();
        let random = Random::new(audience.seed);
        let mut views = Self { audience, random, popularity, viewers: Vec::new(), turn: 0 };
        for _ in 0..audience.viewers {
            let mut viewer = views.arrives();
            // Not all begin at the same time.
            viewer.minute = views.random.below(audience.minutes);
            views.viewers.push(viewer);
        }
        views
    }

    fn arrives(&mut self) -> View {
        View {
            data_centre: self.random.below(self.audience.data_centres),
            presentation: place(&self.popularity, self.random.share()),
            level: self.random.below(self.audience.levels),
            minute: 0,
        }
    }
}

impl Iterator for Views<'_> {
    type Item = View;

    /// None only if there are no viewers.
    fn next(&mut self) -> Option<View> {
        let view = *self.viewers.get(self.turn)?;
        let minute = view.minute + 1;
        let is_over = minute >= self.audience.minutes || self.random.share() < LEAVES;
        let next = if is_over { self.arrives() } else { View { minute, ..view } };
        *self.viewers.get_mut(self.turn)? = next;
        self.turn = (self.turn + 1) % self.viewers.len();
        Some(view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUDIENCE: Audience = Audience {
        presentations: 100,
        exponent: 1.0,
        levels: 2,
        minutes: 50,
        data_centres: 2,
        viewers: 20,
        seed: 1,
    };

    #[test]
    fn everybody_plays_a_minute_before_anybody_plays_another() {
        let views: Vec<View> = Views::of(&AUDIENCE).take(2_000).collect();
        for (before, after) in views.iter().zip(views.iter().skip(AUDIENCE.viewers)) {
            let goes_on = View { minute: before.minute + 1, ..*before };
            assert!(*after == goes_on || after.minute == 0, "{before:?} {after:?}");
        }
    }

    #[test]
    fn the_second_is_chosen_half_as_often_as_the_first() {
        let arrivals = Views::of(&AUDIENCE).take(400_000).filter(|view| view.minute == 0);
        let mut chosen = [0_u32; 100];
        arrivals.for_each(|view| chosen[view.presentation] += 1);
        let second = f64::from(chosen[1]) / f64::from(chosen[0]);
        assert!((0.45..0.55).contains(&second), "{chosen:?}");
    }

    #[test]
    fn a_seed_decides() {
        let played = |seed| Views::of(&Audience { seed, ..AUDIENCE }).nth(500);
        assert_eq!(played(1), played(1));
        assert_ne!(played(1), played(2));
    }
}
