//! The two stores in memory: they count every call, keep nothing secret, and fail on order.

#![allow(dead_code, reason = "each test crate uses a part of it")]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod host;

#[allow(unused_imports, reason = "each test crate uses a part of it")]
pub(crate) use host::Host;

use super::media::File;
use millrace::base::range::ByteRange;
use millrace::describe::Summary;
use millrace::index::{Digest, PageValue};
use millrace::library::Library;
use millrace::library::build::{Limits, Rules};
use millrace::locator::LocatorName;
use millrace::selection::FilterName;
use millrace::store::{
    Body, Cache, FilterStore, IndexStore, LISTED_AT_ONCE, LinkStore, ListPart, Listed, Listing,
    LocatorListing, LocatorStore, MediaStore, Meta, ObjectStore, Purged, SpellingStore, Start,
    StoreError, filter_key, page_at, page_key,
};
use millrace::sweep::{Counted, Failure, Keys, Note, State, Sweeper};
use millrace::url::FoldedKey;
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

    fn version(&self, key: &str) -> Result<Object, StoreError> {
        if self.objects_fail.get() {
            let cause = "secret-bucket is on fire".to_owned();
            return Err(StoreError::Unavailable { key: key.to_owned(), cause });
        }
        let objects = self.objects.borrow();
        objects.get(key).cloned().ok_or_else(|| StoreError::NotFound(key.to_owned()))
    }

    fn meta(&self, key: &str) -> Result<Meta, StoreError> {
        if let Some(file) = self.files.borrow().get(key) {
            return Ok(Meta { size: file.size(), etag: "boxes".to_owned() });
        }
        let (bytes, etag) = self.version(key)?;
        Ok(Meta { size: u64::try_from(bytes.len()).unwrap(), etag })
    }

    fn slice(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        let (bytes, current) = self.version(key)?;
        if current != etag {
            return Err(StoreError::Changed(key.to_owned()));
        }
        let place = |offset| usize::try_from(offset).unwrap();
        let part = bytes.get(place(range.start())..place(range.end()));
        part.map(<[u8]>::to_vec).ok_or_else(|| StoreError::Changed(key.to_owned()))
    }
}

impl ObjectStore for Memory {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Head(key.to_owned()));
        self.meta(key)
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Start(key.to_owned(), most));
        let meta = self.meta(key)?;
        let first = ByteRange::first(meta.size.min(most));
        let bytes = match self.files.borrow().get(key) {
            Some(file) => file.read(first.start(), first.end()),
            None => self.slice(key, first, &meta.etag)?,
        };
        Ok(Start { meta, bytes })
    }

    /// A thousand objects at a time; the cursor is the name behind which it goes on.
    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::ListFolder(folder.to_owned()));
        if self.lists_none.get() {
            return Err(StoreError::Unlisted(folder.to_owned()));
        }
        let objects = self.objects.borrow();
        let from = format!("{folder}{}", cursor.unwrap_or_default());
        let below = objects.range(from..).take_while(|(key, _)| key.starts_with(folder));
        let below = below.filter_map(|(key, (bytes, etag))| {
            let name = key.strip_prefix(folder).filter(|name| !name.contains('/'))?.to_owned();
            let (size, etag) = (u64::try_from(bytes.len()).unwrap(), etag.clone());
            Some(Listed { name, meta: Meta { size, etag } })
        });
        let mut rest = below.skip_while(|it| cursor.is_some_and(|last| it.name.as_str() <= last));
        let listed: Vec<Listed> = rest.by_ref().take(LISTED_AT_ONCE).collect();
        let cursor = rest.next().and(listed.last()).map(|last| last.name.clone());
        Ok(ListPart { listed, cursor })
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Read(key.to_owned(), range));
        if let Some(file) = self.files.borrow().get(key) {
            return Ok(file.read(range.start(), range.end()));
        }
        self.slice(key, range, etag)
    }
}

impl MediaStore for Memory {
    type Body = MemoryBody;

    async fn open(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<Self::Body, StoreError> {
        self.calls.borrow_mut().push(Call::Open(key.to_owned(), range));
        if self.restless.get() {
            let (bytes, _) = self.version(key)?;
            self.put_object(key, &bytes);
        }
        self.slice(key, range, etag).map(MemoryBody)
    }
}

impl Memory {
    fn index(&self, key: &str) -> Result<(), StoreError> {
        if self.indexes_fail.get() {
            let cause = "secret-namespace is on fire".to_owned();
            return Err(StoreError::Unavailable { key: key.to_owned(), cause });
        }
        Ok(())
    }
}

impl IndexStore for Memory {
    async fn get(&self, presentation: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Get(presentation.to_owned()));
        self.index(presentation)?;
        Ok(self.values.borrow().get(presentation).cloned())
    }

