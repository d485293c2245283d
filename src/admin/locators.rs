//! Locators as resources.

use super::query::Query;
use super::{Admin, AdminError, about_cache};
use crate::locator::{Locator, LocatorName};
use crate::store::{Cache, LocatorStore};
use serde_json::{Value, json};

impl<O, I: LocatorStore, R, C: Cache, S> Admin<'_, O, I, R, C, S> {
    /// The definition as it is stored.
    pub(super) async fn show_locator(&self, name: &LocatorName) -> Result<Value, AdminError> {
        let stored = self.library.indexes.locator(name).await?;
        let stored = stored.ok_or_else(|| AdminError::NoLocator(name.to_string()))?;
        definition(&stored)
    }

    /// A part of the list of all.
    pub(super) async fn list_locators(&self, query: &Query) -> Result<Value, AdminError> {
        if !query.prefix.is_empty() {
            return Err(AdminError::Query("has a prefix, and locators are listed whole"));
        }
        let listing = self.library.indexes.locators(query.cursor.as_deref(), query.limit).await?;
        let entries = listing.entries.into_iter().map(|(name, definition)| {
            let mut entry = definition.unwrap_or_else(|| json!({}));
            if let Some(members) = entry.as_object_mut() {
                members.insert("name".to_owned(), name.into());
            }
            entry
        });
        Ok(json!({ "locators": entries.collect::<Vec<_>>(), "cursor": listing.cursor }))
    }

    /// Puts the definition in `body` in place. What was answered under the name is dropped if another was there:
    /// caches take few purges, and tables are long.
    pub(super) async fn store_locator(
        &self,
        name: &LocatorName,
        body: &[u8],
    ) -> Result<Value, AdminError> {
        let definition = definition(body)?;
        let before = self.library.indexes.locator(name).await?;
        self.library.indexes.put_locator(name, &definition).await?;
        self.library.memo.forget_locator(name);
        let cache = match before {
            Some(before) if before != definition.to_string().as_bytes() => {
                self.purge_answers(name).await?
            }
            _ => "unchanged",
        };
        Ok(json!({ "name": name.to_string(), "locator": definition, "cache": cache }))
    }

    /// Removes the definition, if there is one, and drops what was answered under the name. Repeating it does no harm.
    pub(super) async fn forget_locator(&self, name: &LocatorName) -> Result<Value, AdminError> {
        self.library.indexes.delete_locator(name).await?;
        self.library.memo.forget_locator(name);
        let cache = self.purge_answers(name).await?;
        Ok(json!({ "name": name.to_string(), "cache": cache }))
    }

    /// Answers have the name for a tag, in whatever case they were asked for.
    async fn purge_answers(&self, name: &LocatorName) -> Result<&'static str, AdminError> {
        Ok(about_cache(self.cache.purge(&[name.as_str()]).await?))
    }
}

/// The one spelling of the definition `json`.
fn definition(json: &[u8]) -> Result<Value, AdminError> {
    let locator = Locator::parse(json).map_err(AdminError::Locator)?;
    locator.to_json().map_err(|error| AdminError::Locator(error.into()))
}
