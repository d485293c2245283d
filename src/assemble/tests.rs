use super::*;
use crate::index::{
    AudioFormat, Chunk, Format, FourCc, Protection, StreamKind, TextFormat, Track, VideoFormat,
};
use crate::media::{protected_entry, visual_entry};
use crate::range::ByteRange;
use crate::scan::{ScannedFragment, ScannedMedia};
use crate::time::Timescale;

const SECOND: u64 = 10_000_000;

fn source(key: &str) -> Source {
    Source { key: key.into(), size: 1_000_000, etag: key.to_uppercase() }
}

fn four_cc(code: &str) -> FourCc {
    FourCc::new(code.as_bytes().try_into().unwrap()).unwrap()
}

fn video() -> Format {
    Format::Video(VideoFormat {
        four_cc: four_cc("H264"),
        width: 1280,
        height: 720,
        codec_private_data: vec![1],
        frame_rate: None,
        nal_length_size: 4,
    })
}

fn audio() -> Format {
    Format::Audio(AudioFormat {
        four_cc: four_cc("WMAP"),
        sampling_rate: 44_100,
        channels: 2,
        bits_per_sample: 16,
        packet_size: 0,
        audio_tag: 0,
        codec_private_data: vec![],
    })
}

fn text() -> Format {
    Format::Text(TextFormat { four_cc: four_cc("TTML") })
}

/// A track of 1000-byte fragments with these starts and durations.
fn track(track_id: u32, format: Format, chunks: &[(u64, u64)]) -> ScannedTrack {
    let fragment = |(at, &(start, duration)): (u64, &(u64, u64))| ScannedFragment {
        range: ByteRange::with_length(u64::from(track_id) * 100_000 + at * 1000, 1000).unwrap(),
        chunk: Chunk { start, duration },
    };
    ScannedTrack {
        track_id,
        timescale: Timescale::SMOOTH,
        language: None,
        format,
        sample_entry: vec![],
        protections: Vec::new(),
        media: ScannedMedia::Fragments {
            timed: true,
            fragments: (0..).zip(chunks).map(fragment).collect(),
        },
    }
}

fn even(count: u64) -> Vec<(u64, u64)> {
    (0..count).map(|at| (at * 2 * SECOND, 2 * SECOND)).collect()
}

/// Assembles a server manifest of these tracks, a client manifest of these streams (`""` for
/// none), and these scans in the order in which the server manifest mentions their files.
fn built(
    server: &str,
    client: &str,
    media: Vec<(&str, Vec<ScannedTrack>)>,
) -> Result<Index, AssembleError> {
    let server = format!("<smil><body><switch>{server}</switch></body></smil>");
    let client = (!client.is_empty()).then(|| {
        let text = format!("<SmoothStreamingMedia acme='1'>{client}</SmoothStreamingMedia>");
        let content = ClientManifest::parse(text.as_bytes()).unwrap();
        Sourced { source: source("a.ismc"), content }
    });
    let server = Sourced {
        source: source("a.ism"),
        content: ServerManifest::parse(server.as_bytes()).unwrap(),
    };
    let media: Vec<_> =
        media.into_iter().map(|(key, content)| Sourced { source: source(key), content }).collect();
    assemble(&server, client.as_ref(), &media, Cuts::default()).map(|bundle| bundle.index)
}

fn refused(server: &str, client: &str, media: Vec<(&str, Vec<ScannedTrack>)>) -> String {
    built(server, client, media).unwrap_err().to_string()
}

/// A video track of which one file, `a.ismv`, consists.
fn only_video(client: &str, chunks: &[(u64, u64)]) -> Result<Vec<(u64, u64)>, AssembleError> {
    let media = vec![("a.ismv", vec![track(1, video(), chunks)])];
    let index = built("<video src='a.ismv'/>", client, media)?;
    let timeline = &index.streams[0].timeline;
    Ok(timeline.iter().map(|chunk| (chunk.start, chunk.duration)).collect())
}

fn names(index: &Index) -> Vec<(StreamKind, &str)> {
    index.streams.iter().map(|stream| (stream.kind, stream.name.as_str())).collect()
}

fn bitrates(index: &Index) -> Vec<u32> {
    index.streams[0].tracks.iter().map(|track| track.bitrate).collect()
}

