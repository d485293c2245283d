//! Filters that an operator has stored.

use super::{Library, LibraryError};
use crate::base::settled::all_settled;
use crate::selection::{FilterName, Selection};
use crate::store::FilterStore;
use futures_util::future::join;

impl<O, I: FilterStore, R> Library<O, I, R> {
    /// What the filters of these `names` ask to be shown of `presentation`, in their order: its own, or else those of the
    /// whole library.
    pub async fn filters(
        &self,
        presentation: &str,
        names: &[FilterName],
    ) -> Result<Vec<Selection>, LibraryError> {
        all_settled(names.iter().map(|name| self.filter(presentation, name))).await
    }

    async fn filter(
        &self,
        presentation: &str,
        name: &FilterName,
    ) -> Result<Selection, LibraryError> {
        let own = self.indexes.filter(Some(presentation), name);
        let (own, shared) = join(own, self.indexes.filter(None, name)).await;
        let absent = || LibraryError::NoFilter(name.to_string());
        let stored = own?.map_or(shared, |own| Ok(Some(own)))?.ok_or_else(absent)?;
        let unread = |cause| LibraryError::Filter { name: name.to_string(), cause };
        Selection::defined(&stored).map_err(unread)
    }
}
