//! What every store of objects does, wherever they lie. R2 in its runtime, servers behind HTTP, a folder, what
//! `object_store` speaks to and the store in memory are all held to this one list.

use millrace::base::range::ByteRange;
use millrace::store::{Body, MediaStore, Meta, Start, StoreError};
use std::fmt::Debug;

/// Whether a behaviour was kept, or what was seen instead.
pub(crate) type Kept = Result<(), String>;

/// Whoever puts objects where the store finds them: a store itself only reads.
pub(crate) trait Desk {
    /// Has `bytes` be the whole object, another version of it than before.
    async fn put(&self, key: &str, bytes: &[u8]) -> Kept;

    /// Has no such object be there.
    async fn remove(&self, key: &str) -> Kept;
}

/// Names of behaviours: those that were kept, and those that were not with the reason.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) kept: Vec<String>,
    pub(crate) broken: Vec<String>,
}

impl Told {
    pub(crate) fn hear(&mut self, behaviour: &str, kept: Kept) {
        match kept {
            Ok(()) => self.kept.push(behaviour.to_owned()),
            Err(why) => self.broken.push(format!("{behaviour}: {why}")),
        }
    }
}

macro_rules! hold {
    ($($behaviour:ident($($with:expr),*);)*) => {{
        let mut told = Told::default();
        $(told.hear(stringify!($behaviour), $behaviour($($with),*).await);)*
        told
    }};
}
#[allow(unused_imports, reason = "not every crate has the other lists")]
pub(crate) use hold;

/// Holds a store to the list.
pub(crate) async fn objects<S: MediaStore>(store: &S, desk: &impl Desk) -> Told {
    hold! {
        what_is_not_there_is_not_found(store);
        a_head_tells_size_and_tag(store, desk);
        a_read_has_exactly_its_range(store, desk);
        a_body_has_exactly_its_range(store, desk);
        bytes_are_taken_off_the_front(store, desk);
        taking_more_than_there_is_fails(store, desk);
        a_range_beyond_the_end_fails(store, desk);
        an_empty_range_is_empty(store, desk);
        a_start_is_what_the_object_has_of_it(store, desk);
        an_empty_object_has_a_tag_too(store, desk);
        another_tag_is_another_version(store, desk);
        a_replaced_object_is_another_version(store, desk);
        a_replaced_object_of_the_same_size_is_too(store, desk);
        a_removed_object_is_not_found(store, desk);
        keys_are_taken_as_they_are(store, desk);
        a_folder_lists_what_lies_right_in_it(store, desk);
    }
}

const NOWHERE: &str = "contract/nowhere.mp4";

async fn what_is_not_there_is_not_found<S: MediaStore>(store: &S) -> Kept {
    fails("head", store.head(NOWHERE).await, is_missing)?;
    fails("start", store.start(NOWHERE, 10).await, is_missing)?;
    fails("read", store.read(NOWHERE, range(0, 1)?, "tag").await, is_gone)?;
    fails("open", store.open(NOWHERE, range(0, 1)?, "tag").await.map(drop), is_gone)
}

async fn a_head_tells_size_and_tag<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/head.mp4";
    desk.put(key, &pattern(1234)).await?;
    let meta = store.head(key).await.map_err(told)?;
    same("the size", meta.size, 1234)?;
    same("an empty tag", meta.etag.is_empty(), false)?;
    same("a quote in the tag", meta.etag.contains('"'), false)?;
    same("the same again", store.head(key).await.map_err(told)?, meta)
}

async fn a_folder_lists_what_lies_right_in_it<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let keys = ["contract/folder=1/header", "contract/folder=1/20000000"];
    for key in keys.into_iter().chain(["contract/folder=1/deep/0", "contract/folder=10"]) {
        desk.put(key, &pattern(50)).await?;
    }
    let listed = match store.list_folder("contract/folder=1/", None).await {
        // Whoever has no lists says so.
        Err(StoreError::Unlisted(_)) => return Ok(()),
        part => part.map_err(told)?.listed,
    };
    same("how many", listed.len(), keys.len())?;
    for key in keys {
        let listed = listed.iter().find(|it| key.ends_with(&format!("/{}", it.name)));
        let there = store.head(key).await.map_err(told)?;
        same(key, listed.map(|it| &it.meta), Some(&there))?;
    }
    let none = store.list_folder("contract/nowhere/", None).await.map_err(told)?;
    same("nothing in a folder that is not there", none.listed.len(), 0)?;
    same("where that goes on", none.cursor, None)
}

