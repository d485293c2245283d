//! `docs/settings.md` has every variable, secret and binding that the Worker asks for, and no other variable.

use super::{read, rows, sources};
use std::collections::BTreeSet;

/// How the Worker asks for one by name.
const ASKED: [&str; 6] = [
    "variable(env, \"",
    "is_second(env, \"",
    "json(env, \"",
    ".secret(\"",
    ".0, &\"",
    ".assets(\"",
];

fn names(heading: &str) -> BTreeSet<String> {
    let rows = rows(&read("docs/settings.md"), heading);
    rows.iter().map(|row| row[0].trim_matches('`').to_owned()).collect()
}

#[test]
fn the_page_has_what_the_worker_asks_for() {
    let mut asked = BTreeSet::new();
    for (_, text) in sources(&["src/edge"]) {
        for how in ASKED {
            let name = |rest: &str| rest.split('"').next().unwrap().to_owned();
            asked.extend(text.split(how).skip(1).map(name));
        }
    }
    let variables = names("## Variables");
    let mut told = variables.clone();
    told.extend(names("## Secrets"));
    told.extend(names("## Bindings"));
    let missing: Vec<_> = asked.iter().filter(|name| !told.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/settings.md lacks {missing:?}");
    let idle: Vec<_> = variables.difference(&asked).collect();
    assert!(idle.is_empty(), "nothing asks for {idle:?}");
    assert!(asked.len() > 12, "{asked:?}");
}
