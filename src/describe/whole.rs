//! All that an index says: every source, level and fragment.

use super::format;
use crate::base::json::object;
use crate::base::range::ByteRange;
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::base::uuid::Uuid;
use crate::index::{Attribute, Carriage, Chapter, Index, Media, Protection, Source, Stream, Track};
use serde_json::{Value, json};

/// The whole index.
///
/// Chunks are `[start, duration]` in ticks of their stream, fragments `[start, end)` in bytes of
/// their source.
pub fn whole(index: &Index) -> Value {
    json!({
        "generation": index.generation.to_string(),
        "attributes": attributes(&index.attributes),
        "protections": index.protections.iter().map(protection_json).collect::<Vec<_>>(),
        "sources": sources(index),
        "streams": index.streams.iter().map(stream_json).collect::<Vec<_>>(),
        "segment_ms": index.extras.target.map(SegmentTarget::milliseconds),
        "controls": index.extras.controls.len(),
        "chapters": index.extras.chapters.iter().map(chapter_json).collect::<Vec<_>>(),
        "splices": index.extras.splices.len(),
    })
}

/// The stored objects that it is made from: keys, sizes in bytes, entity tags. The server manifest comes
/// first.
pub fn sources(index: &Index) -> Value {
    let source =
        |source: &Source| json!({ "key": source.key, "size": source.size, "etag": source.etag });
    index.sources.iter().map(source).collect()
}

fn protection_json(protection: &Protection) -> Value {
    json!({ "system": Uuid(protection.system_id).to_string(), "bytes": protection.data.len() })
}

fn chapter_json(chapter: &Chapter) -> Value {
    json!({ "start": chapter.start, "language": chapter.language, "title": chapter.title })
}

fn stream_json(stream: &Stream) -> Value {
    json!({
        "type": stream.kind.as_str(),
        "name": stream.name,
        "subtype": stream.subtype,
        "language": stream.language,
        "title": stream.labels.title,
        "accessibility": stream.labels.accessibility,
        "roles": stream.labels.roles,
        "default": stream.labels.is_default,
        "timescale": stream.timescale.ticks_per_second(),
        "attributes": attributes(&stream.attributes),
        "chunks": stream.timeline.iter().map(|chunk| [chunk.start, chunk.duration]).collect::<Vec<_>>(),
        "tracks": stream.tracks.iter().map(|track| track_json(track, stream.timescale)).collect::<Vec<_>>(),
    })
}

fn track_json(track: &Track, timescale: Timescale) -> Value {
    json!({
        "bitrate": track.bitrate,
        "source": track.source,
        "track_id": track.track_id,
        "format": format::whole(&track.format),
        "custom_attributes": attributes(&track.custom_attributes),
        "attributes": attributes(&track.attributes),
        "media": media_json(&track.media, timescale),
    })
}

fn media_json(media: &Media, timescale: Timescale) -> Value {
    match media {
        Media::Fragments { carriage: Carriage::Stored { timed }, clear, extents } => json!({
            "timed": timed,
            "clear": clear.map(|clear| clear.first),
            "fragments": ranges(extents.iter()),
        }),
        Media::Fragments { carriage: Carriage::Rewritten(rewriting), clear, extents } => json!({
            "rewritten": rewriting.reasons(timescale).collect::<Vec<_>>(),
            "timescale": rewriting.timescale.ticks_per_second(),
            "early": rewriting.early,
            "clear": clear.map(|clear| clear.first),
            "fragments": ranges(extents.iter()),
        }),
        Media::Samples(pages) => json!({
            "timescale": pages.timescale.ticks_per_second(),
            "early": pages.early,
            "pages": pages.entries.iter().map(|page| page.fragments).collect::<Vec<_>>(),
        }),
        Media::Cues(cues) => json!({
            "syntax": cues.syntax.as_str(),
            "zero": cues.zero,
            "cues": ranges(cues.iter()),
        }),
    }
}

fn ranges(ranges: impl Iterator<Item = ByteRange>) -> Vec<[u64; 2]> {
    ranges.map(|range| [range.start(), range.end()]).collect()
}

fn attributes(attributes: &[Attribute]) -> Value {
    object(attributes.iter().map(|each| (each.name.as_str(), each.value.as_str().into())))
}
