//! The addresses that Azure and Unified gave out, over a presentation in the clear and over protected ones.

use super::selection::with_audio;
use super::*;
use media::protected_entry;

const SMOOTH: &str = "text/xml; charset=utf-8";
const HLS: &str = "application/vnd.apple.mpegurl";
const DASH: &str = "application/dash+xml";
const TEXT: &str = "text/plain; charset=utf-8";

/// Two levels of video, protected by this scheme.
fn protected(scheme: &[u8; 4]) -> Edge {
    let clear = Track::video(1);
    let entry = protected_entry(&clear.entry, (b"encv", b"avc1"), scheme, [7; 16]);
    let track = Track { entry, ..clear };
    let vectors = [&4u32.to_be_bytes()[..], &[9; 4 * 8]].concat();
    let senc = media::full_boxed(b"senc", 0, 0, &vectors);
    let level = || keyed_as(&track, &[SAMPLES; 3], &senc);
    Edge::of(level(), level())
}

/// Each form, its status, and what the answer is written in.
const FORMS: [(&str, u16, &str); 34] = [
    ("manifest", 200, SMOOTH),
    ("manifest(format=fmp4)", 200, SMOOTH),
    ("manifest(format=fmp4-v20)", 200, SMOOTH),
    ("manifest(format=m3u8-cmaf)", 200, HLS),
    ("manifest(format=m3u8-cmaf).m3u8", 200, HLS),
    ("manifest(format=m3u8-aapl)", 200, HLS),
    ("manifest(format=m3u8-aapl).m3u8", 200, HLS),
    ("manifest(format=m3u8-aapl-v3)", 200, HLS),
    ("manifest(format=m3u8-aapl-v3,audio-only=false)", 200, HLS),
    ("MANIFEST( Audio-Only=False , FORMAT=M3U8-AAPL-V4 )", 200, HLS),
    ("manifest%28format%3Dm3u8-aapl-v4%29.m3u8", 200, HLS),
    ("manifest(format=mpd-time-csf)", 200, DASH),
    ("manifest(format=mpd-time-csf).mpd", 200, DASH),
    ("manifest(format=mpd-time-cmaf)", 200, DASH),
    ("manifest(format=mpd-time-cmaf).mpd", 200, DASH),
    ("manifest.m3u8", 200, HLS),
    ("manifest.mpd", 200, DASH),
    (".m3u8", 200, HLS),
    (".mpd", 200, DASH),
    ("a.m3u8", 200, HLS),
    ("a.MPD", 200, DASH),
    ("manifest(format=f4m-f4f)", 501, TEXT),
    ("QualityLevels(300000)/Fragments(video=0,format=m3u8-aapl)", 501, TEXT),
    ("manifest(format=m3u8)", 400, TEXT),
    ("manifest(format=)", 400, TEXT),
    ("manifest()", 400, TEXT),
    ("manifest(quality=high)", 400, TEXT),
    ("manifest(format=fmp4,format=fmp4)", 400, TEXT),
    ("manifest(format=m3u8-aapl).mpd", 400, TEXT),
    ("manifest(format=mpd-time-csf).m3u8", 400, TEXT),
    ("manifest(format=fmp4).m3u8", 400, TEXT),
    ("manifest(audio-only=maybe)", 400, TEXT),
    ("manifest(encryption=none)", 400, TEXT),
    ("manifest(audioTrack=none)", 404, TEXT),
];

#[test]
fn each_form_over_a_presentation_in_the_clear_and_a_protected_one() {
    for edge in [with_audio(), protected(b"cenc"), protected(b"cbcs")] {
        let whole = |content_type| match content_type {
            HLS => edge.get("/films/a.ism/master.m3u8"),
            DASH => edge.get("/films/a.ism/manifest.mpd"),
            _ => edge.get("/films/a.ism/Manifest"),
        };
        for (file, status, content_type) in FORMS {
            let got = edge.get(&format!("/films/a.ism/{file}"));
            assert_eq!(got.status.as_u16(), status, "{file}: {}", got.text());
            assert_eq!(got.header("content-type"), content_type, "{file}");
            match status {
                200 if !file.contains("fmp4") && !file.to_lowercase().contains("audio") => {
                    let whole = whole(content_type);
                    assert_eq!((got.told(), got.body), (whole.told(), whole.body), "{file}");
                }
                200 => {}
                _ => assert!((10..400).contains(&got.body.len()), "{file}: {}", got.text()),
            }
        }
    }
}

