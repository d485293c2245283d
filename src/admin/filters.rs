//! Stored filters as resources.

use super::{Admin, AdminError};
use crate::selection::{Expression, FilterName, Selection};
use crate::store::FilterStore;
use serde_json::{Value, json};

impl<O, I: FilterStore, R, C, S> Admin<'_, O, I, R, C, S> {
    /// The definition as it is stored, of the presentation's own filter or of the library's.
    pub(super) async fn show_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<Value, AdminError> {
        let stored = self.library.indexes.filter(presentation, name).await?;
        let stored = stored.ok_or_else(|| AdminError::NoFilter(name.to_string()))?;
        serde_json::from_slice(&stored).map_err(|cause| AdminError::Filter(cause.into()))
    }

    /// Puts the definition in `body` in place.
    pub(super) async fn store_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
        body: &[u8],
    ) -> Result<Value, AdminError> {
        let Selection { filter, clip, first, .. } =
            Selection::defined(body).map_err(AdminError::Filter)?;
        self.library.indexes.put_filter(presentation, name, body).await?;
        Ok(json!({
            "name": name.to_string(),
            "presentation": presentation,
            "filter": filter.as_ref().map(Expression::to_string),
            "clip": clip.map(|clip| clip.written(';')),
            "first_quality": first,
        }))
    }

    /// Removes the definition, if there is one. Repeating it does no harm.
    pub(super) async fn forget_filter(
        &self,
        presentation: Option<&str>,
        name: &FilterName,
    ) -> Result<Value, AdminError> {
        self.library.indexes.delete_filter(presentation, name).await?;
        Ok(json!({ "name": name.to_string(), "presentation": presentation }))
    }
}