/// First and last bytes, some between, one, and all of `len`.
fn ranges(len: u64) -> [(u64, u64); 5] {
    [(0, 10), (100, 300), (len.saturating_sub(10), len), (57, 58), (0, len)]
}

async fn a_read_has_exactly_its_range<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let (key, bytes) = ("contract/read.mp4", pattern(70_000));
    let etag = put(store, desk, key, &bytes).await?;
    for (start, end) in ranges(70_000) {
        let read = store.read(key, range(start, end)?, &etag).await.map_err(told)?;
        same(&format!("bytes {start} to {end}"), &read[..], part(&bytes, start, end))?;
    }
    Ok(())
}

async fn a_body_has_exactly_its_range<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let (key, bytes) = ("contract/open.mp4", pattern(70_000));
    let etag = put(store, desk, key, &bytes).await?;
    for (start, end) in ranges(70_000) {
        let wanted = part(&bytes, start, end);
        let mut body = store.open(key, range(start, end)?, &etag).await.map_err(told)?;
        let taken = body.take(wanted.len()).await.map_err(told)?;
        same(&format!("bytes {start} to {end}"), &taken[..], wanted)?;
        fails("one byte more", body.take(1).await, |_| true)?;
    }
    Ok(())
}

async fn bytes_are_taken_off_the_front<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let (key, bytes) = ("contract/take.mp4", pattern(5000));
    let etag = put(store, desk, key, &bytes).await?;
    let mut body = store.open(key, range(100, 4100)?, &etag).await.map_err(told)?;
    let mut at = 100;
    for len in [8, 0, 1, 500, 3491] {
        let end = at + len;
        let taken = body.take(usize::try_from(len).map_err(told)?).await.map_err(told)?;
        same(&format!("bytes {at} to {end}"), &taken[..], part(&bytes, at, end))?;
        at = end;
    }
    Ok(())
}

async fn taking_more_than_there_is_fails<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/taken.mp4";
    let etag = put(store, desk, key, &pattern(100)).await?;
    let mut body = store.open(key, range(10, 20)?, &etag).await.map_err(told)?;
    fails("eleven of ten bytes", body.take(11).await, |_| true)
}

async fn a_range_beyond_the_end_fails<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/end.mp4";
    let etag = put(store, desk, key, &pattern(100)).await?;
    for (start, end) in [(0, 101), (99, 101), (100, 101), (5000, 6000), (1 << 53, 1 << 54)] {
        let what = format!("bytes {start} to {end}");
        let is_there = |error: &StoreError| !matches!(error, StoreError::NotFound(_));
        fails(&what, store.read(key, range(start, end)?, &etag).await, is_there)?;
        let opened = store.open(key, range(start, end)?, &etag).await.map(drop);
        fails(&what, opened, is_there)?;
    }
    Ok(())
}

async fn an_empty_range_is_empty<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/none.mp4";
    let etag = put(store, desk, key, &pattern(100)).await?;
    for at in [0, 50, 100] {
        let read = store.read(key, range(at, at)?, &etag).await.map_err(told)?;
        same(&format!("nothing at {at}"), read.len(), 0)?;
    }
    Ok(())
}

async fn a_start_is_what_the_object_has_of_it<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/start.mp4";
    let etag = put(store, desk, key, &pattern(100)).await?;
    let meta = Meta { size: 100, etag };
    for (most, len) in [(1, 1), (99, 99), (100, 100), (101, 100), (5000, 100)] {
        let start = store.start(key, most).await.map_err(told)?;
        let bytes = part(&pattern(100), 0, len).to_vec();
        same(&format!("the first {most}"), start, Start { meta: meta.clone(), bytes })?;
    }
    Ok(())
}

async fn an_empty_object_has_a_tag_too<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/empty.mp4";
    let etag = put(store, desk, key, &[]).await?;
    same("an empty tag", etag.is_empty(), false)?;
    same("the size", store.head(key).await.map_err(told)?.size, 0)?;
    let start = store.start(key, 10).await.map_err(told)?;
    let nothing = Start { meta: Meta { size: 0, etag: etag.clone() }, bytes: Vec::new() };
    same("its first bytes", start, nothing)?;
    fails("a byte of it", store.read(key, range(0, 1)?, &etag).await, |_| true)
}

fn is_missing(error: &StoreError) -> bool {
    matches!(error, StoreError::NotFound(_))
}

/// What is read under a tag and is not there: some servers look at the tag first.
fn is_gone(error: &StoreError) -> bool {
    is_missing(error) || is_changed(error)
}

