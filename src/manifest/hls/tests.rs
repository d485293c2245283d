use super::*;
use crate::base::time::Timescale;
use crate::index::{Attribute, Labels, Stream, Track};
use crate::media::boxed;
use crate::url::Frames;
use crate::view::fixture::{
    CHUNKS, audio_level, av1_level, hdr, index, other_audio_level, stream, video_level,
};
use crate::view::{View, ViewError};

fn video() -> Stream {
    let low = video_level(300_000, (640, 360));
    let high = video_level(3_000_000, (1920, 1080));
    stream("video", "", &CHUNKS, vec![low, high])
}

#[test]
fn one_sound_beside_two_levels() {
    let audio = stream("audio", "eng", &CHUNKS, vec![audio_level(64_000)]);
    let index = index(vec![video(), audio]);
    let generation = index.generation;
    let expected = format!(
        "#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"audio\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"{generation}/audio/64000/index.m3u8\"
#EXT-X-STREAM-INF:BANDWIDTH=364004,AVERAGE-BANDWIDTH=364002,CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO=\"audio\"
{generation}/video/300000/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3064004,AVERAGE-BANDWIDTH=3064002,CODECS=\"avc1.64001f,mp4a.40.2\",RESOLUTION=1920x1080,FRAME-RATE=29.970,AUDIO=\"audio\"
{generation}/video/3000000/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=30000,CODECS=\"avc1.64001f\",RESOLUTION=640x360,URI=\"{generation}/video/300000/iframes/index.m3u8\"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=300000,CODECS=\"avc1.64001f\",RESOLUTION=1920x1080,URI=\"{generation}/video/3000000/iframes/index.m3u8\"
"
    );
    assert_eq!(master(&View::whole(&index)).unwrap(), expected);
}

/// The lines of a playlist that begin like this, without their beginning.
fn lines<'a>(playlist: &'a str, beginning: &str) -> Vec<&'a str> {
    playlist.lines().filter_map(|line| line.strip_prefix(beginning)).collect()
}

