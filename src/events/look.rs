//! A look at what storage has of a presentation that changes led to.

use super::budget::Metered;
use super::found::{Change, Found, Now, Standing};
use crate::base::settled::all_settled;
use crate::index::Index;
use crate::library::build::BuildError;
use crate::library::{Library, LibraryError, Runtime};
use crate::store::{self, IndexStore, ObjectStore};

/// What storage has of the presentation now, where that is not what is stored of it. These `keys` of it have
/// changed.
pub(super) async fn look<O, I, R>(
    library: &Library<Metered<O>, I, R>,
    presentation: &str,
    keys: &[&str],
) -> Found
where
    O: ObjectStore + 'static,
    I: IndexStore + 'static,
    R: Runtime,
{
    let unclear = |cause: String, may_pass| Found::Settled(Standing::Unclear { cause, may_pass });
    library.objects.meter.operate(1);
    let stored = match library.indexes.get(presentation).await {
        Ok(stored) => stored,
        Err(error) => return unclear(error.to_string(), true),
    };
    let stored = stored.map(|value| Index::decode(&value).ok());
    let indexed = stored.as_ref().and_then(Option::as_ref);
    if let Some(index) = indexed
        && keys.iter().all(|key| is_source(index, key))
        && is_current(library, index).await
    {
        return Found::Settled(Standing::whole(index, &[]));
    }
    let generation = indexed.map(|index| index.generation);
    let now = match library.survey(presentation).await {
        Ok(Some(whole)) if Some(whole.index.generation) == generation => {
            return Found::Settled(Standing::whole(&whole.index, &whole.missing()));
        }
        Ok(Some(whole)) => Now::Whole(whole),
        Ok(None) => Now::Gone,
        Err(error) => match missing_source(&error) {
            Some(source) => Now::Lacks { source, cause: error.to_string() },
            None => return unclear(error.to_string(), error.is_passing()),
        },
    };
    Found::Changing(Change::new(stored.as_ref().map(Option::as_ref), now))
}

/// Whether every source of `index` is still what it was made from. That takes a call each, where a
/// build takes many, and reads nothing.
async fn is_current<O: ObjectStore, I, R>(
    library: &Library<Metered<O>, I, R>,
    index: &Index,
) -> bool {
    let heads = index.sources.iter().map(async |source| {
        let there = store::current(&*library.objects, &source.key).await.map_err(drop)?;
        (there.size == source.size && there.etag == source.etag).then_some(()).ok_or(())
    });
    let are_few = u32::try_from(index.sources.len()).is_ok_and(|len| len <= library.limits.calls);
    are_few && all_settled(heads).await.is_ok()
}

/// The source for want of which there is no index.
fn missing_source(error: &LibraryError) -> Option<String> {
    match error {
        LibraryError::Build(cause) => match &**cause {
            BuildError::Missing { key, .. } => Some(key.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn is_source(index: &Index, key: &str) -> bool {
    index.sources.iter().any(|source| source.key == key)
}