#[test]
fn levels_of_one_stream_share_files_and_a_timeline() {
    let index = built(
        "<video src='a.ismv' systemBitrate='3000'/><video src='b.ismv' systemBitrate='1000'/>
        <audio src='a.ismv' systemBitrate='64' systemLanguage='eng'/>",
        "",
        vec![
            ("a.ismv", vec![track(1, video(), &even(3)), track(2, audio(), &even(3))]),
            ("b.ismv", vec![track(7, video(), &even(3))]),
        ],
    )
    .unwrap();
    let keys: Vec<_> = index.sources.iter().map(|source| source.key.as_str()).collect();
    assert_eq!(keys, ["a.ism", "a.ismv", "b.ismv"]);
    assert_eq!(names(&index), [(StreamKind::Video, "video"), (StreamKind::Audio, "audio")]);
    let place = |track: &Track| (track.bitrate, track.source, track.track_id);
    let [video, audio] = index.streams.as_slice() else { panic!("two streams") };
    assert_eq!(video.tracks.iter().map(place).collect::<Vec<_>>(), [(3000, 1, 1), (1000, 2, 7)]);
    assert_eq!(audio.tracks.iter().map(place).collect::<Vec<_>>(), [(64, 1, 2)]);
    assert_eq!(audio.language, "eng");
    assert_eq!(video.timeline.end(), 6 * SECOND);
    assert_eq!(Index::decode(&index.encode()), Ok(index));
}

#[test]
fn licence_systems_are_told_once_and_playready_first() {
    let told =
        |system_id, data: &[u8]| Protection { system_id, key_ids: vec![], data: data.to_vec() };
    let (other, playready) = (told([7; 16], b"other"), told(Protection::PLAYREADY, b"keys"));
    let common =
        |key_ids: &[[u8; 16]]| Protection { key_ids: key_ids.into(), ..told([8; 16], b"") };
    let protected = |track_id, key_ids| ScannedTrack {
        protections: vec![other.clone(), common(key_ids), playready.clone()],
        ..track(track_id, video(), &even(1))
    };
    let index = built(
        "<video src='a.ismv' systemBitrate='3000'/><video src='b.ismv' systemBitrate='1000'/>",
        "",
        vec![
            ("a.ismv", vec![protected(1, &[[1; 16], [2; 16]])]),
            ("b.ismv", vec![protected(1, &[[3; 16], [1; 16]])]),
        ],
    )
    .unwrap();
    let common = common(&[[1; 16], [2; 16], [3; 16]]);
    assert_eq!(index.protections, [playready, other, common]);
    assert_eq!(Index::decode(&index.encode()), Ok(index));
}

#[test]
fn the_client_manifest_tells_licence_systems_what_no_file_does() {
    let told = |index: Index| {
        index.protections.into_iter().map(|told| (told.system_id, told.data)).collect::<Vec<_>>()
    };
    let client = "<Protection>
        <ProtectionHeader SystemID='07070707070707070707070707070707'>Y2xpZW50</ProtectionHeader>
        <ProtectionHeader SystemID='9a04f079-9840-4286-ab92-e65be0885f95'>Y2xpZW50</ProtectionHeader>
    </Protection>";
    let by_file = Protection { system_id: [7; 16], key_ids: vec![], data: b"file".to_vec() };
    let built = |sample_entry: &[u8]| {
        let level = ScannedTrack {
            sample_entry: sample_entry.into(),
            protections: vec![by_file.clone()],
            ..track(1, video(), &even(1))
        };
        told(built("<video src='a.ismv'/>", client, vec![("a.ismv", vec![level])]).unwrap())
    };
    let clear = visual_entry(b"avc1", 640, 360, &[]);
    let encrypted = protected_entry(&clear, (b"encv", b"avc1"), b"piff", [7; 16]);
    let (file, client) = (([7; 16], b"file".to_vec()), b"client".to_vec());
    assert_eq!(built(&encrypted), [(Protection::PLAYREADY, client), file.clone()]);
    assert_eq!(built(&clear), [file], "there is nothing to decrypt");
}

