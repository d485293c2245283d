//! A runtime whose time passes when it is waited for.

use futures_util::future::LocalBoxFuture;
use millrace::assemble::Warning;
use millrace::library::{LibraryError, Runtime};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Poll;

#[derive(Default)]
pub(crate) struct Host {
    pub(crate) now_ms: Rc<Cell<u64>>,
    /// What went wrong and no client noticed.
    pub(crate) reports: RefCell<Vec<String>>,
    behind: RefCell<Vec<LocalBoxFuture<'static, ()>>>,
}

impl Host {
    /// One whose clock begins at `now_ms`.
    pub(crate) fn at(now_ms: u64) -> Self {
        Self { now_ms: Rc::new(Cell::new(now_ms)), ..Self::default() }
    }

    /// Does what was left for after the answers.
    pub(crate) fn finish(&self) {
        while !self.behind.borrow().is_empty() {
            let all = self.behind.take();
            all.into_iter().for_each(pollster::block_on);
        }
    }
}

impl Runtime for Host {
    type Stay = ();

    fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    async fn sleep(&self, ms: u32) {
        let end_ms = self.now_ms.get() + u64::from(ms);
        while self.now_ms.get() < end_ms {
            others().await;
            self.now_ms.set(self.now_ms.get() + 1);
        }
    }

    async fn turn(&self) {
        others().await;
    }

    fn stay(&self) {}

    fn behind(&self, work: impl Future<Output = ()> + 'static) {
        self.behind.borrow_mut().push(Box::pin(work));
    }

    fn report(&self, presentation: &str, error: LibraryError) {
        self.reports.borrow_mut().push(format!("{presentation}: {error}"));
    }

    fn warned(&self, presentation: &str, warning: &Warning) {
        self.reports.borrow_mut().push(format!("{presentation}: {warning}"));
    }
}

/// Lets whoever else there is go on.
pub(super) async fn others() {
    let mut has_waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
