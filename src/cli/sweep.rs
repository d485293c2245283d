//! `millrace publish --all`: a deployment indexes its own library, many Workers side by side.

use super::deployment::Deployment;
use super::out::{print, print_line};
use super::progress::Progress;
use super::session::Session;
use super::table::table;
use super::voice::Voice;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

/// Time between two requests for the deployment's progress: KV's lists are no younger.
const A_LOOK: Duration = Duration::from_secs(2);

/// Time between two looks whether a wait is to stop.
const A_NAP: Duration = Duration::from_millis(100);

/// The whole of a library.
#[derive(clap::Args)]
pub(super) struct SweepArguments {
    /// Have the deployment list its own buckets and index every .ism in them, many at once. It skips
    /// presentations that it has of the same files. A run that was interrupted before everything was listed
    /// continues there.
    #[arg(long, conflicts_with_all = ["places", "from_storage", "dry_run", "root", "prefix", "jobs", "chunk_ms", "shared_cuts", "fold_case"])]
    pub(super) all: bool,

    /// With --all: the most presentations that are queued a second.
    #[arg(long, value_name = "N", requires = "all", value_parser = clap::value_parser!(u32).range(1..=5000))]
    rate: Option<u32>,

    /// With --all: begin again, even if an earlier run can be continued.
    #[arg(long, requires = "all")]
    restart: bool,

    /// With --all: give up once nothing has changed for so many seconds.
    #[arg(long, value_name = "SECONDS", requires = "all", default_value = "600")]
    patience: u64,
}

/// The deployment's progress.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Reached {
    done: u64,
    failed: u64,
}

/// Has the whole library indexed; tells how far that came as JSON, or to people.
pub(super) fn run(
    arguments: &SweepArguments,
    deployment: &Deployment,
    (as_json, voice): (bool, Voice),
) -> Result<()> {
    let session = Session::start(voice)?;
    let progress = Progress::begin(0, &session);
    let state = send_all(arguments, deployment, &session, &progress)?;
    let sent = number(&state, "sent");
    let told = watch(arguments, deployment, &session, (&state, &progress))?;
    drop(progress);
    let Reached { done, failed } = reached(&told);
    let left = sent.saturating_sub(done).saturating_sub(failed);
    if as_json {
        print_line(&told)?;
    } else if !voice.is_quiet() {
        print(failures(&told))?;
        let all =
            format!("{sent} presentations: {done} in place, {failed} failed, {left} not heard of");
        print_line(all)?;
    }
    match (failed, left) {
        (0, 0) => Ok(()),
        (0, _) => bail!(
            "{left} presentations are not heard of: they wait, or lie in the queue of dead letters"
        ),
        _ => bail!("{failed} of {sent} presentations are not in place"),
    }
}

/// Has all parts of the library sent on their way; gives what the deployment said last.
fn send_all(
    arguments: &SweepArguments,
    deployment: &Deployment,
    session: &Session,
    progress: &Progress,
) -> Result<Value> {
    let before = deployment.administer("GET", "/sweep", None)?;
    let is_finished = |state: &Value| state.get("is_finished").and_then(Value::as_bool);
    let unfinished = before.get("sweep").filter(|state| is_finished(state) == Some(false));
    let mut state = unfinished.filter(|_| !arguments.restart).cloned();
    loop {
        let before = state.as_ref().map_or(0, |state| number(state, "sent"));
        let body = state.map(|state| state.to_string()).unwrap_or_default();
        let next = deployment.administer("POST", "/sweep", Some(body.as_bytes()))?;
        let sent = number(&next, "sent");
        progress.set_count(sent);
        if is_finished(&next).context("the deployment does not say how far it is")? {
            return Ok(next);
        }
        if let Some(rate) = arguments.rate {
            let ms = sent.saturating_sub(before).saturating_mul(1000) / u64::from(rate);
            wait(Duration::from_millis(ms), session)?;
        }
        session.go_on()?;
        state = Some(next);
    }
}

/// Looks how far the deployment is until all that was sent has come to something, or nothing changes any more.
fn watch(
    arguments: &SweepArguments,
    deployment: &Deployment,
    session: &Session,
    (state, progress): (&Value, &Progress),
) -> Result<Value> {
    let (mut last, mut since) = (Reached { done: 0, failed: 0 }, Instant::now());
    loop {
        let is_patient = since.elapsed() < Duration::from_secs(arguments.patience);
        let told = match deployment.administer("GET", "/sweep", None) {
            Err(_) if is_patient => {
                wait(A_LOOK, session)?;
                continue;
            }
            told => told?,
        };
        let is_this = told.get("sweep").and_then(|sweep| sweep.get("id")) == state.get("id");
        let told = if is_this { told } else { json!({}) };
        let now = reached(&told);
        if now != last {
            (last, since) = (now, Instant::now());
        }
        let settled = now.done.saturating_add(now.failed);
        progress.set(settled);
        let is_over = settled >= number(state, "sent");
        if is_over || !is_patient {
            return Ok(told);
        }
        wait(A_LOOK, session)?;
    }
}

fn reached(told: &Value) -> Reached {
    Reached { done: number(told, "done"), failed: number(told, "failed") }
}

fn wait(time: Duration, session: &Session) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < time {
        session.go_on()?;
        thread::sleep(A_NAP.min(time));
    }
    Ok(())
}

/// A table of what failed, and why; nothing where nothing did.
fn failures(told: &Value) -> String {
    let failures = told.get("failures").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if failures.is_empty() {
        return String::new();
    }
    let text =
        |failure: &Value, name| failure.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    let mut rows = vec![["presentation", "outcome"].map(str::to_owned)];
    rows.extend(failures.iter().map(|failure| {
        [text(failure, "presentation"), format!("failed: {}", text(failure, "error"))]
    }));
    table(&rows)
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}
