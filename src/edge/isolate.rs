//! The state that an isolate keeps from one request to the next.

use super::settings::{self, Deployment};
use super::stores;
use crate::library::memo::Memo;
use crate::origin::Fronts;
use crate::remote::Stores;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use worker::Env;

thread_local! {
    /// This isolate's memory of presentations.
    static MEMO: Rc<Memo> = Rc::new(Memo::new());

    /// The deployment's settings, which cannot change within an isolate's life.
    static DEPLOYMENT: OnceCell<Rc<Deployment>> = const { OnceCell::new() };

    /// Its object stores, of which the same is true.
    static STORES: OnceCell<Rc<Stores>> = const { OnceCell::new() };

    /// The fronts of stored fragments, until a plan is made with them: right after they were brought, before
    /// anything else is called.
    static BROUGHT: RefCell<Option<Fronts>> = const { RefCell::new(None) };

    /// Bytes that were made with a plan, until they are taken: right after it, before anything else is called.
    static MADE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What this isolate has learnt of presentations.
pub(super) fn memo() -> Rc<Memo> {
    MEMO.with(Rc::clone)
}

/// The deployment's settings, read once an isolate.
pub(super) fn deployment(env: &Env) -> worker::Result<Rc<Deployment>> {
    DEPLOYMENT.with(|deployment| match deployment.get() {
        Some(deployment) => Ok(Rc::clone(deployment)),
        None => settings::read(env).map(|read| Rc::clone(deployment.get_or_init(|| Rc::new(read)))),
    })
}

/// The deployment's object stores, read once an isolate.
pub(super) fn stores(env: &Env) -> worker::Result<Rc<Stores>> {
    STORES.with(|stores| match stores.get() {
        Some(stores) => Ok(Rc::clone(stores)),
        None => stores::read(env).map(|read| Rc::clone(stores.get_or_init(|| Rc::new(read)))),
    })
}

/// Has `fronts` ready for the next plan.
pub(super) fn bring(fronts: Fronts) {
    BROUGHT.with(|brought| brought.replace(Some(fronts)));
}

/// The fronts that were brought for this plan.
pub(super) fn take_brought() -> Option<Fronts> {
    BROUGHT.with(RefCell::take)
}

/// Has `bytes` of a plan ready to be taken.
pub(super) fn make(bytes: Vec<u8>) {
    MADE.with(|made| made.replace(bytes));
}

/// The bytes of the last plan.
pub(super) fn take_made() -> Vec<u8> {
    MADE.with(RefCell::take)
}
