//! Locators, remembered or fetched.

use super::{Library, LibraryError};
use crate::locator::{Locator, LocatorName};
use crate::store::LocatorStore;
use std::rc::Rc;

impl<O, I: LocatorStore, R> Library<O, I, R> {
    /// The locator of this `name`, for a request that came at `came_ms`; `None` if there is none.
    pub async fn locator(
        &self,
        name: LocatorName,
        came_ms: u64,
    ) -> Result<Option<Rc<Locator>>, LibraryError> {
        if let Some(known) = self.memo.recall_locator(&name, came_ms) {
            return Ok(known);
        }
        let locator = match self.indexes.locator(&name).await? {
            None => None,
            Some(json) => Some(Rc::new(
                Locator::parse(&json)
                    .map_err(|cause| LibraryError::Locator { name: name.to_string(), cause })?,
            )),
        };
        self.memo.keep_locator(name, locator.clone(), came_ms);
        Ok(locator)
    }
}
