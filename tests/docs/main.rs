//! What the documentation claims: the tests that it names are there, and so are what it links to and the sentences that
//! it says are said.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod links;
mod sentences;
mod settings;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The code below these folders: its paths and texts.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let mut open: Vec<_> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            match ending {
                _ if path.is_dir() => open.push(path),
                Some("rs" | "js" | "mjs") => {
                    sources.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
                }
                _ => {}
            }
        }
    }
    sources
}

/// Holds that a test that contains `name` in its own name, or is called so, stands in `file`.
fn assert_holds(file: &str, name: &str) {
    let text = read(file);
    let is_named =
        |line: &str| line.contains(name) && (line.contains("test(") || line.contains("fn "));
    assert!(text.lines().any(is_named), "{file} has no test \"{name}\"");
}

/// The rows of the first table behind `heading`, cell by cell.
fn rows(text: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, behind) = text.split_once(heading).unwrap_or_else(|| panic!("no {heading}"));
    let lines = behind.lines().skip_while(|line| !line.starts_with('|'));
    let lines = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |line: &str| {
        line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    lines.map(cells).collect()
}

/// A line of `docs/security.md` says in its last cell which tests hold it: `file`: *name*; `file`: *name*
#[test]
fn every_line_of_the_security_page_names_tests_that_are_there() {
    let page = read("docs/security.md");
    let mut held = 0;
    for heading in page.lines().filter(|line| line.starts_with("### ")) {
        for row in rows(&page, heading) {
            let tests: Vec<(&str, &str)> = row[1]
                .split("; ")
                .map(|test| test.split_once(": ").unwrap_or_else(|| panic!("{heading}: {test}")))
                .collect();
            for (file, name) in tests {
                assert_holds(file.trim_matches('`'), name.trim_matches(['*', '_']));
                held += 1;
            }
        }
    }
    assert!(held > 40, "{held}");
}

const TEXTS: &str = "tests/edge/text-files.test.mjs";
const TROUBLE: &str = "tests/edge/trouble.test.mjs";
const FAULTS: &str = "tests/edge/faults.test.mjs";
const REPLACED: &str = "tests/edge/replaced.test.mjs";
const STORES: &str = "tests/edge/stores.test.mjs";
const HTTP: &str = "tests/edge/faults-http.test.mjs";
const BUILDS: &str = "tests/edge/builds.test.mjs";
const SHARED: &str = "tests/origin/shared.rs";

