//! A sample entry, and what players of HLS and DASH are told of it.

use millrace::base::chunk::Chunk;
use millrace::base::matrix::Matrix;
use millrace::base::range::ByteRange;
use millrace::base::time::Timescale;
use millrace::fragment::init_segment;
use millrace::index::{
    AudioFormat, BitRates, Carriage, Extents, Format, FourCc, Index, Labels, Media, Source, Stream,
    Timeline, Track, VideoFormat,
};
use millrace::isobmff::{SampleEntry, portable};
use millrace::manifest::{dash, hls};
use millrace::view::View;

/// What stands in other files is the same in any, and is told or not.
pub(crate) fn entry(bytes: &[u8]) {
    let four_cc = FourCc::new(*b"fuzz").unwrap();
    let video = Format::Video(VideoFormat {
        four_cc,
        width: 640,
        height: 360,
        codec_private_data: vec![],
        nal_length_size: 4,
        frame_rate: None,
        matrix: Matrix::IDENTITY,
    });
    let audio = Format::Audio(AudioFormat {
        four_cc,
        sampling_rate: 48_000,
        channels: 2,
        bits_per_sample: 16,
        packet_size: 4,
        audio_tag: 255,
        codec_private_data: vec![],
    });
    for (handler, format) in [(*b"vide", video), (*b"soun", audio)] {
        let Ok(entry) = SampleEntry::parse(bytes, handler) else { continue };
        let Ok(sample_entry) = portable(&entry, (640, 360)) else { continue };
        let again = SampleEntry::parse(&sample_entry, handler).unwrap();
        assert_eq!(portable(&again, (640, 360)).as_ref(), Ok(&sample_entry));
        told(format, sample_entry);
    }
}

fn told(format: Format, sample_entry: Vec<u8>) {
    let chunk = Chunk { start: 0, duration: 1 };
    let extents = Extents::new(&[ByteRange::new(0, 1).unwrap()]).unwrap();
    let stream = Stream {
        kind: format.kind(),
        name: "stream".into(),
        subtype: String::new(),
        language: String::new(),
        labels: Labels::default(),
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(&[chunk]).unwrap(),
        attributes: vec![],
        tracks: vec![Track {
            bitrate: 1,
            source: 0,
            track_id: 1,
            format,
            sample_entry,
            custom_attributes: vec![],
            attributes: vec![],
            rates: BitRates { average: 1, peak: 1, key_peak: 1 },
            media: Media::Fragments {
                carriage: Carriage::Stored { timed: true },
                clear: None,
                extents,
            },
        }],
    };
    let source = Source::object("file", 1, "");
    let index = Index::new(vec![], vec![], vec![source], vec![stream]);
    let view = View::whole(&index);
    let _ = (hls::master(&view).is_ok(), dash::render(&view).is_ok());
    for stream in &index.streams {
        for track in &stream.tracks {
            let _ = init_segment(&index, stream, track).is_ok();
        }
    }
}
