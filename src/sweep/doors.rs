//! The doors of a sweep.

// The futures are awaited where they are made, on one thread: no caller needs them to be `Send`.
#![allow(async_fn_in_trait)]

use super::note::{Counted, Failure, Note};
use super::state::State;
use crate::store::StoreError;
use serde_json::Value;

/// The doors of a sweep: lists of buckets, the queue, and what is kept of it.
pub trait Sweeper {
    /// Whether there is a queue to send messages to.
    fn has_queue(&self) -> bool;

    /// A part of the keys that begin with `prefix` in the bucket bound as `binding`: the first, or from where another
    /// ended.
    async fn keys(
        &self,
        binding: &str,
        prefix: &str,
        cursor: Option<&str>,
    ) -> Result<Keys, StoreError>;

    /// Puts these messages into the queue, at most 100.
    async fn send(&self, messages: Vec<Value>) -> Result<(), StoreError>;

    /// How far the last sweep was when it was last said.
    async fn state(&self) -> Result<Option<State>, StoreError>;

    /// Keeps how far the sweep is.
    async fn put_state(&self, state: &State) -> Result<(), StoreError>;

    /// Keeps what a delivery came to, under a `name` that no other has.
    async fn put_note(&self, name: &str, note: &Note) -> Result<(), StoreError>;

    /// What is counted of all deliveries of a sweep.
    async fn notes(&self, sweep: &str) -> Result<Vec<Counted>, StoreError>;

    /// The failures of one delivery.
    async fn failures(&self, sweep: &str, name: &str) -> Result<Vec<Failure>, StoreError>;
}

/// A part of the list of a bucket.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keys {
    /// Keys, in order.
    pub keys: Vec<String>,
    /// Where the list goes on; `None` at its end.
    pub cursor: Option<String>,
}
