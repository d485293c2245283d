//! Connections to stores behind a network: with credentials from the environment, and patience.

use super::place::{Address, Kind};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::list::PaginatedListStore;
use object_store::{ClientOptions, ObjectStore, Result, RetryConfig};
use std::sync::Arc;
use std::time::Duration;

/// A store that is down is said to be within seconds, and one that stumbles is asked again.
const RETRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(20);

/// A store, and its lists.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) store: Arc<dyn ObjectStore>,
    /// What lists its objects part by part; `None` of a web server, which has no lists.
    pub(super) lists: Option<Arc<dyn PaginatedListStore>>,
}

impl Connection {
    /// Opens a connection to the store at `address`.
    pub(super) fn open(address: &Address) -> Result<Self> {
        let retry =
            RetryConfig { max_retries: RETRIES, retry_timeout: PATIENCE, ..RetryConfig::default() };
        let name = address.name.as_str();
        Ok(match address.kind {
            Kind::S3 => {
                let builder = AmazonS3Builder::from_env().with_bucket_name(name);
                Self::listing(builder.with_retry(retry).build()?)
            }
            Kind::Azure => {
                let builder = MicrosoftAzureBuilder::from_env().with_container_name(name);
                Self::listing(builder.with_retry(retry).build()?)
            }
            Kind::Google => {
                let builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(name);
                Self::listing(builder.with_retry(retry).build()?)
            }
            Kind::Http | Kind::Https => {
                // Whoever names http:// means it, and there is no secret that it could give away.
                let options = ClientOptions::new().with_allow_http(address.kind == Kind::Http);
                let builder = HttpBuilder::new().with_url(address.to_string()).with_retry(retry);
                let store = Arc::new(builder.with_client_options(options).build()?);
                Self { store, lists: None }
            }
        })
    }

    fn listing(store: impl ObjectStore + PaginatedListStore) -> Self {
        let store = Arc::new(store);
        Self { store: store.clone(), lists: Some(store) }
    }
}
