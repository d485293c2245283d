//! The order in which the values of a presentation are stored and removed.
//!
//! An index is never there before the pages that it names and the links that lead to it; pages that nothing names
//! any more go after it.

use crate::base::order::map;
use crate::base::settled::all_settled;
use crate::describe::Summary;
use crate::index::{Digest, PageValue};
use crate::library::memo::Whole;
use crate::store::{IndexStore, StoreError, linked_sources, stored_bytes};
use futures_util::future::join;
use std::collections::BTreeSet;

/// The pages that are written before an index is put in place, and those that are removed after it.
#[derive(PartialEq, Eq, Debug)]
struct Retention<'a> {
    written: Vec<&'a PageValue>,
    dropped: Vec<Digest>,
}

impl<'a> Retention<'a> {
    /// What to write and to remove for an index that names the pages `named`, where KV has those that are `there`.
    /// Pages are named by their digests, so one that is there is not written again, unless all are: `afresh`.
    /// Tracks may share a page.
    fn of(there: &BTreeSet<Digest>, named: &'a [PageValue], afresh: bool) -> Self {
        let named = map(named.iter().map(|page| (page.digest, page)));
        let dropped = there.iter().filter(|&digest| !named.contains_key(digest)).copied();
        let dropped = dropped.collect();
        let written = named.into_values().filter(|page| afresh || !there.contains(&page.digest));
        Self { written: written.collect(), dropped }
    }
}

/// Stores an index with its pages and links; what lists say of it from `now_ms` on, and how many bytes its stored
/// form has.
///
/// Pages that were there are not written again, unless all are, `afresh`: one was lost or spoilt.
pub async fn put<I: IndexStore>(
    indexes: &I,
    presentation: &str,
    whole: &Whole,
    afresh: bool,
    now_ms: u64,
) -> Result<(Summary, usize), StoreError> {
    let Whole { index, pages, .. } = whole;
    let missing = whole.missing();
    let sources = linked_sources(presentation, &index.sources);
    let sources = sources.chain(missing.iter().map(String::as_str));
    let links = all_settled(sources.map(|source| indexes.link(source, presentation)));
    // One list of keys has the pages that need not be written, and those that are to go.
    let (there, linked) = join(indexes.pages(presentation), links).await;
    linked?;
    let Retention { written, dropped } = Retention::of(&there?, pages, afresh);
    all_settled(written.into_iter().map(|page| indexes.put_page(presentation, page))).await?;
    let value = index.encode();
    let summary = Summary::new(index, stored_bytes(&value, pages), now_ms);
    indexes.put(presentation, &value, &summary).await?;
    delete_pages(indexes, presentation, dropped).await?;
    Ok((summary, value.len()))
}

/// Removes the presentation's index, if there is one, and after it its pages.
pub async fn delete<I: IndexStore>(indexes: &I, presentation: &str) -> Result<(), StoreError> {
    indexes.delete(presentation).await?;
    delete_pages(indexes, presentation, indexes.pages(presentation).await?).await
}

async fn delete_pages<I: IndexStore>(
    indexes: &I,
    presentation: &str,
    pages: impl IntoIterator<Item = Digest>,
) -> Result<(), StoreError> {
    let pages = pages.into_iter().map(|digest| indexes.delete_page(presentation, digest));
    all_settled(pages).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> PageValue {
        PageValue { digest: Digest::of(text.as_bytes()), value: text.as_bytes().into() }
    }

    #[test]
    fn what_is_there_stays_what_is_new_is_written_and_what_is_not_named_goes() {
        let [both, old, new] = ["both", "old", "new"].map(page);
        let there = BTreeSet::from([both.digest, old.digest]);
        let named = [both.clone(), new.clone(), new.clone()];
        let kept = Retention::of(&there, &named, false);
        assert_eq!(kept, Retention { written: vec![&new], dropped: vec![old.digest] });
        let Retention { written, dropped } = Retention::of(&there, &named, true);
        assert_eq!(BTreeSet::from_iter(written.iter().map(|page| page.digest)).len(), 2);
        assert_eq!((written.len(), dropped), (2, vec![old.digest]));
    }
}
