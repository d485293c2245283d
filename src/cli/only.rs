//! A store of one index, to answer from.

use millrace::describe::Summary;
use millrace::index::{Bundle, Digest, PageValue};
use millrace::locator::LocatorName;
use millrace::selection::FilterName;
use millrace::store::{
    FilterStore, IndexStore, LinkStore, Listing, LocatorListing, LocatorStore, SpellingStore,
    StoreError,
};
use millrace::url::FoldedKey;
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The one index there is, with its pages; it stays as it is.
pub(super) struct Only(pub(super) Rc<Bundle>);

impl IndexStore for Only {
    async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Some(self.0.index.encode()))
    }

    async fn put(&self, _: &str, _: &[u8], _: &Summary) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn page(&self, _: &str, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let page = self.0.pages.iter().find(|page| page.digest == digest);
        Ok(page.map(|page| page.value.to_vec()))
    }

    async fn put_page(&self, _: &str, _: &PageValue) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete_page(&self, _: &str, _: Digest) -> Result<(), StoreError> {
        Ok(())
    }

    async fn pages(&self, _: &str) -> Result<BTreeSet<Digest>, StoreError> {
        Ok(self.0.pages.iter().map(|page| page.digest).collect())
    }

    async fn list(&self, _: &str, _: Option<&str>, _: u32) -> Result<Listing, StoreError> {
        Ok(Listing { entries: Vec::new(), cursor: None })
    }
}

impl LinkStore for Only {
    async fn link(&self, _: &str, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn unlink(&self, _: &str, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn linked(&self, _: &str) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
}

impl FilterStore for Only {
    async fn filter(&self, _: Option<&str>, _: &FilterName) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    async fn put_filter(
        &self,
        _: Option<&str>,
        _: &FilterName,
        _: &[u8],
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete_filter(&self, _: Option<&str>, _: &FilterName) -> Result<(), StoreError> {
        Ok(())
    }
}

impl LocatorStore for Only {
    async fn locator(&self, _: &LocatorName) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    async fn put_locator(&self, _: &LocatorName, _: &Value) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete_locator(&self, _: &LocatorName) -> Result<(), StoreError> {
        Ok(())
    }

    async fn locators(&self, _: Option<&str>, _: u32) -> Result<LocatorListing, StoreError> {
        Ok(LocatorListing { entries: Vec::new(), cursor: None })
    }
}

impl SpellingStore for Only {
    async fn spelling(&self, _: &FoldedKey) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    async fn put_spelling(&self, _: &FoldedKey, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete_spelling(&self, _: &FoldedKey) -> Result<(), StoreError> {
        Ok(())
    }
}
