//! The worked example of `docs/index-format.md` is what the code writes.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use millrace::base::frame_rate::FrameRate;
use millrace::base::matrix::Matrix;
use millrace::base::range::ByteRange;
use millrace::base::time::Timescale;
use millrace::index::{
    BitRates, Carriage, Chunk, Extents, Format, FourCc, Index, Media, Source, Stream, StreamKind,
    Timeline, Track, VideoFormat,
};

/// The presentation that the page describes.
fn example() -> Index {
    let chunks = [(0, 20_000_000), (20_000_000, 20_000_000), (40_000_000, 10_000_000)]
        .map(|(start, duration)| Chunk { start, duration });
    let extents = [(1000, 700_000), (701_000, 700_005), (1_401_005, 350_000)]
        .map(|(start, length)| ByteRange::with_length(start, length).unwrap());
    let track = Track {
        bitrate: 3_000_000,
        source: 1,
        track_id: 1,
        format: Format::Video(VideoFormat {
            four_cc: FourCc::new(*b"H264").unwrap(),
            width: 1920,
            height: 1080,
            nal_length_size: 4,
            frame_rate: FrameRate::new(30_000, 1001),
            matrix: Matrix::IDENTITY,
            codec_private_data: vec![0, 0, 0, 1, 0x67, 0, 0, 0, 1, 0x68],
        }),
        sample_entry: b"\0\0\0\x08avc1".to_vec(),
        custom_attributes: Vec::new(),
        attributes: Vec::new(),
        rates: BitRates { average: 2_800_200, peak: 2_800_320, key_peak: 2_800_320 },
        media: Media::Fragments {
            carriage: Carriage::Stored { timed: true },
            extents: Extents::new(&extents).unwrap(),
        },
    };
    let stream = Stream {
        kind: StreamKind::Video,
        name: "video".into(),
        subtype: String::new(),
        language: String::new(),
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(&chunks).unwrap(),
        attributes: Vec::new(),
        tracks: vec![track],
    };
    let sources = [("a.ism", 400, "5b"), ("a.ismv", 1_751_100, "c4")]
        .map(|(key, size, etag)| Source { key: key.into(), size, etag: etag.into() });
    Index::new(Vec::new(), Vec::new(), sources.to_vec(), vec![stream])
}

/// The bytes in the first column of the page's last table.
fn bytes_of_the_page() -> Vec<u8> {
    let page = include_str!("../docs/index-format.md");
    let (_, example) = page.split_once("## Worked example").unwrap();
    example
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .flat_map(|(hex, _)| hex.split(' '))
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x} ")).collect()
}

#[test]
fn the_page_and_the_code_agree() {
    assert_eq!(hex(&bytes_of_the_page()), hex(&example().encode()));
    assert_eq!(Index::decode(&bytes_of_the_page()).unwrap(), example());
}
