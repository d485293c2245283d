//! A store behind a network: a bucket, a container, or a web server. Nothing is written to it.

use super::bucket_error::{BucketError, VARIABLES};
use super::connection::Connection;
use super::place::Address;
use anyhow::{Result, anyhow};
use futures_util::{TryStreamExt, future};
use millrace::base::range::ByteRange;
use millrace::store::{LISTED_AT_ONCE, ListPart, Listed, Meta, Start, StoreError};
use object_store::list::PaginatedListOptions;
use object_store::path::Path;
use object_store::{Attribute, Error, GetOptions, GetRange, GetResult, ObjectStoreExt};

/// A connection to a store.
#[derive(Clone)]
pub(super) struct Bucket {
    connection: Connection,
    pub(super) address: Address,
}

impl Bucket {
    /// The store at `address`, with credentials from the environment.
    pub(super) fn open(address: &Address) -> Result<Self> {
        let connection = Connection::open(address)
            .map_err(|error| anyhow!("cannot open {address}: {error}; {VARIABLES}"))?;
        Ok(Self { connection, address: address.clone() })
    }

    /// Every key below `prefix` that is `wanted`, in order.
    pub(super) async fn list(
        &self,
        prefix: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>> {
        let prefix = self.path(prefix)?;
        let found =
            self.connection.store.list(Some(&prefix)).map_ok(|object| object.location.to_string());
        let found = found.try_filter(|key| future::ready(wanted(key)));
        let mut found: Vec<String> =
            found.try_collect().await.map_err(|error| self.failure(prefix.as_ref(), &error))?;
        found.sort();
        Ok(found)
    }

    /// How large the object is, and which version of it is there.
    pub(super) async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let object = self.connection.store.head(&self.path(key)?).await;
        let object = object.map_err(|error| self.failure(key, &error))?;
        Ok(Meta { size: object.size, etag: self.strong(key, object.e_tag.as_deref())?.to_owned() })
    }