#[test]
fn the_client_manifest_names_what_the_server_manifest_does_not() {
    let index = built(
        "<video src='a.mp4'/><audio src='b.mp4'/>",
        "<StreamIndex Type='audio' Name='English' Subtype='WmaPro' Language='en' Role='alternate'
            Url='QualityLevels({bitrate})/Fragments(audio_en={start time})'>
            <QualityLevel Index='0' Bitrate='128000' FourCC='AACL' AudioTag='354' Channels='6'
            PacketSize='2973' CodecPrivateData='1000' Extra='1'><CustomAttributes>
            <Attribute Name='acme_angle' Value='2'/></CustomAttributes></QualityLevel></StreamIndex>",
        vec![
            ("a.mp4", vec![track(1, video(), &even(1))]),
            ("b.mp4", vec![track(1, audio(), &even(1))]),
        ],
    )
    .unwrap();
    let attribute = |name: &str, value: &str| Attribute { name: name.into(), value: value.into() };
    assert_eq!(index.attributes, [attribute("acme", "1")]);
    assert_eq!(index.sources[1].key, "a.ismc");
    let stream = &index.streams[1];
    assert_eq!((stream.name.as_str(), stream.language.as_str()), ("audio_en", "en"));
    assert_eq!(stream.subtype, "WmaPro");
    assert_eq!(stream.attributes, [attribute("Role", "alternate"), attribute("Name", "English")]);
    let track = &stream.tracks[0];
    assert_eq!((track.bitrate, track.source), (128_000, 3));
    assert_eq!(track.attributes, [attribute("Extra", "1")]);
    assert_eq!(track.custom_attributes, [attribute("acme_angle", "2")]);
    let Format::Audio(format) = &track.format else { panic!("audio") };
    assert_eq!(format.four_cc.as_str(), "WMAP", "the file's, not the manifest's");
    assert_eq!((format.channels, format.audio_tag, format.packet_size), (2, 354, 2973));
    assert_eq!(format.codec_private_data, [0x10, 0x00]);
}

#[test]
fn names_are_made_unique() {
    let file = |key| (key, vec![track(1, audio(), &even(1))]);
    let index = built(
        "<audio src='a' systemLanguage='eng'/><audio src='b' systemLanguage='fra'/>
        <audio src='c' systemLanguage='eng'/>
        <textstream src='d'><param name='trackName' value='AUDIO'/></textstream>",
        "",
        vec![file("a"), file("b"), file("c"), ("d", vec![track(1, text(), &even(1))])],
    )
    .unwrap();
    assert_eq!(
        names(&index),
        [
            (StreamKind::Audio, "audio"),
            (StreamKind::Audio, "audio_2"),
            (StreamKind::Text, "AUDIO_3"),
        ]
    );
    assert_eq!(index.streams[0].tracks.len(), 2);
}

#[test]
fn several_streams_of_a_kind_are_told_apart_by_language() {
    let listed = |name: &str, language: &str| {
        format!("<StreamIndex Type='audio' Name='{name}' Language='{language}'/>")
    };
    let index = built(
        "<audio src='a' systemLanguage='fra'/><audio src='b' systemLanguage='eng'/>",
        &(listed("first", "eng") + &listed("second", "fra")),
        ["a", "b"].map(|key| (key, vec![track(1, audio(), &even(1))])).to_vec(),
    )
    .unwrap();
    assert_eq!(names(&index), [(StreamKind::Audio, "second"), (StreamKind::Audio, "first")]);
}

#[test]
fn a_shown_name_is_one_streams_own() {
    let listed = |name: &str| {
        format!("<StreamIndex Type='audio' Name='English' Url='Q(b)/Fragments({name}={{t}})'/>")
    };
    let index = built(
        "<audio src='a'><param name='trackName' value='x'/></audio>
        <audio src='b'><param name='trackName' value='y'/></audio>",
        &(listed("x") + &listed("y")),
        ["a", "b"].map(|key| (key, vec![track(1, audio(), &even(1))])).to_vec(),
    )
    .unwrap();
    assert!(index.streams.iter().all(|stream| stream.attributes.is_empty()));
}

#[test]
fn no_two_levels_share_a_bitrate() {
    let levels = |bitrates: &[&str]| {
        let server: String = (0..bitrates.len())
            .map(|at| format!("<video src='{at}' systemBitrate='{}'/>", bitrates[at]))
            .collect();
        let keys: Vec<_> = (0..bitrates.len()).map(|at| at.to_string()).collect();
        let media = keys.iter().map(|key| (key.as_str(), vec![track(1, video(), &even(2))]));
        super::tests::bitrates(&built(&server, "", media.collect()).unwrap())
    };
    assert_eq!(levels(&["500", "500", "501", "500"]), [500, 502, 501, 503]);
    assert_eq!(levels(&["4294967295", "4294967295"]), [4_294_967_295, 1]);
    // 2 fragments of 1000 bytes in 4 s.
    assert_eq!(levels(&["0", "", "4001"]), [4000, 4002, 4001]);
}

