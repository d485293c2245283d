//! One document in the manner of each producer, and what none of them would write.

use super::read::url_name;
use super::*;
use crate::index::{Attribute, StreamKind};
use proptest::prelude::*;

fn parse(text: &str) -> ClientManifest {
    ClientManifest::parse(text.as_bytes()).unwrap()
}

fn refused(text: &str) -> String {
    ClientManifest::parse(text.as_bytes()).unwrap_err().to_string()
}

fn times(stream: &StreamIndex) -> Vec<(u64, u64)> {
    stream.chunks.iter().map(|chunk| (chunk.start, chunk.duration)).collect()
}

fn attributes(kept: &[Attribute]) -> Vec<(&str, &str)> {
    kept.iter().map(|kept| (kept.name.as_str(), kept.value.as_str())).collect()
}

#[test]
fn expression_encoder() {
    let manifest = parse(
        r#"<?xml version="1.0" encoding="utf-16"?>
<!--Created with Expression Encoder-->
<SmoothStreamingMedia MajorVersion="2" MinorVersion="1" Duration="45000000">
  <StreamIndex Type="video" Name="video" Subtype="WVC1" Chunks="3" QualityLevels="2" MaxWidth="1280" MaxHeight="720" DisplayWidth="1280" DisplayHeight="544" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="2000000" FourCC="WVC1" MaxWidth="1280" MaxHeight="720" CodecPrivateData="250000010FCBEC1670EF8A16783BF180C9089CC4AFA11C0000010E1207F840" />
    <QualityLevel Index="1" Bitrate="350000" FourCC="WVC1" MaxWidth="320" MaxHeight="184" CodecPrivateData="250000010F" />
    <c n="0" d="20000000"><f i="0" s="1200" q="4000" /><f i="1" s="400" q="3000" /></c>
    <c n="1" d="20000000"><f i="0" s="1200" q="4000" /><f i="1" s="400" q="3000" /></c>
    <c n="2" d="5000000" />
  </StreamIndex>
  <StreamIndex Type="audio" Index="0" FourCC="WMAP" Name="audio" Chunks="1" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(audio={start time})">
    <QualityLevel Bitrate="64000" SamplingRate="44100" Channels="2" BitsPerSample="16" PacketSize="2973" AudioTag="354" CodecPrivateData="1000030000000000000000000000E0000000" />
    <c n="0" d="45000000" />
  </StreamIndex>
</SmoothStreamingMedia>"#,
    );
    let [video, audio] = manifest.streams.as_slice() else { panic!("two streams") };
    assert_eq!(times(video), [(0, 20_000_000), (20_000_000, 20_000_000), (40_000_000, 5_000_000)]);
    assert_eq!(video.subtype.as_deref(), Some("WVC1"));
    assert_eq!(attributes(&video.attributes), [("DisplayWidth", "1280"), ("DisplayHeight", "544")]);
    assert_eq!(video.levels[1].bitrate, Some(350_000));
    assert_eq!(video.levels[1].codec_private_data, [0x25, 0, 0, 1, 0x0f]);
    assert_eq!((video.levels[0].width, video.levels[0].height), (1280, 720));
    assert_eq!((audio.levels[0].audio_tag, audio.levels[0].packet_size), (354, 2973));
    assert_eq!(attributes(&audio.attributes), [("Index", "0"), ("FourCC", "WMAP")]);
}

#[test]
fn azure_media_services() {
    let manifest = parse(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" Duration="80000000" TimeScale="10000000" CanSeek="TRUE">
<StreamIndex Chunks="4" Type="audio" Url="QualityLevels({bitrate})/Fragments(aac_eng_2_128000={start time})" QualityLevels="1" Language="eng" Name="aac_eng_2_128000" Role="alternate">
<QualityLevel AudioTag="255" Index="0" BitsPerSample="16" Bitrate="128000" FourCC="AACL" CodecPrivateData="1190" Channels="2" PacketSize="4" SamplingRate="48000">
<CustomAttributes><Attribute Name="acme_angle" Value="2"/></CustomAttributes></QualityLevel>
<c t="30000000" d="20053333" r="2"/><c d="19946667"/><c t="100000000" d="10000000"/>
</StreamIndex>
</SmoothStreamingMedia>"#,
    );
    let [audio] = manifest.streams.as_slice() else { panic!("one stream") };
    assert_eq!(attributes(&manifest.attributes), [("CanSeek", "TRUE")]);
    assert_eq!(audio.url_name.as_deref(), Some("aac_eng_2_128000"));
    assert_eq!(audio.language.as_deref(), Some("eng"));
    assert_eq!(
        (audio.accessibility.as_deref(), audio.roles.as_slice()),
        (None, &["alternate".to_owned()][..])
    );
    assert_eq!(attributes(&audio.attributes), []);
    assert_eq!(attributes(&audio.levels[0].custom_attributes), [("acme_angle", "2")]);
    assert_eq!(
        times(audio),
        [
            (30_000_000, 20_053_333),
            (50_053_333, 20_053_333),
            (70_106_666, 19_946_667),
            (100_000_000, 10_000_000),
        ]
    );
}