    /// Size and version of the object, with its first `most` bytes or all that it has.
    pub(super) async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        let range = Some(GetRange::Bounded(0..most));
        let options = GetOptions { range, ..GetOptions::default() };
        let got = match self.connection.store.get_opts(&self.path(key)?, options).await {
            Err(error) if BucketError::is_of_range(&error) => {
                let meta = self.head(key).await?;
                return match meta.size {
                    0 => Ok(Start { meta, bytes: Vec::new() }),
                    _ => Err(self.failure(key, &error)),
                };
            }
            got => got.map_err(|error| self.failure(key, &error))?,
        };
        let etag = self.strong(key, got.meta.e_tag.as_deref())?.to_owned();
        let meta = Meta { size: got.meta.size, etag };
        let bytes = self.body(key, got, meta.size.min(most)).await?;
        Ok(Start { meta, bytes })
    }

    /// The part that begins at `cursor` of the list of all objects right below `folder`, a key that ends in `/`.
    pub(super) async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        let Some(lists) = &self.connection.lists else {
            return Err(StoreError::Unlisted(self.name(folder)));
        };
        let options = PaginatedListOptions {
            delimiter: Some("/".into()),
            max_keys: Some(LISTED_AT_ONCE),
            page_token: cursor.map(str::to_owned),
            ..PaginatedListOptions::default()
        };
        let part = lists.list_paginated(Some(folder), options).await;
        let part = part.map_err(|error| self.failure(folder, &error))?;
        let listed = part.result.objects.iter().filter_map(|object| {
            let name = object.location.filename()?.to_owned();
            let etag = self.strong(object.location.as_ref(), object.e_tag.as_deref());
            let meta = etag.map(|etag| Meta { size: object.size, etag: etag.to_owned() });
            Some(meta.map(|meta| Listed { name, meta }))
        });
        Ok(ListPart { listed: listed.collect::<Result<_, _>>()?, cursor: part.page_token })
    }

    /// Exactly `range`, of exactly the version that `etag` names, or an error.
    pub(super) async fn read(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<Vec<u8>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let options = GetOptions {
            if_match: Some(format!("\"{etag}\"")),
            range: Some(GetRange::Bounded(range.start()..range.end())),
            ..GetOptions::default()
        };
        let got = self.connection.store.get_opts(&self.path(key)?, options).await;
        let got = got.map_err(|error| self.failure(key, &error))?;
        // Not every server obeys the condition.
        if self.strong(key, got.meta.e_tag.as_deref())? != etag {
            return Err(StoreError::Changed(self.name(key)));
        }
        self.body(key, got, range.length()).await
    }

    /// What was sent of an object, which has to be exactly so many bytes.
    async fn body(&self, key: &str, got: GetResult, length: u64) -> Result<Vec<u8>, StoreError> {
        if let Some(encoding) = got.attributes.get(&Attribute::ContentEncoding) {
            let cause = format!("it is stored as {}: store it as it is", encoding.as_ref());
            return Err(self.unavailable(key, cause));
        }
        let bytes = got.bytes().await.map_err(|error| self.failure(key, &error))?;
        match u64::try_from(bytes.len()) {
            Ok(len) if len == length => Ok(bytes.to_vec()),
            _ => Err(self.unavailable(key, "it broke off".to_owned())),
        }
    }

    fn path(&self, key: &str) -> Result<Path, StoreError> {
        Path::parse(key).map_err(|error| self.unavailable(key, error.to_string()))
    }

    /// The entity tag without its quotes, if it tells versions apart.
    fn strong<'a>(&self, key: &str, etag: Option<&'a str>) -> Result<&'a str, StoreError> {
        match etag {
            None => Err(self.unavailable(key, "the server gives no entity tag".to_owned())),
            Some(etag) if etag.starts_with("W/") => {
                Err(self.unavailable(key, format!("the server's entity tag is a weak one, {etag}")))
            }
            Some(etag) => Ok(etag.trim_matches('"')),
        }
    }

    fn name(&self, key: &str) -> String {
        format!("{}/{key}", self.address)
    }

    fn unavailable(&self, key: &str, cause: String) -> StoreError {
        StoreError::Unavailable { key: self.name(key), cause }
    }

    fn failure(&self, key: &str, error: &Error) -> StoreError {
        match BucketError::of(error, self.address.noun()) {
            BucketError::NotFound => StoreError::NotFound(self.name(key)),
            BucketError::Changed => StoreError::Changed(self.name(key)),
            other => self.unavailable(key, other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::Kind;
    use super::*;
    use futures_util::future::BoxFuture;
    use millrace::store::FolderList;
    use object_store::list::{PaginatedListResult, PaginatedListStore};
    use object_store::memory::InMemory;
    use object_store::{ListResult, ObjectMeta};
    use std::sync::{Arc, Mutex};

    /// A list of so many objects, in parts of what is asked for; or without an end.
    struct Many {
        count: usize,
        is_endless: bool,
        asked: Mutex<Vec<(Option<String>, Option<String>)>>,
    }

    impl PaginatedListStore for Many {
        fn list_paginated<'l, 'p, 'f>(
            &'l self,
            prefix: Option<&'p str>,
            options: PaginatedListOptions,
        ) -> BoxFuture<'f, object_store::Result<PaginatedListResult>>
        where
            'l: 'f,
            'p: 'f,
        {
            assert_eq!(options.delimiter.as_deref(), Some("/"));
            let token = options.page_token;
            self.asked.lock().unwrap().push((prefix.map(str::to_owned), token.clone()));
            let from: usize = token.map_or(0, |token| token.parse().unwrap());
            let to = from + options.max_keys.unwrap();
            let end = if self.is_endless { to } else { to.min(self.count) };
            let objects = (from..end).map(|at| ObjectMeta {
                location: Path::from(format!(
                    "a/{}",
                    if at == 0 { "header".into() } else { at.to_string() }
                )),
                last_modified: Default::default(),
                size: 5,
                e_tag: Some("\"e\"".to_owned()),
                version: None,
            });
            let result = ListResult {
                objects: objects.collect(),
                common_prefixes: Vec::new(),
                extensions: Default::default(),
            };
            let page_token = (self.is_endless || end < self.count).then(|| end.to_string());
            Box::pin(future::ready(Ok(PaginatedListResult { result, page_token })))
        }
    }

    /// What is listed of a folder of so many objects, and in how many parts.
    fn listed(count: usize, is_endless: bool) -> (Result<usize, StoreError>, usize) {
        let many = Arc::new(Many { count, is_endless, asked: Mutex::default() });
        let lists: Arc<dyn PaginatedListStore> = many.clone();
        let connection = Connection { store: Arc::new(InMemory::new()), lists: Some(lists) };
        let address = Address { kind: Kind::S3, name: "media".to_owned() };
        let bucket = Bucket { connection, address };
        let listed = pollster::block_on(async {
            let mut list = FolderList::new("a/");
            while list.is_open() {
                list.take(bucket.list_folder("a/", list.cursor()).await?)?;
            }
            Ok(list.finish()?.chunks().count())
        });
        let asked = many.asked.lock().unwrap();
        assert!(asked.iter().all(|(prefix, _)| prefix.as_deref() == Some("a/")));
        (listed, asked.len())
    }

    #[test]
    fn a_folder_is_listed_part_by_part() {
        assert_eq!(listed(2, false), (Ok(1), 1));
        assert_eq!(listed(LISTED_AT_ONCE, false), (Ok(999), 1));
        assert_eq!(listed(2 * LISTED_AT_ONCE + 1, false), (Ok(2000), 3));
    }

    #[test]
    fn a_folder_of_too_many_objects_is_left() {
        let (listed, parts) = listed(0, true);
        assert_eq!(listed, Err(StoreError::TooMany("a/".to_owned())));
        assert_eq!(parts, 525);
    }
}
