//! Locators, remembered or fetched.

use super::{Library, LibraryError};
use crate::locator::{Locator, LocatorError, LocatorName};
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
            return known.map_err(broken(&name, false));
        }
        let stored = match self.indexes.locator(&name).await? {
            None => Ok(None),
            Some(json) => Locator::parse(&json).map(|it| Some(Rc::new(it))).map_err(Rc::new),
        };
        // Another request may have been told meanwhile.
        let is_told = matches!(self.memo.recall_locator(&name, came_ms), Some(Err(_)));
        self.memo.keep_locator(name.clone(), stored.clone(), came_ms);
        stored.map_err(broken(&name, !is_told))
    }
}

/// The error that a stored locator is none.
fn broken(name: &LocatorName, is_news: bool) -> impl FnOnce(Rc<LocatorError>) -> LibraryError {
    let name = name.to_string();
    move |cause| LibraryError::Locator { name, cause, is_news }
}