#[test]
fn ffmpeg_ismindex_with_its_broken_durations() {
    let manifest = parse(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<SmoothStreamingMedia MajorVersion=\"2\" MinorVersion=\"0\" Duration=\"60000000\">
\t<StreamIndex Type=\"video\" QualityLevels=\"1\" Chunks=\"3\" Url=\"QualityLevels({bitrate})/Fragments(video={start time})\">
\t\t<QualityLevel Index=\"0\" Bitrate=\"1500000\" FourCC=\"H264\" MaxWidth=\"1280\" MaxHeight=\"720\" CodecPrivateData=\"0000000167\" />
\t\t<c n=\"0\" d=\"4314167296\" />
\t\t<c n=\"1\" d=\"4314167296\" t=\"20000000\" />
\t\t<c n=\"2\" d=\"4314167296\" t=\"40000000\" />
\t</StreamIndex>
</SmoothStreamingMedia>
",
    );
    let [video] = manifest.streams.as_slice() else { panic!("one stream") };
    assert_eq!(video.name, None);
    assert_eq!(video.url_name.as_deref(), Some("video"));
    assert_eq!(
        times(video),
        [(0, 20_000_000), (20_000_000, 20_000_000), (40_000_000, 4_314_167_296)]
    );
}

#[test]
fn bento4() {
    let manifest = parse(
        r#"<?xml version="1.0" ?>
<SmoothStreamingMedia Duration="40000000" MajorVersion="2" MinorVersion="0" TimeScale="10000000">
  <!-- Created with a packager -->
  <StreamIndex Chunks="2" Language="en" Name="English" QualityLevels="1" TimeScale="48000" Type="audio" Url="QualityLevels({bitrate})/Fragments(English={start time})">
    <QualityLevel AudioTag="255" Bitrate="131072" BitsPerSample="16" Channels="2" CodecPrivateData="1190" FourCC="AACL" Index="0" PacketSize="4" SamplingRate="48000"/>
    <c d="96256"/>
    <c d="95744"/>
  </StreamIndex>
  <Protection><ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">AAAA</ProtectionHeader></Protection>
</SmoothStreamingMedia>"#,
    );
    let [audio] = manifest.streams.as_slice() else { panic!("one stream") };
    assert_eq!(audio.timescale.ticks_per_second(), 48_000);
    assert_eq!(times(audio), [(0, 96_256), (96_256, 95_744)]);
}

