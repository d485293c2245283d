//! What every store of indexes does: Workers KV in its runtime, its stand-in of the tests, and the store in memory are
//! held to this one list.

use super::objects::{Kept, Told, hold, pattern, same, told};
use millrace::assemble::Warning;
use millrace::describe::Summary;
use millrace::index::{Attribute, Digest, Index, PageValue, Source};
use millrace::library::memo::Whole;
use millrace::library::retention;
use millrace::locator::LocatorName;
use millrace::selection::FilterName;
use millrace::store::{FilterStore, IndexStore, LinkStore, Listing, LocatorStore};
use std::rc::Rc;

/// Holds a store, in which nothing lies yet, to the list.
pub(crate) async fn indexes<S: IndexStore>(store: &S) -> Told {
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
        filters_come_and_go(store);
        locators_come_and_go(store);
    }
}

const NAME: &str = "contract/a.ism";
const NOW_MS: u64 = 1_795_366_999_000;

/// An index that differs from others by `text`.
fn index(text: &str, sources: &[&str]) -> Index {
    let attributes = vec![Attribute { name: "contract".to_owned(), value: text.to_owned() }];
    let source = |key: &&str| Source::object(*key, 1, "e");
    Index::new(attributes, Vec::new(), sources.iter().map(source).collect(), Vec::new())
}

/// The page that is this `text`.
fn paged(text: &str) -> PageValue {
    PageValue { digest: Digest::of(text.as_bytes()), value: text.as_bytes().into() }
}

/// What an index that differs from others by `text` is stored with.
fn whole(text: &str, sources: &[&str], pages: Vec<PageValue>) -> Whole {
    let index = Rc::new(index(text, sources));
    Whole { index, pages: pages.into(), warnings: Rc::default() }
}

/// Stores an index with its pages and links, as the library does.
async fn put<S: IndexStore>(store: &S, name: &str, whole: &Whole) -> Result<Summary, String> {
    let put = retention::put(store, name, whole, false, NOW_MS).await;
    put.map(|(summary, _)| summary).map_err(told)
}

/// Stores a value as it is.
async fn put_value<S: IndexStore>(store: &S, name: &str, value: &[u8]) -> Kept {
    let summary = Summary::new(&index("value", &[]), 7, NOW_MS);
    store.put(name, value, &summary).await.map_err(told)
}

/// Removes an index and its pages, as the library does.
async fn delete<S: IndexStore>(store: &S, name: &str) -> Kept {
    retention::delete(store, name).await.map_err(told)
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

async fn where_nothing_is_there_is_nothing<S: IndexStore>(store: &S) -> Kept {
    same("a value", get(store, "contract/nothing.ism").await?, None)?;
    same("a page", has(store, "contract/nothing.ism", "page").await?, false)?;
    same("links", store.linked("contract/nothing.ismv").await.map_err(told)?, vec![])?;
    delete(store, "contract/nothing.ism").await
}

async fn a_value_comes_back_as_it_was_put<S: IndexStore>(store: &S) -> Kept {
    for len in [0, 1, 300_000] {
        put_value(store, NAME, &pattern(len)).await?;
        same("the value", get(store, NAME).await?, Some(pattern(len)))?;
    }
    Ok(())
}

async fn a_value_is_replaced_as_a_whole<S: IndexStore>(store: &S) -> Kept {
    put_value(store, NAME, &pattern(5000)).await?;
    put_value(store, NAME, b"short").await?;
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
        let whole = whole(name, &[], vec![paged(name)]);
        put(store, name, &whole).await?;
        same(name, get(store, name).await?, Some(whole.index.encode()))?;
        same(name, has(store, name, name).await?, true)?;
    }
    Ok(())
}

async fn pages_are_there_once_their_value_is<S: IndexStore>(store: &S) -> Kept {
    let texts = ["one", "other", "third"];
    put(store, NAME, &whole("pages", &[], texts.map(paged).to_vec())).await?;
    for text in texts {
        same(text, has(store, NAME, text).await?, true)?;
    }
    same("no such page", has(store, NAME, "fourth").await?, false)?;
    same("another name", has(store, "contract/b.ism", "one").await?, false)
}