#[test]
fn a_missing_bitrate_is_the_client_manifests_level_in_its_place() {
    let listed = "<StreamIndex Type='video'><QualityLevel Bitrate='900' A='1'/>
        <QualityLevel Bitrate='300' A='2'/></StreamIndex>";
    let media = || ["a", "b"].map(|key| (key, vec![track(1, video(), &even(1))])).to_vec();
    let index = built("<video src='a'/><video src='b'/>", listed, media()).unwrap();
    assert_eq!(bitrates(&index), [900, 300]);
    let server = "<video src='a' systemBitrate='300'/><video src='b' systemBitrate='900'/>";
    let index = built(server, listed, media()).unwrap();
    assert_eq!(bitrates(&index), [300, 900]);
    assert_eq!(index.streams[0].tracks[0].attributes[0].value, "2");
}

#[test]
fn the_track_that_is_meant_is_found_or_the_choices_named() {
    let media = || {
        let tracks = vec![
            track(1, video(), &even(1)),
            track(2, audio(), &even(1)),
            track(3, audio(), &even(1)),
            track(4, text(), &[]),
        ];
        vec![("a.ismv", tracks)]
    };
    let with = |element: &str, id: &str| {
        format!("<{element} src='a.ismv'><param name='trackID' value='{id}'/></{element}>")
    };
    let index = built(&with("ref", "3"), "", media()).unwrap();
    assert_eq!(
        (index.streams[0].kind, index.streams[0].tracks[0].track_id),
        (StreamKind::Audio, 3)
    );
    for (server, error) in [
        (
            with("video", "5"),
            "track 5 of a.ismv is named in the server manifest, but the file has track 1 (video), \
             track 2 (audio), track 3 (audio), track 4 (text)",
        ),
        (with("video", "2"), "track 2 of a.ismv holds audio, where the server manifest says video"),
        (
            "<audio src='a.ismv'/>".into(),
            "a.ismv is named for audio without a trackID, but has track 1 (video), \
             track 2 (audio), track 3 (audio), track 4 (text)",
        ),
        (with("textstream", "4"), "track 4 of a.ismv has no fragments"),
    ] {
        assert_eq!(refused(&server, "", media()), error);
    }
    assert_eq!(
        refused("<ref src='a.ismv'/>", "", vec![("a.ismv", vec![])]),
        "a.ismv is named for any track without a trackID, but has no track at all"
    );
    assert_eq!(refused("<ref src='a.ismv'/>", "", vec![]), "a.ismv was not scanned");
}

#[test]
fn levels_that_are_not_aligned_are_refused() {
    let with = |other: ScannedTrack| {
        let media = vec![("a", vec![track(1, video(), &even(3))]), ("b", vec![other])];
        built("<video src='a'/><video src='b'/>", "", media)
    };
    let shifted = |by: u64| {
        let mut chunks = even(3);
        chunks[1].0 += by;
        track(4, video(), &chunks)
    };
    assert!(with(shifted(10_000)).is_ok(), "a millisecond is rounding");
    assert_eq!(
        with(shifted(10_001)).unwrap_err().to_string(),
        "track 4 of b has a fragment at 2.001 s (20010001 ticks of 1/10000000 s), \
         where track 1 of a has a fragment at 2.000 s (20000000 ticks of 1/10000000 s)"
    );
    assert_eq!(
        with(track(4, video(), &even(2))).unwrap_err().to_string(),
        "track 4 of b has no further fragment, \
         where track 1 of a has a fragment at 4.000 s (40000000 ticks of 1/10000000 s)"
    );
    assert_eq!(
        with(track(4, video(), &even(4))).unwrap_err().to_string(),
        "track 4 of b has a fragment at 6.000 s (60000000 ticks of 1/10000000 s), \
         where track 1 of a has no further fragment"
    );
    let mut other = track(4, video(), &even(3));
    other.timescale = Timescale::new(90_000).unwrap();
    assert_eq!(
        with(other).unwrap_err().to_string(),
        "track 4 of b has a timescale of 90000, where track 1 of a has one of 10000000"
    );
}

