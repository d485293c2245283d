//! Waiting for the work of another request: looking again and again, on timers of its own.

use super::Runtime;

/// The longest that a request waits, in milliseconds.
const PATIENCE_MS: u64 = 10_000;

/// Milliseconds between the first look of a request and the second; twice as long each time, up to
/// [`LONGEST_NAP_MS`].
const SHORTEST_NAP_MS: u32 = 20;
const LONGEST_NAP_MS: u32 = 160;

/// The patience of one request.
pub(super) struct Patience {
    began_ms: u64,
    nap_ms: u32,
}

impl Patience {
    /// All of it, from `began_ms` on.
    pub(super) fn since(began_ms: u64) -> Self {
        Self { began_ms, nap_ms: SHORTEST_NAP_MS }
    }

    /// Waits until it is time to look again; `false` if there is none left at `now_ms`.
    pub(super) async fn nap<R: Runtime>(&mut self, runtime: &R, now_ms: u64) -> bool {
        if now_ms.saturating_sub(self.began_ms) >= PATIENCE_MS {
            return false;
        }
        runtime.sleep(self.nap_ms).await;
        self.nap_ms = self.nap_ms.saturating_mul(2).min(LONGEST_NAP_MS);
        true
    }
}
