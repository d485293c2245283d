//! Work under way in this isolate: indexes that are being built, and those that are being fetched.

use super::{Memo, Outcome, Seen, Size, Ticket};

impl Memo {
    /// What is known of the presentation's build.
    pub fn seen(&self, presentation: &str, now_ms: u64) -> Seen<Outcome> {
        self.claims.borrow_mut().look(presentation, now_ms)
    }

    /// A claim to build the presentation, in place of any other.
    pub fn claim(&self, presentation: &str, now_ms: u64) -> Ticket {
        self.claims.borrow_mut().begin(presentation, now_ms)
    }

    /// A sign of life. `false` if the claim is not the last to the presentation, or was made void.
    pub fn is_current(&self, presentation: &str, ticket: Ticket, now_ms: u64) -> bool {
        self.claims.borrow_mut().is_current(presentation, ticket, now_ms)
    }

    /// Has the claim be of this size, if there is room for it. One that was made void asks for nothing.
    pub fn grow(&self, presentation: &str, ticket: Ticket, size: Size, now_ms: u64) -> bool {
        self.claims.borrow_mut().grow(presentation, ticket, size, now_ms)
    }

    /// Ends the claim; without an `outcome`, as if it had not been. `false` if it is not the last to the
    /// presentation, or was made void: then nothing is to come of it.
    pub fn settle(
        &self,
        presentation: &str,
        ticket: Ticket,
        outcome: Option<Outcome>,
        now_ms: u64,
    ) -> bool {
        self.claims.borrow_mut().settle(presentation, ticket, outcome, now_ms)
    }

    /// Makes any claim to the presentation void, and forgets what came of it.
    pub fn void(&self, presentation: &str) {
        self.claims.borrow_mut().void(presentation);
    }

    /// Begins to fetch the index of a presentation, or the page with this key; `false` if another request is at it.
    pub fn begin_fetch(&self, key: &str, now_ms: u64) -> bool {
        self.fetches.borrow_mut().begin(key, now_ms)
    }

    /// It has come, or its fetch has come to nothing.
    pub fn end_fetch(&self, key: &str) {
        self.fetches.borrow_mut().end(key);
    }
}
