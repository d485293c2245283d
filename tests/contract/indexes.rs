//! What every store of indexes does: Workers KV in its runtime, its stand-in of the tests, and the store in memory are
//! held to this one list.

use super::objects::{Kept, Told, hold, pattern, same, told};
use millrace::describe::Summary;
use millrace::index::{Attribute, Digest, Index, PageValue, Source};
use millrace::store::{Entry, IndexStore, LinkStore, Listing};

/// Holds a store, in which nothing lies yet, to the list.
pub(crate) async fn indexes<S: IndexStore + LinkStore>(store: &S) -> Told {
    hold! {
        where_nothing_is_there_is_nothing(store);
        a_value_comes_back_as_it_was_put(store);
        a_value_is_replaced_as_a_whole(store);
        names_are_taken_as_they_are(store);
        pages_are_there_once_their_value_is(store);
        pages_that_the_next_generation_names_stay_and_others_go(store);
        pages_go_when_the_next_generation_has_none(store);
        pages_stay_when_their_generation_is_put_again(store);
        equal_pages_are_one(store);
        pages_that_are_there_are_written_again_only_if_all_are(store);
        what_is_deleted_is_gone_with_its_pages(store);
        neighbours_of_what_is_deleted_stay(store);
        a_list_has_everything_once_in_order(store);
        a_put_links_all_sources_but_itself(store);
        a_put_links_what_it_was_made_without(store);
        links_come_and_go(store);
    }
}

const NAME: &str = "contract/a.ism";

/// An index that differs from others by `text`.
fn index(text: &str, sources: &[&str]) -> Index {
    let attributes = vec![Attribute { name: "contract".to_owned(), value: text.to_owned() }];
    let source = |key: &&str| Source { key: (*key).to_owned(), size: 1, etag: "e".to_owned() };
    Index::new(attributes, Vec::new(), sources.iter().map(source).collect(), Vec::new())
}

/// The page that is this `text`.
fn paged(text: &str) -> PageValue {
    PageValue { digest: Digest::of(text.as_bytes()), value: text.as_bytes().into() }
}

async fn put<S: IndexStore>(
    store: &S,
    name: &str,
    index: &Index,
    value: Vec<u8>,
    pages: Vec<PageValue>,
) -> Result<Summary, String> {
    let summary = Summary::new(index, 1_795_366_999_000);
    let missing = [];
    let entry = Entry { index, value, pages, afresh: false, summary: &summary, missing: &missing };
    store.put(name, entry).await.map_err(told)?;
    Ok(summary)
}

async fn get<S: IndexStore>(store: &S, name: &str) -> Result<Option<Vec<u8>>, String> {
    store.get(name).await.map_err(told)
}

/// Whether the page that is this `text` is there, as it was put.
async fn has<S: IndexStore>(store: &S, name: &str, text: &str) -> Result<bool, String> {
    let page = store.page(name, Digest::of(text.as_bytes())).await.map_err(told)?;
    if let Some(bytes) = &page {
        same("a page", String::from_utf8_lossy(bytes).into_owned(), text.to_owned())?;
    }
    Ok(page.is_some())
}

async fn where_nothing_is_there_is_nothing<S: IndexStore + LinkStore>(store: &S) -> Kept {
    same("a value", get(store, "contract/nothing.ism").await?, None)?;
    same("a page", has(store, "contract/nothing.ism", "page").await?, false)?;
    same("links", store.linked("contract/nothing.ismv").await.map_err(told)?, vec![])?;
    store.delete("contract/nothing.ism").await.map_err(told)
}

async fn a_value_comes_back_as_it_was_put<S: IndexStore>(store: &S) -> Kept {
    for len in [0, 1, 300_000] {
        put(store, NAME, &index("value", &[]), pattern(len), vec![]).await?;
        same("the value", get(store, NAME).await?, Some(pattern(len)))?;
    }
    Ok(())
}

async fn a_value_is_replaced_as_a_whole<S: IndexStore>(store: &S) -> Kept {
    put(store, NAME, &index("longer", &[]), pattern(5000), vec![]).await?;
    put(store, NAME, &index("shorter", &[]), b"short".to_vec(), vec![]).await?;
    same("the value", get(store, NAME).await?, Some(b"short".to_vec()))
}

