//! Claims: the presentations that are being indexed in this isolate, by whom, and the outcome.
//!
//! A claim is a value, and nobody waits on another request's future: a request that waits looks here on a timer
//! of its own.

use std::collections::BTreeMap;

/// Claims by presentation, and of each that is over what came of it, for a moment.
#[derive(Debug)]
pub(super) struct Claims<T> {
    entries: BTreeMap<String, Claim<T>>,
    /// How many there ever were.
    count: u64,
}

/// A claim, as its holder knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ticket(u64);

/// The share of an isolate's memory that the holder of a claim may take.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Size {
    /// None: it only looks whether there is anything.
    Look,
    /// Some. Only so many may at a time.
    Small,
    /// Much. Only one may at a time.
    Large,
}

#[derive(Debug)]
struct Claim<T> {
    ticket: Ticket,
    began_ms: u64,
    /// When its holder last gave a sign of life.
    seen_ms: u64,
    size: Size,
    /// `None` while it is under way.
    outcome: Option<T>,
}

/// The state of the indexing of a presentation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen<T> {
    /// Nobody is at it.
    Nothing,
    /// Somebody is.
    UnderWay(Ticket),
    /// Somebody was, a moment ago.
    Over(Over<T>),
}

/// The outcome of a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Over<T> {
    /// Whose claim it was.
    pub ticket: Ticket,
    /// When it was made, in milliseconds since 1970.
    pub began_ms: u64,
    /// What came of it.
    pub outcome: T,
}

impl<T: Clone> Claims<T> {
    /// Claims that may take memory at once, the large one among them.
    pub(super) const MAX_COUNT: usize = 4;

    /// After so long without a sign of life, the holder of a claim is taken for dead: the runtime drops what
    /// it cancels without a word. It is longer than a store is waited for, twice.
    pub(super) const EXPIRY_MS: u64 = 30_000;

    /// Milliseconds for which the outcome of a claim is remembered, for those who wait.
    pub(super) const KEPT_MS: u64 = 5_000;

    /// None.
    pub(super) fn new() -> Self {
        Self { entries: BTreeMap::new(), count: 0 }
    }

    /// What is known of the indexing of `presentation`.
    pub(super) fn look(&mut self, presentation: &str, now_ms: u64) -> Seen<T> {
        self.tidy(now_ms);
        let Some(claim) = self.entries.get(presentation) else { return Seen::Nothing };
        let Claim { ticket, began_ms, .. } = *claim;
        match claim.outcome.clone() {
            None => Seen::UnderWay(ticket),
            Some(outcome) => Seen::Over(Over { ticket, began_ms, outcome }),
        }
    }

    /// A claim to `presentation`, in place of any other.
    pub(super) fn begin(&mut self, presentation: &str, now_ms: u64) -> Ticket {
        self.count = self.count.saturating_add(1);
        let ticket = Ticket(self.count);
        let (began_ms, seen_ms, size) = (now_ms, now_ms, Size::Look);
        let claim = Claim { ticket, began_ms, seen_ms, size, outcome: None };
        self.entries.insert(presentation.to_owned(), claim);
        ticket
    }

    /// A sign of life. `false` if the claim is not the last to `presentation`, or was made void.
    pub(super) fn is_current(&mut self, presentation: &str, ticket: Ticket, now_ms: u64) -> bool {
        self.current(presentation, ticket).is_some_and(|claim| {
            claim.seen_ms = now_ms;
            true
        })
    }

    /// Has the claim be of this size, if there is room for it. One that was made void asks for nothing.
    pub(super) fn grow(
        &mut self,
        presentation: &str,
        ticket: Ticket,
        size: Size,
        now_ms: u64,
    ) -> bool {
        self.tidy(now_ms);
        let others = self.entries.values().filter(|claim| claim.ticket != ticket);
        let others = others.filter(|claim| claim.outcome.is_none());
        let (mut taken, mut is_large) = (0, false);
        for other in others.filter(|other| other.size >= Size::Small) {
            taken += 1;
            is_large |= other.size == Size::Large;
        }
        let Some(claim) = self.current(presentation, ticket) else { return true };
        let is_room = match size {
            _ if size <= claim.size => true,
            Size::Look => true,
            Size::Small => taken < Self::MAX_COUNT,
            Size::Large => taken < Self::MAX_COUNT && !is_large,
        };
        if is_room {
            claim.size = claim.size.max(size);
        }
        is_room
    }

