//! `millrace show`: what an index says.

use super::access::TokenArguments;
use super::address::{is_url, split};
use super::deployment::resource;
use super::library::walk;
use super::names::is_server_manifest;
use super::out::{print, print_line};
use super::voice::Voice;
use anyhow::{Context, Result, ensure};
use millrace::base::time::{Seconds, Timescale};
use millrace::describe;
use millrace::index::{Bundle, Index};
use millrace::library::build::is_lone;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Print an index: a summary, or with --json every fragment.
///
///     millrace show library/films/tears.ism
///     millrace show https://media.example.com/films/tears.ism --token-file token
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// Indexes, as `millrace index` writes them, server manifests that have one beside them, or folders of
    /// indexes; or addresses of presentations at a deployment.
    #[arg(value_name = "DIR|X.index|X.ism|URL", required = true)]
    indexes: Vec<String>,

    /// Print JSON, with the time and the byte range of every fragment: an object for each index.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    token: TokenArguments,

    #[command(flatten)]
    voice: Voice,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let mut names = Vec::new();
    for named in &arguments.indexes {
        match is_url(named) {
            true => names.push(named.clone()),
            false => {
                names.extend(files(Path::new(named))?.iter().map(|it| it.display().to_string()))
            }
        }
    }
    for (at, name) in names.iter().enumerate() {
        let whole = match is_url(name) {
            true => published(name, arguments)?,
            false => describe::whole(&read(Path::new(name))?),
        };
        if arguments.json {
            print_line(format_args!("{whole:#}"))?;
            continue;
        }
        if names.len() > 1 {
            let gap = if at == 0 { "" } else { "\n" };
            print_line(format_args!("{gap}{name}"))?;
        }
        print(text(&whole))?;
    }
    Ok(())
}

/// What a deployment's index says of the presentation at `url`.
fn published(url: &str, arguments: &Arguments) -> Result<Value> {
    let (base, key) = split(url).with_context(|| url.to_owned())?;
    let deployment = arguments.token.open(base, arguments.voice)?;
    deployment.ask("GET", &resource(&key), None)
}

/// The indexes that `path` means: itself, the one beside it, or those below it.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_dir() {
        let found = walk(path, |file| file.extension().is_some_and(|it| it == "index"))?;
        ensure!(
            !found.is_empty(),
            "there is no .index below {}; `millrace index` makes them",
            path.display()
        );
        return Ok(found);
    }
    if !is_server_manifest(path) {
        return Ok(vec![path.to_owned()]);
    }
    let index = path.with_extension("index");
    ensure!(
        index.exists(),
        "there is no index {}; `millrace index {}` makes it",
        index.display(),
        path.display()
    );
    Ok(vec![index])
}

/// The index in the file at `path`.
pub(super) fn read(path: &Path) -> Result<Index> {
    let context = || path.display().to_string();
    ensure!(path.exists(), "there is no file {}", path.display());
    ensure!(path.is_file(), "{} is a folder: name an index in it", path.display());
    ensure!(
        !is_lone(&context()),
        "{} is a media file, not an index: `millrace check` says what is in it",
        path.display()
    );
    let bundle = Bundle::decode(&fs::read(path).with_context(context)?).with_context(context)?;
    Ok(bundle.index)
}

/// Every stream of a whole index in a line, and each of its levels in one below it.
pub(super) fn streams(whole: &Value) -> String {
    let sources = members(whole, "sources");
    let mut text = String::new();
    for stream in members(whole, "streams") {
        text.push_str(&stream_line(stream));
        for track in members(stream, "tracks") {
            let source = usize::try_from(number(track, "source")).ok();
            let key =
                source.and_then(|at| sources.get(at)).map_or("?", |source| word(source, "key"));
            let _ = writeln!(
                text,
                "    {:>9} b/s  {}  track {} of {key}, {}",
                number(track, "bitrate"),
                format_text(track.get("format").unwrap_or(&Value::Null)),
                number(track, "track_id"),
                describe::way(track.get("media").unwrap_or(&Value::Null)),
            );
        }
    }
    text
}

/// A stream in one line: `  video  4 levels (300, 700, 1500, 3000 kb/s), 30 chunks, 60.000 s`.
fn stream_line(stream: &Value) -> String {
    let tracks = members(stream, "tracks");
    let rate = |track: &Value| (number(track, "bitrate") / 1000).to_string();
    let levels = if tracks.len() == 1 { "level" } else { "levels" };
    let chunks = members(stream, "chunks");
    format!(
        "  {:<12} {} {levels} ({} kb/s), {} chunks, {}\n",
        word(stream, "name"),
        tracks.len(),
        tracks.iter().map(rate).collect::<Vec<_>>().join(", "),
        chunks.len(),
        length(stream, chunks).map_or_else(String::new, |length| length.to_string()),
    )
}

/// From the first chunk's start to the last one's end.
fn length(stream: &Value, chunks: &[Value]) -> Option<Seconds> {
    let timescale = Timescale::new(u32::try_from(number(stream, "timescale")).ok()?)?;
    let ticks = |chunk: &Value, at: usize| chunk.get(at).and_then(Value::as_u64);
    let (first, last) = (chunks.first()?, chunks.last()?);
    let end = ticks(last, 0)?.saturating_add(ticks(last, 1)?);
    Some(timescale.seconds(end.saturating_sub(ticks(first, 0)?)))
}

/// The whole of an index, without its fragments.
fn text(whole: &Value) -> String {
    let mut text = format!("generation {}\n\nsources\n", word(whole, "generation"));
    for source in members(whole, "sources") {
        let (key, etag) = (word(source, "key"), word(source, "etag"));
        let _ = writeln!(text, "  {key:<40} {:>14} bytes  {etag}", number(source, "size"));
    }
    text.push_str("\nstreams\n");
    text.push_str(&streams(whole));
    text
}

fn format_text(format: &Value) -> String {
    let four_cc = word(format, "four_cc");
    if format.get("width").is_some() {
        return format!("{four_cc} {}x{}", number(format, "width"), number(format, "height"));
    }
    if format.get("channels").is_some() {
        let (rate, channels) = (number(format, "sampling_rate"), number(format, "channels"));
        let plural = if channels == 1 { "" } else { "s" };
        return format!("{four_cc} {rate} Hz, {channels} channel{plural}");
    }
    four_cc.to_owned()
}

/// The members of the list called `name`.
fn members<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("?")
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}
