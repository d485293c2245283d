//! `millrace index`: from files to indexes.

use super::clock::now_ms;
use super::presentation::Presentation;
use super::show;
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use indicatif::MultiProgress;
use millrace::describe::{self, Summary};
use millrace::index::Index;
use millrace::scan::Way;
use millrace::store::{index_key, link_keys};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Make the index of presentations.
///
/// Only boxes are looked into; the media itself is read once more, for the entity tags that
/// storage will give the uploaded files. Each index is written beside its .ism, as NAME.index,
/// unless --output or --bulk say otherwise.
///
/// To publish what --bulk wrote:
///
///     wrangler kv bulk put FILE --binding INDEX --env production --remote
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// Server manifests.
    #[arg(value_name = "X.ism", required = true)]
    presentations: Vec<PathBuf>,

    /// The folder that keys are counted from: what lies at the bucket's top [default: the folder
    /// of each .ism]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// Write the index here; for one presentation only.
    #[arg(long, short, value_name = "FILE", conflicts_with = "bulk")]
    output: Option<PathBuf>,

    /// Write all indexes, and the links to them, into one file, as `wrangler kv bulk put` takes it.
    #[arg(long, value_name = "FILE")]
    bulk: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.output.is_some() && arguments.presentations.len() > 1 {
        bail!("--output takes one presentation; --bulk takes many");
    }
    let mut values = Vec::new();
    let mut failed = 0;
    for ism in &arguments.presentations {
        match one(ism, arguments) {
            Ok(entries) => values.extend(entries),
            Err(error) => {
                failed += 1;
                eprintln!("millrace: {}: {error:#}", ism.display());
            }
        }
    }
    if let Some(bulk) = &arguments.bulk {
        write(bulk, Value::from(values).to_string().as_bytes())?;
    }
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} of {} presentations have no index", arguments.presentations.len()),
    }
}

/// Indexes one presentation, and gives its entries for a bulk file: the index, and the links to it.
fn one(ism: &Path, arguments: &Arguments) -> Result<Vec<Value>> {
    let presentation = Presentation::new(ism, arguments.root.as_deref())?;
    let index = presentation.index(Way::Tables, &MultiProgress::new())?;
    let value = index.encode();
    if arguments.bulk.is_none() {
        let beside = ism.with_extension("index");
        write(arguments.output.as_ref().unwrap_or(&beside), &value)?;
    }
    print!("{}", summary(&presentation.key, &index, value.len()));
    let links = link_keys(&presentation.key, &index.sources).into_iter();
    let mut entries: Vec<Value> = links.map(|key| json!({ "key": key, "value": "" })).collect();
    entries.push(json!({
        "key": index_key(&presentation.key),
        "value": BASE64_STANDARD.encode(value),
        "base64": true,
        "metadata": Summary::new(&index, now_ms()).to_json(),
    }));
    Ok(entries)
}

fn summary(key: &str, index: &Index, len: usize) -> String {
    let fragments: usize =
        index.streams.iter().map(|stream| stream.timeline.len() * stream.tracks.len()).sum();
    let generation = index.generation;
    let mut text = format!("{key}  generation {generation}, {fragments} fragments, {len} bytes\n");
    for stream in show::members(&describe::whole(index), "streams") {
        text.push_str(&show::stream_line(stream));
    }
    text
}

/// Writes a file as a whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    fs::write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("cannot write {}", path.display()))
}
