use super::*;
use crate::base::chunk::Chunk;
use crate::base::matrix::Matrix;
use crate::base::range::ByteRange;
use crate::index::{
    BitRates, Carriage, Extents, FourCc, Index, Labels, Media, Protection, Source, Stream,
    StreamKind, TextFormat, Timeline,
};
use crate::ismc::ClientManifest;
use proptest::prelude::*;

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute { name: name.into(), value: value.into() }
}

fn four_cc(code: &str) -> FourCc {
    FourCc::new(code.as_bytes().try_into().unwrap()).unwrap()
}

fn video_format(width: u32, height: u32) -> Format {
    Format::Video(VideoFormat {
        four_cc: four_cc("H264"),
        width,
        height,
        codec_private_data: vec![0, 0, 0, 1, 0x67, 0xab],
        frame_rate: None,
        matrix: Matrix::IDENTITY,
        nal_length_size: 4,
    })
}

fn audio_format() -> Format {
    Format::Audio(AudioFormat {
        four_cc: four_cc("AACL"),
        sampling_rate: 48_000,
        channels: 2,
        bits_per_sample: 16,
        packet_size: 4,
        audio_tag: 255,
        codec_private_data: vec![0x11, 0x90],
    })
}

fn track(bitrate: u32, format: Format) -> Track {
    Track {
        bitrate,
        source: 0,
        track_id: 1,
        format,
        sample_entry: vec![],
        custom_attributes: vec![],
        attributes: vec![],
        rates: BitRates { average: 1, peak: 1, key_peak: 1 },
        media: Media::Fragments {
            carriage: Carriage::Stored { timed: true },
            clear: None,
            extents: Extents::new(&[ByteRange::new(0, 1).unwrap()]).unwrap(),
        },
    }
}

fn stream(name: &str, chunks: &[Chunk], tracks: Vec<Track>) -> Stream {
    Stream {
        kind: tracks[0].format.kind(),
        name: name.into(),
        subtype: String::new(),
        language: String::new(),
        labels: Labels::default(),
        timescale: Timescale::SMOOTH,
        timeline: Timeline::new(chunks).unwrap(),
        attributes: vec![],
        tracks,
    }
}

fn even(count: u64, duration: u64) -> Vec<Chunk> {
    (0..count).map(|at| Chunk { start: at * duration, duration }).collect()
}

fn index(streams: Vec<Stream>) -> Index {
    let source = Source::object("a.ismv", 1, "e");
    Index::new(vec![], vec![], vec![source], streams)
}

/// The manifest with the generation, which is a digest, replaced by `GENERATION`.
fn rendered(index: &Index, form: Form) -> String {
    render(&View::whole(index), form).unwrap().replace(&index.generation.to_string(), "GENERATION")
}

fn film() -> Index {
    let mut chunks = even(4, 20_000_000);
    chunks.push(Chunk { start: 80_000_000, duration: 5_000_000 });
    let levels =
        vec![track(3_000_000, video_format(1920, 1080)), track(300_000, video_format(640, 360))];
    let mut video = stream("video", &chunks, levels);
    video.attributes = vec![attribute("DisplayWidth", "1920"), attribute("DisplayHeight", "800")];
    let mut audio = stream("audio_eng", &even(4, 20_053_333), vec![track(128_000, audio_format())]);
    audio.language = "eng".into();
    audio.attributes = vec![attribute("Name", "English & more")];
    audio.tracks[0].custom_attributes = vec![attribute("acme_angle", "<2>")];
    index(vec![video, audio])
}

#[test]
fn what_licence_systems_have_to_be_told_comes_first() {
    let systems =
        [(Protection::PLAYREADY, &b"<WRMHEADER>"[..]), ([5; 16], &[]), ([7; 16], &[0xff, 0xfe])];
    let protection = |(system_id, data): ([u8; 16], &[u8])| Protection {
        system_id,
        key_ids: vec![],
        data: data.into(),
    };
    let Index { attributes, sources, streams, .. } = film();
    let film = Index::new(attributes, systems.map(protection).into(), sources, streams);
    let manifest = rendered(&film, Form::Compact);
    let (_, after_root) = manifest.split_once("Duration=\"85000000\">\n").unwrap();
    let expected = r#"  <Protection>
    <ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">PFdSTUhFQURFUj4=</ProtectionHeader>
    <ProtectionHeader SystemID="07070707-0707-0707-0707-070707070707">//4=</ProtectionHeader>
  </Protection>
  <StreamIndex "#;
    assert!(after_root.starts_with(expected), "{after_root}");

    let Index { attributes, sources, streams, .. } = film;
    let untold = [protection(([5; 16], &[]))].into();
    let film = Index::new(attributes, untold, sources, streams);
    assert!(!rendered(&film, Form::Compact).contains("Protection"), "there is nothing to tell");
}