    async fn put(
        &self,
        presentation: &str,
        value: &[u8],
        summary: &Summary,
    ) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Put(presentation.to_owned()));
        self.index(presentation)?;
        self.values.borrow_mut().insert(presentation.to_owned(), value.to_vec());
        self.summaries.borrow_mut().insert(presentation.to_owned(), summary.clone());
        Ok(())
    }

    async fn delete(&self, presentation: &str) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Delete(presentation.to_owned()));
        self.index(presentation)?;
        self.values.borrow_mut().remove(presentation);
        self.summaries.borrow_mut().remove(presentation);
        Ok(())
    }

    async fn page(
        &self,
        presentation: &str,
        digest: Digest,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.wait().await;
        let key = page_key(presentation, digest);
        self.calls.borrow_mut().push(Call::Page(key.clone()));
        self.index(presentation)?;
        Ok(self.pages.borrow().get(&key).cloned())
    }

    async fn put_page(&self, presentation: &str, page: &PageValue) -> Result<(), StoreError> {
        let key = page_key(presentation, page.digest);
        self.calls.borrow_mut().push(Call::PutPage(key.clone()));
        self.index(presentation)?;
        self.pages.borrow_mut().insert(key, page.value.to_vec());
        Ok(())
    }

    async fn delete_page(&self, presentation: &str, digest: Digest) -> Result<(), StoreError> {
        let key = page_key(presentation, digest);
        self.calls.borrow_mut().push(Call::DeletePage(key.clone()));
        self.index(presentation)?;
        self.pages.borrow_mut().remove(&key);
        Ok(())
    }

    async fn pages(&self, presentation: &str) -> Result<BTreeSet<Digest>, StoreError> {
        self.calls.borrow_mut().push(Call::Pages(presentation.to_owned()));
        self.index(presentation)?;
        Ok(self.pages.borrow().keys().filter_map(|key| page_at(key, presentation)).collect())
    }

    /// The cursor is the last key of the part before.
    async fn list(
        &self,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Listing, StoreError> {
        self.calls.borrow_mut().push(Call::List(cursor.map(str::to_owned), limit));
        self.index("the list")?;
        let (values, summaries) = (self.values.borrow(), self.summaries.borrow());
        let mut keys = values
            .keys()
            .filter(|key| key.starts_with(prefix) && cursor.is_none_or(|last| key.as_str() > last));
        let part: Vec<&String> = keys.by_ref().take(usize::try_from(limit).unwrap()).collect();
        let cursor = keys.next().and(part.last()).map(|&last| last.clone());
        let entries = part.into_iter().map(|key| (key.clone(), summaries.get(key).cloned()));
        Ok(Listing { entries: entries.collect(), cursor })
    }
}

impl LinkStore for Memory {
    async fn link(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Link(source.to_owned(), presentation.to_owned()));
        self.index("the links")?;
        self.links.borrow_mut().insert((source.to_owned(), presentation.to_owned()));
        Ok(())
    }

    async fn unlink(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Unlink(source.to_owned(), presentation.to_owned()));
        self.index("the links")?;
        self.links.borrow_mut().remove(&(source.to_owned(), presentation.to_owned()));
        Ok(())
    }

    async fn linked(&self, source: &str) -> Result<Vec<String>, StoreError> {
        self.calls.borrow_mut().push(Call::Linked(source.to_owned()));
        self.index("the links")?;
        let links = self.links.borrow();
        let from = links.iter().filter(|(from, _)| from == source);
        Ok(from.map(|(_, presentation)| presentation.clone()).collect())
    }
}

impl FilterStore for Memory {
    async fn filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = filter_key(presentation, name);
        self.calls.borrow_mut().push(Call::Filter(key.clone()));
        self.index(&key)?;
        Ok(self.filters.borrow().get(&key).cloned())
    }

    async fn put_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
        definition: &[u8],
    ) -> Result<(), StoreError> {
        let key = filter_key(presentation, name);
        self.index(&key)?;
        self.filters.borrow_mut().insert(key, definition.to_vec());
        Ok(())
    }

    async fn delete_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<(), StoreError> {
        let key = filter_key(presentation, name);
        self.index(&key)?;
        self.filters.borrow_mut().remove(&key);
        Ok(())
    }
}

impl LocatorStore for Memory {
    async fn locator(&self, name: &LocatorName) -> Result<Option<Vec<u8>>, StoreError> {
        self.calls.borrow_mut().push(Call::Locator(name.to_string()));
        self.index("a locator")?;
        let locators = self.locators.borrow();
        Ok(locators.get(name.as_str()).map(|definition| definition.to_string().into_bytes()))
    }

    async fn put_locator(&self, name: &LocatorName, definition: &Value) -> Result<(), StoreError> {
        self.index("a locator")?;
        self.locators.borrow_mut().insert(name.to_string(), definition.clone());
        Ok(())
    }

