//! `millrace publish`: indexes made here, put in place there.

use super::bulk::{JobsArgument, each};
use super::cutting::Cutting;
use super::deployment::{Access, Deployment, resource};
use super::help::ELSEWHERE;
use super::library::{Entry, LibraryArguments};
use super::list;
use super::session::Session;
use super::table::table;
use anyhow::{Result, bail};
use millrace::scan::Way;
use serde_json::Value;
use std::collections::HashMap;

/// Index presentations, and put the indexes in place at a deployment.
///
/// The deployment takes an index only while it is of the very files that are in its storage, so
/// upload first. What it has already, of the same files with the same entity tags, is skipped: a run
/// that was broken off goes on where it was.
///
/// Ends with a table of what is published, unchanged or failed, and with the exit code 0 if
/// everything is in place, 1 if anything is not, and 130 after Ctrl-C.
#[derive(clap::Args)]
#[command(after_long_help = ELSEWHERE)]
pub(super) struct Arguments {
    #[command(flatten)]
    library: LibraryArguments,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    jobs: JobsArgument,

    #[command(flatten)]
    cutting: Cutting,

    /// Have the deployment index what is in its storage, instead of doing it here: for files in a
    /// folder that were uploaded in parts, whose entity tags cannot be told from here.
    #[arg(long)]
    from_storage: bool,
}

/// What has become of a presentation.
enum Outcome {
    Published(String),
    Unchanged(String),
    Interrupted,
    Failed(String),
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let session = Session::start()?;
    let deployment = arguments.access.deployment()?;
    let entries = arguments.library.find(&session)?;
    let published = published(&deployment)?;
    let work = |entry: &Entry| match publish(entry, arguments, &deployment, &published, &session) {
        Ok(outcome) => outcome,
        Err(_) if session.interruption.is_said() => Outcome::Interrupted,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let outcomes = each(&entries, arguments.jobs.jobs, &session, work);
    let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or(Outcome::Interrupted));
    let failed = report(&entries, &outcomes.collect::<Vec<_>>());
    session.go_on()?;
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} of {} presentations are not in place", entries.len()),
    }
}

/// The generation that the deployment has of each presentation.
fn published(deployment: &Deployment) -> Result<HashMap<String, String>> {
    let text = |entry: &Value, name| Some(entry.get(name)?.as_str()?.to_owned());
    let entries = list::entries(deployment)?;
    let pairs =
        entries.iter().map(|entry| text(entry, "presentation").zip(text(entry, "generation")));
    Ok(pairs.flatten().collect())
}

fn publish(
    entry: &Entry,
    arguments: &Arguments,
    deployment: &Deployment,
    published: &HashMap<String, String>,
    session: &Session,
) -> Result<Outcome> {
    let key = entry.key()?;
    let resource = resource(&key);
    if arguments.from_storage {
        let said = deployment.ask("PUT", &resource, None)?;
        let warnings = said.get("warnings").and_then(Value::as_array).into_iter().flatten();
        session.warn(&warnings.filter_map(Value::as_str).collect::<Vec<_>>());
        let generation = said.get("generation").and_then(Value::as_str).unwrap_or_default();
        return Ok(match published.get(&key) {
            Some(before) if before == generation => Outcome::Unchanged(generation.to_owned()),
            _ => Outcome::Published(generation.to_owned()),
        });
    }
    let cuts = arguments.cutting.cuts();
    let bundle = entry.open(session)?.build(Way::Tables, cuts, session)?;
    let generation = bundle.index.generation.to_string();
    if published.get(&key) == Some(&generation) {
        return Ok(Outcome::Unchanged(generation));
    }
    deployment.ask("PUT", &resource, Some(&bundle.encode()))?;
    Ok(Outcome::Published(generation))
}

/// Prints the table, with what failed at its end, and gives how many did.
fn report(entries: &[Entry], outcomes: &[Outcome]) -> usize {
    let mut rows = Vec::new();
    let (mut interrupted, mut failed) = (Vec::new(), Vec::new());
    for (entry, outcome) in entries.iter().zip(outcomes) {
        let row = |generation: &str, said: &str| {
            [entry.to_string(), generation.to_owned(), said.to_owned()]
        };
        match outcome {
            Outcome::Published(generation) => rows.push(row(generation, "published")),
            Outcome::Unchanged(generation) => rows.push(row(generation, "unchanged")),
            Outcome::Interrupted => interrupted.push(row("", "interrupted")),
            Outcome::Failed(error) => failed.push(row("", &format!("failed: {error}"))),
        }
    }
    let failures = failed.len();
    let names = ["presentation", "generation", "outcome"].map(str::to_owned);
    let rows = [vec![names], rows, interrupted, failed].concat();
    print!("{}", table(&rows));
    failures
}
