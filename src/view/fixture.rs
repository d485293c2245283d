//! Presentations that tests of manifests are made of.

use crate::base::chunk::Chunk;
use crate::base::frame_rate::FrameRate;
use crate::base::matrix::Matrix;
use crate::base::time::Timescale;
use crate::index::{
    AudioFormat, BitRates, Carriage, Extents, Format, FourCc, Index, Labels, Media, Source, Stream,
    StreamKind, Timeline, Track, VideoFormat,
};
use crate::media::{audio_entry, avcc, boxed, esds, visual_entry};

/// A video level.
pub(crate) fn video_level(bitrate: u32, (width, height): (u16, u16)) -> Track {
    let sps = [0x67, 0x64, 0, 0x1f];
    let format = Format::Video(VideoFormat {
        four_cc: FourCc::new(*b"H264").unwrap(),
        width: width.into(),
        height: height.into(),
        codec_private_data: vec![],
        nal_length_size: 4,
        frame_rate: FrameRate::new(30_000, 1001),
        matrix: Matrix::IDENTITY,
    });
    track(bitrate, format, visual_entry(b"avc1", width, height, &avcc(&[&sps], &[&[0x68]])))
}

/// A level of H.264 whose file says that it has these transfer characteristics.
pub(crate) fn hdr(bitrate: u32, transfer: u8) -> Track {
    let colr = boxed(b"colr", &[&b"nclx\0\x09\0"[..], &[transfer, 0, 9, 0]].concat());
    let avcc = avcc(&[&[0x67, 0x64, 0, 0x1f]], &[&[0x68]]);
    let sample_entry = visual_entry(b"avc1", 1920, 1080, &[avcc, colr].concat());
    Track { sample_entry, ..video_level(bitrate, (1920, 1080)) }
}

/// A level of a codec that Smooth Streaming has no name for.
pub(crate) fn av1_level(bitrate: u32) -> Track {
    let av1c = boxed(b"av1C", &[0x81, 0x08, 0x0c, 0]);
    let mut track = video_level(bitrate, (640, 360));
    track.sample_entry = visual_entry(b"av01", 640, 360, &av1c);
    if let Format::Video(video) = &mut track.format {
        video.four_cc = FourCc::new(*b"av01").unwrap();
    }
    track
}

/// Audio of AAC.
pub(crate) fn audio_level(bitrate: u32) -> Track {
    let entry = audio_entry(b"mp4a", 2, 48_000, &esds(0x40, &[0x11, 0x90]));
    track(bitrate, audio_format(b"AACL", 2), entry)
}

/// Audio of another codec, by the box that configures it.
pub(crate) fn other_audio_level(code: &[u8; 4], channels: u16, tail: &[u8]) -> Track {
    let entry = audio_entry(code, channels, 48_000, tail);
    track(384_000, audio_format(b"EC-3", channels), entry)
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

fn track(bitrate: u32, format: Format, sample_entry: Vec<u8>) -> Track {
    // Where they lie is nothing that manifests state.
    let extents = Extents::new(&[]).unwrap();
    Track {
        bitrate,
        source: 0,
        track_id: 1,
        format,
        sample_entry,
        custom_attributes: vec![],
        attributes: vec![],
        rates: BitRates { average: bitrate + 1, peak: bitrate + 2, key_peak: bitrate / 10 },
        media: Media::Fragments {
            carriage: Carriage::Stored { timed: true },
            clear: None,
            extents,
        },
    }
}

/// A stream of these starts and durations in ticks of a ten-millionth of a second.
pub(crate) fn stream(
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
        labels: Labels::default(),
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(&chunks.collect::<Vec<_>>()).unwrap(),
        attributes: vec![],
        tracks,
    }
}

pub(crate) fn index(streams: Vec<Stream>) -> Index {
    let source = Source::object("a.ism", 1, "e");
    Index::new(vec![], vec![], vec![source], streams)
}

/// Three chunks of two seconds, the last of one.
pub(crate) const CHUNKS: [(u64, u64); 3] =
    [(0, 20_000_000), (20_000_000, 20_000_000), (40_000_000, 10_000_000)];
