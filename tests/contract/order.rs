//! In which order an index is written and removed with its pages and links, call by call.

use super::memory::{Call, Memory};
use millrace::index::{Digest, Index, PageValue, Source};
use millrace::library::memo::Whole;
use millrace::library::retention::{delete, put};
use millrace::store::page_key;
use pollster::block_on;
use std::rc::Rc;

const NAME: &str = "films/a.ism";
const VIDEO: &str = "films/a.ismv";

fn page(text: &str) -> PageValue {
    PageValue { digest: Digest::of(text.as_bytes()), value: text.as_bytes().into() }
}

fn key(text: &str) -> String {
    page_key(NAME, page(text).digest)
}

/// An index of two sources with these pages.
fn whole(pages: &[&str]) -> Whole {
    let source = |key: &str| Source::object(key, 1, "e");
    let index = Index::new(Vec::new(), Vec::new(), [NAME, VIDEO].map(source).to_vec(), Vec::new());
    let pages = pages.iter().map(|text| page(text)).collect();
    Whole { index: Rc::new(index), pages, warnings: Rc::default() }
}

#[test]
fn an_index_comes_after_what_it_needs_and_goes_before_it() {
    let memory = Memory::default();
    block_on(put(&memory, NAME, &whole(&["old", "both"]), false, 0)).unwrap();
    memory.calls();
    block_on(put(&memory, NAME, &whole(&["both", "new"]), false, 0)).unwrap();
    let (pages, name) = (Call::Pages(NAME.to_owned()), NAME.to_owned());
    let link = Call::Link(VIDEO.to_owned(), name.clone());
    let (new, old) = (Call::PutPage(key("new")), Call::DeletePage(key("old")));
    assert_eq!(memory.calls(), [pages.clone(), link, new, Call::Put(name.clone()), old]);
    block_on(delete(&memory, NAME)).unwrap();
    let mut calls = memory.calls();
    let gone = calls.split_off(2);
    assert_eq!(calls, [Call::Delete(name), pages]);
    let both = [key("both"), key("new")].map(Call::DeletePage);
    assert!(gone.len() == 2 && both.iter().all(|call| gone.contains(call)), "{gone:?}");
}