async fn pages_that_the_next_generation_names_stay_and_others_go<S: IndexStore>(store: &S) -> Kept {
    let [both, old, new] = ["both", "old", "new"];
    put(store, NAME, &whole("old", &[], vec![paged(both), paged(old)])).await?;
    put(store, NAME, &whole("new", &[], vec![paged(both), paged(new)])).await?;
    same("a page of both", has(store, NAME, both).await?, true)?;
    same("the new page", has(store, NAME, new).await?, true)?;
    same("the old page", has(store, NAME, old).await?, false)
}

async fn pages_go_when_the_next_generation_has_none<S: IndexStore>(store: &S) -> Kept {
    put(store, NAME, &whole("progressive", &[], vec![paged("old")])).await?;
    put(store, NAME, &whole("fragmented", &[], vec![])).await?;
    same("an old page", has(store, NAME, "old").await?, false)
}

async fn pages_stay_when_their_generation_is_put_again<S: IndexStore>(store: &S) -> Kept {
    for _ in 0..2 {
        put(store, NAME, &whole("again", &[], vec![paged("same")])).await?;
        same("the page", has(store, NAME, "same").await?, true)?;
    }
    Ok(())
}

async fn equal_pages_are_one<S: IndexStore>(store: &S) -> Kept {
    let pages = vec![paged("equal"), paged("between"), paged("equal")];
    put(store, NAME, &whole("equal", &[], pages)).await?;
    same("the equal page", has(store, NAME, "equal").await?, true)?;
    same("the other page", has(store, NAME, "between").await?, true)?;
    put(store, NAME, &whole("fewer", &[], vec![paged("equal")])).await?;
    same("the equal page, named once", has(store, NAME, "equal").await?, true)
}

async fn pages_that_are_there_are_written_again_only_if_all_are<S: IndexStore>(store: &S) -> Kept {
    let digest = Digest::of(b"right");
    for (afresh, text, there) in
        [(false, "spoilt", "spoilt"), (false, "right", "spoilt"), (true, "right", "right")]
    {
        let pages = vec![PageValue { digest, value: text.as_bytes().into() }];
        let whole = whole("spoilt", &[], pages);
        retention::put(store, NAME, &whole, afresh, NOW_MS).await.map_err(told)?;
        let page = store.page(NAME, digest).await.map_err(told)?;
        same(text, page, Some(there.as_bytes().to_vec()))?;
    }
    delete(store, NAME).await
}

async fn what_is_deleted_is_gone_with_its_pages<S: IndexStore>(store: &S) -> Kept {
    put(store, NAME, &whole("deleted", &[], vec![paged("page")])).await?;
    delete(store, NAME).await?;
    same("the value", get(store, NAME).await?, None)?;
    same("the page", has(store, NAME, "page").await?, false)?;
    let left = all(store, 100).await?;
    same("a line of the list", left.iter().any(|(name, _)| name == NAME), false)
}

async fn neighbours_of_what_is_deleted_stay<S: IndexStore>(store: &S) -> Kept {
    let neighbour = whole("neighbour", &[], vec![paged("page")]);
    let neighbours = ["contract/a.ism/b.ism", "contract/a.ism2.ism", "contract/a.is"];
    for name in [NAME].into_iter().chain(neighbours) {
        put(store, name, &neighbour).await?;
    }
    put(store, NAME, &whole("replaced", &[], vec![])).await?;
    delete(store, NAME).await?;
    for name in neighbours {
        same(name, get(store, name).await?, Some(neighbour.index.encode()))?;
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
            store.list("", cursor.as_deref(), limit).await.map_err(told)?;
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
        delete(store, &name).await?;
    }
    same("lines of nothing", all(store, 100).await?, vec![])?;
    let mut right = Vec::new();
    for number in 0..7 {
        let name = format!("contract/list/{number}.ism");
        let whole = whole(&name, &["contract/list/shared.ismv"], vec![paged("page")]);
        let summary = put(store, &name, &whole).await?;
        right.push((name, Some(summary)));
    }
    for limit in [1, 3, 7, 100] {
        same(&format!("by {limit}"), all(store, limit).await?, right.clone())?;
    }
    for (prefix, lines) in [("contract/list/", 7), ("contract/list/3", 1), ("list/", 0)] {
        let listed = store.list(prefix, None, 100).await.map_err(told)?;
        same(prefix, listed.entries.len(), lines)?;
    }
    Ok(())
}

async fn linked<S: LinkStore>(store: &S, source: &str) -> Result<Vec<String>, String> {
    let mut linked = store.linked(source).await.map_err(told)?;
    linked.sort();
    Ok(linked)
}