    /// Ends the claim; without an `outcome`, as if it had not been. `false` if it is not the last to
    /// `presentation`, or was made void: then nothing is to come of it.
    pub(super) fn settle(
        &mut self,
        presentation: &str,
        ticket: Ticket,
        outcome: Option<T>,
        now_ms: u64,
    ) -> bool {
        let Some(claim) = self.current(presentation, ticket) else { return false };
        match outcome {
            None => self.void(presentation),
            outcome => {
                claim.seen_ms = now_ms;
                claim.outcome = outcome;
            }
        }
        true
    }

    /// Makes any claim to `presentation` void, and forgets what came of it.
    pub(super) fn void(&mut self, presentation: &str) {
        self.entries.remove(presentation);
    }

    fn current(&mut self, presentation: &str, ticket: Ticket) -> Option<&mut Claim<T>> {
        self.entries.get_mut(presentation).filter(|claim| claim.ticket == ticket)
    }

    fn tidy(&mut self, now_ms: u64) {
        self.entries.retain(|_, claim| {
            let kept_ms = if claim.outcome.is_none() { Self::EXPIRY_MS } else { Self::KEPT_MS };
            now_ms.saturating_sub(claim.seen_ms) < kept_ms
        });
    }
}

impl<T: Clone> Default for Claims<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Words = Claims<&'static str>;

    #[test]
    fn one_at_a_time_and_its_outcome_for_all() {
        let mut claims = Words::new();
        assert_eq!(claims.look("a", 0), Seen::Nothing);
        let ticket = claims.begin("a", 10);
        assert_eq!(claims.look("a", 20), Seen::UnderWay(ticket));
        assert!(claims.settle("a", ticket, Some("done"), 30));
        let over = Seen::Over(Over { ticket, began_ms: 10, outcome: "done" });
        assert_eq!(claims.look("a", 30 + Words::KEPT_MS - 1), over);
        assert_eq!(claims.look("a", 30 + Words::KEPT_MS), Seen::Nothing);
        let ticket = claims.begin("a", 40);
        assert!(claims.settle("a", ticket, None, 50));
        assert_eq!(claims.look("a", 50), Seen::Nothing, "others remember it");
    }

    #[test]
    fn a_holder_that_was_cancelled_is_followed_by_another() {
        let mut claims = Words::new();
        let dead = claims.begin("a", 0);
        assert!(claims.is_current("a", dead, 5));
        assert_eq!(claims.look("a", 4 + Words::EXPIRY_MS), Seen::UnderWay(dead));
        assert_eq!(claims.look("a", 5 + Words::EXPIRY_MS), Seen::Nothing);
        let other = claims.begin("a", 5 + Words::EXPIRY_MS);
        assert!(!claims.settle("a", dead, Some("late"), 6 + Words::EXPIRY_MS), "too late");
        assert!(claims.settle("a", other, Some("done"), 7 + Words::EXPIRY_MS));
    }

    #[test]
    fn so_many_at_once_and_one_large_among_them() {
        let mut claims = Words::new();
        let name = |at: usize| format!("{at}.ism");
        let all: Vec<_> = (0..=Words::MAX_COUNT).map(|at| claims.begin(&name(at), 0)).collect();
        let mut grow = |at: usize, size| claims.grow(&name(at), all[at], size, 0);
        assert!((0..=Words::MAX_COUNT).all(|at| grow(at, Size::Look)), "a look costs nothing");
        assert!((0..Words::MAX_COUNT).all(|at| grow(at, Size::Small)));
        assert!(!grow(Words::MAX_COUNT, Size::Small));
        assert!(!grow(Words::MAX_COUNT, Size::Large));
        assert!(grow(0, Size::Large));
        assert!(grow(0, Size::Small), "it stays");
        assert!(!grow(1, Size::Large));
        assert!(claims.settle(&name(0), all[0], None, 1));
        assert!(claims.grow(&name(1), all[1], Size::Large, 1));
        assert!(claims.grow(&name(Words::MAX_COUNT), all[Words::MAX_COUNT], Size::Small, 1));
    }

    #[test]
    fn a_claim_that_was_made_void_comes_to_nothing() {
        let mut claims = Words::new();
        let ticket = claims.begin("a", 0);
        claims.void("a");
        assert!(!claims.is_current("a", ticket, 1));
        assert!(!claims.settle("a", ticket, Some("late"), 1));
        assert_eq!(claims.look("a", 1), Seen::Nothing);
    }
}
