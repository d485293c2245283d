//! What the Experience page draws of an index: all but its chunks, which come in stretches.

use super::format;
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::index::{Index, Media, Stream, Track};
use crate::protection::is_protected;
use serde_json::{Value, json};
use std::ops::Range;

/// The index without its chunks: some hundred bytes for each level and each source, however long the
/// presentation is.
///
/// Times are in ticks of their stream.
pub fn shown(index: &Index) -> Value {
    let sources = index
        .sources
        .iter()
        .map(|source| json!({ "key": source.key, "size": source.size, "etag": source.etag }));
    json!({
        "generation": index.generation.to_string(),
        "sources": sources.collect::<Vec<_>>(),
        "streams": index.streams.iter().map(stream_json).collect::<Vec<_>>(),
    })
}

fn stream_json(stream: &Stream) -> Value {
    json!({
        "type": stream.kind.as_str(),
        "name": stream.name,
        "timescale": stream.timescale.ticks_per_second(),
        "chunks": stream.timeline.len(),
        "first": stream.timeline.chunk(0).map(times),
        "end": stream.timeline.end(),
        "tracks": stream.tracks.iter().map(track_json).collect::<Vec<_>>(),
    })
}

fn track_json(track: &Track) -> Value {
    let media = match track.media {
        Media::Fragments { .. } => "fragments",
        Media::Samples(_) => "samples",
        Media::Cues(_) => "cues",
    };
    json!({
        "bitrate": track.bitrate,
        "source": track.source,
        "format": format::brief(&track.format),
        "media": media,
        "protected": is_protected(track.format.kind(), &track.sample_entry),
    })
}

/// The most chunks in a stretch: some 25 KB.
const STRETCH: usize = 500;

/// Some chunks of a stream, from the one that plays at `from` (in its ticks) or next after, with where
/// the fragments of `track` lie that are stored as they are. `next` is where the stretch behind begins.
pub fn stretch(index: &Index, stream: &Stream, track: Option<&Track>, from: u64) -> Value {
    let timeline = &stream.timeline;
    let first = timeline.place_at(from);
    let chunks = (first..timeline.len()).take(STRETCH).map_while(|at| timeline.chunk(at));
    let chunks: Vec<_> = chunks.map(times).collect();
    let next = timeline.chunk(first.saturating_add(chunks.len())).map(|chunk| chunk.start);
    let fragments = track.and_then(|track| match &track.media {
        Media::Fragments { extents, .. } => {
            let ranges = (first..extents.len()).take(STRETCH).map_while(|at| extents.range(at));
            Some(ranges.map(span).collect::<Vec<_>>())
        }
        Media::Samples(_) | Media::Cues(_) => None,
    });
    json!({
        "generation": index.generation.to_string(),
        "stream": stream.name,
        "number": first,
        "chunks": chunks,
        "fragments": fragments,
        "next": next,
    })
}

/// The `runs` of bytes of its source that the chunks at `places` of a stream are made of, as `[start, end)`.
pub fn made_of(index: &Index, stream: &Stream, places: Range<usize>, runs: &[ByteRange]) -> Value {
    json!({
        "generation": index.generation.to_string(),
        "stream": stream.name,
        "number": places.start,
        "chunks": places.len(),
        "runs": runs.iter().copied().map(span).collect::<Vec<_>>(),
    })
}

fn times(chunk: Chunk) -> [u64; 2] {
    [chunk.start, chunk.duration]
}

