//! The modules are as docs/design.md draws them: every room knows only rooms on lower floors.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod circles;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Files that join the rooms, and are in none.
const JOINTS: [&str; 2] = ["lib", "main"];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The floor of each room, by the table "The rooms" in docs/design.md.
fn floors() -> BTreeMap<String, u32> {
    let page = fs::read_to_string(root("docs/design.md")).unwrap();
    let (_, table) = page.split_once("## The rooms").expect("the page has a table of rooms");
    let rows = table.lines().skip_while(|line| !line.starts_with('|')).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let floor = cells[0].parse().unwrap_or_else(|_| panic!("no floor: {row}"));
        let rooms = cells[1].split(", ").map(|room| (room.trim_matches('`').to_owned(), floor));
        rooms.collect::<Vec<_>>()
    })
    .collect()
}

/// Every Rust file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// The room that a file below src/ is in.
fn room_of(file: &Path) -> String {
    let below = file.strip_prefix(root("src")).unwrap();
    let first = below.iter().next().unwrap().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Whether a file holds nothing but tests, or what they need.
fn is_test(file: &Path) -> bool {
    file.iter().any(|part| {
        let name = part.to_str().unwrap().trim_end_matches(".rs");
        name == "tests" || name == "fixture"
    })
}

/// The code of a file, without comments and tests.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The rooms that code names by `crate::` or, on the command line, `millrace::`.
fn named(file: &Path) -> BTreeSet<String> {
    if is_test(file) {
        return BTreeSet::new();
    }
    let code = code(file);
    let names = ["crate::", "millrace::"].into_iter().flat_map(|prefix| code.split(prefix).skip(1));
    names
        .map(|rest| rest.chars().take_while(|&c| c == '_' || c.is_alphanumeric()).collect())
        .collect()
}

#[test]
fn every_room_stands_in_the_table() {
    let floors = floors();
    let there: BTreeSet<String> = files(&root("src")).iter().map(|file| room_of(file)).collect();
    let there: BTreeSet<&str> =
        there.iter().map(String::as_str).filter(|room| !JOINTS.contains(room)).collect();
    assert_eq!(floors.keys().map(String::as_str).collect::<BTreeSet<_>>(), there);
}

#[test]
fn every_room_knows_lower_floors_only() {
    let floors = floors();
    let mut wrong = Vec::new();
    for file in files(&root("src")) {
        let room = room_of(&file);
        let Some(floor) = floors.get(&room) else { continue };
        for other in named(&file).iter().filter(|&other| *other != room) {
            if floors.get(other).is_some_and(|there| there >= floor) {
                let file = file.strip_prefix(root("")).unwrap().display();
                wrong.push(format!("{file}: `{room}` (floor {floor}) names `{other}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_named_is_found_and_comments_are_not() {
    let names = named(&root("src/library/publish.rs"));
    assert!(names.contains("store") && names.contains("describe"), "{names:?}");
    assert!(!names.contains("edge"));
}
