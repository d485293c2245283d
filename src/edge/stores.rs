//! The object stores of a deployment, each key led to its own.

use super::body::{StoredBody, unavailable};
use super::log;
use super::r2::Bucket;
use super::server::Server;
use super::table;
use crate::base::range::ByteRange;
use crate::remote::{Store, Stores};
use crate::store::{ListPart, MediaStore, Meta, ObjectStore, Start, StoreError};
use std::rc::Rc;
use worker::Env;

/// The stores that the variable `STORES` names. Without it, the R2 bucket bound as `MEDIA`.
pub(super) fn read(env: &Env) -> worker::Result<Stores> {
    let Some(text) = table::json(env, "STORES")? else { return Ok(Stores::r2()) };
    let secrets = |name: &str| env.secret(name).ok().map(|secret| secret.to_string());
    Stores::parse(&text, &secrets).map_err(log::wrong)
}

/// The stores, opened for one request.
pub(super) struct Objects {
    pub(super) stores: Rc<Stores>,
    pub(super) env: Env,
}

impl Objects {
    /// The store of `key`, and its key there. A key that no store is named for is in none.
    fn store(&self, key: &str) -> Result<(Opened<'_>, String), StoreError> {
        let found = self.stores.find(key).ok_or_else(|| StoreError::NotFound(key.to_owned()));
        let (store, inner) = found?;
        let opened = match store {
            Store::Remote(remote) => Opened::Server(Server(remote)),
            Store::R2(binding) => match Bucket::bound(&self.env, binding) {
                Ok(bucket) => Opened::Bucket(bucket),
                Err(error) => return Err(unavailable(key, &error.to_string())),
            },
        };
        Ok((opened, inner))
    }
}

enum Opened<'a> {
    Bucket(Bucket),
    Server(Server<'a>),
}

impl ObjectStore for Objects {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        match self.store(key)? {
            (Opened::Bucket(bucket), key) => bucket.head(&key).await,
            (Opened::Server(server), key) => server.head(&key).await,
        }
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        match self.store(key)? {
            (Opened::Bucket(bucket), key) => bucket.start(&key, most).await,
            (Opened::Server(server), key) => server.start(&key, most).await,
        }
    }

    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        match self.store(folder)? {
            (Opened::Bucket(bucket), folder) => bucket.list_folder(&folder, cursor).await,
            (Opened::Server(server), folder) => server.list_folder(&folder, cursor).await,
        }
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        match self.store(key)? {
            (Opened::Bucket(bucket), key) => bucket.read(&key, range, etag).await,
            (Opened::Server(server), key) => server.read(&key, range, etag).await,
        }
    }
}

impl MediaStore for Objects {
    type Body = StoredBody;

    async fn open(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<Self::Body, StoreError> {
        match self.store(key)? {
            (Opened::Bucket(bucket), key) => bucket.open(&key, range, etag).await,
            (Opened::Server(server), key) => server.open(&key, range, etag).await,
        }
    }
}