#[test]
fn compact() {
    assert_eq!(
        rendered(&film(), Form::Compact),
        r#"<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" TimeScale="10000000" Duration="85000000">
  <StreamIndex Type="video" Name="video" TimeScale="10000000" Chunks="5" QualityLevels="2" MaxWidth="1920" MaxHeight="1080" DisplayWidth="1920" DisplayHeight="800" Url="GENERATION/QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="3000000" FourCC="H264" MaxWidth="1920" MaxHeight="1080" CodecPrivateData="0000000167AB"/>
    <QualityLevel Index="1" Bitrate="300000" FourCC="H264" MaxWidth="640" MaxHeight="360" CodecPrivateData="0000000167AB"/>
    <c d="20000000" r="4"/>
    <c d="5000000"/>
  </StreamIndex>
  <StreamIndex Type="audio" Name="English &amp; more" Language="eng" TimeScale="10000000" Chunks="4" QualityLevels="1" Url="GENERATION/QualityLevels({bitrate})/Fragments(audio_eng={start time})">
    <QualityLevel Index="0" Bitrate="128000" FourCC="AACL" SamplingRate="48000" Channels="2" BitsPerSample="16" PacketSize="4" AudioTag="255" CodecPrivateData="1190">
      <CustomAttributes>
        <Attribute Name="acme_angle" Value="&lt;2&gt;"/>
      </CustomAttributes>
    </QualityLevel>
    <c d="20053333" r="4"/>
  </StreamIndex>
</SmoothStreamingMedia>
"#
    );
}

#[test]
fn legacy_repeats_nothing() {
    let manifest = rendered(&film(), Form::Legacy);
    assert!(manifest.contains("MajorVersion=\"2\" MinorVersion=\"0\""));
    assert!(!manifest.contains(" r=\""));
    assert_eq!(manifest.matches("<c d=\"20000000\"/>\n").count(), 4);
    assert_eq!(manifest.matches("<c d=\"20053333\"/>\n").count(), 4);
}

#[test]
fn a_late_start_and_gaps_are_said_and_never_repeated_over() {
    let chunks = [100, 110, 120, 140, 150, 170].map(|start| Chunk { start, duration: 10 });
    let manifest = render(
        &View::whole(&index(vec![stream("t", &chunks, vec![track(1, audio_format())])])),
        Form::Compact,
    )
    .unwrap();
    assert!(manifest.contains("Duration=\"80\""), "{manifest}");
    assert!(manifest.contains(
        "<c t=\"100\" d=\"10\" r=\"3\"/>\n    <c t=\"140\" d=\"10\" r=\"2\"/>\n    <c t=\"170\" d=\"10\"/>\n"
    ));
}

#[test]
fn streams_that_share_a_timescale_lend_it_to_the_root() {
    let mut streams = vec![stream("a", &even(2, 96_000), vec![track(1, audio_format())]); 2];
    let scale = |ticks| Timescale::new(ticks).unwrap();
    streams.iter_mut().for_each(|stream| stream.timescale = scale(48_000));
    streams[1].name = "b".into();
    let shared = render(&View::whole(&index(streams.clone())), Form::Compact).unwrap();
    assert!(shared.contains("MinorVersion=\"2\" TimeScale=\"48000\" Duration=\"192000\">"));
    streams[1].timescale = scale(44_100);
    let mixed = render(&View::whole(&index(streams)), Form::Compact).unwrap();
    assert!(mixed.contains("MinorVersion=\"2\" TimeScale=\"10000000\" Duration=\"43537415\">"));
    assert!(
        mixed.contains(" TimeScale=\"48000\" Chunks=")
            && mixed.contains(" TimeScale=\"44100\" Chunks=")
    );
}

#[test]
fn text_names_its_purpose() {
    let format = Format::Text(TextFormat { four_cc: four_cc("TTML") });
    let mut text = stream("subs", &even(1, 10), vec![track(0, format)]);
    let manifest = rendered(&index(vec![text.clone()]), Form::Compact);
    assert!(manifest.contains("Type=\"text\" Name=\"subs\" Subtype=\"CAPT\" TimeScale"));
    assert!(manifest.contains(
        "<QualityLevel Index=\"0\" Bitrate=\"0\" FourCC=\"TTML\" CodecPrivateData=\"\"/>"
    ));
    text.subtype = "SUBT".into();
    assert!(
        render(&View::whole(&index(vec![text])), Form::Compact)
            .unwrap()
            .contains("Subtype=\"SUBT\"")
    );
}

#[test]
fn short_nal_lengths_are_said() {
    let mut level = track(1, video_format(2, 2));
    if let Format::Video(video) = &mut level.format {
        video.nal_length_size = 2;
    }
    let manifest = render(
        &View::whole(&index(vec![stream("video", &even(1, 10), vec![level])])),
        Form::Compact,
    )
    .unwrap();
    assert!(manifest.contains("CodecPrivateData=\"0000000167AB\" NALUnitLengthField=\"2\"/>"));
}

