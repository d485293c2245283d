//! An index as it is stored gives back what went in, and a value that is not whole is refused.

use super::*;
use crate::base::chunk::Chunk;
use crate::base::frame_rate::FrameRate;
use crate::base::matrix::Matrix;
use crate::base::range::ByteRange;
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::index::{
    BitRates, Carriage, Chapter, Control, Extents, Format, FourCc, Labels, Media, Splice,
    StreamKind, Timeline, Track, Turn, VideoFormat,
};

fn two_chunks() -> Index {
    let chunks = [0, 20_000_000].map(|start| Chunk { start, duration: 20_000_000 });
    let ranges = [ByteRange::new(1000, 5000).unwrap(), ByteRange::new(5000, 8500).unwrap()];
    let track = Track {
        bitrate: 3_000_000,
        source: 1,
        track_id: 1,
        format: Format::Video(VideoFormat {
            four_cc: FourCc::new(*b"H264").unwrap(),
            width: 1920,
            height: 1080,
            codec_private_data: vec![0, 0, 0, 1, 0x67],
            nal_length_size: 4,
            frame_rate: FrameRate::new(24_000, 1001),
            matrix: Matrix::new([0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30]),
        }),
        sample_entry: vec![0, 0, 0, 8, b'a', b'v', b'c', b'1'],
        custom_attributes: Vec::new(),
        attributes: Vec::new(),
        rates: BitRates { average: 8, peak: 9, key_peak: 7 },
        media: Media::Fragments {
            carriage: Carriage::Stored { timed: true },
            clear: None,
            extents: Extents::new(&ranges).unwrap(),
        },
    };
    let stream = Stream {
        kind: StreamKind::Video,
        name: "video".into(),
        subtype: String::new(),
        language: "eng".into(),
        labels: Labels {
            title: "English".into(),
            accessibility: "description".into(),
            roles: vec!["alternate".into(), "dub".into()],
            is_default: true,
        },
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(&chunks).unwrap(),
        attributes: Vec::new(),
        tracks: vec![track],
    };
    let source = |key: &str| Source::object(key, 9000, "e");
    let sources = vec![source("a.ism"), source("a.ismv")];
    Index::new(Vec::new(), Vec::new(), sources, vec![stream]).with(extras())
}

fn extras() -> Extras {
    let attribute = Attribute { name: "Type".into(), value: "text".into() };
    let control = Control { attributes: vec![attribute], content: "<c t=\"5\"/>".into() };
    let chapter = Chapter { start: 50, language: "ger".into(), title: "Eins".into() };
    let splice = |turn| Splice { start: 1 << 40, duration: 9, event: 7, turn, section: vec![0xfc] };
    Extras {
        target: SegmentTarget::new(0),
        controls: vec![control],
        chapters: vec![chapter],
        splices: [Turn::Out, Turn::In, Turn::Other].map(splice).to_vec(),
    }
}

#[test]
fn gives_back_what_went_in() {
    let index = two_chunks();
    assert_eq!(Index::decode(&index.encode()), Ok(index));
}

#[test]
fn another_etag_is_another_generation() {
    let index = two_chunks();
    let mut sources = index.sources.clone();
    sources[1].etag = "f".into();
    let other = Index::new(Vec::new(), Vec::new(), sources, index.streams.clone());
    assert_ne!(other.generation, index.generation);
}

#[test]
fn a_folder_has_the_size_and_the_entity_tag_of_its_objects() {
    let objects = [("header", 1000, "a"), ("0", 4000, "b"), ("20000000", 3500, "c")];
    let right = Source::folder("a/", Folder::of(objects).unwrap());
    let decoded = |folder: &Source| {
        let sources = vec![Source::object("a.ism", 9000, "e"), folder.clone()];
        let index = Index::new(Vec::new(), Vec::new(), sources, two_chunks().streams);
        Index::decode(&index.encode())
    };
    assert_eq!(decoded(&right).unwrap().sources[1], right);
    let wrong = "a folder has another size than its objects";
    let larger = Source { size: right.size + 1, ..right.clone() };
    assert_eq!(decoded(&larger), Err(FormatError::Malformed(wrong)));
    let wrong = "a folder has another entity tag than its objects";
    let other = Source { etag: "0123456789abcdef".to_owned(), ..right };
    assert_eq!(decoded(&other), Err(FormatError::Malformed(wrong)));
}

#[test]
fn every_shorter_or_altered_value_is_refused() {
    let whole = two_chunks().encode();
    for len in 0..whole.len() {
        assert!(Index::decode(&whole[..len]).is_err(), "cut to {len}");
        let mut altered = whole.clone();
        altered[len] ^= 0x10;
        assert!(Index::decode(&altered).is_err(), "altered at {len}");
    }
}

#[test]
fn a_newer_version_is_named() {
    let mut newer = two_chunks().encode();
    newer[12] = FORMAT_VERSION + 1;
    assert_eq!(Index::decode(&newer), Err(FormatError::Version(FORMAT_VERSION + 1)));
}
