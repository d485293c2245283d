//! The list of a folder, which a store gives part by part.

use super::error::StoreError;
use super::object::Listed;
use crate::index::Folder;
use std::collections::BTreeMap;

/// The most objects that a store lists in one call.
pub const LISTED_AT_ONCE: usize = 1000;

/// The most calls that a list takes: eight times what the largest folder needs. A store may give parts that are not
/// full, or have nothing.
const MAX_PARTS: usize = 8 * Folder::MAX_CHUNKS / LISTED_AT_ONCE;

/// A part of the list of a folder, in any order.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ListPart {
    /// What it has.
    pub listed: Vec<Listed>,
    /// Where the list goes on; `None` at its end.
    pub cursor: Option<String>,
}

/// The list of one folder under way.
pub struct FolderList<'a> {
    /// The folder.
    key: &'a str,
    /// The size and the entity tag of each object so far.
    objects: BTreeMap<String, (u64, String)>,
    parts: usize,
    cursor: Option<String>,
}

impl<'a> FolderList<'a> {
    /// The list of the folder `key`, of which nothing is known yet.
    pub fn new(key: &'a str) -> Self {
        Self { key, objects: BTreeMap::new(), parts: 0, cursor: None }
    }

    /// Whether there is a part more to ask for, the one that begins at [`Self::cursor`].
    pub fn is_open(&self) -> bool {
        self.parts == 0 || self.cursor.is_some()
    }

    /// Where the next part begins; `None` for the first.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Takes in the next part. An error if the folder has too many objects, or the list goes in circles.
    pub fn take(&mut self, part: ListPart) -> Result<(), StoreError> {
        for Listed { name, meta } in part.listed {
            if self.objects.len() > Folder::MAX_CHUNKS {
                return Err(StoreError::TooMany(self.key.to_owned()));
            }
            if self.objects.contains_key(&name) {
                return Err(self.endless(format!("its list has {name} twice")));
            }
            self.objects.insert(name, (meta.size, meta.etag));
        }
        self.parts += 1;
        self.cursor = part.cursor;
        match self.cursor.is_some() && self.parts >= MAX_PARTS {
            true => Err(self.endless(format!("its list has no end after {MAX_PARTS} parts"))),
            false => Ok(()),
        }
    }

    /// The folder, if there is an init segment in it.
    pub fn finish(self) -> Result<Folder, StoreError> {
        let members = self.objects.iter();
        let folder = Folder::of(members.map(|(name, (size, etag))| (&**name, *size, &**etag)));
        folder.ok_or_else(|| StoreError::NotFound(format!("{}{}", self.key, Folder::HEADER)))
    }

    /// The names of the objects.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str)
    }

    fn endless(&self, cause: String) -> StoreError {
        StoreError::Unavailable { key: self.key.to_owned(), cause }
    }
}

#[cfg(test)]
mod tests {
    use super::super::object::Meta;
    use super::*;

    fn part(names: impl IntoIterator<Item = String>, cursor: Option<&str>) -> ListPart {
        let meta = Meta { size: 1, etag: "e".to_owned() };
        let listed = names.into_iter().map(|name| Listed { name, meta: meta.clone() });
        ListPart { listed: listed.collect(), cursor: cursor.map(str::to_owned) }
    }

    fn times(from: usize, to: usize) -> impl Iterator<Item = String> {
        (from..to).map(|time| time.to_string())
    }

    #[test]
    fn parts_are_one_folder() {
        let mut list = FolderList::new("a/");
        assert!(list.is_open() && list.cursor().is_none());
        list.take(part(times(5, 7), Some("7"))).unwrap();
        assert_eq!((list.is_open(), list.cursor()), (true, Some("7")));
        list.take(part([], Some("8"))).unwrap();
        list.take(part(["header".to_owned(), "..".to_owned(), "4".to_owned()], None)).unwrap();
        assert!(!list.is_open());
        let times: Vec<u64> = list.finish().unwrap().chunks().map(|(time, _)| time).collect();
        assert_eq!(times, [4, 5, 6], "what is neither the header nor a time is none of it");
        let mut none = FolderList::new("a/");
        none.take(ListPart::default()).unwrap();
        assert_eq!(none.finish(), Err(StoreError::NotFound("a/header".to_owned())));
    }

    #[test]
    fn a_folder_has_its_limit() {
        let mut list = FolderList::new("a/");
        let header = ["header".to_owned()].into_iter();
        list.take(part(header.chain(times(0, Folder::MAX_CHUNKS)), Some("more"))).unwrap();
        let one_more = list.take(part(["x".to_owned()], None));
        assert_eq!(one_more, Err(StoreError::TooMany("a/".to_owned())));
    }

    #[test]
    fn a_list_that_goes_in_circles_is_left() {
        let cause = |list: &mut FolderList<'_>, part| match list.take(part) {
            Err(StoreError::Unavailable { key, cause }) if key == "a/" => cause,
            other => panic!("{other:?}"),
        };
        let mut list = FolderList::new("a/");
        list.take(part(times(0, 2), Some("same"))).unwrap();
        let again = part(times(0, 2), Some("same"));
        assert_eq!(cause(&mut list, again), "its list has 0 twice");
        let mut empty = FolderList::new("a/");
        for _ in 1..MAX_PARTS {
            empty.take(part([], Some("same"))).unwrap();
        }
        assert_eq!(
            cause(&mut empty, part([], Some("same"))),
            "its list has no end after 4194 parts"
        );
    }
}
