//! The doors to what requests are looked up in: filters, locators, spellings.

use super::error::StoreError;
use crate::locator::LocatorName;
use crate::selection::FilterName;
use crate::url::FoldedKey;
use serde_json::Value;

/// Definitions of filters, each under a name: of one presentation, or of the whole library.
pub trait FilterStore {
    /// The definition that is stored, if there is one.
    async fn filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the definition.
    async fn put_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
        definition: &[u8],
    ) -> Result<(), StoreError>;

    /// Removes the definition, if there is one.
    async fn delete_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<(), StoreError>;
}

/// Definitions of locators, each under its name.
pub trait LocatorStore {
    /// The definition that is stored, if there is one.
    async fn locator(&self, name: &LocatorName) -> Result<Option<Vec<u8>>, StoreError>;

    /// Replaces the definition.
    async fn put_locator(&self, name: &LocatorName, definition: &Value) -> Result<(), StoreError>;

    /// Removes the definition, if there is one.
    async fn delete_locator(&self, name: &LocatorName) -> Result<(), StoreError>;

    /// At most `limit` locators, from the first or from where another list ended.
    async fn locators(
        &self,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<LocatorListing, StoreError>;
}

/// A part of the list of all locators, in the order of their names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocatorListing {
    /// Each name with its definition, unless that was stored by something that says nothing to lists.
    pub entries: Vec<(String, Option<Value>)>,
    /// Where the list goes on; `None` at its end.
    pub cursor: Option<String>,
}

/// A store of the spellings of presentations' keys, by their lower-case forms.
pub trait SpellingStore {
    /// The key that is stored, if there is one.
    async fn spelling(&self, folded: &FoldedKey) -> Result<Option<String>, StoreError>;

    /// Replaces the key.
    async fn put_spelling(&self, folded: &FoldedKey, key: &str) -> Result<(), StoreError>;

    /// Removes the key, if there is one.
    async fn delete_spelling(&self, folded: &FoldedKey) -> Result<(), StoreError>;
}
