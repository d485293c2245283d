//! `millrace compose`: from media files to the server manifest that makes a presentation of them.

use super::cutting::Cutting;
use anyhow::{Context, Result, bail, ensure};
use futures_util::FutureExt;
use millrace::assemble::{Sourced, assemble, compose};
use millrace::base::turns::Turns;
use millrace::index::Source;
use millrace::ism::ServerManifest;
use millrace::scan::{ScanError, Scanned, Scanner, Way};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

/// Write the server manifest of media files that belong together.
///
/// Any MP4 will do: plain or fragmented, audio and video together or apart, captions. Every video
/// track becomes a quality level of the one video stream. Audio becomes a stream for each language
/// and way of coding: where several files carry the same, it is taken from the one that it is read
/// from at the least cost; files with nothing but audio are its quality levels. Every text track
/// becomes a stream of its own. Bitrates are measured.
///
/// The .ism belongs where --output says or, without it, into the folder that all files lie in or
/// below: that is what the paths in it are relative to.
///
///     millrace compose film_*.mp4 captions.mp4 > film.ism
///     millrace index film.ism
///
/// What cannot be served is left out with a warning, unless it is the only video or the only audio.
///
/// Quality levels can be switched between where they all have a keyframe. If they do not line up,
/// a warning says where.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// Media files.
    #[arg(value_name = "X.mp4", required = true)]
    files: Vec<PathBuf>,

    /// Write the server manifest here [default: standard output]
    #[arg(long, short, value_name = "X.ism")]
    output: Option<PathBuf>,

    #[command(flatten)]
    cutting: Cutting,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let files = arguments.files.iter().map(|file| absolute(file)).collect::<Result<Vec<_>>>()?;
    let folder = match &arguments.output {
        Some(output) => absolute(parent(output))?,
        None => common(&files),
    };
    let mut scans = Vec::new();
    for file in &files {
        let path = relative(file, &folder)?;
        scans.push(scan(file, path).with_context(|| file.display().to_string())?);
    }
    let found: Vec<(&str, &Scanned)> =
        scans.iter().map(|scan| (scan.source.key.as_str(), &scan.content)).collect();
    let (manifest, warnings) = compose(&found)?;
    warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let text = manifest.render();
    let again = ServerManifest::parse(text.as_bytes())?;
    ensure!(again == manifest, "a server manifest cannot name these files; rename them");
    warn(arguments, manifest, scans);
    match &arguments.output {
        Some(output) => fs::write(output, text).with_context(|| output.display().to_string()),
        None => Ok(std::io::stdout().write_all(text.as_bytes())?),
    }
}

/// Says what would keep the presentation from being indexed.
fn warn(arguments: &Arguments, manifest: ServerManifest, scans: Vec<Sourced<Scanned>>) {
    let named = |path: &String| scans.iter().find(|scan| scan.source.key == *path).cloned();
    let media: Vec<_> = manifest.media.iter().filter_map(named).collect();
    let key = arguments.output.as_deref().unwrap_or(Path::new("the server manifest"));
    let source = Source { key: key.display().to_string(), size: 0, etag: String::new() };
    let server = Sourced { source, content: manifest };
    let turns = Turns::alone();
    let assembled = assemble(&server, None, &media, arguments.cutting.cuts(), &turns);
    if let Some(Err(error)) = assembled.now_or_never() {
        eprintln!("warning: {error}");
    }
}

/// What there is in `file`, which the manifest calls `key`.
fn scan(file: &Path, key: String) -> Result<Sourced<Scanned>> {
    let mut from = File::open(file)?;
    let size = from.metadata()?.len();
    let content = match scan_by(Way::Tables, &mut from, size) {
        Err(error) if matches!(error.downcast_ref(), Some(ScanError::Unfit(_))) => {
            scan_by(Way::Samples, &mut from, size)?
        }
        content => content?,
    };
    Ok(Sourced { source: Source { key, size, etag: String::new() }, content })
}

fn scan_by(way: Way, from: &mut File, size: u64) -> Result<Scanned> {
    let mut scanner = Scanner::new(size, way);
    while let Some(range) = scanner.wants() {
        let mut bytes = Vec::new();
        from.seek(SeekFrom::Start(range.start()))?;
        Read::take(&mut *from, range.length()).read_to_end(&mut bytes)?;
        scanner.feed(range.start(), &bytes)?;
    }
    Ok(scanner.finish()?)
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| path.display().to_string())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The folder that all of `files` lie in or below.
fn common(files: &[PathBuf]) -> PathBuf {
    let mut folder = files.first().map_or(PathBuf::new(), |file| parent(file).to_owned());
    while !files.iter().all(|file| file.starts_with(&folder)) && folder.pop() {}
    folder
}

/// The path of `file` as a server manifest in `folder` has it.
fn relative(file: &Path, folder: &Path) -> Result<String> {
    let Ok(below) = file.strip_prefix(folder) else {
        bail!(
            "{} does not lie below {}, where the server manifest is to be",
            file.display(),
            folder.display()
        );
    };
    let segment = |component: Component<'_>| component.as_os_str().to_str().map(str::to_owned);
    let segments: Option<Vec<String>> = below.components().map(segment).collect();
    let segments = segments.with_context(|| format!("{} is not UTF-8", below.display()))?;
    Ok(segments.join("/"))
}
