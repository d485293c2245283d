//! `millrace list`: what a deployment has.

use super::access::Access;
use super::deployment::Deployment;
use super::out::{print, print_line, tell};
use super::table::table;
use super::voice::Voice;
use anyhow::{Context, Result};
use indicatif::HumanBytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::num::NonZeroUsize;

/// List the presentations that a deployment has an index of, in order of their keys.
///
///     millrace list --host https://media.example.com
///     millrace list films/ --limit 100 --after films/tears.ism
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// List only presentations whose keys begin with this.
    #[arg(value_name = "PREFIX", default_value = "", hide_default_value = true)]
    prefix: String,

    /// List at most this many, and print how to continue.
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,

    /// Begin behind this presentation, which need not exist.
    #[arg(long, value_name = "PRESENTATION", default_value = "", hide_default_value = true)]
    after: String,

    #[command(flatten)]
    access: Access,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    voice: Voice,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { prefix, after, voice, .. } = arguments;
    let deployment = arguments.access.deployment(*voice)?;
    let limit = arguments.limit.map_or(usize::MAX, NonZeroUsize::get);
    let (mut entries, mut is_cut) = (Vec::new(), false);
    walk(&deployment, "indexes", |entry| {
        let key = text(&entry, "presentation").to_owned();
        if key.starts_with(prefix) && key > *after {
            is_cut = entries.len() == limit;
            if !is_cut {
                entries.push(entry);
            }
        }
        // In the order of keys, nothing comes behind the prefix that begins with it.
        !is_cut && (key.starts_with(prefix) || key < *prefix)
    })?;
    let last = entries.last().map(|entry| text(entry, "presentation").to_owned());
    match arguments.json {
        true => print_line(format_args!("{:#}", Value::from(entries)))?,
        false => {
            let names = ["presentation", "generation", "tracks", "duration", "size", "built"];
            let mut rows = vec![names.map(str::to_owned)];
            rows.extend(entries.iter().map(row));
            print(table(&rows))?;
        }
    }
    if let Some(last) = last.filter(|_| is_cut && !voice.is_quiet()) {
        tell(format_args!("There are more: --after '{last}'"));
    }
    Ok(())
}

/// All presentations.
pub(super) fn entries(deployment: &Deployment) -> Result<Vec<Value>> {
    parts(deployment, "indexes")
}

/// All entries of a `list` of the admin API, however many parts it comes in.
pub(super) fn parts(deployment: &Deployment, list: &str) -> Result<Vec<Value>> {
    let mut entries = Vec::new();
    walk(deployment, list, |entry| {
        entries.push(entry);
        true
    })?;
    Ok(entries)
}

/// Gives `each` one after the other while it says that it wants more, however many parts the list comes in.
fn walk(deployment: &Deployment, list: &str, mut each: impl FnMut(Value) -> bool) -> Result<()> {
    let mut query = "?limit=1000".to_owned();
    loop {
        let mut part = deployment.administer("GET", &format!("/{list}{query}"), None)?;
        let listed = part.get_mut(list).and_then(Value::as_array_mut);
        let mut listed = listed.context("the deployment sent no list")?.drain(..);
        if !listed.all(&mut each) {
            return Ok(());
        }
        drop(listed);
        match part.get("cursor").and_then(Value::as_str) {
            Some(cursor) => {
                let cursor = utf8_percent_encode(cursor, NON_ALPHANUMERIC);
                query = format!("?limit=1000&cursor={cursor}");
            }
            None => return Ok(()),
        }
    }
}

fn text<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry.get(name).and_then(Value::as_str).unwrap_or("?")
}

fn row(entry: &Value) -> [String; 6] {
    let text = |name| text(entry, name).to_owned();
    let number = |name| entry.get(name).and_then(Value::as_u64);
    let or_unknown = |text: Option<String>| text.unwrap_or_else(|| "?".to_owned());
    [
        text("presentation"),
        text("generation"),
        or_unknown(number("tracks").map(|tracks| tracks.to_string())),
        or_unknown(number("duration_ms").map(clock)),
        or_unknown(number("bytes").map(|bytes| HumanBytes(bytes).to_string())),
        text("built_at"),
    ]
}

/// `1:02:03` or `2:03`.
fn clock(ms: u64) -> String {
    let seconds = ms.saturating_add(500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}