fn is_changed(error: &StoreError) -> bool {
    matches!(error, StoreError::Changed(_))
}

async fn another_tag_is_another_version<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/tag.mp4";
    put(store, desk, key, &pattern(100)).await?;
    let other = "0123456789abcdef0123456789abcdef";
    fails("read", store.read(key, range(0, 10)?, other).await, is_changed)?;
    fails("open", store.open(key, range(0, 10)?, other).await.map(drop), is_changed)
}

async fn replaced<S: MediaStore>(store: &S, desk: &impl Desk, key: &str, len: usize) -> Kept {
    let (old, new) = (pattern(100), vec![0xab; len]);
    let before = put(store, desk, key, &old).await?;
    let after = put(store, desk, key, &new).await?;
    same("the same tag", before == after, false)?;
    fails("read", store.read(key, range(0, 10)?, &before).await, is_changed)?;
    fails("open", store.open(key, range(0, 10)?, &before).await.map(drop), is_changed)?;
    let whole = range(0, u64::try_from(len).map_err(told)?)?;
    same("the new bytes", store.read(key, whole, &after).await.map_err(told)?, new)
}

async fn a_replaced_object_is_another_version<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    replaced(store, desk, "contract/longer.mp4", 200).await?;
    replaced(store, desk, "contract/shorter.mp4", 50).await
}

async fn a_replaced_object_of_the_same_size_is_too<S: MediaStore>(
    store: &S,
    desk: &impl Desk,
) -> Kept {
    replaced(store, desk, "contract/as-long.mp4", 100).await
}

async fn a_removed_object_is_not_found<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    let key = "contract/removed.mp4";
    let etag = put(store, desk, key, &pattern(100)).await?;
    desk.remove(key).await?;
    fails("head", store.head(key).await, is_missing)?;
    fails("read", store.read(key, range(0, 10)?, &etag).await, is_gone)
}

/// What a URL, a signature and a server may each see differently.
const ODD: [&str; 4] = [
    "contract/odd-names/a b+c&d=é(1)/x~y.mp4",
    "contract/100% [sure]/q?x#y.mp4",
    "contract/%41%2f/not-decoded.mp4",
    "contract/..dots../日本語,;:@!$'*.mp4",
];

async fn keys_are_taken_as_they_are<S: MediaStore>(store: &S, desk: &impl Desk) -> Kept {
    for (key, len) in ODD.into_iter().zip(10..) {
        let etag =
            put(store, desk, key, &pattern(len)).await.map_err(|why| format!("{key}: {why}"))?;
        let whole = range(0, u64::try_from(len).map_err(told)?)?;
        let read = store.read(key, whole, &etag).await;
        same(key, read.map_err(|error| format!("{key}: {error}"))?, pattern(len))?;
    }
    Ok(())
}

/// Puts an object, and returns the tag that it has then.
async fn put<S: MediaStore>(
    store: &S,
    desk: &impl Desk,
    key: &str,
    bytes: &[u8],
) -> Result<String, String> {
    desk.put(key, bytes).await?;
    Ok(store.head(key).await.map_err(told)?.etag)
}

/// `len` bytes of which no two stretches are alike.
pub(crate) fn pattern(len: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes().first().copied().unwrap_or_default()
    };
    (0..len).map(|_| next()).collect()
}

fn part(bytes: &[u8], start: u64, end: u64) -> &[u8] {
    let place = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
    bytes.get(place(start)..place(end)).unwrap_or_default()
}

pub(crate) fn range(start: u64, end: u64) -> Result<ByteRange, String> {
    ByteRange::new(start, end).ok_or_else(|| format!("no range is {start} to {end}"))
}

pub(crate) fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Holds what was seen against what is right.
pub(crate) fn same<T: PartialEq + Debug>(what: &str, seen: T, right: T) -> Kept {
    if seen == right {
        return Ok(());
    }
    let cut = |value: T| format!("{value:?}").chars().take(80).collect::<String>();
    Err(format!("{what}: {} where {} is right", cut(seen), cut(right)))
}

/// Holds that it failed, for a reason of that kind.
pub(crate) fn fails<T>(
    what: &str,
    result: Result<T, StoreError>,
    is_right: impl Fn(&StoreError) -> bool,
) -> Kept {
    match result {
        Ok(_) => Err(format!("{what}: no error")),
        Err(error) if is_right(&error) => Ok(()),
        Err(error) => Err(format!("{what}: {error:?}")),
    }
}
