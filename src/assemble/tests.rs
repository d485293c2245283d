mod carried;
mod names;
mod times;

use super::*;
use crate::base::chunk::Chunk;
use crate::base::matrix::Matrix;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::index::{
    Attribute, AudioFormat, Format, FourCc, Protection, Source, StreamKind, TextFormat, Track,
    VideoFormat,
};
use crate::media::{protected_entry, visual_entry};
use crate::scan::{Edit, Manner, ScannedFragment, ScannedMedia, ScannedTrack};

const SECOND: u64 = 10_000_000;

fn source(key: &str) -> Source {
    Source::object(key, 1_000_000, key.to_uppercase())
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
        matrix: Matrix::IDENTITY,
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
            manner: Manner::plain(Ok(Edit::default())),
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
    let scanned = |tracks| Scanned { tracks, left_out: Vec::new() };
    let media = media.into_iter().map(|(key, tracks)| (source(key), scanned(tracks)));
    let media: Vec<_> = media.map(|(source, content)| Sourced { source, content }).collect();
    let turns = Turns::alone();
    let built = assemble(&server, client.as_ref(), &media, Cuts::default(), &turns);
    pollster::block_on(built).map(|built| built.bundle.index)
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
