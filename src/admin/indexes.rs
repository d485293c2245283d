//! Indexes as resources: listed, shown, published and purged.

use super::query::Query;
use super::{Admin, AdminError, about_cache, named};
use crate::assemble::Warning;
use crate::base::settled::all_settled;
use crate::index::{Bundle, Index, Source};
use crate::library::Runtime;
use crate::library::build::{BuildError, Built};
use crate::store::{self, Cache, IndexStore, Meta, ObjectStore, StoreError};
use crate::sweep::Sweeper;
use serde_json::{Value, json};

impl<O, I, R, C, S> Admin<'_, O, I, R, C, S>
where
    O: ObjectStore + 'static,
    I: IndexStore + 'static,
    R: Runtime,
    C: Cache,
    S: Sweeper,
{
    pub(super) async fn list(&self, query: &Query) -> Result<Value, AdminError> {
        let Query { prefix, cursor, limit } = query;
        let listing = self.library.indexes.list(prefix, cursor.as_deref(), *limit).await?;
        let entries = listing.entries.into_iter().map(|(presentation, summary)| {
            let summary = summary.map_or(json!({}), |summary| summary.to_json());
            named(&presentation, summary)
        });
        Ok(json!({ "indexes": entries.collect::<Vec<_>>(), "cursor": listing.cursor }))
    }

    /// The index as it is stored, and its length there.
    pub(super) async fn stored(&self, presentation: &str) -> Result<(Index, usize), AdminError> {
        let absent = || AdminError::NoIndex(presentation.to_owned());
        let value = self.library.indexes.get(presentation).await?.ok_or_else(absent)?;
        let index = Index::decode(&value).map_err(AdminError::Stored)?;
        Ok((index, value.len()))
    }

    /// Puts an index in place: the one in `body`, or without one what storage holds now.
    pub(super) async fn publish(
        &self,
        presentation: &str,
        body: Vec<u8>,
    ) -> Result<Value, AdminError> {
        let whole = if body.is_empty() {
            let absent = || AdminError::NoPresentation(presentation.to_owned());
            self.library.survey(presentation).await?.ok_or_else(absent)?
        } else {
            let bundle = Bundle::decode(&body).map_err(AdminError::Body)?;
            drop(body);
            self.check(presentation, &bundle.index).await?;
            Built { bundle, warnings: Vec::new() }.into()
        };
        let mut published = self.library.publish(presentation, &whole).await?.to_json();
        if let Some(members) = published.as_object_mut() {
            let warnings: Vec<String> = whole.warnings.iter().map(Warning::to_string).collect();
            members.insert("warnings".to_owned(), warnings.into());
        }
        Ok(named(presentation, published))
    }

    /// Whether `index` is of `presentation`, names nothing but what is its own, and every source is still
    /// what it was.
    async fn check(&self, presentation: &str, index: &Index) -> Result<(), AdminError> {
        self.sources.check(presentation, index)?;
        let calls = u32::try_from(index.sources.len()).unwrap_or(u32::MAX);
        if calls > self.library.limits.calls {
            let key = presentation.to_owned();
            let limits = self.library.limits;
            return Err(AdminError::TooManySources(BuildError::TooCostly { key, limits }));
        }
        all_settled(index.sources.iter().map(|source| self.check_source(source))).await?;
        Ok(())
    }

    async fn check_source(&self, source: &Source) -> Result<(), AdminError> {
        match store::current(&*self.library.objects, &source.key).await {
            Ok(Meta { size, etag }) if size == source.size && etag == source.etag => Ok(()),
            Ok(there) => Err(AdminError::OtherSource { indexed: source.clone(), there }),
            Err(StoreError::NotFound(key)) => Err(AdminError::NoSource(key)),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets the presentation wherever it can be reached from here. Repeating it does no harm.
    pub(super) async fn purge(&self, presentation: &str) -> Result<Value, AdminError> {
        self.library.forget(presentation).await?;
        let cache = about_cache(self.cache.purge(&[presentation]).await?);
        Ok(json!({ "presentation": presentation, "index": "forgotten", "cache": cache }))
    }
}
