//! `millrace audit`: what of a library can be served, what cannot, and why.

mod asset;
mod fault;
mod report;
mod weighed;

use super::bulk::{JobsArgument, each};
use super::cutting::Indexing;
use super::help::ELSEWHERE;
use super::library::{Entry, LibraryArguments};
use super::names::is_server_manifest;
use super::out::{print, print_line};
use super::place::Place;
use super::session::Session;
use super::voice::Voice;
use anyhow::{Result, bail, ensure};
use asset::{Asset, Known};
use fault::Fault;
use millrace::library::build::is_lone;
use std::path::Path;

/// Report which presentations of a library can be served, and what their clients would lose.
///
/// Reads every server manifest and, of the media, what an index is made of; writes nothing. For
/// each presentation that cannot be served, prints the reason and what to do, and lists media
/// files that no server manifest names.
///
/// Exits with 0 if everything can be served, 1 if anything cannot, and 130 after Ctrl-C.
///
///     millrace audit az://asset-1 az://asset-2 --csv > audit.csv
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_long_help = ELSEWHERE)]
pub(super) struct Arguments {
    #[command(flatten)]
    library: LibraryArguments,

    #[command(flatten)]
    jobs: JobsArgument,

    #[command(flatten)]
    indexing: Indexing,

    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,

    /// Print comma-separated values, for spreadsheets.
    #[arg(long)]
    csv: bool,

    #[command(flatten)]
    voice: Voice,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let session = Session::start(arguments.voice)?;
    let (mut manifests, mut media, mut assets) = (Vec::new(), Vec::new(), Vec::new());
    for place in arguments.library.places() {
        if let Place::Here(path) = place {
            ensure!(path.exists(), "there is no file or folder {place}");
        }
        match arguments.library.among(place, is_served, &session) {
            Ok(found) if found.is_empty() => assets.push(Asset::empty(place)),
            Ok(found) => {
                let is_manifest = |entry: &Entry| is_server_manifest(entry.place.path());
                let (some, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_manifest);
                manifests.extend(some);
                media.extend(others);
            }
            Err(error) => {
                session.go_on()?;
                assets.push(Asset::failed(place.to_string(), Fault::Storage, &error));
            }
        }
    }
    let work = |entry: &Entry| Asset::of(entry, arguments.indexing.rules(), &session);
    let looked = each(&manifests, arguments.jobs.jobs, &session, work);
    // What was broken off says nothing of itself.
    let is_whole = !session.interruption.is_said();
    assets.extend(looked.into_iter().flatten().filter(|asset| is_whole || !asset.is_unknown()));
    if is_whole {
        let known = Known::of(&assets);
        let mut strays = Vec::new();
        for file in &media {
            session.go_on()?;
            strays.extend(Asset::stray(file, &known, &session));
        }
        assets.extend(strays);
    }
    match (arguments.json, arguments.csv) {
        (true, _) => print_line(format_args!("{:#}", report::json(&assets)))?,
        (_, true) => print(report::csv(&assets))?,
        _ => print(report::text(&assets))?,
    }
    session.go_on()?;
    match assets.iter().filter(|asset| asset.fault.is_some()).count() {
        0 => Ok(()),
        faulty => bail!("{faulty} of {} cannot be served as they are", assets.len()),
    }
}

/// Whether a file is a server manifest, or media that could be a presentation by itself.
fn is_served(path: &Path) -> bool {
    is_server_manifest(path) || path.to_str().is_some_and(is_lone)
}
