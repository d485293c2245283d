//! What storage has of a presentation that changes led to.

use super::Events;
use super::budget::{Meter, Metered};
use super::found::{Change, Found, Now, Standing};
use crate::base::settled::all_settled;
use crate::build::{BuildError, build};
use crate::index::{Bundle, Index};
use crate::scan::Way;
use crate::store::{IndexStore, ObjectStore};
use std::rc::Rc;

impl<O: ObjectStore, I: IndexStore, C> Events<'_, O, I, C> {
    /// What storage has of the presentation now, where that is not what is stored of it. These `keys` of
    /// it have changed.
    pub(super) async fn look(&self, presentation: &str, keys: &[&str], meter: &Meter) -> Found {
        let unclear = |cause: String| Found::Settled(Standing::Unclear(cause));
        meter.operate(1);
        let stored = match self.indexes.get(presentation).await {
            Ok(stored) => stored,
            Err(error) => return unclear(error.to_string()),
        };
        let stored = stored.map(|value| Index::decode(&value).ok());
        let indexed = stored.as_ref().and_then(Option::as_ref);
        let objects = Metered { objects: self.objects, meter };
        if let Some(index) = indexed
            && keys.iter().all(|key| is_source(index, key))
            && self.is_current(&objects, index).await
        {
            return Found::Settled(Standing::whole(index, &[]));
        }
        let generation = indexed.map(|index| index.generation);
        let built = build(&objects, presentation, self.limits, Way::Tables, self.rules).await;
        let now = match built {
            Ok(Some(built)) => {
                built.warnings.iter().for_each(|warning| (self.warned)(presentation, warning));
                let missing: Vec<String> = built.missing().map(str::to_owned).collect();
                let Bundle { index, pages } = built.bundle;
                if Some(index.generation) == generation {
                    return Found::Settled(Standing::whole(&index, &missing));
                }
                let value = index.encode();
                Now::Whole { index: Rc::new(index), value, pages, missing }
            }
            Ok(None) => Now::Gone,
            Err(error) => {
                let cause = error.to_string();
                match error {
                    BuildError::Missing { key: source, .. } => Now::Lacks { source, cause },
                    _ => return unclear(cause),
                }
            }
        };
        Found::Changing(Change::new(stored.as_ref().map(Option::as_ref), now))
    }

    /// Whether every source of `index` is still what it was made from. That takes a call each, where a
    /// build takes many, and reads nothing.
    async fn is_current(&self, objects: &Metered<'_, O>, index: &Index) -> bool {
        let heads = index.sources.iter().map(async |source| {
            let there = objects.head(&source.key).await.map_err(drop)?;
            (there.size == source.size && there.etag == source.etag).then_some(()).ok_or(())
        });
        let are_few = u32::try_from(index.sources.len()).is_ok_and(|len| len <= self.limits.calls);
        are_few && all_settled(heads).await.is_ok()
    }
}

fn is_source(index: &Index, key: &str) -> bool {
    index.sources.iter().any(|source| source.key == key)
}
