//! The two stores in memory: they count every call, keep nothing secret, and fail on order.

#![allow(dead_code, reason = "each test crate uses a part of it")]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod host;
mod indexes;
mod lookups;
mod objects;
mod sweep;

#[allow(unused_imports, reason = "each test crate uses a part of it")]
pub(crate) use host::Host;

#[allow(unused_imports, reason = "each test crate uses a part of it")]
pub(crate) use objects::MemoryBody;

use super::media::File;
use millrace::base::range::ByteRange;
use millrace::describe::Summary;
use millrace::library::Library;
use millrace::library::build::{Limits, Rules};
use millrace::store::{Cache, Purged, StoreError};
use millrace::sweep::{Note, State};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The library of what `stores` hold, of which nothing is remembered, when it is `now_ms`.
pub(crate) fn library(stores: &Rc<Memory>, now_ms: u64) -> Library<Memory, Memory, Host> {
    Library {
        objects: Rc::clone(stores),
        indexes: Rc::clone(stores),
        runtime: Rc::new(Host::at(now_ms)),
        memo: Rc::default(),
        limits: Limits::REQUEST,
        rules: Rules::default(),
    }
}

/// Objects and indexes, and what was asked of them.
#[derive(Default)]
pub(crate) struct Memory {
    objects: RefCell<BTreeMap<String, Object>>,
    pub(crate) has_queue: Cell<bool>,
    /// Messages of sweeps, as the queue would deliver them.
    pub(crate) sent: RefCell<Vec<String>>,
    pub(crate) sweep: RefCell<Option<State>>,
    notes: RefCell<BTreeMap<(String, String), Note>>,
    /// Objects too large to be there: reading their media is a panic.
    files: RefCell<BTreeMap<String, File>>,
    pub(crate) values: RefCell<BTreeMap<String, Vec<u8>>>,
    /// Pages by the keys that they have in KV.
    pub(crate) pages: RefCell<BTreeMap<String, Vec<u8>>>,
    /// What lists say of the values; not of all of them.
    pub(crate) summaries: RefCell<BTreeMap<String, Summary>>,
    /// From sources to presentations.
    pub(crate) links: RefCell<BTreeSet<(String, String)>>,
    /// Filters by the keys that they have in KV.
    pub(crate) filters: RefCell<BTreeMap<String, Vec<u8>>>,
    /// Locators by name.
    pub(crate) locators: RefCell<BTreeMap<String, Value>>,
    pub(crate) spellings: RefCell<BTreeMap<String, String>>,
    calls: RefCell<Vec<Call>>,
    pub(crate) objects_fail: Cell<bool>,
    pub(crate) indexes_fail: Cell<bool>,
    pub(crate) cache_fails: Cell<bool>,
    /// The sweep whose notes are not taken.
    pub(crate) no_notes_of: RefCell<Option<String>>,
    /// Whether the store has no lists of folders.
    pub(crate) lists_none: Cell<bool>,
    /// Whether others go on while an object or an index is read.
    pub(crate) slow: Cell<bool>,
    /// Whether every object is replaced by an equal one whenever it is opened.
    pub(crate) restless: Cell<bool>,
}

/// Bytes, and their entity tag.
type Object = (Rc<[u8]>, String);

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    Head(String),
    Start(String, u64),
    ListFolder(String),
    Read(String, ByteRange),
    Open(String, ByteRange),
    Get(String),
    Page(String),
    Pages(String),
    Put(String),
    PutPage(String),
    Delete(String),
    DeletePage(String),
    List(Option<String>, u32),
    Link(String, String),
    Unlink(String, String),
    Linked(String),
    Filter(String),
    Locator(String),
    Spelling(String),
    Purge(Vec<String>),
}

impl Memory {
    /// Puts an object in place; another version each time.
    pub(crate) fn put_object(&self, key: &str, bytes: &[u8]) {
        let version = self
            .objects
            .borrow()
            .get(key)
            .map_or(1, |(_, etag)| etag.strip_prefix('v').unwrap().parse::<u32>().unwrap() + 1);
        self.objects.borrow_mut().insert(key.to_owned(), (bytes.into(), format!("v{version}")));
    }

    /// Puts an object in place of which only the boxes are there.
    pub(crate) fn put_file(&self, key: &str, file: File) {
        self.files.borrow_mut().insert(key.to_owned(), file);
    }

    pub(crate) fn remove_object(&self, key: &str) {
        self.objects.borrow_mut().remove(key);
    }

    /// What was asked since this was last asked.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.take()
    }

    /// How much was asked since [`Self::calls`] was.
    pub(crate) fn count(&self) -> usize {
        self.calls.borrow().len()
    }

    async fn wait(&self) {
        if self.slow.get() {
            host::others().await;
        }
    }
}

impl Cache for Memory {
    async fn purge(&self, presentations: &[&str]) -> Result<Purged, StoreError> {
        let purged = presentations.iter().map(|&presentation| presentation.to_owned()).collect();
        self.calls.borrow_mut().push(Call::Purge(purged));
        if self.cache_fails.get() {
            let cause = "too many purges".to_owned();
            return Err(StoreError::Unavailable { key: "the cache".to_owned(), cause });
        }
        Ok(Purged::Everywhere)
    }
}
