//! What every store of indexes does: Workers KV in its runtime, its stand-in of the tests, and the store in memory are
//! held to this one list.

use super::objects::{Kept, Told, hold, pattern, same, told};
use millrace::describe::Summary;
use millrace::index::{Attribute, Index, PagePlace, PageValue, Source};
use millrace::store::{Entry, IndexStore, LinkStore, Listing};

/// Holds a store, in which nothing lies yet, to the list.
pub(crate) async fn indexes<S: IndexStore + LinkStore>(store: &S) -> Told {
    hold! {
        where_nothing_is_there_is_nothing(store);
        a_value_comes_back_as_it_was_put(store);
        a_value_is_replaced_as_a_whole(store);
        names_are_taken_as_they_are(store);
        pages_are_there_once_their_value_is(store);
        pages_of_the_generation_before_are_gone(store);
        pages_go_when_the_next_generation_has_none(store);
        pages_stay_when_their_generation_is_put_again(store);
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

fn place(track: usize, page: usize) -> PagePlace {
    PagePlace { track, page }
}

fn value(place: PagePlace, text: &str) -> PageValue {
    PageValue { place, value: text.as_bytes().into() }
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
    let entry = Entry { index, value, pages, summary: &summary, missing: &missing };
    store.put(name, entry).await.map_err(told)?;
    Ok(summary)
}

async fn get<S: IndexStore>(store: &S, name: &str) -> Result<Option<Vec<u8>>, String> {
    store.get(name).await.map_err(told)
}

async fn page<S: IndexStore>(
    store: &S,
    name: &str,
    index: &Index,
    place: PagePlace,
) -> Result<Option<String>, String> {
    let page = store.page(name, index.generation, place).await.map_err(told)?;
    Ok(page.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

async fn where_nothing_is_there_is_nothing<S: IndexStore + LinkStore>(store: &S) -> Kept {
    let index = index("nothing", &[]);
    same("a value", get(store, "contract/nothing.ism").await?, None)?;
    same("a page", page(store, "contract/nothing.ism", &index, place(0, 0)).await?, None)?;
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
        let one = value(place(0, 0), name);
        put(store, name, &index, name.as_bytes().to_vec(), vec![one]).await?;
        same(name, get(store, name).await?, Some(name.as_bytes().to_vec()))?;
        same(name, page(store, name, &index, place(0, 0)).await?, Some(name.to_owned()))?;
    }
    Ok(())
}

async fn pages_are_there_once_their_value_is<S: IndexStore>(store: &S) -> Kept {
    let of = index("pages", &[]);
    let places = [place(0, 0), place(0, 1), place(11, 0), place(1, 10)];
    let pages = places.map(|place| value(place, &format!("{place:?}"))).to_vec();
    put(store, NAME, &of, vec![1], pages).await?;
    for place in places {
        same("a page", page(store, NAME, &of, place).await?, Some(format!("{place:?}")))?;
    }
    same("no such page", page(store, NAME, &of, place(1, 1)).await?, None)?;
    same("no such track", page(store, NAME, &of, place(1, 0)).await?, None)?;
    same("another generation", page(store, NAME, &index("other", &[]), place(0, 0)).await?, None)?;
    same("another name", page(store, "contract/b.ism", &of, place(0, 0)).await?, None)
}

async fn pages_of_the_generation_before_are_gone<S: IndexStore>(store: &S) -> Kept {
    let (old, new) = (index("old", &[]), index("new", &[]));
    put(store, NAME, &old, vec![1], vec![value(place(0, 0), "old"), value(place(0, 1), "old")])
        .await?;
    put(store, NAME, &new, vec![2], vec![value(place(0, 0), "new")]).await?;
    same("the new page", page(store, NAME, &new, place(0, 0)).await?, Some("new".to_owned()))?;
    same("an old page", page(store, NAME, &old, place(0, 0)).await?, None)?;
    same("an old page", page(store, NAME, &old, place(0, 1)).await?, None)
}

async fn pages_go_when_the_next_generation_has_none<S: IndexStore>(store: &S) -> Kept {
    let (old, new) = (index("progressive", &[]), index("fragmented", &[]));
    put(store, NAME, &old, vec![1], vec![value(place(0, 0), "old")]).await?;
    put(store, NAME, &new, vec![2], vec![]).await?;
    same("an old page", page(store, NAME, &old, place(0, 0)).await?, None)
}

async fn pages_stay_when_their_generation_is_put_again<S: IndexStore>(store: &S) -> Kept {
    let of = index("again", &[]);
    for _ in 0..2 {
        put(store, NAME, &of, vec![1], vec![value(place(0, 0), "same")]).await?;
        same("the page", page(store, NAME, &of, place(0, 0)).await?, Some("same".to_owned()))?;
    }
    Ok(())
}

async fn what_is_deleted_is_gone_with_its_pages<S: IndexStore>(store: &S) -> Kept {
    let of = index("deleted", &[]);
    put(store, NAME, &of, vec![1], vec![value(place(0, 0), "page")]).await?;
    store.delete(NAME).await.map_err(told)?;
    same("the value", get(store, NAME).await?, None)?;
    same("the page", page(store, NAME, &of, place(0, 0)).await?, None)?;
    let left = all(store, 100).await?;
    same("a line of the list", left.iter().any(|(name, _)| name == NAME), false)
}

async fn neighbours_of_what_is_deleted_stay<S: IndexStore>(store: &S) -> Kept {
    let of = index("neighbour", &[]);
    let neighbours = ["contract/a.ism/b.ism", "contract/a.ism2.ism", "contract/a.is"];
    for name in [NAME].into_iter().chain(neighbours) {
        put(store, name, &of, vec![1], vec![value(place(0, 0), name)]).await?;
    }
    put(store, NAME, &index("replaced", &[]), vec![1], vec![]).await?;
    store.delete(NAME).await.map_err(told)?;
    for name in neighbours {
        same(name, get(store, name).await?, Some(vec![1]))?;
        same(name, page(store, name, &of, place(0, 0)).await?, Some(name.to_owned()))?;
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
        let summary = put(store, &name, &index, vec![1], vec![value(place(0, 0), "page")]).await?;
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
