//! `millrace show`: what an index says.

use anyhow::{Context, Result};
use millrace::describe;
use millrace::index::{Format, Index, Stream};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Show what an index says: for people, or with --json every fragment of it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// An index, as `millrace index` writes it.
    #[arg(value_name = "X.index")]
    index: PathBuf,

    /// Print JSON, with the time and the byte range of every fragment.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let index = read(&arguments.index)?;
    if arguments.json {
        println!("{:#}", describe::whole(&index));
    } else {
        print!("{}", text(&index));
    }
    Ok(())
}

/// The index in the file at `path`.
pub(super) fn read(path: &Path) -> Result<Index> {
    let context = || path.display().to_string();
    Index::decode(&fs::read(path).with_context(context)?).with_context(context)
}

/// A stream in one line: `  video  4 levels (300, 700, 1500, 3000 kb/s), 30 chunks, 60.000 s`.
pub(super) fn stream_line(stream: &Stream) -> String {
    let rates: Vec<String> =
        stream.tracks.iter().map(|track| (track.bitrate / 1000).to_string()).collect();
    let levels = if rates.len() == 1 { "level" } else { "levels" };
    format!(
        "  {:<12} {} {levels} ({} kb/s), {} chunks, {}\n",
        stream.name,
        rates.len(),
        rates.join(", "),
        stream.timeline.len(),
        stream.timescale.seconds(stream.timeline.end().saturating_sub(stream.timeline.start())),
    )
}

fn text(index: &Index) -> String {
    let mut text = format!("generation {}\n\nsources\n", index.generation);
    for source in &index.sources {
        let _ = writeln!(text, "  {:<40} {:>14} bytes  {}", source.key, source.size, source.etag);
    }
    text.push_str("\nstreams\n");
    for stream in &index.streams {
        text.push_str(&stream_line(stream));
        for track in &stream.tracks {
            let key = index.sources.get(track.source).map_or("?", |source| &source.key);
            let timed = if track.timed { "" } else { ", fragments without a time of their own" };
            let _ = writeln!(
                text,
                "    {:>9} b/s  {}  track {} of {key}{timed}",
                track.bitrate,
                format_text(&track.format),
                track.track_id,
            );
        }
    }
    text
}

fn format_text(format: &Format) -> String {
    match format {
        Format::Video(video) => {
            format!("{} {}x{}", video.four_cc.as_str(), video.width, video.height)
        }
        Format::Audio(audio) => format!(
            "{} {} Hz, {} channels",
            audio.four_cc.as_str(),
            audio.sampling_rate,
            audio.channels
        ),
        Format::Text(text) => text.four_cc.as_str().to_owned(),
    }
}