    async fn delete_locator(&self, name: &LocatorName) -> Result<(), StoreError> {
        self.index("a locator")?;
        self.locators.borrow_mut().remove(name.as_str());
        Ok(())
    }

    async fn locators(
        &self,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<LocatorListing, StoreError> {
        self.index("the locators")?;
        let locators = self.locators.borrow();
        let mut rest =
            locators.iter().filter(|(name, _)| cursor.is_none_or(|last| name.as_str() > last));
        let part: Vec<_> = rest.by_ref().take(usize::try_from(limit).unwrap()).collect();
        let cursor = rest.next().and(part.last()).map(|(last, _)| (*last).clone());
        let entry =
            |(name, definition): (&String, &Value)| (name.clone(), Some(definition.clone()));
        Ok(LocatorListing { entries: part.into_iter().map(entry).collect(), cursor })
    }
}

impl SpellingStore for Memory {
    async fn spelling(&self, folded: &FoldedKey) -> Result<Option<String>, StoreError> {
        self.calls.borrow_mut().push(Call::Spelling(folded.to_string()));
        self.index("a spelling")?;
        Ok(self.spellings.borrow().get(folded.as_str()).cloned())
    }

    async fn put_spelling(&self, folded: &FoldedKey, key: &str) -> Result<(), StoreError> {
        self.index("a spelling")?;
        self.spellings.borrow_mut().insert(folded.to_string(), key.to_owned());
        Ok(())
    }

    async fn delete_spelling(&self, folded: &FoldedKey) -> Result<(), StoreError> {
        self.index("a spelling")?;
        self.spellings.borrow_mut().remove(folded.as_str());
        Ok(())
    }
}

/// Its bucket is listed two objects at a time.
impl Sweeper for Memory {
    fn has_queue(&self) -> bool {
        self.has_queue.get()
    }

    async fn keys(&self, _: &str, prefix: &str, cursor: Option<&str>) -> Result<Keys, StoreError> {
        let objects = self.objects.borrow();
        let after = |key: &&String| cursor.is_none_or(|cursor| key.as_str() > cursor);
        let mut keys: Vec<String> =
            objects.keys().filter(|key| key.starts_with(prefix)).filter(after).cloned().collect();
        let is_last = keys.len() <= 2;
        keys.truncate(2);
        Ok(Keys { cursor: keys.last().cloned().filter(|_| !is_last), keys })
    }

    async fn send(&self, messages: Vec<serde_json::Value>) -> Result<(), StoreError> {
        self.sent.borrow_mut().extend(messages.iter().map(ToString::to_string));
        Ok(())
    }

    async fn state(&self) -> Result<Option<State>, StoreError> {
        Ok(self.sweep.borrow().clone())
    }

    async fn put_state(&self, state: &State) -> Result<(), StoreError> {
        *self.sweep.borrow_mut() = Some(state.clone());
        Ok(())
    }

    async fn put_note(&self, name: &str, note: &Note) -> Result<(), StoreError> {
        if self.no_notes_of.borrow().as_deref() == Some(&*note.sweep) {
            let cause = "KV takes no more".to_owned();
            return Err(StoreError::Unavailable { key: name.to_owned(), cause });
        }
        self.notes.borrow_mut().insert((note.sweep.clone(), name.to_owned()), note.clone());
        Ok(())
    }

    async fn notes(&self, sweep: &str) -> Result<Vec<Counted>, StoreError> {
        let notes = self.notes.borrow();
        let own = notes.iter().filter(|((of, _), _)| of == sweep);
        let counted = own.map(|((_, name), note)| Counted {
            name: name.clone(),
            done: note.done,
            failed: u64::try_from(note.failures.len()).unwrap(),
        });
        Ok(counted.collect())
    }

    async fn failures(&self, sweep: &str, name: &str) -> Result<Vec<Failure>, StoreError> {
        let note = self.notes.borrow().get(&(sweep.to_owned(), name.to_owned())).cloned();
        Ok(note.map(|note| note.failures).unwrap_or_default())
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

/// What is left to send.
#[derive(Debug)]
pub(crate) struct MemoryBody(pub(crate) Vec<u8>);

impl Body for MemoryBody {
    async fn take(&mut self, len: usize) -> Result<Vec<u8>, StoreError> {
        if len > self.0.len() {
            let cause = "it ends too early".to_owned();
            return Err(StoreError::Unavailable { key: "a body".to_owned(), cause });
        }
        Ok(self.0.drain(..len).collect())
    }

    async fn part(&mut self, length: u64) -> Result<Self, StoreError> {
        Ok(Self(self.take(usize::try_from(length).unwrap()).await?))
    }
}
