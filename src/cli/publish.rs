//! `millrace publish`: indexes made here, put in place there.

use super::deployment::{Access, Deployment, resource};
use super::library::{self, Entry};
use super::list;
use super::table::table;
use anyhow::{Result, bail};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use millrace::scan::Way;
use serde_json::Value;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

/// Index presentations, and put the indexes in place at a deployment.
///
/// The deployment takes an index only while it is of the very files that are in its storage, so
/// upload first. What it has already is skipped: a run that was broken off goes on where it was.
/// Ends with a table, and with 1 if anything is not in place.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Server manifests, or folders of them.
    #[arg(value_name = "DIR|X.ism", required = true)]
    paths: Vec<PathBuf>,

    /// The folder that keys are counted from: what lies at the bucket's top [default: DIR, or the
    /// folder of each .ism]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    #[command(flatten)]
    access: Access,

    /// How many presentations to index at once.
    #[arg(long, short, value_name = "N", default_value = "4")]
    jobs: NonZeroUsize,

    /// Have the deployment index what is in its storage, instead of doing it here: for files that
    /// were uploaded in parts, whose entity tags cannot be told from here.
    #[arg(long)]
    from_storage: bool,
}

/// What has become of a presentation.
enum Outcome {
    Published(String),
    Unchanged(String),
    Failed(String),
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let entries = library::find(&arguments.paths, arguments.root.as_deref())?;
    let deployment = arguments.access.deployment()?;
    let published = published(&deployment)?;
    let bars = MultiProgress::new();
    let bar = bars.add(progress(entries.len()));
    let one = |entry: &Entry| match publish(entry, arguments, &deployment, &published, &bars) {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let outcomes = each(&entries, arguments.jobs, |entry| {
        let outcome = one(entry);
        bar.inc(1);
        outcome
    });
    bar.finish_and_clear();
    report(&entries, &outcomes)
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
    bars: &MultiProgress,
) -> Result<Outcome> {
    let presentation = entry.presentation()?;
    let resource = resource(&presentation.key);
    if arguments.from_storage {
        let said = deployment.ask("PUT", &resource, None)?;
        let generation = said.get("generation").and_then(Value::as_str).unwrap_or_default();
        return Ok(match published.get(&presentation.key) {
            Some(before) if before == generation => Outcome::Unchanged(generation.to_owned()),
            _ => Outcome::Published(generation.to_owned()),
        });
    }
    let index = presentation.index(Way::Tables, bars)?;
    let generation = index.generation.to_string();
    if published.get(&presentation.key) == Some(&generation) {
        return Ok(Outcome::Unchanged(generation));
    }
    deployment.ask("PUT", &resource, Some(&index.encode()))?;
    Ok(Outcome::Published(generation))
}

/// Does `work` for each of `entries`, so many at once; in their order whatever came first.
fn each<T: Send>(
    entries: &[Entry],
    jobs: NonZeroUsize,
    work: impl Fn(&Entry) -> T + Sync,
) -> Vec<Option<T>> {
    let next = Mutex::new(entries.iter().enumerate());
    let done = Mutex::new(entries.iter().map(|_| None).collect::<Vec<Option<T>>>());
    let take = || next.lock().ok().and_then(|mut next| next.next());
    thread::scope(|scope| {
        for _ in 0..jobs.get().min(entries.len()) {
            scope.spawn(|| {
                while let Some((at, entry)) = take() {
                    let result = work(entry);
                    if let Ok(mut done) = done.lock()
                        && let Some(place) = done.get_mut(at)
                    {
                        *place = Some(result);
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_default()
}

fn report(entries: &[Entry], outcomes: &[Option<Outcome>]) -> Result<()> {
    let mut rows = vec![["presentation", "generation", "outcome"].map(str::to_owned)];
    let mut failed = 0_usize;
    for (entry, outcome) in entries.iter().zip(outcomes) {
        let (generation, said) = match outcome {
            Some(Outcome::Published(generation)) => (generation.as_str(), "published"),
            Some(Outcome::Unchanged(generation)) => (generation.as_str(), "unchanged"),
            Some(Outcome::Failed(error)) => {
                failed = failed.saturating_add(1);
                ("", error.as_str())
            }
            None => bail!("{} was not worked on", entry.ism.display()),
        };
        let failure = if generation.is_empty() { "failed: " } else { "" };
        rows.push([entry.to_string(), generation.to_owned(), format!("{failure}{said}")]);
    }
    print!("{}", table(&rows));
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} of {} presentations are not in place", entries.len()),
    }
}

fn progress(count: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} presentations {eta}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(u64::try_from(count).unwrap_or_default()).with_style(style)
}
