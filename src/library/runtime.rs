//! What a library needs of the runtime that it is in.

// The futures are awaited where they are made, on one thread: no caller needs them to be `Send`.
#![allow(async_fn_in_trait)]

use super::LibraryError;
use crate::assemble::Warning;

/// The clock, timers, and work that outlives an answer.
pub trait Runtime: 'static {
    /// Dropped when the work is over for which it was asked.
    type Stay;

    /// The time now, in milliseconds since 1970. It may stand still while nothing is waited for.
    fn now_ms(&self) -> u64;

    /// Waits for so many milliseconds.
    async fn sleep(&self, ms: u32);

    /// Lets other requests run for a moment.
    async fn turn(&self);

    /// Has this request go on until what is returned is dropped, although its client may be gone before.
    fn stay(&self) -> Self::Stay;

    /// Goes on with `work` behind the answer.
    fn behind(&self, work: impl Future<Output = ()> + 'static);

    /// Reports a failure about `presentation` that no client notices.
    fn report(&self, presentation: &str, error: LibraryError);

    /// Reports that `presentation` was indexed, but without something that it was to have.
    fn warned(&self, presentation: &str, warning: &Warning);
}
