//! The first difference between an index and what is found where it was made from.

use anyhow::{Result, ensure};
use millrace::base::chunk::Chunk;
use millrace::index::{Index, Media, Source, Stream, Track};
use std::fmt::Display;

/// The first thing in which `index` differs from what was `found`.
pub(super) fn first(index: &Index, found: &Index) -> Result<()> {
    for (source, there) in index.sources.iter().zip(&found.sources) {
        ensure!(
            source == there,
            "the index is of {}, but there is {}{}",
            told(source),
            told(there),
            way_out(source, there)
        );
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
        let lasts = |chunk: Chunk| stream.timescale.seconds(chunk.duration);
        ensure!(
            chunk.start.abs_diff(there.start) <= tolerance
                && chunk.duration.abs_diff(there.duration) <= tolerance,
            "stream {name}, chunk {at}: the index says that it starts at {time} and lasts {}, the boxes {} and {}",
            lasts(chunk),
            stream.timescale.seconds(there.start),
            lasts(there)
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
    same(&format!("bit/s in track {} of {key}", track.track_id), track.bitrate, found.bitrate)?;
    ensure!(
        track.track_id == found.track_id,
        "{key}: the index says track {}, the boxes {}",
        track.track_id,
        found.track_id
    );
    ensure!(
        track.format == found.format,
        "{key}, track {}: the index says another codec or size of it than the boxes",
        track.track_id
    );
    Ok(())
}

/// What to do where an index is of other sources than there are.
fn way_out(source: &Source, there: &Source) -> &'static str {
    if source.key != there.key {
        "; say --root and --as as they were when it was indexed"
    } else if source.size == there.size && source.etag.contains('-') {
        "; it was uploaded in parts, and such a version can be told where it lies alone: name it there"
    } else {
        ""
    }
}

fn told(source: &Source) -> String {
    format!("{}, {} bytes of version {}", source.key, source.size, source.etag)
}

fn same<T: PartialEq + Display>(what: &str, index: T, found: T) -> Result<()> {
    ensure!(index == found, "the index has {index} {what}, the sources have {found}");
    Ok(())
}
