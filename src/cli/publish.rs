//! `millrace publish`: indexes made here, put in place there.

use super::access::Access;
use super::bulk::{JobsArgument, each};
use super::cutting::Indexing;
use super::deployment::{Deployment, resource};
use super::help::ELSEWHERE;
use super::library::{Entry, LibraryArguments};
use super::list;
use super::out::{print, print_line};
use super::session::{InterruptedError, Session};
use super::sweep::{self, SweepArguments};
use super::table::table;
use super::voice::Voice;
use anyhow::{Result, bail};
use millrace::scan::Way;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Index presentations, and store the indexes at a deployment.
///
/// The deployment accepts an index only if it is of exactly the files in its storage, so upload
/// first. Presentations that the deployment has already, of the same files with the same entity
/// tags, are skipped: an interrupted run continues where it was.
///
/// With --all, the deployment indexes its own library, of any size; this machine reads none of
/// it.
///
/// Prints a table of what is published, unchanged or failed at the end. Exits with 0 if
/// everything is in place, 1 if anything is not, and 130 after Ctrl-C.
///
///     millrace publish library --host https://media.example.com --dry-run
///     millrace publish s3://media/films --host https://media.example.com
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_long_help = ELSEWHERE, mut_arg("places", |places| places.required(false).required_unless_present("all")))]
pub(super) struct Arguments {
    #[command(flatten)]
    library: LibraryArguments,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    jobs: JobsArgument,

    #[command(flatten)]
    indexing: Indexing,

    /// Have the deployment index the files in its storage, instead of indexing local ones: for files that were
    /// uploaded in parts, whose entity tags cannot be computed from local copies.
    #[arg(long)]
    from_storage: bool,

    #[command(flatten)]
    sweep: SweepArguments,

    /// Publish nothing: index, and print what would be published.
    #[arg(long, short = 'n', conflicts_with = "from_storage")]
    dry_run: bool,

    /// Print JSON, a line for each presentation: its key, its generation, the outcome, and the reason. With
    /// --all, one object.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    voice: Voice,
}

/// The outcome of publishing a presentation.
enum Outcome {
    Published(String),
    /// Published it would be, were this no trial.
    Due(String),
    Unchanged(String),
    Interrupted,
    Failed(String),
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let deployment = arguments.access.deployment(arguments.voice)?;
    if arguments.sweep.all {
        return sweep::run(&arguments.sweep, &deployment, (arguments.json, arguments.voice));
    }
    let session = Session::start(arguments.voice)?;
    let entries = arguments.library.find(&session)?;
    let published = published(&deployment)?;
    let work = |entry: &Entry| match publish(entry, arguments, &deployment, &published, &session) {
        Ok(outcome) => outcome,
        Err(_) if session.interruption.is_said() => Outcome::Interrupted,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let outcomes = each(&entries, arguments.jobs.jobs, &session, work);
    let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or(Outcome::Interrupted));
    let failed = report(&entries, &outcomes.collect::<Vec<_>>(), arguments)?;
    if session.interruption.is_said() {
        return Err(InterruptedError("; run it again, and it goes on where it was").into());
    }
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
    let rules = arguments.indexing.rules();
    let bundle = entry.open(session)?.build(Way::Tables, rules, session)?;
    let generation = bundle.index.generation.to_string();
    if published.get(&key) == Some(&generation) {
        return Ok(Outcome::Unchanged(generation));
    }
    if arguments.dry_run {
        return Ok(Outcome::Due(generation));
    }
    deployment.ask("PUT", &resource, Some(&bundle.encode()))?;
    Ok(Outcome::Published(generation))
}

impl Outcome {
    /// The generation, what became of it, and why.
    fn told(&self) -> (&str, &'static str, Option<&str>) {
        match self {
            Self::Published(generation) => (generation, "published", None),
            Self::Due(generation) => (generation, "would be published", None),
            Self::Unchanged(generation) => (generation, "unchanged", None),
            Self::Interrupted => ("", "interrupted", None),
            Self::Failed(error) => ("", "failed", Some(error)),
        }
    }
}

/// Prints what became of each, with what failed at the end, and gives how many did.
fn report(entries: &[Entry], outcomes: &[Outcome], arguments: &Arguments) -> Result<usize> {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Published(_) | Outcome::Due(_) | Outcome::Unchanged(_) => 0,
        Outcome::Interrupted => 1,
        Outcome::Failed(_) => 2,
    };
    let mut all: Vec<(&Entry, &Outcome)> = entries.iter().zip(outcomes).collect();
    all.sort_by_key(|(_, outcome)| rank(outcome));
    let failures = all.iter().filter(|(_, outcome)| rank(outcome) == 2).count();
    if arguments.voice.is_quiet() {
        all.retain(|(_, outcome)| rank(outcome) > 0);
    }
    let mut rows = vec![["presentation", "generation", "outcome"].map(str::to_owned)];
    for (entry, outcome) in all {
        let (generation, what, why) = outcome.told();
        if arguments.json {
            let generation = Some(generation).filter(|generation| !generation.is_empty());
            let key = entry.to_string();
            let told = json!({ "presentation": key, "generation": generation, "outcome": what, "why": why });
            print_line(told)?;
        } else {
            let said = why.map_or_else(|| what.to_owned(), |why| format!("{what}: {why}"));
            rows.push([entry.to_string(), generation.to_owned(), said]);
        }
    }
    if rows.len() > 1 {
        print(table(&rows))?;
    }
    Ok(failures)
}
