//! The worked examples of `docs/index-format.md` are what the code writes.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use millrace::base::chunk::Chunk;
use millrace::base::frame_rate::FrameRate;
use millrace::base::matrix::Matrix;
use millrace::base::range::ByteRange;
use millrace::base::sample::Sample;
use millrace::base::time::Timescale;
use millrace::index::{
    AudioFormat, BitRates, Carriage, Cues, Digest, Extents, Folder, Format, FourCc, Index, Labels,
    Media, Page, PageEntry, Pages, Reads, Run, SampledFragment, Source, Stream, StreamKind,
    TextFormat, Timeline, Track, VideoFormat,
};
use millrace::text::Syntax;

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
            clear: None,
            extents: Extents::new(&extents).unwrap(),
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
        tracks: vec![track],
    };
    let sources = [("a.ism", 400, "5b"), ("a.ismv", 1_751_100, "c4")]
        .map(|(key, size, etag)| Source::object(key, size, etag));
    Index::new(Vec::new(), Vec::new(), sources.to_vec(), vec![stream])
}

/// The same with its level in a folder: an init segment of 1,000 bytes, and an object for each fragment.
fn example_of_a_folder() -> Index {
    let objects = [
        ("header", 1000, "aa"),
        ("0", 700_000, "bb"),
        ("20000000", 700_005, "cc"),
        ("40000000", 350_000, "dd"),
    ];
    let folder = Source::folder("a/", Folder::of(objects).unwrap());
    let sources = vec![Source::object("a.ism", 400, "5b"), folder];
    Index::new(Vec::new(), Vec::new(), sources, example().streams)
}

/// The page of samples that the page describes: two fragments of audio, the second in two runs.
fn example_of_samples() -> Page {
    let sample = |size| Sample { size, duration: 1024, composition_offset: 0, flags: 0 };
    let run = |samples, start, length| Run {
        samples,
        range: ByteRange::with_length(start, length).unwrap(),
    };
    Page::new(&[
        SampledFragment {
            start: 0,
            samples: [200, 201, 203].map(sample).into(),
            runs: vec![run(3, 5000, 604)],
        },
        SampledFragment {
            start: 3072,
            samples: [202, 200].map(sample).into(),
            runs: vec![run(1, 9000, 202), run(1, 9302, 200)],
        },
    ])
}

/// The presentation that this page of samples is of.
fn example_of_reads() -> Index {
    let chunks = [(0, 640_000), (640_000, 426_667)];
    let chunks = chunks.map(|(start, duration)| Chunk { start, duration });
    let reads = [(5000, 604), (9000, 502)]
        .map(|(start, length)| vec![ByteRange::with_length(start, length).unwrap()]);
    let digest = Digest::of(&example_of_samples().encode());
    let track = Track {
        bitrate: 75_000,
        source: 0,
        track_id: 2,
        format: Format::Audio(AudioFormat {
            four_cc: FourCc::new(*b"AACL").unwrap(),
            sampling_rate: 48_000,
            channels: 2,
            bits_per_sample: 16,
            packet_size: 4,
            audio_tag: 255,
            codec_private_data: vec![0x11, 0x90],
        }),
        sample_entry: b"\0\0\0\x08mp4a".to_vec(),
        custom_attributes: Vec::new(),
        attributes: Vec::new(),
        rates: BitRates { average: 120_000, peak: 130_000, key_peak: 60_000 },
        media: Media::Samples(Pages {
            timescale: Timescale::new(48_000).unwrap(),
            early: 0,
            entries: vec![PageEntry { fragments: 2, digest }],
            reads: Reads::new(&reads),
        }),
    };
    let stream = Stream {
        kind: StreamKind::Audio,
        name: "audio".into(),
        subtype: String::new(),
        language: String::new(),
        labels: Labels::default(),
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(&chunks).unwrap(),
        attributes: Vec::new(),
        tracks: vec![track],
    };
    let source = Source::object("c.mp4", 9700, "e6");
    Index::new(Vec::new(), Vec::new(), vec![source], vec![stream])
}

/// The presentation of captions that the page describes.
fn example_of_cues() -> Index {
    let chunks = [(0, 20_000_000), (20_000_000, 20_000_000)]
        .map(|(start, duration)| Chunk { start, duration });
    let stretches =
        [(8, 40), (8, 90)].map(|(start, length)| ByteRange::with_length(start, length).unwrap());
    let track = Track {
        bitrate: 1000,
        source: 1,
        track_id: 1,
        format: Format::Text(TextFormat { four_cc: FourCc::new(*b"TTML").unwrap() }),
        sample_entry: Vec::new(),
        custom_attributes: Vec::new(),
        attributes: Vec::new(),
        rates: BitRates { average: 4500, peak: 4600, key_peak: 4600 },
        media: Media::Cues(Cues::new(Syntax::WebVtt, 0, &stretches)),
    };
    let stream = Stream {
        kind: StreamKind::Text,
        name: "text".into(),
        subtype: "SUBT".into(),
        language: "eng".into(),
        labels: Labels::default(),
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(&chunks).unwrap(),
        attributes: Vec::new(),
        tracks: vec![track],
    };
    let sources = [Source::object("b.ism", 300, "6c"), Source::object("b.vtt", 98, "d5")];
    Index::new(Vec::new(), Vec::new(), sources.to_vec(), vec![stream])
}

/// The bytes in the first column of the table behind a heading of the page.
fn bytes_behind(heading: &str) -> Vec<u8> {
    let page = include_str!("../docs/index-format.md");
    let (_, example) = page.split_once(heading).unwrap();
    let example = example.split("\n## ").next().unwrap();
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
    let bytes = bytes_behind("## Worked example: fragments");
    assert_eq!(hex(&bytes), hex(&example().encode()));
    assert_eq!(Index::decode(&bytes).unwrap(), example());
}

#[test]
fn the_page_and_the_code_agree_on_folders() {
    let bytes = bytes_behind("## Worked example: a folder");
    let value = example_of_a_folder().encode();
    assert!(hex(&value).contains(&hex(&bytes)), "{}is not in {}", hex(&bytes), hex(&value));
    assert_eq!(Index::decode(&value).unwrap(), example_of_a_folder());
}

#[test]
fn the_page_and_the_code_agree_on_samples() {
    let bytes = bytes_behind("## Worked example: a page of samples");
    let value = example_of_samples().encode();
    assert_eq!(hex(&bytes), hex(&value));
    assert_eq!(Page::decode(&bytes, Digest::of(&bytes)).unwrap(), example_of_samples());
}

#[test]
fn the_page_and_the_code_agree_on_reads() {
    let bytes = bytes_behind("## Worked example: reads");
    assert_eq!(hex(&bytes), hex(&example_of_reads().encode()));
    assert_eq!(Index::decode(&bytes).unwrap(), example_of_reads());
}

#[test]
fn the_page_and_the_code_agree_on_cues() {
    let bytes = bytes_behind("## Worked example: cues");
    assert_eq!(hex(&bytes), hex(&example_of_cues().encode()));
    assert_eq!(Index::decode(&bytes).unwrap(), example_of_cues());
}
