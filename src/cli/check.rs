//! `millrace check`: what millrace makes of a file, in the words of an editor.

use super::cutting::Cutting;
use super::media::Media;
use super::out::{print_line, tell};
use super::session::Session;
use super::voice::Voice;
use anyhow::{Context, Result, bail, ensure};
use millrace::assemble::Cuts;
use millrace::check::{self, Looked, Spread, TrackLooked, is_manifest};
use millrace::scan::Way;
use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Check how media and text files would be served, and how to fix those that would be refused.
///
/// For each file by itself, prints its tracks, their codecs, the distance between keyframes,
/// the length of chunks, and whether the file would be served as it is stored, rewritten when
/// it is requested, or from its samples. For a file that would be refused, prints the reason
/// and the ffmpeg command that fixes it.
///
///     millrace check film.mov
///     millrace check film_*.mp4 film.en.vtt
///
/// `millrace compose` tells whether files fit together as quality levels of one film.
///
/// Exits with 1 if any file would be refused.
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// Media files, and text files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Print JSON, a line for each file.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    cutting: Cutting,

    #[command(flatten)]
    voice: Voice,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let session = Session::start(arguments.voice)?;
    let (mut refused, mut failed) = (0usize, 0usize);
    for file in &arguments.files {
        let looked = look(file, arguments.cutting.cuts(), &session);
        session.go_on()?;
        match looked {
            Ok(looked) => {
                refused += usize::from(looked.refusal.is_some());
                match arguments.json {
                    true => print_line(check::to_json(&looked))?,
                    false if looked.refusal.is_none() && arguments.voice.is_quiet() => {}
                    false => print_line(text(&looked).trim_end())?,
                }
            }
            Err(error) => {
                failed += 1;
                tell(format_args!("millrace: {error:#}"));
            }
        }
    }
    match (failed, refused, arguments.files.len()) {
        (0, 0, _) => Ok(()),
        (0, _, all) => bail!("{refused} of {all} files would be refused"),
        (_, _, all) => bail!("{failed} of {all} files could not be looked at"),
    }
}

/// What there is to say of `file`, a progressive one of which would be cut like this.
fn look(file: &Path, cuts: Cuts, session: &Session) -> Result<Looked> {
    let name = file.display().to_string();
    ensure!(file.exists(), "there is no file {name}");
    ensure!(!file.is_dir(), "{name} is a folder: name the files in it");
    ensure!(
        !is_manifest(&name),
        "{name} is a manifest: `millrace index --dry-run` says what becomes of its files"
    );
    let own = file.file_name().and_then(OsStr::to_str);
    let own = own.with_context(|| format!("{name} is not UTF-8"))?;
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    let media = Media::look(folder.unwrap_or(Path::new(".")).to_owned(), session);
    Ok(session.wait(check::file(&media, own, &name, cuts, Way::Samples))??)
}

fn text(looked: &Looked) -> String {
    let mut text = String::new();
    let Looked { name, tracks, warnings, refusal, .. } = looked;
    let _ = writeln!(text, "{name}: {}", looked.verdict());
    if let Some(refusal) = refusal {
        let _ = writeln!(text, "  {}", refusal.why);
        match &refusal.mend {
            Some(line) => {
                let _ = writeln!(text, "  this fixes it:\n    {line}");
            }
            None => text.push_str("  nothing fixes this: encode the file again from its source\n"),
        }
    }
    for track in tracks {
        let _ = writeln!(text, "  track {}, {}", track.id, track_words(track));
        for line in [track.way.clone(), lengths(track)].into_iter().flatten() {
            let _ = writeln!(text, "      {line}");
        }
    }
    for warning in warnings {
        let _ = writeln!(text, "  warning: {warning}");
    }
    if let Some(advice) = &looked.advice {
        let _ = writeln!(
            text,
            "  advice: {}\n    {}",
            advice.why,
            advice.mend.as_deref().unwrap_or_default()
        );
    }
    text
}

/// `video: H.264 (avc1.64001f), 1280x720, 25 frames/s, 3000 kb/s`
fn track_words(track: &TrackLooked) -> String {
    let codec = match &track.codec {
        Some(codec) => format!("{} ({codec})", track.coding),
        None => track.coding.clone(),
    };
    let rate = track.bitrate.map(|bitrate| format!("{} kb/s", bitrate / 1000));
    let language = track.language.clone();
    let words = [codec].into_iter().chain(track.details.clone()).chain(language).chain(rate);
    format!("{}: {}", track.kind, words.collect::<Vec<_>>().join(", "))
}

/// `30 chunks of 2.000 s, keyframes 0.480 s to 2.000 s apart`
fn lengths(track: &TrackLooked) -> Option<String> {
    let chunks = track.chunks.map(|chunks| match chunks.count {
        1 => format!("1 chunk of {}", stretch(chunks)),
        count => format!("{count} chunks of {}", stretch(chunks)),
    });
    let keyframes = track.keyframes.map(|keyframes| match keyframes.count {
        1 => "one keyframe in all".to_owned(),
        _ => format!("keyframes {} apart", stretch(keyframes)),
    });
    let said: Vec<String> = chunks.into_iter().chain(keyframes).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn stretch(spread: Spread) -> String {
    let seconds = |ms: u64| format!("{}.{:03} s", ms / 1000, ms % 1000);
    match spread.shortest_ms == spread.longest_ms {
        true => seconds(spread.longest_ms),
        false => format!("{} to {}", seconds(spread.shortest_ms), seconds(spread.longest_ms)),
    }
}
