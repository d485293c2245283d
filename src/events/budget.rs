//! The budget of one delivery of messages, and its cost so far.

use crate::base::range::ByteRange;
use crate::store::{ListPart, Meta, ObjectStore, Start, StoreError};
use std::cell::Cell;
use std::rc::Rc;

/// After so much, no further presentation is begun. The one that was begun is brought to its end, and is
/// bounded by itself ([`crate::library::build::Limits`]): a delivery costs no more than both together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Calls of object stores.
    pub calls: u32,
    /// Bytes read from them, and made of those. They stand for the work of the CPU, some 75 ms for a
    /// MiB: clocks stand still meanwhile.
    pub bytes: u64,
    /// Operations of KV.
    pub operations: u32,
    /// Bytes of indexes and pages that wait for a purge, which comes for all of them once they are so
    /// many.
    pub held: usize,
}

impl Budget {
    /// The budget of one delivery to a Worker, which is granted 1,000 operations of KV, 10,000 calls in all, 30 s
    /// of CPU and 128 MiB of memory.
    pub const DELIVERY: Self =
        Self { calls: 2000, bytes: 160 << 20, operations: 400, held: 8 << 20 };

    /// Whether all of it is spent.
    pub(super) fn is_spent(&self, meter: &Meter) -> bool {
        meter.calls.get() >= self.calls
            || meter.bytes.get() >= self.bytes
            || meter.operations.get() >= self.operations
    }
}

/// The cost of a delivery so far.
#[derive(Default, Debug)]
pub(super) struct Meter {
    calls: Cell<u32>,
    bytes: Cell<u64>,
    operations: Cell<u32>,
}

impl Meter {
    /// Counts so many operations of KV.
    pub(super) fn operate(&self, count: u32) {
        self.operations.set(self.operations.get().saturating_add(count));
    }

    /// Counts so many bytes that were made.
    pub(super) fn make(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.bytes.set(self.bytes.get().saturating_add(bytes));
    }

    fn call(&self, bytes: u64) {
        self.calls.set(self.calls.get().saturating_add(1));
        self.bytes.set(self.bytes.get().saturating_add(bytes));
    }
}

/// An object store, on the meter.
pub(super) struct Metered<O> {
    pub(super) objects: Rc<O>,
    pub(super) meter: Rc<Meter>,
}

impl<O: ObjectStore> ObjectStore for Metered<O> {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        self.meter.call(0);
        self.objects.head(key).await
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        self.meter.call(0);
        let start = self.objects.start(key, most).await?;
        self.meter.make(start.bytes.len());
        Ok(start)
    }

    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        self.meter.call(0);
        self.objects.list_folder(folder, cursor).await
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        self.meter.call(range.length());
        self.objects.read(key, range, etag).await
    }
}
