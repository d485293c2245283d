//! `millrace purge`: a deployment forgets presentations.

use super::access::Access;
use super::address::{is_url, split};
use super::deployment::{Deployment, resource};
use super::keys::KeyArguments;
use super::library::{self, Entry};
use super::out::{print_line, tell};
use super::place::Place;
use super::session::Session;
use super::voice::Voice;
use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

/// Have a deployment forget presentations, and purge them from its cache.
///
/// Files in storage stay: as long as a server manifest is there, the next request indexes the
/// presentation again. To take a presentation down, delete its .ism from storage first.
///
///     millrace purge https://media.example.com/films/tears.ism --host https://media.example.com
///     millrace purge library --dry-run
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// Presentations: their addresses at the deployment, or what `millrace publish` takes: server manifests,
    /// folders, or prefixes at a store.
    #[arg(value_name = "URL|DIR|X.ism", required = true)]
    presentations: Vec<String>,

    #[command(flatten)]
    keys: KeyArguments,

    #[command(flatten)]
    access: Access,

    /// Purge nothing: print what would be purged.
    #[arg(long, short = 'n')]
    dry_run: bool,

    /// Print JSON, a line for each presentation: its key, and whether its index and its cache were cleared.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    voice: Voice,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let session = Session::start(arguments.voice)?;
    let deployment = arguments.access.deployment(arguments.voice)?;
    let (mut count, mut failed) = (0usize, 0usize);
    for named in &arguments.presentations {
        let keys = keys(named, arguments, &deployment, &session);
        let keys = keys.unwrap_or_else(|error| vec![Err(error)]);
        for key in keys {
            session.go_on()?;
            count += 1;
            let name = key.as_ref().unwrap_or(named).clone();
            match key.and_then(|key| purge(&key, arguments, &deployment)) {
                Ok(said) if !arguments.voice.is_quiet() => print_line(said)?,
                Ok(_) => {}
                Err(error) => {
                    failed += 1;
                    tell(format_args!("millrace: {name}: {error:#}"));
                }
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} of {count} presentations were not purged"),
    }
}

/// Has the deployment forget `key`, and gives a line that says what became of it.
fn purge(key: &str, arguments: &Arguments, deployment: &Deployment) -> Result<String> {
    let is_there = deployment.has(key)?;
    let cache = match arguments.dry_run {
        true => None,
        false => Some(deployment.ask("DELETE", &resource(key), None)?),
    };
    let cache =
        cache.as_ref().map(|said| said.get("cache").and_then(Value::as_str).unwrap_or("none"));
    let index = match (is_there, cache) {
        (false, _) => "nothing there",
        (true, None) => "would be forgotten",
        (true, Some(_)) => "forgotten",
    };
    Ok(match (arguments.json, cache) {
        (true, _) => json!({ "presentation": key, "index": index, "cache": cache }).to_string(),
        (false, Some(cache)) => format!("{key}: {index}{}", about_cache(cache)),
        (false, None) => format!("{key}: {index}"),
    })
}

fn about_cache(cache: &str) -> &'static str {
    match cache {
        "purged" => ", and purged from the cache",
        "manifests-here" => "; of the cache, its manifests in this location",
        _ => "; there is no cache that could be purged",
    }
}

/// The keys of what is named by its address, by its file, or by what it lies in.
fn keys(
    named: &str,
    arguments: &Arguments,
    deployment: &Deployment,
    session: &Session,
) -> Result<Vec<Result<String>>> {
    let Arguments { keys, .. } = arguments;
    if is_url(named) {
        let (base, key) = split(named)?;
        if deployment.is(base) {
            return Ok(vec![Ok(key)]);
        }
        ensure!(
            keys.root.is_some(),
            "this is the address of another deployment than --host; of files at a web server, say with --root \
             what their keys are counted from"
        );
    }
    let place = Place::parse(named.into())?;
    if let Place::Here(path) = &place {
        ensure!(
            path.exists(),
            "there is no file or folder {place}; a presentation whose files are gone is purged by its address \
             at the deployment"
        );
    }
    let entries = library::manifests(&place, keys, session)?;
    Ok(entries.iter().map(Entry::key).collect())
}