fn span(range: ByteRange) -> [u64; 2] {
    [range.start(), range.end()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::Timescale;
    use crate::index::{
        BitRates, Carriage, Extents, Format, FourCc, Labels, Source, StreamKind, Timeline,
        VideoFormat,
    };

    const SECOND: u64 = 10_000_000;

    /// Ten hours of so many levels, each a file of its own.
    fn ten_hours(levels: u32) -> Index {
        let chunks: Vec<Chunk> =
            (0..18_000).map(|at| Chunk { start: at * 2 * SECOND, duration: 2 * SECOND }).collect();
        let source = |at: u32| {
            let key = format!("films/a-rather-long-name/of-a-film-{at}_1080p.ismv");
            Source::object(key, 1 << 40, "0123456789abcdef0123456789abcdef-1234")
        };
        let ranges = (0..18_000)
            .map(|n| ByteRange::with_length(n * 9_000_000, 8_000_000 + n % 977).unwrap());
        let extents = Extents::new(&ranges.collect::<Vec<_>>()).unwrap();
        let track = |at: u32| Track {
            bitrate: 3_000_000 + at,
            source: usize::try_from(at).unwrap(),
            track_id: 1,
            format: Format::Video(VideoFormat {
                four_cc: FourCc::new(*b"H264").unwrap(),
                width: 1920,
                height: 1080,
                codec_private_data: vec![1; 60],
                nal_length_size: 4,
                frame_rate: None,
                matrix: crate::base::matrix::Matrix::IDENTITY,
            }),
            sample_entry: vec![1; 160],
            custom_attributes: Vec::new(),
            attributes: Vec::new(),
            rates: BitRates { average: 1, peak: 1, key_peak: 1 },
            media: Media::Fragments {
                carriage: Carriage::Stored { timed: true },
                clear: None,
                extents: extents.clone(),
            },
        };
        let stream = Stream {
            kind: StreamKind::Video,
            name: "video".into(),
            subtype: String::new(),
            language: String::new(),
            labels: Labels::default(),
            timescale: Timescale::SMOOTH,
            timeline: Timeline::new(&chunks).unwrap(),
            attributes: Vec::new(),
            tracks: (0..levels).map(track).collect(),
        };
        Index::new(Vec::new(), Vec::new(), (0..levels).map(source).collect(), vec![stream])
    }

    #[test]
    fn a_hundred_levels_of_ten_hours_take_no_more_than_64_kilobytes() {
        let index = ten_hours(100);
        let text = shown(&index).to_string();
        assert!(text.len() <= 64 << 10, "{}", text.len());
        let stream = &index.streams[0];
        let text = stretch(&index, stream, stream.tracks.last(), 0).to_string();
        assert!(text.len() <= 64 << 10, "{}", text.len());
    }

    #[test]
    fn stretches_follow_each_other_without_a_gap() {
        let index = ten_hours(1);
        let stream = &index.streams[0];
        let (mut from, mut chunks, mut fragments) = (Some(0), Vec::new(), Vec::new());
        while let Some(at) = from {
            let value = stretch(&index, stream, stream.tracks.first(), at);
            assert_eq!(value["number"], chunks.len());
            chunks.extend(value["chunks"].as_array().unwrap().clone());
            fragments.extend(value["fragments"].as_array().unwrap().clone());
            from = value["next"].as_u64();
        }
        let all = stream.timeline.iter().map(|chunk| json!([chunk.start, chunk.duration]));
        assert!(chunks.iter().cloned().eq(all));
        let Media::Fragments { extents, .. } = &stream.tracks[0].media else { panic!() };
        let all = extents.iter().map(|range| json!([range.start(), range.end()]));
        assert!(fragments.iter().cloned().eq(all));
    }

    #[test]
    fn a_stretch_begins_with_the_chunk_that_plays_then() {
        let index = ten_hours(1);
        let stream = &index.streams[0];
        let number = |from| stretch(&index, stream, None, from)["number"].as_u64().unwrap();
        assert_eq!([0, 1, 2 * SECOND - 1, 2 * SECOND].map(number), [0, 0, 0, 1]);
        assert_eq!(number(17_999 * 2 * SECOND), 17_999);
        let none = stretch(&index, stream, None, 36_000 * SECOND);
        assert_eq!((&none["chunks"], &none["next"]), (&json!([]), &json!(null)));
        assert_eq!(stretch(&index, stream, None, u64::MAX)["chunks"], json!([]));
    }
}
