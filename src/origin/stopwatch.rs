//! The time that an answer took, as far as it went by waiting.

use crate::library::{Found, Known, LibraryError};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use std::cell::Cell;
use std::fmt::Write;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Times that a request waited, in milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Spent {
    /// Where the index was found; `None` if it was not looked for, or not found.
    pub index: Option<Found>,
    /// Until there was an index, or none.
    pub index_ms: u64,
    /// Until storage began to answer; `None` if no media were asked for.
    pub storage_ms: Option<u64>,
}

impl Spent {
    /// Sets `Server-Timing` (W3C), if there is something to say: a client that has the answer already is told of waits alone.
    pub(super) fn tell<B>(&self, answer: &mut Response<B>) {
        let has_waited = self.storage_ms.is_some() || self.index != Some(Found::Memory);
        if answer.status() == StatusCode::NOT_MODIFIED && !has_waited {
            return;
        }
        let header = self.header().and_then(|header| HeaderValue::try_from(header).ok());
        if let Some(header) = header {
            answer.headers_mut().insert(SERVER_TIMING, header);
        }
    }

    fn header(&self) -> Option<String> {
        let mut header = String::new();
        if let Some(found) = self.index {
            let _ = write!(header, "index;desc=\"{}\";dur={}", found.name(), self.index_ms);
        }
        if let Some(ms) = self.storage_ms {
            let comma = if header.is_empty() { "" } else { ", " };
            let _ = write!(header, "{comma}storage;dur={ms}");
        }
        (!header.is_empty()).then_some(header)
    }
}

/// Takes the time of one request's waits. The clock is read after each and at no other time: in a
/// Worker, it stands still in between.
pub(super) struct Stopwatch<'a> {
    clock: &'a dyn Fn() -> u64,
    lap_ms: Cell<u64>,
    spent: Cell<Spent>,
}

impl<'a> Stopwatch<'a> {
    /// Started at `now_ms`, which `clock` would say too.
    pub(super) fn new(clock: &'a dyn Fn() -> u64, now_ms: u64) -> Self {
        Self { clock, lap_ms: Cell::new(now_ms), spent: Cell::default() }
    }

    /// What came of looking for an index. If one was at hand, no time has passed.
    pub(super) fn found(&self, known: Result<Known, LibraryError>) -> Result<Known, LibraryError> {
        self.index(known.as_ref().ok().map(|known| known.found));
        known
    }

    /// An index was `found` there or nowhere, or a page of it.
    pub(super) fn index(&self, found: Option<Found>) {
        if found == Some(Found::Memory) {
            return self.spent.set(Spent { index: found, ..self.spent.get() });
        }
        let spent = self.spent.get();
        let index_ms = spent.index_ms.saturating_add(self.lap());
        self.spent.set(Spent { index: found.or(spent.index), index_ms, ..spent });
    }

    /// Storage was waited for.
    pub(super) fn storage(&self) {
        let spent = self.spent.get();
        let storage_ms = spent.storage_ms.unwrap_or(0).saturating_add(self.lap());
        self.spent.set(Spent { storage_ms: Some(storage_ms), ..spent });
    }

    pub(super) fn spent(&self) -> Spent {
        self.spent.get()
    }

    fn lap(&self) -> u64 {
        let now_ms = (self.clock)();
        now_ms.saturating_sub(self.lap_ms.replace(now_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_waits_apart() {
        let now = Cell::new(1000);
        let clock = || now.get();
        let watch = Stopwatch::new(&clock, 1000);
        assert_eq!(watch.spent().header(), None);
        now.set(1020);
        watch.index(Some(Found::Kv));
        now.set(1050);
        watch.storage();
        let header = watch.spent().header();
        assert_eq!(header.as_deref(), Some("index;desc=\"kv\";dur=20, storage;dur=30"));
        // The file was replaced: it is indexed again, and read again.
        now.set(1150);
        watch.index(Some(Found::Built));
        now.set(1151);
        watch.storage();
        let header = watch.spent().header();
        assert_eq!(header.as_deref(), Some("index;desc=\"built\";dur=120, storage;dur=31"));
    }

    #[test]
    fn what_is_at_hand_takes_no_time() {
        let never = || panic!("the clock is read");
        let watch = Stopwatch::new(&never, 1000);
        watch.index(Some(Found::Memory));
        assert_eq!(watch.spent().header().as_deref(), Some("index;desc=\"memory\";dur=0"));
    }
}
