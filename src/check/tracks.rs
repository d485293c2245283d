//! The tracks of an index, as a check tells of them, and whether any client plays them.

use super::looked::{Spread, TrackLooked};
use super::words;
use crate::describe;
use crate::index::{Index, Stream, Track};
use crate::view::View;
use serde_json::Value;

/// The tracks of an index, each with which of its sources it is in and with what was found of it `by_samples`.
pub(super) fn of_index(index: &Index, by_samples: &[TrackLooked]) -> Vec<(usize, TrackLooked)> {
    let whole = describe::whole(index);
    let codecs = codecs(index);
    let media = |stream: usize, track: usize| {
        whole.get("streams")?.get(stream)?.get("tracks")?.get(track)?.get("media").cloned()
    };
    let looked = |(at, stream): (usize, &Stream), (place, track): (usize, &Track)| {
        let chunks = stream.timeline.iter().map(|chunk| chunk.duration);
        let same = by_samples.iter().find(|found| found.id == track.track_id);
        let name = (track.source, track.track_id);
        let codec = codecs.iter().find(|(of, _)| *of == name);
        let looked = TrackLooked {
            id: track.track_id,
            kind: stream.kind.as_str(),
            coding: words::coding(&track.format),
            codec: codec.map(|(_, codec)| codec.clone()),
            details: words::details(&track.format),
            language: Some(stream.language.clone()).filter(|language| !language.is_empty()),
            bitrate: Some(track.bitrate),
            way: Some(describe::way(&media(at, place).unwrap_or(Value::Null))),
            chunks: Spread::of(chunks, stream.timescale),
            keyframes: same.and_then(|found| found.keyframes),
        };
        (track.source, looked)
    };
    let streams = index.streams.iter().enumerate();
    let tracks = streams.flat_map(|stream| {
        stream.1.tracks.iter().enumerate().map(move |track| looked(stream, track))
    });
    tracks.collect()
}

/// What HLS and DASH call the codecs of tracks, by their sources and IDs.
fn codecs(index: &Index) -> Vec<((usize, u32), String)> {
    let renditions = View::whole(index).renditions().unwrap_or_default();
    let levels = renditions.into_iter().flat_map(|rendition| rendition.levels);
    levels.map(|level| ((level.track.source, level.track.track_id), level.codec)).collect()
}

/// Why no client can play it, if none can.
pub(super) fn unplayed(index: &Index) -> Option<String> {
    let view = View::whole(index);
    match (view.smooth().err(), view.renditions().err()) {
        (Some(smooth), Some(_)) => Some(smooth.to_string()),
        _ => None,
    }
}
