//! `millrace verify`: whether an index is right, by looking at every box of its sources; or whether a
//! deployment is.

use super::compare;
use super::cutting::Cutting;
use super::deployment::is_url;
use super::presentation::Presentation;
use super::show;
use anyhow::{Context, Result, bail, ensure};
use indicatif::MultiProgress;
use millrace::index::{Index, Media, Stream, Track};
use millrace::scan::Way;
use std::path::{Path, PathBuf};

/// Prove that an index is right, or what a deployment serves.
///
/// Walks every box of every source, without trusting the tables that indexing trusts, and compares
/// what it finds with the index: sources, streams, levels, and the time and place of every
/// fragment.
///
/// With the address of a presentation, compares the client manifest and some fragments that are
/// served there with the files here, byte for byte.
///
/// Ends with 1 and the first difference if there is one.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A server manifest, or the address of a presentation.
    #[arg(value_name = "X.ism|URL")]
    presentation: String,

    /// Its index [default: NAME.index beside it]
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,

    /// The folder that keys are counted from, as it was given to `millrace index`; with an address,
    /// what lies at the bucket's top.
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    /// With an address: how many fragments to compare, taken at random.
    #[arg(long, value_name = "N", default_value = "20")]
    fragments: usize,

    #[command(flatten)]
    cutting: Cutting,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if is_url(&arguments.presentation) {
        let root =
            arguments.root.clone().context("an address is compared with files: --root DIR")?;
        return compare::run(&arguments.presentation, root, arguments.fragments);
    }
    let ism = Path::new(&arguments.presentation);
    let presentation =
        Presentation::new(ism, arguments.root.as_deref())?.cut(arguments.cutting.cuts());
    let beside = ism.with_extension("index");
    let index = show::read(arguments.index.as_ref().unwrap_or(&beside))?;
    let found = presentation.index(Way::Boxes, &MultiProgress::new())?;
    compare(&index, &found)?;
    let fragments: usize =
        index.streams.iter().map(|stream| stream.timeline.len() * stream.tracks.len()).sum();
    println!("{}: the index is right, {fragments} fragments verified", presentation.key);
    Ok(())
}

/// The first thing in which `index` differs from what was `found`.
fn compare(index: &Index, found: &Index) -> Result<()> {
    for (source, there) in index.sources.iter().zip(&found.sources) {
        ensure!(source == there, "the index is of {source:?}, but there is {there:?}");
    }
    same("sources", index.sources.len(), found.sources.len())?;
    for (stream, there) in index.streams.iter().zip(&found.streams) {
        compare_streams(index, stream, there)?;
    }
    same("streams", index.streams.len(), found.streams.len())
}

fn compare_streams(index: &Index, stream: &Stream, found: &Stream) -> Result<()> {
    let name = &stream.name;
    ensure!(*name == found.name, "the index has a stream {name}, the sources {}", found.name);
    let tolerance = u64::from(stream.timescale.ticks_per_second() / 1000);
    for (at, (chunk, there)) in stream.timeline.iter().zip(found.timeline.iter()).enumerate() {
        let time = stream.timescale.seconds(chunk.start);
        ensure!(
            chunk.start.abs_diff(there.start) <= tolerance
                && chunk.duration.abs_diff(there.duration) <= tolerance,
            "stream {name}, chunk {at} at {time}: the index says {chunk:?}, the boxes {there:?}"
        );
    }
    same(&format!("chunks of stream {name}"), stream.timeline.len(), found.timeline.len())?;
    for (track, there) in stream.tracks.iter().zip(&found.tracks) {
        compare_tracks(index, stream, track, there)?;
    }
    same(&format!("levels of stream {name}"), stream.tracks.len(), found.tracks.len())
}

fn compare_tracks(index: &Index, stream: &Stream, track: &Track, found: &Track) -> Result<()> {
    let key = index.sources.get(track.source).map_or("?", |source| &source.key);
    if let (Media::Fragments { extents, .. }, Media::Fragments { extents: there, .. }) =
        (&track.media, &found.media)
    {
        for (chunk, (range, there)) in stream.timeline.iter().zip(extents.iter().zip(there.iter()))
        {
            let time = stream.timescale.seconds(chunk.start);
            ensure!(
                range == there,
                "{key}, track {}, fragment at {time}: the index says bytes {range}, the boxes {there}",
                track.track_id
            );
        }
    }
    ensure!(
        track.media == found.media,
        "{key}, track {}: the index says other fragments than the boxes",
        track.track_id
    );
    let said = |track: &Track| (track.bitrate, track.track_id, track.format.clone());
    if said(track) != said(found) {
        bail!("{key}: the index says {:?}, the boxes {:?}", said(track), said(found));
    }
    Ok(())
}

fn same(what: &str, index: usize, found: usize) -> Result<()> {
    ensure!(index == found, "the index has {index} {what}, the sources have {found}");
    Ok(())
}
