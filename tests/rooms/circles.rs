//! Inside a room, files know each other one way too: what two of them need of each other gets a file of its own.

use super::{code, files, floors, is_test, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where a module stands: `["nonex", "codec"]`.
type Module = Vec<String>;

/// A file's paths to other files.
struct Paths {
    /// What it uses, and what it names where it stands.
    imported: Vec<String>,
    /// What it hands on under its own name.
    handed_on: Vec<String>,
    /// All else that is written in it.
    rest: String,
}

/// The paths that a `use` tree is short for.
fn expanded(tree: &str) -> Vec<String> {
    let Some((stem, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap().trim().to_owned()];
    };
    let mut depth = 0;
    let branches = rest.rsplit_once('}').unwrap().0.split(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0 && c == ','
    });
    let branches = branches.map(str::trim).filter(|branch| !branch.is_empty());
    branches.flat_map(|branch| expanded(&format!("{}{branch}", stem.trim()))).collect()
}

fn is_of_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The paths in `code` that begin with `first::`.
fn named<'a>(code: &'a str, first: &str) -> Vec<&'a str> {
    let starts = code.match_indices(first).map(|(at, _)| at);
    let starts = starts.filter(|&at| !code[..at].ends_with(|c| is_of_name(c) || c == ':'));
    let paths = starts.map(|at| code[at..].split(|c| !is_of_name(c) && c != ':').next().unwrap());
    paths.filter(|path| path[first.len()..].starts_with("::")).collect()
}

impl Paths {
    fn of(file: &Path) -> Self {
        let (mut imported, mut handed_on, mut rest) = (Vec::new(), Vec::new(), String::new());
        for statement in format!("\n{}", code(file)).split(';') {
            let begins = ["\nuse ", "\npub use ", "\npub(super) use ", "\npub(crate) use "];
            let begin =
                begins.iter().find_map(|begin| statement.split_once(begin).zip(Some(begin)));
            match begin {
                Some(((before, tree), &begin)) => {
                    rest += before;
                    let paths = if begin == "\nuse " { &mut imported } else { &mut handed_on };
                    paths.extend(expanded(tree));
                }
                None => rest += statement,
            }
        }
        Self { imported, handed_on, rest }
    }
}

/// The modules of a room, each with its paths.
fn modules(room: &str) -> BTreeMap<Module, Paths> {
    let of_room = |file: &PathBuf| {
        let below = file.strip_prefix(root("src")).unwrap().with_extension("");
        let mut module: Module =
            below.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        (module[0] == room && !is_test(file)).then(|| (module, Paths::of(file)))
    };
    files(&root("src")).iter().filter_map(of_room).collect()
}

/// The module in which that stands to which `path` leads from the module `from`.
fn target(modules: &BTreeMap<Module, Paths>, from: &[String], path: &str) -> Option<Module> {
    let mut segments = path.split("::").peekable();
    let mut at = match segments.peek() {
        Some(&("crate" | "millrace")) => {
            segments.next();
            Vec::new()
        }
        _ => from.to_vec(),
    };
    while segments.next_if(|&segment| segment == "super" || segment == "self").is_some_and(|it| {
        if it == "super" {
            at.pop();
        }
        true
    }) {}
    let mut is_found = modules.contains_key(&at) && path.starts_with("super");
    for segment in segments {
        let child: Module = at.iter().cloned().chain([segment.to_owned()]).collect();
        if modules.contains_key(&child) {
            (at, is_found) = (child, true);
            continue;
        }
        // What a module hands on stands where it has it from.
        let handed_on = modules.get(&at).into_iter().flat_map(|paths| &paths.handed_on);
        let is_it = |path: &&String| path.rsplit("::").next() == Some(segment);
        let from_child = handed_on.filter(is_it).find_map(|path| target(modules, &at, path));
        return from_child.or_else(|| is_found.then_some(at));
    }
    is_found.then_some(at)
}

/// The modules that each imports from.
fn imports(modules: &BTreeMap<Module, Paths>) -> BTreeMap<&Module, BTreeSet<Module>> {
    let of = |(module, paths): (&'_ Module, &Paths)| {
        let inline = |first: &str| {
            named(&paths.rest, first).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let children = modules.keys().filter(|child| child[..child.len() - 1] == module[..]);
        let firsts = children.map(|child| child.last().unwrap().as_str()).chain(["super", "crate"]);
        let inline: Vec<String> = firsts.flat_map(inline).collect();
        let used = paths.handed_on.iter().filter(|path| {
            let name = path.rsplit("::").next().unwrap();
            paths.rest.split(|c| !is_of_name(c)).any(|word| word == name)
        });
        let all = paths.imported.iter().chain(&inline).chain(used);
        let targets = all.filter_map(|path| target(modules, module, path));
        targets.filter(|target| target != module).collect()
    };
    modules.iter().map(|entry| (entry.0, of(entry))).collect()
}

/// All that can be reached from a module.
fn reached(from: &Module, imports: &BTreeMap<&Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let (mut reached, mut left) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(module) = left.pop() {
        let new = imports[&module].iter().filter(|next| reached.insert((*next).clone()));
        left.extend(new.cloned());
    }
    reached
}

#[test]
fn no_files_of_a_room_import_in_a_circle() {
    let mut circles = Vec::new();
    for room in floors().keys() {
        let modules = modules(room);
        let imports = imports(&modules);
        for (module, others) in &imports {
            let back = others.iter().filter(|other| reached(other, &imports).contains(*module));
            circles
                .extend(back.map(|other| format!("{} -> {}", module.join("::"), other.join("::"))));
        }
    }
    assert!(circles.is_empty(), "these import in circles:\n{}", circles.join("\n"));
}

#[test]
fn paths_are_found_however_they_are_written() {
    let tree = "super::{\n    a::{B, C as D},\n    E,\n}";
    assert_eq!(expanded(tree), ["super::a::B", "super::a::C", "super::E"]);
    assert_eq!(named("let a = super::b::c(4); other::super::x", "super"), ["super::b::c"]);
    let modules = modules("library");
    let from = |module: &str| module.split("::").map(str::to_owned).collect::<Module>();
    let target = |path| target(&modules, &from("library::fetch"), path).map(|it| it.join("::"));
    assert_eq!(target("super::waiting::Wanted").as_deref(), Some("library::waiting"));
    assert_eq!(
        target("crate::library::build::BuildError").as_deref(),
        Some("library::build::error")
    );
    assert_eq!(target("crate::store::IndexStore"), None);
}
