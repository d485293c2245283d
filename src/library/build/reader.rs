//! The reads of a build, counted against what it may cost.

use super::objects::Objects;
use super::{BuildError, Limits};
use crate::assemble::Warning;
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use crate::index::Source;
use crate::scan::Way;
use crate::store::{self, Meta, Start, StoreError};
use crate::url::FoldedKey;
use futures_util::lock::Mutex;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// An object store, and what may still be asked of it.
pub(super) struct Reader<'a> {
    pub(super) objects: &'a dyn Objects,
    pub(super) limits: &'a Limits,
    pub(super) way: Way,
    /// Whether a file that is not there is looked for under names that differ in case alone.
    pub(super) folds: bool,
    pub(super) turns: &'a Turns<'a>,
    calls: Cell<u32>,
    bytes: Cell<u64>,
    /// What was found in files that somebody should know: indexed by their samples, done without, passed over.
    pub(super) warnings: RefCell<Vec<Warning>>,
    /// The names of files in folders that were listed, those together that differ in case alone.
    pub(super) listed: RefCell<BTreeMap<String, Rc<Names>>>,
    /// Held by who lists a folder for them.
    pub(super) listing: Mutex<()>,
    /// The first error of files that are read side by side. The others are not read further then.
    pub(super) failure: RefCell<Option<BuildError>>,
}

/// A source, and the bytes that were read of its beginning.
#[derive(Clone)]
pub(super) struct Begun {
    pub(super) source: Source,
    pub(super) start: Vec<u8>,
}

/// Names of files by what they are in lower case.
pub(super) type Names = BTreeMap<FoldedKey, Vec<String>>;

/// None of which anything was read.
impl From<Source> for Begun {
    fn from(source: Source) -> Self {
        Self { source, start: Vec::new() }
    }
}

impl<'a> Reader<'a> {
    /// One that has asked for nothing yet.
    pub(super) fn new(
        objects: &'a dyn Objects,
        limits: &'a Limits,
        (way, folds): (Way, bool),
        turns: &'a Turns<'a>,
    ) -> Self {
        Self {
            objects,
            limits,
            way,
            folds,
            turns,
            calls: Cell::new(0),
            bytes: Cell::new(0),
            warnings: RefCell::default(),
            listed: RefCell::default(),
            listing: Mutex::default(),
            failure: RefCell::default(),
        }
    }

    /// The object `key`, if it is there, with its first bytes, `most` of them or all that it has. To look whether there is one
    /// takes no room.
    pub(super) async fn look(&self, key: &str, most: u64) -> Result<Option<Begun>, BuildError> {
        self.spend(key, 1, 0).await?;
        let begun = self.begun(key, most).await?;
        if let Some(Begun { start, .. }) = &begun {
            self.spend(key, 0, length(start)).await?;
        }
        Ok(begun)
    }

    /// [`Reader::look`] for one of many that are looked for in parallel: room for all that may come is taken
    /// before, and what was not needed is given back.
    pub(super) async fn look_beside(
        &self,
        key: &str,
        most: u64,
    ) -> Result<Option<Begun>, BuildError> {
        self.spend(key, 1, most).await?;
        let begun = self.begun(key, most).await?;
        let taken = begun.as_ref().map_or(0, |begun| length(&begun.start));
        self.bytes.set(self.bytes.get().saturating_sub(most.saturating_sub(taken)));
        Ok(begun)
    }

    /// A source with all of its bytes, `limit` at most.
    pub(super) async fn whole(
        &self,
        begun: Begun,
        limit: u64,
    ) -> Result<(Source, Vec<u8>), BuildError> {
        let Begun { source, start: mut bytes } = begun;
        let rest = ByteRange::new(length(&bytes), source.size);
        match rest.filter(|_| source.size <= limit) {
            Some(rest) if rest.is_empty() => {}
            Some(rest) => bytes.append(&mut self.read(&source, rest).await?),
            None => return Err(BuildError::TooLong { key: source.key, size: source.size, limit }),
        }
        Ok((source, bytes))
    }

    /// All of `range` of a source.
    pub(super) async fn read(
        &self,
        source: &Source,
        range: ByteRange,
    ) -> Result<Vec<u8>, BuildError> {
        let pieces = source.pieces(range);
        for piece in &pieces {
            self.spend(&source.key, 1, piece.range.length()).await?;
        }
        store::read(self.objects, source, range).await.map_err(BuildError::Store)
    }

    /// Counts so many calls and bytes, and waits until there is room for what that is in all.
    pub(super) async fn spend(&self, key: &str, calls: u32, bytes: u64) -> Result<(), BuildError> {
        if self.failure.borrow().is_some() {
            return Err(BuildError::Abandoned(key.to_owned()));
        }
        let calls = self.calls.get().saturating_add(calls);
        let bytes = self.bytes.get().saturating_add(bytes);
        if calls > self.limits.calls || bytes > self.limits.bytes {
            return Err(BuildError::TooCostly { key: key.to_owned(), limits: *self.limits });
        }
        self.calls.set(calls);
        self.bytes.set(bytes);
        match self.turns.room(bytes).await {
            true => Ok(()),
            false => Err(BuildError::Crowded(key.to_owned())),
        }
    }

    /// As [`Self::look`], uncounted.
    async fn begun(&self, key: &str, most: u64) -> Result<Option<Begun>, BuildError> {
        match self.objects.start(key, most).await {
            Ok(Start { meta: Meta { size, etag }, bytes: start }) => {
                Ok(Some(Begun { source: Source::object(key, size, etag), start }))
            }
            Err(StoreError::NotFound(_)) => Ok(None),
            Err(error) => Err(BuildError::Store(error)),
        }
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
