//! The runtime, as a library needs it.

use super::log;
use super::runtime::whole;
use crate::assemble::Warning;
use crate::library::{LibraryError, Runtime};
use crate::origin::{Failure, Subject};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Date, Function, Promise};
use worker::{Context, Delay};

/// The runtime, for one request or batch.
pub(super) struct Host(pub(super) Rc<Context>);

/// Keeps a request alive until it is dropped.
pub(super) struct Stay(Option<Function>);

impl Drop for Stay {
    fn drop(&mut self) {
        if let Some(over) = self.0.take() {
            let _ = over.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Runtime for Host {
    type Stay = Stay;

    fn now_ms(&self) -> u64 {
        whole(Date::now())
    }

    async fn sleep(&self, ms: u32) {
        Delay::from(Duration::from_millis(u64::from(ms))).await;
    }

    /// A timer, even of no time, comes after whatever has arrived meanwhile.
    async fn turn(&self) {
        Delay::from(Duration::ZERO).await;
    }

    fn stay(&self) -> Stay {
        let mut over = None;
        let promise = Promise::new(&mut |resolve, _| over = Some(resolve));
        self.0.wait_until(async { drop(JsFuture::from(promise).await) });
        Stay(over)
    }

    fn behind(&self, work: impl Future<Output = ()> + 'static) {
        self.0.wait_until(work);
    }

    fn report(&self, presentation: &str, error: LibraryError) {
        let subject = Some(Subject { presentation, kind: "index", fragment: None });
        log::error(&Failure { subject, status: None, error: &error }.to_json());
    }

    fn warned(&self, presentation: &str, warning: &Warning) {
        log::warning(presentation, warning);
    }
}
