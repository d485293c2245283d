//! Filters, locators and spellings in memory.

use super::{Call, Memory};
use millrace::locator::LocatorName;
use millrace::selection::FilterName;
use millrace::store::{
    FilterStore, LocatorListing, LocatorStore, SpellingStore, StoreError, filter_key,
};
use millrace::url::FoldedKey;
use serde_json::Value;

impl FilterStore for Memory {
    async fn filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = filter_key(presentation, name);
        self.calls.borrow_mut().push(Call::Filter(key.clone()));
        self.index(&key)?;
        Ok(self.filters.borrow().get(&key).cloned())
    }

    async fn put_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
        definition: &[u8],
    ) -> Result<(), StoreError> {
        let key = filter_key(presentation, name);
        self.index(&key)?;
        self.filters.borrow_mut().insert(key, definition.to_vec());
        Ok(())
    }

    async fn delete_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<(), StoreError> {
        let key = filter_key(presentation, name);
        self.index(&key)?;
        self.filters.borrow_mut().remove(&key);
        Ok(())
    }
}

impl LocatorStore for Memory {
    async fn locator(&self, name: &LocatorName) -> Result<Option<Vec<u8>>, StoreError> {
        self.calls.borrow_mut().push(Call::Locator(name.to_string()));
        self.index("a locator")?;
        let locators = self.locators.borrow();
        Ok(locators.get(name.as_str()).map(|definition| definition.to_string().into_bytes()))
    }

    async fn put_locator(&self, name: &LocatorName, definition: &Value) -> Result<(), StoreError> {
        self.index("a locator")?;
        self.locators.borrow_mut().insert(name.to_string(), definition.clone());
        Ok(())
    }

    async fn delete_locator(&self, name: &LocatorName) -> Result<(), StoreError> {
        self.index("a locator")?;
        self.locators.borrow_mut().remove(name.as_str());
        Ok(())
    }

    async fn locators(
        &self,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<LocatorListing, StoreError> {
        self.index("the locators")?;
        let locators = self.locators.borrow();
        let mut rest =
            locators.iter().filter(|(name, _)| cursor.is_none_or(|last| name.as_str() > last));
        let part: Vec<_> = rest.by_ref().take(usize::try_from(limit).unwrap()).collect();
        let cursor = rest.next().and(part.last()).map(|(last, _)| (*last).clone());
        let entry =
            |(name, definition): (&String, &Value)| (name.clone(), Some(definition.clone()));
        Ok(LocatorListing { entries: part.into_iter().map(entry).collect(), cursor })
    }
}

impl SpellingStore for Memory {
    async fn spelling(&self, folded: &FoldedKey) -> Result<Option<String>, StoreError> {
        self.calls.borrow_mut().push(Call::Spelling(folded.to_string()));
        self.index("a spelling")?;
        Ok(self.spellings.borrow().get(folded.as_str()).cloned())
    }

    async fn put_spelling(&self, folded: &FoldedKey, key: &str) -> Result<(), StoreError> {
        self.index("a spelling")?;
        self.spellings.borrow_mut().insert(folded.to_string(), key.to_owned());
        Ok(())
    }

    async fn delete_spelling(&self, folded: &FoldedKey) -> Result<(), StoreError> {
        self.index("a spelling")?;
        self.spellings.borrow_mut().remove(folded.as_str());
        Ok(())
    }
}