async fn a_put_links_all_sources_but_itself<S: IndexStore>(store: &S) -> Kept {
    let (one, other) = ("contract/link/1.ism", "contract/link/2.ism");
    let (shared, own) = ("contract/link/shared.ismv", "contract/link/own.isma");
    put(store, one, &whole("1", &[one, shared, own], vec![])).await?;
    put(store, other, &whole("2", &[other, shared], vec![])).await?;
    same("from both", linked(store, shared).await?, vec![one.to_owned(), other.to_owned()])?;
    same("from one", linked(store, own).await?, vec![one.to_owned()])?;
    same("from itself", linked(store, one).await?, vec![])
}

async fn a_put_links_what_it_was_made_without<S: IndexStore>(store: &S) -> Kept {
    let (name, late) = ("contract/link/3.ism", "contract/link/late.vtt");
    let broken = "contract/link/broken.vtt";
    let manifest = || name.to_owned();
    let missing = Warning::MissingText { manifest: manifest(), key: late.to_owned() };
    let why = "it is empty".to_owned();
    let unread = Warning::BrokenText { manifest: manifest(), key: broken.to_owned(), why };
    put(store, name, &Whole { warnings: [missing, unread].into(), ..whole("3", &[], vec![]) })
        .await?;
    same("from what is late", linked(store, late).await?, vec![name.to_owned()])?;
    same("from what is broken", linked(store, broken).await?, vec![name.to_owned()])
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

async fn filters_come_and_go<S: FilterStore>(store: &S) -> Kept {
    let name = FilterName::parse("contract-1.x").ok_or("it is a name")?;
    let stored = async |presentation| store.filter(presentation, &name).await.map_err(told);
    let scopes = [None, Some("contract/a.ism"), Some("contract/é b.ism")];
    for scope in scopes {
        same("before it is put", stored(scope).await?, None)?;
    }
    for (at, scope) in (0u8..).zip(scopes) {
        store.put_filter(scope, &name, b"old").await.map_err(told)?;
        store.put_filter(scope, &name, &[b'0' + at]).await.map_err(told)?;
    }
    for (at, scope) in (0u8..).zip(scopes) {
        same("each has its own", stored(scope).await?, Some(vec![b'0' + at]))?;
    }
    store.delete_filter(scopes[1], &name).await.map_err(told)?;
    store.delete_filter(scopes[1], &name).await.map_err(told)?;
    same("it is gone", stored(scopes[1]).await?, None)?;
    same("the library's stays", stored(None).await?, Some(b"0".to_vec()))?;
    same("another's stays", stored(scopes[2]).await?, Some(b"2".to_vec()))
}

async fn locators_come_and_go<S: LocatorStore>(store: &S) -> Kept {
    let names = [1, 2].map(|at| format!("0f8fad5b-d9cb-469f-a165-00000000000{at}"));
    let [one, other] = names.map(|name| LocatorName::parse(&name));
    let (one, other) = one.zip(other).ok_or("they are names")?;
    let definition = |prefix: &str| serde_json::json!({ "prefix": prefix });
    let stored = async |name| store.locator(name).await.map_err(told);
    same("before it is put", stored(&one).await?, None)?;
    for (name, prefix) in [(&one, "old"), (&one, "a b/é"), (&other, "b")] {
        store.put_locator(name, &definition(prefix)).await.map_err(told)?;
    }
    let value = Some(definition("a b/é").to_string().into_bytes());
    same("after it was replaced", stored(&one).await?, value)?;
    let mut listed = Vec::new();
    let mut cursor = None;
    loop {
        let part = store.locators(cursor.as_deref(), 1).await.map_err(told)?;
        listed.extend(part.entries);
        cursor = part.cursor;
        if cursor.is_none() {
            break;
        }
    }
    listed.retain(|(name, _)| name.starts_with("0f8fad5b-d9cb-469f-a165-"));
    let entry = |name: &LocatorName, prefix| (name.to_string(), Some(definition(prefix)));
    same("the list", listed, vec![entry(&one, "a b/é"), entry(&other, "b")])?;
    for _ in 0..2 {
        store.delete_locator(&one).await.map_err(told)?;
    }
    same("it is gone", stored(&one).await?, None)?;
    store.delete_locator(&other).await.map_err(told)
}
