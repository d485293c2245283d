//! The paths of an access log, asked of a new origin.

use super::log::Log;
use super::web::Web;
use crate::cli::out::{print, print_line};
use crate::cli::table::table;
use anyhow::{Context, Result, bail, ensure};
use reqwest::Url;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The statuses of requests then and now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Answers {
    before: Option<u16>,
    /// `None` if nothing was.
    now: Option<u16>,
}

/// Requests that were answered alike: how many, for how many paths, and the first path.
struct Count {
    requests: u64,
    paths: u64,
    first: String,
}

/// Asks `new` for every path of the log once, with HEAD.
pub(super) fn run(log: &Path, new: &Url, as_json: bool, web: &Web) -> Result<()> {
    let context = || log.display().to_string();
    let file = File::open(log).with_context(context)?;
    let (mut paths, mut order) = (HashMap::<_, u64>::new(), Vec::new());
    let mut reading = Log::default();
    for line in BufReader::new(file).split(b'\n') {
        let line = line.with_context(context)?;
        let Some(asked) = reading.read(&String::from_utf8_lossy(&line)) else { continue };
        let before = asked.status;
        let count = paths.entry((asked.path.clone(), before)).or_default();
        if *count == 0 {
            order.push((asked.path, before));
        }
        *count = count.saturating_add(1);
    }
    ensure!(!order.is_empty(), "{}: there is no request in it", log.display());
    let prefix = new.as_str().trim_end_matches('/');
    let mut counts = BTreeMap::<Answers, Count>::new();
    for asked in order {
        let requests = paths.get(&asked).copied().unwrap_or_default();
        let (path, before) = asked;
        let url = Url::parse(&format!("{prefix}{path}")).ok();
        let now = url.and_then(|url| web.head(&url).ok()).map(|status| status.as_u16());
        // Queries hold signatures.
        let first = path.split('?').next().unwrap_or_default().to_owned();
        let new = || Count { requests: 0, paths: 0, first };
        let count = counts.entry(Answers { before, now }).or_insert_with(new);
        count.requests = count.requests.saturating_add(requests);
        count.paths = count.paths.saturating_add(1);
    }
    report(&counts, as_json)?;
    let broken = counts.iter().filter(|(answers, _)| answers.is_broken());
    match broken.map(|(_, count)| count.paths).sum::<u64>() {
        0 => Ok(()),
        broken => bail!("{broken} paths are not answered any more as they were"),
    }
}

impl Answers {
    /// Whether what was answered well, or may have been, is not any more.
    fn is_broken(self) -> bool {
        let is_good = |status: u16| (200..400).contains(&status);
        self.before.is_none_or(is_good) && !self.now.is_some_and(is_good)
    }
}

fn report(counts: &BTreeMap<Answers, Count>, as_json: bool) -> Result<()> {
    if as_json {
        let told = counts.iter().map(|(answers, count)| {
            json!({
                "before": answers.before,
                "now": answers.now,
                "breaks": answers.is_broken(),
                "requests": count.requests,
                "paths": count.paths,
                "first": count.first,
            })
        });
        let told = json!({ "answers": told.collect::<Vec<_>>() });
        return print_line(format_args!("{told:#}"));
    }
    let names = ["before", "now", "requests", "paths", "", "first"].map(str::to_owned);
    let rows = counts.iter().map(|(answers, count)| {
        [
            answers.before.map_or("?".to_owned(), |status| status.to_string()),
            answers.now.map_or("none".to_owned(), |status| status.to_string()),
            count.requests.to_string(),
            count.paths.to_string(),
            if answers.is_broken() { "breaks" } else { "" }.to_owned(),
            count.first.clone(),
        ]
    });
    print(table(&[vec![names], rows.collect()].concat()))
}
