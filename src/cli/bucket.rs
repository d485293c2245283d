//! A store behind a network: a bucket, a container, or a web server. Nothing is written to it.

use super::bucket_error::{BucketError, VARIABLES};
use super::place::{Address, Kind};
use anyhow::{Result, anyhow};
use futures_util::{TryStreamExt, future};
use millrace::base::range::ByteRange;
use millrace::store::{ListPart, Listed, Meta, StoreError};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{
    Attribute, ClientOptions, Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig,
};
use std::sync::Arc;
use std::time::Duration;

/// A store that is down is said to be within seconds, and one that stumbles is asked again.
const RETRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a store.
#[derive(Clone)]
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    pub(super) address: Address,
}

impl Bucket {
    /// The store at `address`, with credentials from the environment.
    pub(super) fn open(address: &Address) -> Result<Self> {
        let store = connect(address)
            .map_err(|error| anyhow!("cannot open {address}: {error}; {VARIABLES}"))?;
        Ok(Self { store, address: address.clone() })
    }

    /// Every key below `prefix` that is `wanted`, in order.
    pub(super) async fn list(
        &self,
        prefix: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>> {
        let prefix = self.path(prefix)?;
        let found = self.store.list(Some(&prefix)).map_ok(|object| object.location.to_string());
        let found = found.try_filter(|key| future::ready(wanted(key)));
        let mut found: Vec<String> =
            found.try_collect().await.map_err(|error| self.failure(prefix.as_ref(), &error))?;
        found.sort();
        Ok(found)
    }

    /// How large the object is, and which version of it is there.
    pub(super) async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let object = self.store.head(&self.path(key)?).await;
        let object = object.map_err(|error| self.failure(key, &error))?;
        Ok(Meta { size: object.size, etag: self.strong(key, object.e_tag.as_deref())?.to_owned() })
    }

    /// All objects right below `folder`, a key that ends in `/`, in one part.
    pub(super) async fn list_folder(&self, folder: &str) -> Result<ListPart, StoreError> {
        if self.address.is_web_server() {
            return Err(StoreError::Unlisted(self.name(folder)));
        }
        let prefix = self.path(folder.trim_end_matches('/'))?;
        let found = self.store.list_with_delimiter(Some(&prefix)).await;
        let found = found.map_err(|error| self.failure(folder, &error))?;
        let listed = found.objects.iter().filter_map(|object| {
            let name = object.location.filename()?.to_owned();
            let etag = self.strong(object.location.as_ref(), object.e_tag.as_deref());
            let meta = etag.map(|etag| Meta { size: object.size, etag: etag.to_owned() });
            Some(meta.map(|meta| Listed { name, meta }))
        });
        Ok(ListPart { listed: listed.collect::<Result<_, _>>()?, cursor: None })
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
        let got = self.store.get_opts(&self.path(key)?, options).await;
        let got = got.map_err(|error| self.failure(key, &error))?;
        // Not every server obeys the condition.
        if self.strong(key, got.meta.e_tag.as_deref())? != etag {
            return Err(StoreError::Changed(self.name(key)));
        }
        if let Some(encoding) = got.attributes.get(&Attribute::ContentEncoding) {
            let cause = format!("it is stored as {}: store it as it is", encoding.as_ref());
            return Err(self.unavailable(key, cause));
        }
        let bytes = got.bytes().await.map_err(|error| self.failure(key, &error))?;
        match u64::try_from(bytes.len()) {
            Ok(len) if len == range.length() => Ok(bytes.to_vec()),
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

fn connect(address: &Address) -> object_store::Result<Arc<dyn ObjectStore>> {
    let retry =
        RetryConfig { max_retries: RETRIES, retry_timeout: PATIENCE, ..RetryConfig::default() };
    let name = address.name.as_str();
    Ok(match address.kind {
        Kind::S3 => {
            let builder = AmazonS3Builder::from_env().with_bucket_name(name);
            Arc::new(builder.with_retry(retry).build()?)
        }
        Kind::Azure => {
            let builder = MicrosoftAzureBuilder::from_env().with_container_name(name);
            Arc::new(builder.with_retry(retry).build()?)
        }
        Kind::Google => {
            let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(name);
            Arc::new(builder.with_retry(retry).build()?)
        }
        Kind::Http | Kind::Https => {
            // Whoever names http:// means it, and there is no secret that it could give away.
            let options = ClientOptions::new().with_allow_http(address.kind == Kind::Http);
            let builder = HttpBuilder::new().with_url(address.to_string()).with_retry(retry);
            Arc::new(builder.with_client_options(options).build()?)
        }
    })
}
