//! `millrace compose`: from media and text files to the server manifest that makes a presentation of them.

use super::cutting::Cutting;
use super::media::Media;
use super::names::is_manifest;
use super::out::print;
use super::session::Session;
use super::voice::Voice;
use anyhow::{Context, Result, bail, ensure};
use millrace::ism::ServerManifest;
use millrace::library::build::{Composed, compose};
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Write a server manifest for media and text files that belong together.
///
/// Takes any MP4: progressive or fragmented, with audio and video together or apart, and
/// captions. Every video track becomes a quality level of the one video stream. Audio becomes a
/// stream for each language and codec: if several files carry the same audio, the manifest
/// names the file from which it is cheapest to read; files with only audio become its quality
/// levels. Every text track becomes a stream, and so does every text file (WebVTT, SubRip or
/// TTML), whose name states its language: film.en.vtt. Bitrates are measured.
///
/// The paths in the .ism are relative to the folder of --output or, without that option, to the
/// folder that all files lie in or below: put the .ism there.
///
///     millrace compose film_*.mp4 film.en.vtt > film.ism
///     millrace index film.ism
///
/// A track that cannot be served is left out with a warning, unless it is the only video or the
/// only audio. So is a text file that cannot be read.
///
/// Players can switch between quality levels where all of them have a keyframe. If keyframes do
/// not line up, a warning says where.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// Media files and text files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Write the server manifest here [default: standard output]
    #[arg(long, short, value_name = "X.ism")]
    output: Option<PathBuf>,

    #[command(flatten)]
    cutting: Cutting,

    #[command(flatten)]
    voice: Voice,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let session = Session::start(arguments.voice)?;
    let mut files = Vec::new();
    for file in &arguments.files {
        ensure!(!file.is_dir(), "{} is a folder: name the files in it", file.display());
        ensure!(
            !is_manifest(file),
            "{} is a manifest, which `millrace compose` writes: name the media files",
            file.display()
        );
        let file = absolute(file)?;
        // Whoever names a file twice, by a pattern and by itself, means it once.
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let folder = match &arguments.output {
        Some(output) => absolute(parent(output))?,
        None => common(&files),
    };
    let paths = files.iter().map(|file| relative(file, &folder)).collect::<Result<Vec<_>>>()?;
    let media = Media::look(folder, &session);
    let name = arguments.output.as_deref().and_then(Path::file_name).and_then(OsStr::to_str);
    let name = name.unwrap_or("the server manifest");
    let composed = compose(&media, name, &paths, arguments.cutting.cuts());
    let Composed { manifest, warnings, built } = session.wait(composed)??;
    session.warn(&warnings);
    let text = manifest.render();
    let again = ServerManifest::parse(text.as_bytes())?;
    ensure!(again == manifest, "a server manifest cannot name these files; rename them");
    match built {
        Ok(built) => session.warn(&built.warnings),
        Err(error) => session.warn(&[error]),
    }
    match &arguments.output {
        Some(output) => fs::write(output, text).with_context(|| output.display().to_string()),
        None => print(text),
    }
}

fn absolute(path: &Path) -> Result<PathBuf> {
    ensure!(path.exists(), "there is no file or folder {}", path.display());
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
