//! `millrace list`: what a deployment has.

use super::deployment::{Access, Deployment};
use super::table::table;
use anyhow::{Context, Result};
use indicatif::HumanBytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// List the presentations that a deployment has an index of.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    access: Access,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let entries = entries(&arguments.access.deployment()?)?;
    if arguments.json {
        println!("{:#}", Value::from(entries));
        return Ok(());
    }
    let names = ["presentation", "generation", "tracks", "duration", "size", "built"];
    let mut rows = vec![names.map(str::to_owned)];
    rows.extend(entries.iter().map(row));
    print!("{}", table(&rows));
    Ok(())
}

/// All of them, however many parts the list comes in.
pub(super) fn entries(deployment: &Deployment) -> Result<Vec<Value>> {
    let mut entries = Vec::new();
    let mut query = "?limit=1000".to_owned();
    loop {
        let mut part = deployment.ask("GET", &query, None)?;
        let indexes = part.get_mut("indexes").and_then(Value::as_array_mut);
        entries.append(indexes.context("the deployment sent no list")?);
        match part.get("cursor").and_then(Value::as_str) {
            Some(cursor) => {
                let cursor = utf8_percent_encode(cursor, NON_ALPHANUMERIC);
                query = format!("?limit=1000&cursor={cursor}");
            }
            None => return Ok(entries),
        }
    }
}

fn row(entry: &Value) -> [String; 6] {
    let text = |name| entry.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
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