#[test]
fn without_a_client_manifest_the_file_says_when() {
    assert_eq!(only_video("", &even(2)), Ok(even(2)));
    let gap = [(5, 2 * SECOND), (9 * SECOND, 2 * SECOND)];
    assert_eq!(only_video("", &gap), Ok(gap.to_vec()));
    let short = [(0, 2 * SECOND - 400_000), (2 * SECOND, 2 * SECOND)];
    assert_eq!(only_video("", &short), Ok(even(2)), "a frame's duration is missing, no gap");
    let long = [(0, 90 * SECOND), (2 * SECOND, 2 * SECOND)];
    assert_eq!(only_video("", &long), Ok(even(2)));
    assert_eq!(only_video("", &[(0, 0), (2 * SECOND, 0)]), Ok(even(2)));
}

#[test]
fn the_client_manifest_says_when() {
    let listed = |chunks: &str| format!("<StreamIndex Type='video'>{chunks}</StreamIndex>");
    // The file begins at 80 ms, but players ask for 0.
    let late: Vec<_> = even(3).iter().map(|&(start, d)| (start + 800_000, d)).collect();
    assert_eq!(only_video(&listed("<c d='20000000' r='3'/>"), &late), Ok(even(3)));
    // A gap that only one of them knows.
    let gap = vec![(0, SECOND), (2 * SECOND, 2 * SECOND)];
    let chunks = listed("<c d='10000000'/><c t='20000000' d='20000000'/>");
    assert_eq!(only_video(&chunks, &even(2)), Ok(gap.clone()));
    assert_eq!(only_video(&listed("<c d='20000000' r='2'/>"), &gap), Ok(gap));
    // A last chunk is believed within reason.
    let last = |d: u64| {
        let chunks = listed(&format!("<c d='20000000'/><c t='20000000' d='{d}'/>"));
        only_video(&chunks, &even(2)).unwrap()[1].1
    };
    assert_eq!((last(SECOND), last(4_314_167_296), last(1)), (SECOND, 2 * SECOND, 2 * SECOND));
    // Other ticks.
    let chunks = "<StreamIndex Type='video' TimeScale='1000'><c d='2000' r='2'/></StreamIndex>";
    assert_eq!(only_video(chunks, &even(2)), Ok(even(2)));
    // Listed, but not in chunks.
    assert_eq!(only_video(&listed(""), &even(2)), Ok(even(2)));
}

#[test]
fn a_client_manifest_of_other_media_is_refused() {
    let listed = |chunks: &str| {
        let client = format!(
            "<StreamIndex Type='video' Name='main' TimeScale='1000'>{chunks}</StreamIndex>"
        );
        only_video(&client, &even(2)).unwrap_err().to_string()
    };
    assert_eq!(
        listed("<c d='3001'/><c d='2000'/>"),
        "track 1 of a.ismv has a fragment at 2.000 s (20000000 ticks of 1/10000000 s), \
         where main of a.ismc has a fragment at 3.001 s (3001 ticks of 1/1000 s)"
    );
    assert_eq!(
        listed("<c d='2000'/>"),
        "track 1 of a.ismv has a fragment at 2.000 s (20000000 ticks of 1/10000000 s), \
         where main of a.ismc has no further fragment"
    );
    assert_eq!(
        listed("<c d='2000' r='3'/>"),
        "track 1 of a.ismv has no further fragment, \
         where main of a.ismc has a fragment at 4.000 s (4000 ticks of 1/1000 s)"
    );
}

#[test]
fn fragments_out_of_order_or_out_of_the_file_are_refused() {
    assert_eq!(
        only_video("", &[(0, 1), (SECOND, 1), (SECOND, 1)]).unwrap_err().to_string(),
        "track 1 of a.ismv: the fragment at 1.000 s (10000000 ticks of 1/10000000 s) \
         does not follow the one before it in time, or lasts no time"
    );
    assert!(only_video("", &[(u64::MAX, 1)]).is_err());
    assert!(only_video("", &[(0, 0)]).is_err());
    let with = |range: (u64, u64)| {
        let mut track = track(1, video(), &even(2));
        let ScannedMedia::Fragments { fragments, .. } = &mut track.media else { panic!("samples") };
        fragments[1].range = ByteRange::new(range.0, range.1).unwrap();
        refused("<video src='a'/>", "", vec![("a", vec![track])])
    };
    let expected = |range: &str| {
        format!(
            "track 1 of a: the fragment at 2.000 s (20000000 ticks of 1/10000000 s) is said to \
             lie at bytes {range}, which is not between the one before it and the end of the file \
             at 1000000"
        )
    };
    assert_eq!(with((999_000, 1_000_001)), expected("999000..1000001"));
    assert_eq!(with((100_500, 101_500)), expected("100500..101500"));
}