#[test]
fn whatever_the_index_holds_the_manifest_is_xml() {
    let mut odd = stream("Zoë (\"1\"=2,\u{0}{x}&)", &even(1, 10), vec![track(1, audio_format())]);
    odd.language = "<\u{1}>".into();
    odd.attributes = vec![
        attribute("Type", "video"),
        attribute("TIMESCALE", "1"),
        attribute("a\"b", "1"),
        attribute("x:y", "1"),
        attribute("twice", "1"),
        attribute("twice", "2"),
        attribute("fine", "\u{ffff}&\n"),
    ];
    odd.tracks[0].custom_attributes = vec![attribute("\u{1b}", "\u{8}")];
    let mut index = index(vec![odd]);
    index.attributes = vec![attribute("Duration", "1"), attribute("", ""), attribute("b", "]]>")];
    let manifest = rendered(&index, Form::Compact);
    let parsed = ClientManifest::parse(manifest.as_bytes()).unwrap();
    assert_eq!(parsed.attributes, [attribute("b", "]]>")]);
    let stream = &parsed.streams[0];
    assert_eq!(stream.attributes, [attribute("twice", "1"), attribute("fine", "&\n")]);
    assert_eq!(stream.name.as_deref(), Some("Zoë (\"1\"=2,{x}&)"));
    assert_eq!(stream.language.as_deref(), Some("<>"));
    assert!(
        manifest.contains("Fragments(Zo%C3%AB%20%28%221%22%3D2%2C%00%7Bx%7D%26%29={start time})\"")
    );
}

proptest! {
    #[test]
    fn a_client_reads_back_what_the_index_holds(
        steps in prop::collection::vec((1u64..4, 0u64..2, 1u64..40), 1..60),
        first in prop_oneof![Just(0u64), 0u64..1 << 60],
        bitrates in prop::collection::btree_set(any::<u32>(), 1..5),
        name in "\\PC{1,12}",
        legacy: bool,
    ) {
        let mut chunks = vec![];
        let mut start = first;
        for (duration, gap, repeat) in steps {
            for _ in 0..repeat {
                chunks.push(Chunk { start, duration });
                start += duration;
            }
            start += gap;
        }
        let tracks = bitrates.iter().map(|&bitrate| track(bitrate, video_format(2, 2))).collect();
        let index = index(vec![stream(&name, &chunks, tracks)]);
        let form = if legacy { Form::Legacy } else { Form::Compact };
        let parsed = ClientManifest::parse(render(&View::whole(&index), form).unwrap().as_bytes()).unwrap();
        let stream = &parsed.streams[0];
        prop_assert_eq!(&stream.chunks, &chunks);
        prop_assert_eq!(stream.kind, StreamKind::Video);
        let trimmed = Some(name.trim()).filter(|name| !name.is_empty());
        prop_assert_eq!(stream.name.as_deref(), trimmed);
        prop_assert_eq!(stream.url_name.as_deref(), trimmed);
        let read: Vec<_> = stream.levels.iter().filter_map(|level| level.bitrate).collect();
        prop_assert_eq!(read, bitrates.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn codecs_without_a_name_are_left_out_unless_nothing_else_is_there() {
    let open = |code: &str| {
        let mut format = video_format(640, 360);
        if let Format::Video(video) = &mut format {
            video.four_cc = four_cc(code);
        }
        track(2, format)
    };
    let chunks = even(1, 10);
    let video = |tracks| stream("video", &chunks, tracks);
    let audio = || stream("audio", &chunks, vec![track(1, audio_format())]);
    let mixed = video(vec![open("av01"), track(1, video_format(320, 180)), open("vp09")]);
    let manifest = rendered(&index(vec![mixed, audio()]), Form::Compact);
    assert_eq!(manifest.matches("<QualityLevel ").count(), 2, "{manifest}");
    assert!(
        manifest.contains("QualityLevels=\"1\" MaxWidth=\"320\" MaxHeight=\"180\""),
        "{manifest}"
    );
    let manifest = rendered(&index(vec![video(vec![open("av01")]), audio()]), Form::Compact);
    assert_eq!(manifest.matches("<StreamIndex ").count(), 1, "{manifest}");
    let nothing = render(&View::whole(&index(vec![video(vec![open("vp09")])])), Form::Compact);
    assert_eq!(nothing, Err(ViewError::NothingInSmooth));
}

#[test]
fn turned_video_is_refused_with_the_way_out() {
    let Format::Video(upright) = video_format(640, 360) else { panic!("video") };
    let matrix = Matrix::new([0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30]);
    let turned = Format::Video(VideoFormat { matrix, ..upright });
    let tracks = vec![track(100_000, video_format(640, 360)), track(300_000, turned)];
    let index = index(vec![stream("video", &even(2, 20_000_000), tracks)]);
    let refusal = render(&View::whole(&index), Form::Compact).unwrap_err().to_string();
    assert!(refusal.starts_with("the file of level 300000 of video says"), "{refusal}");
    assert!(refusal.contains("play it by HLS (master.m3u8) or DASH (manifest.mpd)"), "{refusal}");
}