#[test]
fn a_group_has_each_language_once_and_each_codec_has_groups_of_its_own() {
    let german = vec![audio_level(64_000), audio_level(128_000)];
    let dolby = vec![other_audio_level(b"ec-3", 6, &[])];
    let index = index(vec![
        video(),
        stream("de", "deu", &CHUNKS, german),
        stream("en", "eng", &CHUNKS, vec![audio_level(64_000)]),
        stream("surround", "deu", &CHUNKS, dolby),
    ]);
    let master = master(&View::whole(&index)).unwrap();
    let groups: Vec<String> = lines(&master, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=")
        .iter()
        .map(|line| {
            let (group, rest) = line.split_once(',').unwrap();
            let path = rest.split_once(&index.generation.to_string()).unwrap().1;
            format!("{group}{}{path}", if rest.contains("DEFAULT=YES") { "*" } else { "" })
        })
        .collect();
    assert_eq!(
        groups,
        [
            "\"audio\"*/de/64000/index.m3u8\"",
            "\"audio\"/en/64000/index.m3u8\"",
            "\"audio-2\"*/de/128000/index.m3u8\"",
            "\"audio-2\"/en/64000/index.m3u8\"",
            "\"audio-3\"*/surround/384000/index.m3u8\"",
        ]
    );
    let variants = lines(&master, "#EXT-X-STREAM-INF:");
    assert_eq!(variants.len(), 2 * 3);
    assert_eq!(variants.iter().filter(|line| line.contains("avc1.64001f,ec-3")).count(), 2);
}

/// Names of streams of sound in the order of the playlist, of a description that is listed first and the main one.
fn order_with(description: Labels) -> Vec<String> {
    let described = stream("described", "eng", &CHUNKS, vec![audio_level(64_000)]);
    let described = Stream { labels: description, ..described };
    let main = stream("main", "eng", &CHUNKS, vec![audio_level(64_000)]);
    let playlist = master(&View::whole(&index(vec![video(), described, main]))).unwrap();
    let name = |line: &str| {
        let name = line.split('"').nth(3).unwrap();
        format!("{name}{}", if line.contains("DEFAULT=YES") { "*" } else { "" })
    };
    lines(&playlist, "#EXT-X-MEDIA:").into_iter().map(name).collect()
}

#[test]
fn a_description_stands_behind_the_main_sound_unless_it_is_the_default() {
    let description = Labels { accessibility: "description".into(), ..Labels::default() };
    assert_eq!(order_with(description.clone()), ["main*", "described"]);
    let is_default = Labels { is_default: true, ..description };
    assert_eq!(order_with(is_default), ["described*", "main"]);
}

#[test]
fn sound_alone_is_a_variant() {
    let alone = stream("audio", "", &CHUNKS, vec![audio_level(64_000)]);
    let playlist = master(&View::whole(&index(vec![alone]))).unwrap();
    let expected = ["BANDWIDTH=64002,AVERAGE-BANDWIDTH=64001,CODECS=\"mp4a.40.2\""];
    assert_eq!(lines(&playlist, "#EXT-X-STREAM-INF:"), expected);
    assert_eq!(lines(&playlist, "#EXT-X-MEDIA"), [""; 0]);
}

#[test]
fn pictures_alone_have_no_group() {
    let playlist = master(&View::whole(&index(vec![video()]))).unwrap();
    assert!(!playlist.contains("AUDIO"), "{playlist}");
    assert_eq!(lines(&playlist, "#EXT-X-STREAM-INF:").len(), 2);
}

#[test]
fn names_cannot_leave_their_quotes_or_their_place_in_a_url() {
    let mut audio = stream("Ton/\"é\"", "x\"\n#EXT", &CHUNKS, vec![audio_level(64_000)]);
    audio.attributes = vec![Attribute { name: "Name".into(), value: "a\"b\r\nc".into() }];
    let playlist = master(&View::whole(&index(vec![video(), audio]))).unwrap();
    assert!(playlist.contains("NAME=\"a'bc\",DEFAULT=YES"), "{playlist}");
    assert!(playlist.contains("/Ton%2F%22%C3%A9%22/64000/index.m3u8\""), "{playlist}");
    assert_eq!(lines(&playlist, "#EXT-X-MEDIA").len(), 1);
}

#[test]
fn what_cannot_be_told_says_why() {
    let mut windows = video();
    windows.tracks.iter_mut().for_each(|track| track.sample_entry[4..8].copy_from_slice(b"vc-1"));
    assert_eq!(master(&View::whole(&index(vec![windows.clone()]))), Err(ViewError::NothingInCmaf));
    // What cannot be stated is left out while something can.
    let audio = stream("audio", "", &CHUNKS, vec![audio_level(64_000)]);
    let playlist = master(&View::whole(&index(vec![windows, audio]))).unwrap();
    assert_eq!(lines(&playlist, "#EXT-X-STREAM-INF:").len(), 1);
}

#[test]
fn a_dynamic_range_is_told_of_all_video_unless_all_has_the_usual_one() {
    let ranges = |tracks: Vec<Track>| {
        let playlist =
            master(&View::whole(&index(vec![stream("video", "", &CHUNKS, tracks)]))).unwrap();
        let of = |line: &str| {
            let (_, rest) = line.split_once("VIDEO-RANGE=")?;
            Some(rest.split(',').next().unwrap().to_owned())
        };
        let all = |tag| lines(&playlist, tag).iter().map(|line| of(line)).collect::<Vec<_>>();
        let of_all_frames = all("#EXT-X-STREAM-INF:");
        assert_eq!(all("#EXT-X-I-FRAME-STREAM-INF:"), of_all_frames);
        of_all_frames
    };
    let sdr = || video_level(300_000, (640, 360));
    assert_eq!(ranges(vec![sdr()]), [None]);
    assert_eq!(ranges(vec![hdr(3_000_000, 18)]), [Some("HLG".into())]);
    let mixed = ranges(vec![sdr(), hdr(3_000_000, 16)]);
    assert_eq!(mixed, [Some("SDR".into()), Some("PQ".into())]);
}

#[test]
fn open_codecs_are_told_as_others_are() {
    let av1 = stream("video", "", &CHUNKS, vec![av1_level(300_000)]);
    let opus = stream("audio", "", &CHUNKS, vec![other_audio_level(b"Opus", 2, &[])]);
    let playlist = master(&View::whole(&index(vec![av1, opus]))).unwrap();
    assert!(playlist.contains("CODECS=\"av01.0.08M.08,opus\""), "{playlist}");
}

#[test]
fn objects_are_counted_also_where_there_is_no_other_sound_and_no_picture() {
    let dec3 = boxed(b"dec3", &[0x0c, 0, 0x20, 0x0f, 0, 1, 16]);
    let atmos = || stream("audio", "", &CHUNKS, vec![other_audio_level(b"ec-3", 6, &dec3)]);
    for streams in [vec![video(), atmos()], vec![atmos()]] {
        let playlist = master(&View::whole(&index(streams))).unwrap();
        let media = lines(&playlist, "#EXT-X-MEDIA:TYPE=AUDIO");
        assert_eq!(media.len(), 1, "{playlist}");
        assert!(media[0].contains(",CHANNELS=\"16/JOC\","), "{playlist}");
        assert!(lines(&playlist, "#EXT-X-STREAM-INF:").iter().all(|line| line.contains("AUDIO=")));
    }
}

#[test]
fn segments_last_until_the_next_and_no_error_adds_up() {
    // Audio of 48 kHz: chunks of 94 and 93 frames of 1024, of which none ends on a ten-millionth.
    let timescale = Timescale::new(48_000).unwrap();
    let mut chunks = Vec::new();
    let mut start = 0;
    for frames in [94, 93, 94] {
        chunks.push((start, frames * 1024));
        start += frames * 1024;
    }
    // A gap of a second, which the second segment is given.
    chunks[2].0 += 48_000;
    let mut stream = stream("audio", "", &chunks, vec![audio_level(64_000)]);
    stream.timescale = timescale;
    let expected = "#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:3
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI=\"init.mp4\"
#EXTINF:2.0053333,
0.m4s
#EXTINF:2.9840000,
96256.m4s
#EXTINF:2.0053334,
239488.m4s
#EXT-X-ENDLIST
";
    let index = index(vec![stream]);
    let stream = &index.streams[0];
    let playlist =
        |frames| playlist(&View::whole(&index), stream, &stream.tracks[0], frames).unwrap();
    assert_eq!(playlist(Frames::CHUNKS), expected);
    let key = expected.replace("INDEPENDENT-SEGMENTS", "I-FRAMES-ONLY");
    assert_eq!(playlist(Frames::Key), key);
}

#[test]
fn other_video_than_the_first_is_no_variant() {
    let other = stream("video_2", "", &CHUNKS, vec![video_level(200_000, (640, 360))]);
    let index = index(vec![video(), other]);
    let master = master(&View::whole(&index)).unwrap();
    assert_eq!(lines(&master, "#EXT-X-STREAM-INF").len(), 2, "{master}");
    assert!(!master.contains("video_2"), "{master}");
}
