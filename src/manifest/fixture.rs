//! Presentations that tests of manifests are made of.

use crate::frame_rate::FrameRate;
use crate::index::{
    AudioFormat, Chunk, Extents, Format, FourCc, Index, Media, Source, Stream, StreamKind,
    Timeline, Track, VideoFormat,
};
use crate::media::{audio_entry, avcc, esds, visual_entry};
use crate::range::ByteRange;
use crate::time::Timescale;

/// A video level whose fragments have these sizes.
pub(super) fn picture(bitrate: u32, (width, height): (u16, u16), sizes: &[u64]) -> Track {
    let sps = [0x67, 0x64, 0, 0x1f];
    let format = Format::Video(VideoFormat {
        four_cc: FourCc::new(*b"H264").unwrap(),
        width: width.into(),
        height: height.into(),
        codec_private_data: vec![],
        nal_length_size: 4,
        frame_rate: FrameRate::new(30_000, 1001),
    });
    track(bitrate, format, visual_entry(b"avc1", width, height, &avcc(&[&sps], &[&[0x68]])), sizes)
}

/// A sound of AAC whose fragments have these sizes.
pub(super) fn sound(bitrate: u32, sizes: &[u64]) -> Track {
    let entry = audio_entry(b"mp4a", 2, 48_000, &esds(0x40, &[0x11, 0x90]));
    track(bitrate, audio_format(b"AACL", 2), entry, sizes)
}

/// A sound of another codec, by the box that configures it.
pub(super) fn other_sound(code: &[u8; 4], channels: u16, tail: &[u8], sizes: &[u64]) -> Track {
    let entry = audio_entry(code, channels, 48_000, tail);
    track(384_000, audio_format(b"EC-3", channels), entry, sizes)
}

fn audio_format(four_cc: &[u8; 4], channels: u16) -> Format {
    Format::Audio(AudioFormat {
        four_cc: FourCc::new(*four_cc).unwrap(),
        sampling_rate: 48_000,
        channels,
        bits_per_sample: 16,
        packet_size: 4,
        audio_tag: 255,
        codec_private_data: vec![],
    })
}

fn track(bitrate: u32, format: Format, sample_entry: Vec<u8>, sizes: &[u64]) -> Track {
    let mut end = 1000;
    let ranges = sizes.iter().map(|&size| {
        end += size;
        ByteRange::new(end - size, end).unwrap()
    });
    let extents = Extents::new(&ranges.collect::<Vec<_>>()).unwrap();
    Track {
        bitrate,
        source: 0,
        track_id: 1,
        format,
        sample_entry,
        custom_attributes: vec![],
        attributes: vec![],
        media: Media::Fragments { timed: true, extents },
    }
}

/// A stream of these starts and durations in ticks of a ten-millionth of a second.
pub(super) fn stream(
    name: &str,
    language: &str,
    chunks: &[(u64, u64)],
    tracks: Vec<Track>,
) -> Stream {
    let chunks = chunks.iter().map(|&(start, duration)| Chunk { start, duration });
    Stream {
        kind: tracks.first().map_or(StreamKind::Video, |track| track.format.kind()),
        name: name.into(),
        subtype: String::new(),
        language: language.into(),
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(&chunks.collect::<Vec<_>>()).unwrap(),
        attributes: vec![],
        tracks,
    }
}

pub(super) fn index(streams: Vec<Stream>) -> Index {
    let source = Source { key: "a.ism".into(), size: 1, etag: "e".into() };
    Index::new(vec![], vec![], vec![source], streams)
}

/// Three chunks of two seconds, the last of one.
pub(super) const CHUNKS: [(u64, u64); 3] =
    [(0, 20_000_000), (20_000_000, 20_000_000), (40_000_000, 10_000_000)];