async fn names_are_taken_as_they_are<S: IndexStore>(store: &S) -> Kept {
    let longest = format!("contract/{}.ism", "é".repeat(233));
    let odd = [
        "contract/a b+c&d=é(1)/x~y.ism",
        "contract/100% [sure]/q?x#y.ism",
        "contract/%41%2f/日本語,;:@!$'*.ism",
        longest.as_str(),
    ];
    for name in odd {
        let index = index(name, &[]);
        put(store, name, &index, name.as_bytes().to_vec(), vec![paged(name)]).await?;
        same(name, get(store, name).await?, Some(name.as_bytes().to_vec()))?;
        same(name, has(store, name, name).await?, true)?;
    }
    Ok(())
}

async fn pages_are_there_once_their_value_is<S: IndexStore>(store: &S) -> Kept {
    let texts = ["one", "other", "third"];
    put(store, NAME, &index("pages", &[]), vec![1], texts.map(paged).to_vec()).await?;
    for text in texts {
        same(text, has(store, NAME, text).await?, true)?;
    }
    same("no such page", has(store, NAME, "fourth").await?, false)?;
    same("another name", has(store, "contract/b.ism", "one").await?, false)
}

async fn pages_that_the_next_generation_names_stay_and_others_go<S: IndexStore>(store: &S) -> Kept {
    let [both, old, new] = ["both", "old", "new"];
    put(store, NAME, &index("old", &[]), vec![1], vec![paged(both), paged(old)]).await?;
    put(store, NAME, &index("new", &[]), vec![2], vec![paged(both), paged(new)]).await?;
    same("a page of both", has(store, NAME, both).await?, true)?;
    same("the new page", has(store, NAME, new).await?, true)?;
    same("the old page", has(store, NAME, old).await?, false)
}

async fn pages_go_when_the_next_generation_has_none<S: IndexStore>(store: &S) -> Kept {
    put(store, NAME, &index("progressive", &[]), vec![1], vec![paged("old")]).await?;
    put(store, NAME, &index("fragmented", &[]), vec![2], vec![]).await?;
    same("an old page", has(store, NAME, "old").await?, false)
}

async fn pages_stay_when_their_generation_is_put_again<S: IndexStore>(store: &S) -> Kept {
    for _ in 0..2 {
        put(store, NAME, &index("again", &[]), vec![1], vec![paged("same")]).await?;
        same("the page", has(store, NAME, "same").await?, true)?;
    }
    Ok(())
}

async fn equal_pages_are_one<S: IndexStore>(store: &S) -> Kept {
    let pages = vec![paged("equal"), paged("between"), paged("equal")];
    put(store, NAME, &index("equal", &[]), vec![1], pages).await?;
    same("the equal page", has(store, NAME, "equal").await?, true)?;
    same("the other page", has(store, NAME, "between").await?, true)?;
    put(store, NAME, &index("fewer", &[]), vec![2], vec![paged("equal")]).await?;
    same("the equal page, named once", has(store, NAME, "equal").await?, true)
}

async fn pages_that_are_there_are_written_again_only_if_all_are<S: IndexStore>(store: &S) -> Kept {
    let (of, summary) = (index("spoilt", &[]), Summary::new(&index("spoilt", &[]), 0));
    let digest = Digest::of(b"right");
    for (afresh, text, there) in
        [(false, "spoilt", "spoilt"), (false, "right", "spoilt"), (true, "right", "right")]
    {
        let pages = vec![PageValue { digest, value: text.as_bytes().into() }];
        let (index, summary, missing) = (&of, &summary, &[][..]);
        let entry = Entry { index, value: vec![1], pages, afresh, summary, missing };
        store.put(NAME, entry).await.map_err(told)?;
        let page = store.page(NAME, digest).await.map_err(told)?;
        same(text, page, Some(there.as_bytes().to_vec()))?;
    }
    store.delete(NAME).await.map_err(told)
}

async fn what_is_deleted_is_gone_with_its_pages<S: IndexStore>(store: &S) -> Kept {
    let of = index("deleted", &[]);
    put(store, NAME, &of, vec![1], vec![paged("page")]).await?;
    store.delete(NAME).await.map_err(told)?;
    same("the value", get(store, NAME).await?, None)?;
    same("the page", has(store, NAME, "page").await?, false)?;
    let left = all(store, 100).await?;
    same("a line of the list", left.iter().any(|(name, _)| name == NAME), false)
}

