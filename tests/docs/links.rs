//! Links of the documentation: what they lead to is there, headings too; and so are the pages that code names.

use super::{read, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The pages, by their paths from the root.
fn pages() -> BTreeMap<PathBuf, String> {
    let is_page = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md");
    let pages = [".", "docs"].into_iter().flat_map(files).filter(is_page);
    pages.map(|page| (page.clone(), read(page.to_str().unwrap()))).collect()
}

/// The files in a folder, by their paths from the root.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    paths
        .map(|path| path.strip_prefix(root()).unwrap().components().skip_while(is_dot).collect())
        .collect()
}

fn is_dot(component: &std::path::Component<'_>) -> bool {
    matches!(component, std::path::Component::CurDir)
}

/// The lines of a page that are not code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// What a line links to: `](here)`, `[word]: here`, `src="here"` and `srcset="here"`.
fn targets(line: &str) -> Vec<&str> {
    let until = |start: &'static str, end: char| {
        line.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
    };
    let defined = line.strip_prefix('[').and_then(|rest| rest.split_once("]: "));
    until("](", ')')
        .chain(until("src=\"", '"'))
        .chain(until("srcset=\"", '"'))
        .chain(defined.map(|(_, target)| target))
        .collect()
}

/// The anchors of a page's headings, as code hosts make them.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for heading in prose(page).filter(|line| line.starts_with('#')) {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let anchor: String = heading.chars().filter(kept).collect::<String>().replace(' ', "-");
        let again = (1..).map(|number| format!("{anchor}-{number}"));
        let free = std::iter::once(anchor.clone()).chain(again).find(|it| !anchors.contains(it));
        anchors.extend(free);
    }
    anchors
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut dead = Vec::new();
    let mut followed = 0;
    for (path, page) in &pages {
        let folder = path.parent().unwrap();
        for target in prose(page).flat_map(targets) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { path.clone() } else { plain(&folder.join(file)) };
            let is_there = match pages.get(&file) {
                Some(page) => anchor.is_empty() || anchors(page).contains(anchor),
                None => root().join(&file).exists(),
            };
            followed += 1;
            if !is_there {
                dead.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
    assert!(followed > 100, "{followed}");
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

#[test]
fn pages_that_code_names_are_there() {
    let mut named = 0;
    for (path, text) in super::sources(&["src", "scripts", "tests", "experience", "bench"]) {
        for rest in text.split("docs/").skip(1) {
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let name: String = rest.chars().take_while(|&c| is_of_name(c)).collect();
            if name.ends_with(".md") {
                named += 1;
                assert!(root().join("docs").join(&name).exists(), "{path}: docs/{name}");
            }
        }
    }
    assert!(named > 10, "{named}");
}