/// A seed of the fuzzer, which is of use only if nothing in it is refused.
#[test]
fn the_archive_of_a_live_channel() {
    let seed = include_bytes!("../../fuzz/seeds/client_manifest/archive");
    let manifest = ClientManifest::parse(seed).unwrap();
    let [video, audio, splices, captions] = &manifest.streams[..] else { panic!("{manifest:?}") };
    let first = 15_394_201_800_000;
    let gap = 15_394_301_800_000;
    assert_eq!(video.chunks.len(), 6);
    assert_eq!(times(video)[3..5], [(first + 60_000_000, 19_333_334), (gap, 20_000_000)]);
    assert_eq!(times(audio)[3], (gap, 19_840_000));
    assert_eq!(audio.url_name.as_deref(), Some("audio_und"));
    let controls = splices.controls.as_ref().unwrap();
    let [splice, broken, marker, command] = &controls.samples[..] else { panic!("{controls:?}") };
    assert_eq!(splice.start, 15_394_241_800_000);
    assert!(matches!(&splice.content, SampleContent::Bytes(bytes) if bytes[0] == 0xfc));
    assert_eq!((&broken.content, &command.content), (&SampleContent::Other, &SampleContent::Other));
    assert_eq!(marker.start, 625_000_000);
    assert_eq!(marker.content, SampleContent::Marker("Second half".to_owned()));
    let kept = &controls.control.as_ref().unwrap().content;
    assert!(kept.contains(r#"Command="http://example.com/?a=1&amp;b=2""#), "{kept}");
    assert_eq!((captions.chunks.len(), &captions.controls), (0, &None));
}

#[test]
fn an_only_chunk_lasts_as_long_as_the_presentation() {
    let manifest = parse(
        "<SmoothStreamingMedia TimeScale='1000' Duration='5000'>
        <StreamIndex Type='Text' TimeScale='90000'><c/></StreamIndex></SmoothStreamingMedia>",
    );
    assert_eq!(times(&manifest.streams[0]), [(0, 450_000)]);
    assert_eq!(manifest.streams[0].kind, StreamKind::Text);
}

#[test]
fn only_plain_foreign_attributes_are_kept() {
    let long = "x".repeat(1025);
    let many: String = (0..40).map(|n| format!(" a{n}='1'")).collect();
    let manifest = parse(&format!(
        "<SmoothStreamingMedia xmlns='urn:a' xmlns:b='urn:b' b:c='1' MAJORVERSION='9' IsLive='TRUE'
        Zoë='1' long='{long}' kept='a&amp;&quot;b'><StreamIndex Type='text' {many}/>
        </SmoothStreamingMedia>",
    ));
    assert_eq!(attributes(&manifest.attributes), [("kept", "a&\"b")]);
    assert_eq!(manifest.streams[0].attributes.len(), 32);
}

#[test]
fn names_in_urls() {
    for (url, name) in [
        ("QualityLevels({bitrate})/Fragments(video={start time})", Some("video")),
        (
            "Events(1)/QualityLevels({Bitrate},{CustomAttributes})/Fragments(a_b={start_time})",
            Some("a_b"),
        ),
        ("QualityLevels({bitrate})/Fragments(caf%C3%A9%20%281%29={start time})", Some("café (1)")),
        ("QualityLevels({bitrate})/Fragments(={start time})", None),
        ("QualityLevels({bitrate})/Fragments(take (2)={start time})", Some("take (2)")),
        ("video/{bitrate}", None),
    ] {
        assert_eq!(url_name(url).as_deref(), name, "{url}");
    }
}

#[test]
fn says_what_is_wrong() {
    let with = |stream: &str| format!("<SmoothStreamingMedia>{stream}</SmoothStreamingMedia>");
    for (text, error) in [
        (
            "<smil/>".into(),
            "the root element is smil, where a client manifest has SmoothStreamingMedia",
        ),
        (with("<StreamIndex/>"), "Type is \"\", which is not video, audio or text"),
        (with("<StreamIndex Type='data'/>"), "Type is \"data\", which is not video, audio or text"),
        (
            with("<StreamIndex Type='text' TimeScale='0'/>"),
            "TimeScale is \"0\", which is not above zero",
        ),
        (
            with("<StreamIndex Type='text'><QualityLevel Bitrate='5000000000'/></StreamIndex>"),
            "Bitrate is \"5000000000\", which is not a number in its range",
        ),
        (
            with("<StreamIndex Type='text'><c d='1'/><c d='1' r='4000000000'/></StreamIndex>"),
            "chunk 1 of stream 0: with it there are more than 1000000 chunks",
        ),
        (
            with("<StreamIndex Type='text'><c d='-1'/></StreamIndex>"),
            "d is \"-1\", which is not a number in its range",
        ),
        (
            with(&"<StreamIndex Type='text'><c d='1' r='600000'/></StreamIndex>".repeat(2)),
            "chunk 0 of stream 1: with it there are more than 1000000 chunks",
        ),
        (
            with("<StreamIndex Type='text'><c/></StreamIndex>"),
            "chunk 0 of stream 0: it has no d, and nothing else says how long it lasts",
        ),
        (
            with(&"<StreamIndex Type='text'/>".repeat(1001)),
            "it has more than 1000 streams or 1000 quality levels",
        ),
        (
            with(&format!(
                "<StreamIndex Type='text'>{}</StreamIndex>",
                "<QualityLevel/>".repeat(1001)
            )),
            "it has more than 1000 streams or 1000 quality levels",
        ),
    ] {
        assert_eq!(refused(&text), error);
    }
}

proptest! {
    #[test]
    fn whatever_it_is_given_it_answers(
        bytes: Vec<u8>,
        chunks in prop::collection::vec((any::<Option<u64>>(), any::<Option<u64>>(), 0u64..9), 0..9),
    ) {
        let _ = ClientManifest::parse(&bytes);
        let mut text = "<SmoothStreamingMedia><StreamIndex Type='video'>".to_owned();
        for (t, d, r) in chunks {
            let t = t.map(|t| format!(" t='{t}'")).unwrap_or_default();
            let d = d.map(|d| format!(" d='{d}'")).unwrap_or_default();
            text += &format!("<c{t}{d} r='{r}'/>");
        }
        text += "</StreamIndex></SmoothStreamingMedia>";
        if let Ok(manifest) = ClientManifest::parse(text.as_bytes()) {
            prop_assert!(crate::index::Timeline::new(&manifest.streams[0].chunks).is_ok());
        }
    }
}