async fn neighbours_of_what_is_deleted_stay<S: IndexStore>(store: &S) -> Kept {
    let of = index("neighbour", &[]);
    let neighbours = ["contract/a.ism/b.ism", "contract/a.ism2.ism", "contract/a.is"];
    for name in [NAME].into_iter().chain(neighbours) {
        put(store, name, &of, vec![1], vec![paged("page")]).await?;
    }
    put(store, NAME, &index("replaced", &[]), vec![1], vec![]).await?;
    store.delete(NAME).await.map_err(told)?;
    for name in neighbours {
        same(name, get(store, name).await?, Some(vec![1]))?;
        same(name, has(store, name, "page").await?, true)?;
    }
    Ok(())
}

/// All lines of the list, by parts of at most `limit`.
async fn all<S: IndexStore>(
    store: &S,
    limit: u32,
) -> Result<Vec<(String, Option<Summary>)>, String> {
    let (mut lines, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..1000 {
        let Listing { entries, cursor: next } =
            store.list(cursor.as_deref(), limit).await.map_err(told)?;
        same("a longer part", entries.len() > usize::try_from(limit).map_err(told)?, false)?;
        lines.extend(entries);
        cursor = next;
        if cursor.is_none() {
            return Ok(lines);
        }
    }
    Err("the list has no end".to_owned())
}

async fn a_list_has_everything_once_in_order<S: IndexStore>(store: &S) -> Kept {
    for (name, _) in all(store, 100).await? {
        store.delete(&name).await.map_err(told)?;
    }
    same("lines of nothing", all(store, 100).await?, vec![])?;
    let mut right = Vec::new();
    for number in 0..7 {
        let name = format!("contract/list/{number}.ism");
        let index = index(&name, &["contract/list/shared.ismv"]);
        let summary = put(store, &name, &index, vec![1], vec![paged("page")]).await?;
        right.push((name, Some(summary)));
    }
    for limit in [1, 3, 7, 100] {
        same(&format!("by {limit}"), all(store, limit).await?, right.clone())?;
    }
    Ok(())
}

async fn linked<S: LinkStore>(store: &S, source: &str) -> Result<Vec<String>, String> {
    let mut linked = store.linked(source).await.map_err(told)?;
    linked.sort();
    Ok(linked)
}

async fn a_put_links_all_sources_but_itself<S: IndexStore + LinkStore>(store: &S) -> Kept {
    let (one, other) = ("contract/link/1.ism", "contract/link/2.ism");
    let (shared, own) = ("contract/link/shared.ismv", "contract/link/own.isma");
    put(store, one, &index("1", &[one, shared, own]), vec![1], vec![]).await?;
    put(store, other, &index("2", &[other, shared]), vec![1], vec![]).await?;
    same("from both", linked(store, shared).await?, vec![one.to_owned(), other.to_owned()])?;
    same("from one", linked(store, own).await?, vec![one.to_owned()])?;
    same("from itself", linked(store, one).await?, vec![])
}

async fn a_put_links_what_it_was_made_without<S: IndexStore + LinkStore>(store: &S) -> Kept {
    let (name, index) = ("contract/link/3.ism", index("3", &[]));
    let summary = Summary::new(&index, 0);
    let missing = ["contract/link/late.vtt".to_owned()];
    let entry = Entry {
        index: &index,
        value: vec![1],
        pages: vec![],
        afresh: false,
        summary: &summary,
        missing: &missing,
    };
    store.put(name, entry).await.map_err(told)?;
    same("from it", linked(store, "contract/link/late.vtt").await?, vec![name.to_owned()])
}

async fn links_come_and_go<S: LinkStore>(store: &S) -> Kept {
    let source = "contract/link/é b+c&d=(1)%41?#.ismv";
    for name in ["contract/x.ism", "contract/é y.ism", "contract/x.ism"] {
        store.link(source, name).await.map_err(told)?;
    }
    let both = vec!["contract/x.ism".to_owned(), "contract/é y.ism".to_owned()];
    same("each once", linked(store, source).await?, both)?;
    same("a source of a like name", linked(store, "contract/link/é b").await?, vec![])?;
    store.unlink(source, "contract/x.ism").await.map_err(told)?;
    store.unlink(source, "contract/x.ism").await.map_err(told)?;
    same("what is left", linked(store, source).await?, vec!["contract/é y.ism".to_owned()])
}
