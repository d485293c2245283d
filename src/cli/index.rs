//! `millrace index`: from files to indexes.

use super::bulk::{JobsArgument, each};
use super::clock::now_ms;
use super::cutting::Indexing;
use super::help::ELSEWHERE;
use super::library::{Entry, LibraryArguments};
use super::out::{print, tell};
use super::place::Place;
use super::session::Session;
use super::show;
use super::voice::Voice;
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use millrace::describe::{self, Summary};
use millrace::index::{Bundle, Index};
use millrace::scan::Way;
use millrace::store::{index_key, keyed_pages, link_key, linked_sources, stored_bytes};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Build the indexes of presentations.
///
/// Of the media, only boxes are parsed. Local files are also read through once, to compute the
/// entity tags that storage will give them; a store reports its own.
///
/// Each index is written beside its .ism as NAME.index, or for a presentation at a store, below
/// the current folder under its key, unless --output or --bulk says otherwise.
///
/// With --json, prints which files each presentation is made of: these have to be in storage.
///
///     millrace index library --dry-run
///     millrace index library/films/tears.ism --root library
///
/// To publish what --bulk wrote:
///
///     wrangler kv bulk put FILE --binding INDEX --env production --remote
#[derive(clap::Args)]
#[command(verbatim_doc_comment, after_long_help = ELSEWHERE)]
pub(super) struct Arguments {
    #[command(flatten)]
    library: LibraryArguments,

    #[command(flatten)]
    jobs: JobsArgument,

    /// Write the index here; for one presentation only.
    #[arg(long, short, value_name = "FILE", conflicts_with = "bulk")]
    output: Option<PathBuf>,

    /// Write all indexes, and the links to them, into one file for `wrangler kv bulk put`.
    #[arg(long, value_name = "FILE")]
    bulk: Option<PathBuf>,

    /// Write nothing: print what would be written.
    #[arg(long, short = 'n')]
    dry_run: bool,

    /// Print JSON, a line for each presentation: its key, generation, and sources.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    voice: Voice,

    #[command(flatten)]
    indexing: Indexing,
}

/// A presentation that was indexed: what is said of it, and its entries for a bulk file: the links to
/// it, its pages, and last the index.
struct Indexed {
    summary: String,
    values: Vec<Value>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let session = Session::start(arguments.voice)?;
    let entries = arguments.library.find(&session)?;
    if arguments.output.is_some() && entries.len() > 1 {
        bail!("--output takes one presentation; --bulk takes many");
    }
    let work = |entry: &Entry| one(entry, arguments, &session);
    let (mut summaries, mut values) = (String::new(), Vec::new());
    let mut failed = 0;
    for (entry, done) in entries.iter().zip(each(&entries, arguments.jobs.jobs, &session, work)) {
        match done {
            Some(Ok(Indexed { summary, values: entries })) => {
                summaries.push_str(&summary);
                values.extend(entries);
            }
            _ if session.interruption.is_said() => {}
            Some(Err(error)) => {
                failed += 1;
                tell(format_args!("millrace: {}: {error:#}", entry.place));
            }
            None => bail!("{} was not worked on", entry.place),
        }
    }
    let is_whole = !session.interruption.is_said() && !arguments.dry_run;
    if let Some(bulk) = arguments.bulk.as_ref().filter(|_| is_whole) {
        write(bulk, Value::from(values).to_string().as_bytes())?;
    }
    if !session.voice.is_quiet() {
        print(summaries)?;
    }
    session.go_on()?;
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} of {} presentations have no index", entries.len()),
    }
}

fn one(entry: &Entry, arguments: &Arguments, session: &Session) -> Result<Indexed> {
    let presentation = entry.open(session)?;
    let bundle = presentation.build(Way::Tables, arguments.indexing.rules(), session)?;
    let encoded = bundle.encode();
    if arguments.bulk.is_none() && !arguments.dry_run {
        let beside = beside(&entry.place, &presentation.key);
        write(arguments.output.as_ref().unwrap_or(&beside), &encoded)?;
    }
    let Bundle { index, pages } = bundle;
    let value = index.encode();
    let index_bytes = stored_bytes(&value, &pages);
    let summary = match arguments.json {
        true => format!("{}\n", json_line(&presentation.key, &index)),
        false => summary(&presentation.key, &index, encoded.len()),
    };
    let link = |source| json!({ "key": link_key(source, &presentation.key), "value": "" });
    let links = linked_sources(&presentation.key, &index.sources).map(link);
    let mut values: Vec<Value> = links.collect();
    values.extend(keyed_pages(&presentation.key, pages).into_iter().map(|(key, value)| {
        json!({ "key": key, "value": BASE64_STANDARD.encode(value), "base64": true })
    }));
    values.push(json!({
        "key": index_key(&presentation.key),
        "value": BASE64_STANDARD.encode(value),
        "base64": true,
        "metadata": Summary::new(&index, index_bytes, now_ms()).to_json(),
    }));
    Ok(Indexed { summary, values })
}

/// Where the index of the presentation `key`, whose server manifest is at `place`, is looked for.
pub(super) fn beside(place: &Place, key: &str) -> PathBuf {
    match place {
        Place::Here(ism) => ism.with_extension("index"),
        Place::There(..) => Path::new(key).with_extension("index"),
    }
}

fn json_line(key: &str, index: &Index) -> Value {
    let generation = index.generation.to_string();
    json!({ "presentation": key, "generation": generation, "sources": describe::sources(index) })
}

fn summary(key: &str, index: &Index, len: usize) -> String {
    let fragments: usize =
        index.streams.iter().map(|stream| stream.timeline.len() * stream.tracks.len()).sum();
    let generation = index.generation;
    let streams = show::streams(&describe::whole(index));
    format!("{key}  generation {generation}, {fragments} fragments, {len} bytes\n{streams}")
}

/// Writes a file as a whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(&unfinished, bytes))
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("cannot write {}", path.display()))
}