#[test]
fn encryption_is_an_assertion() {
    for (edge, encrypted) in [
        (with_audio(), [403, 403, 403, 403]),
        (protected(b"cenc"), [200, 200, 403, 403]),
        (protected(b"cbcs"), [403, 403, 200, 403]),
    ] {
        let names = ["cenc", "PIFF", "cbcs-aapl", "cbc"];
        for (name, status) in names.into_iter().zip(encrypted) {
            for format in ["fmp4", "m3u8-aapl", "mpd-time-csf"] {
                let path = format!("/films/a.ism/manifest(encryption={name},format={format})");
                let got = edge.get(&path);
                assert_eq!(got.status.as_u16(), status, "{path}: {}", got.text());
                let plain = edge.get(&format!("/films/a.ism/manifest(format={format})"));
                let etag = plain.header("etag");
                let again = edge.ask(&Method::GET, &path, &[("if-none-match", etag)]);
                assert_eq!(again.status.as_u16(), status, "another path has a tag of its own");
                if status == 403 {
                    assert!(got.text().contains("encryption="), "{}", got.text());
                }
            }
        }
    }
    // Smooth Streaming alone has a word for it.
    let edge = protected(b"cbc1");
    let status = |path| edge.get(path).status.as_u16();
    assert_eq!(status("/films/a.ism/manifest(encryption=cbc)"), 200);
    assert_eq!(status("/films/a.ism/manifest(encryption=cenc)"), 403);
    assert_eq!(status("/films/a.ism/manifest(format=m3u8-aapl,encryption=cbc)"), 501);
}

#[test]
fn audio_alone_is_a_variant_of_each_group_in_hls() {
    let edge = with_audio();
    let variants = |file: &str| {
        let text = edge.get(&format!("/films/a.ism/{file}")).text();
        let lines = text.lines().filter(|line| line.starts_with("#EXT-X-STREAM-INF"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let without = variants("manifest(format=m3u8-aapl-v3,audio-only=false)");
    assert_eq!(without, variants("master.m3u8"));
    let with = variants("manifest(audio-only=true).m3u8");
    let (alone, films) = with.split_last().unwrap();
    assert_eq!(films, without);
    assert!(alone.contains("CODECS=\"mp4a.40.2\"") && alone.contains("AUDIO=\"audio\""), "{alone}");
    assert!(!alone.contains("RESOLUTION"), "{alone}");
    let text = edge.get("/films/a.ism/manifest(audio-only=true).m3u8").text();
    let uri = text.lines().last().unwrap();
    assert!(uri.contains("/64000/") && text.contains(&format!("URI=\"{uri}\"")), "{text}");
    for file in ["manifest(audio-only=true)", "manifest(audio-only=true).mpd"] {
        let (with, without) = (edge.get(&format!("/films/a.ism/{file}")), file.ends_with("mpd"));
        let whole = if without { "manifest.mpd" } else { "Manifest" };
        assert_eq!(with.body, edge.get(&format!("/films/a.ism/{whole}")).body, "{file}");
    }
}

#[test]
fn one_track_of_audio_is_shown_in_all_protocols() {
    let edge = with_audio();

    let audio = |name: &str| {
        format!(
            "<audio src=\"{name}.isma\" systemBitrate=\"64000\"><param name=\"trackID\" value=\"1\"/>\
             <param name=\"trackName\" value=\"{name}\"/></audio>"
        )
    };
    let both = format!("{}{}</switch>", audio("Ton,1"), audio("sound"));
    edge.stores.put_object("films/a.ism", ISM.replace("</switch>", &both).as_bytes());
    let track = Track { timescale: 10_000_000, ..Track::audio(1) };
    edge.stores.put_object("films/Ton,1.isma", &stored_as(&track, true, 200, 0x44).bytes);
    let mut etags = HashSet::new();
    for format in ["fmp4", "m3u8-aapl", "mpd-time-csf"] {
        for (name, has, has_not) in
            [("SOUND", "sound", "Ton"), ("ton%2c1", "Ton", "sound"), ("Ton%2C1", "Ton", "sound")]
        {
            let path = format!("/films/a.ism/manifest(format={format},audioTrack={name})");
            let got = edge.get(&path);
            assert_eq!(got.status, StatusCode::OK, "{}", got.text());
            etags.insert(got.header("etag").to_owned());
            let text = got.text();
            assert!(text.contains("video") && text.contains(has), "{path}: {text}");
            assert!(!text.contains(has_not), "{path}: {text}");
        }
        for name in ["Ton", "video", "Ton,1"] {
            let path = format!("/films/a.ism/manifest(format={format},audioTrack={name})");
            let expected = if name.contains(',') { 400 } else { 404 };
            assert_eq!(edge.get(&path).status.as_u16(), expected, "{path}");
        }
        let beside = edge.ask(
            &Method::GET,
            &format!("/films/a.ism/manifest(format={format},audioTrack=sound)"),
            &[("query", "t=2;4")],
        );
        assert_eq!(beside.status, StatusCode::OK);
        assert!(!beside.text().contains("Ton"), "a query leaves it as it is");
    }
    assert_eq!(etags.len(), 6, "a version for each track of each format, whatever the spelling");
}