/// Which tests hold which line of the faults in `docs/monitor.md`.
const HELD: [(&str, &[(&str, &str)]); 23] = [
    (
        "KV is down, or breaks off",
        &[
            (FAULTS, "KV is down: an isolate that has the index goes on"),
            (TROUBLE, "KV fails: 503, and well again after"),
            (FAULTS, "KV breaks off in the middle of a value: 503, and well again after"),
        ],
    ),
    (
        "KV is slow, or says nothing",
        &[
            (FAULTS, "is slow: who asked waits, nobody else does, and the answer is right"),
            (TROUBLE, "a request that hangs in storage holds up no other"),
        ],
    ),
    (
        "KV takes no value",
        &[
            (TROUBLE, "KV takes no value: answered all the same"),
            (FAULTS, "KV never says that it has a value: nobody waits for that"),
        ],
    ),
    (
        "KV gives a value that is older than the files",
        &[
            (
                REPLACED,
                "while KV still has the index before, a replaced file is not indexed again and again",
            ),
            (FAULTS, "the slower of two isolates puts the index before over the one that is right"),
        ],
    ),
    (
        "a value in KV is corrupt, cut short, or of another version of the format",
        &[(TROUBLE, "a value in KV that is")],
    ),
    (
        "storage fails: 500, 503, 429",
        &[
            (FAULTS, "R2 fails: each request asks it once, and has nothing built"),
            (HTTP, ": 503, nothing kept, and well again after"),
        ],
    ),
    (
        "storage does not answer",
        &[
            (STORES, ": 503 and no bytes of it, after"),
            (FAULTS, "is slow: who asked waits, nobody else does, and the answer is right"),
        ],
    ),
    (
        "storage breaks off in the middle of a fragment",
        &[
            (TROUBLE, "R2 breaks off in the middle of a fragment: the client can tell"),
            (STORES, "a server that breaks off in the middle of a fragment: the client can tell"),
        ],
    ),
    (
        "storage fails while an index is built",
        &[
            (TROUBLE, "R2 fails while an index is built: 503, nothing kept, and well again after"),
            (STORES, "a server that breaks off whatever is looked into: 503, and nothing kept"),
        ],
    ),
    (
        "a store behind HTTP ignores ranges, sends another range, fewer bytes, or another version than asked for",
        &[
            (HTTP, ": 503, nothing kept, and well again after"),
            (STORES, ": 503 and no bytes of it, after"),
        ],
    ),
    (
        "a file is replaced",
        &[
            (REPLACED, "a replaced file is indexed once more, and served as it is now"),
            (
                REPLACED,
                "URLs of the generation before are gone, and those of the new one are there",
            ),
        ],
    ),
    (
        "files are replaced faster than they can be indexed",
        &[(REPLACED, "a file that is replaced at every read: 503, with a time to come back")],
    ),
    (
        "an `.ism` or `.ismc` alone is replaced",
        &[
            (FAULTS, "a server manifest replaced by itself: seen once it is published"),
            (FAULTS, "a client manifest replaced by itself: seen once it is published"),
        ],
    ),
    (
        "a file that the `.ism` names is gone, other than text",
        &[
            (FAULTS, "a file is gone: 502 for its fragments, the other files go on"),
            (TROUBLE, "a file that the server manifest names is not there: 502"),
        ],
    ),
    (
        "a text file or an `.ismc` cannot be read",
        &[
            (TEXTS, "text files that are none are done without"),
            ("tests/events/followed.rs", "captions_may_come_later_than_all_else"),
        ],
    ),
    ("media or manifests cannot be read", &[(TROUBLE, ": 502, and nothing kept")]),
    (
        "two isolates build the same index at once",
        &[(FAULTS, "two isolates build an index at once: both answer, and make the same")],
    ),
    (
        "the slower of two builds stores the index of before over the right one",
        &[(FAULTS, "the slower of two isolates puts the index before over the one that is right")],
    ),
    (
        "many ask at once for a presentation that has no index, or whose file was replaced",
        &[
            (BUILDS, "twenty first touches at once of two hours in four levels: one build"),
            (BUILDS, "a file replaced under fifty viewers: one build, and nobody gets wrong bytes"),
            (SHARED, "whoever_waits_too_long_is_told_when_to_come_back"),
        ],
    ),
    (
        "the viewer goes away whom a build was begun for",
        &[(BUILDS, "a viewer who goes away takes no build with them")],
    ),
    (
        "the runtime ends a build",
        &[("src/library/memo/claims.rs", "a_holder_that_was_cancelled_is_followed_by_another")],
    ),
    (
        "a presentation is deleted and purged while its index is being stored",
        &[
            (BUILDS, "what is taken down while its index is being stored stays down"),
            (BUILDS, "whoever finds a presentation gone clears its index away"),
        ],
    ),
    (
        "an isolate is taken away",
        &[(
            FAULTS,
            "an isolate is taken away: the next one reads the index once, and builds nothing",
        )],
    ),
];

#[test]
fn every_fault_that_operators_are_told_of_has_a_test() {
    let rows = rows(&read("docs/monitor.md"), "## When something fails");
    let told: BTreeSet<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let held: BTreeSet<&str> = HELD.iter().map(|(fault, _)| *fault).collect();
    assert_eq!(told, held);
    for (fault, tests) in HELD {
        assert!(!tests.is_empty(), "nothing holds that {fault}");
        tests.iter().for_each(|(file, name)| assert_holds(file, name));
    }
}
