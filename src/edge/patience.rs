//! Waiting, but not for ever.

use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::Delay;
use worker::js_sys::Math;

/// What `work` comes to, or `None` if that takes longer than `patience_ms`; then it is dropped.
pub(super) async fn within<T>(patience_ms: u32, work: impl Future<Output = T>) -> Option<T> {
    let delay = Delay::from(Duration::from_millis(u64::from(patience_ms)));
    match select(pin!(work), delay).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// A pause before something is tried again, of a length that no two requests agree on: what failed for
/// many at once is not asked again by all of them at once.
pub(super) async fn pause() {
    const SHORTEST_MS: f64 = 50.0;
    const LONGEST_MS: f64 = 250.0;
    let ms = SHORTEST_MS + (LONGEST_MS - SHORTEST_MS) * Math::random();
    Delay::from(Duration::from_secs_f64(ms / 1000.0)).await;
}
