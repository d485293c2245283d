//! A query that asks for some of a presentation: manifests list nothing else, and all that they lead to is there.

use super::*;

/// Two levels of video and one of audio, three chunks of two seconds each.
pub(super) fn with_audio() -> Edge {
    let edge = Edge::new();
    let audio = "<audio src=\"sound.isma\" systemBitrate=\"64000\" systemLanguage=\"deu\">\
                 <param name=\"trackID\" value=\"1\"/></audio></switch>";
    edge.stores.put_object("films/a.ism", ISM.replace("</switch>", audio).as_bytes());
    let track = Track { timescale: 10_000_000, ..Track::audio(1) };
    edge.stores.put_object("films/sound.isma", &stored_as(&track, true, 200, 0x33).bytes);
    edge
}

fn asked(edge: &Edge, file: &str, query: &str) -> Got {
    edge.ask(&Method::GET, &format!("/films/a.ism/{file}"), &[("query", query)])
}

const FILES: [&str; 3] = ["Manifest", "master.m3u8", "manifest.mpd"];
const VIDEO: &str = "filter=type==%22video%22";
const LOW: &str = "filter=systemBitrate%3C=300000";

/// What stands in quotes behind each ` name=`.
pub(super) fn attributes<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let beginning = format!(" {name}=\"");
    text.split(beginning.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

fn attribute(text: &str, name: &str) -> Option<u64> {
    attributes(text, name).first().map(|value| value.parse().unwrap())
}

/// The starts of a list of `<c>`, or of `<S>`, which counts repeats from 0.
fn starts(list: &str, element: &str, first: u64) -> Vec<u64> {
    let (mut starts, mut at) = (Vec::new(), 0);
    for each in list.split(&format!("<{element} ")).skip(1) {
        let each = format!(" {}", each.split("/>").next().unwrap());
        at = attribute(&each, "t").unwrap_or(at);
        for _ in 0..attribute(&each, "r").map_or(1, |count| count + 1 - first) {
            starts.push(at);
            at += attribute(&each, "d").unwrap();
        }
    }
    starts
}

/// The paths of all that a manifest leads to, of which each is to be there.
pub(super) fn led_to(edge: &Edge, file: &str, text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    match file {
        "Manifest" => {
            for stream in text.split("<StreamIndex").skip(1) {
                let template = attributes(stream, "Url")[0];
                for bitrate in attributes(stream, "Bitrate") {
                    for start in starts(stream, "c", 1) {
                        let path = template.replace("{bitrate}", bitrate);
                        paths.push(path.replace("{start time}", &start.to_string()));
                    }
                }
            }
        }
        "manifest.mpd" => {
            for set in text.split("<AdaptationSet").skip(1) {
                let ids = set.split("<Representation id=\"").skip(1);
                for id in ids.map(|rest| rest.split('"').next().unwrap()) {
                    let of_level =
                        |name| attributes(set, name)[0].replace("$RepresentationID$", id);
                    paths.push(of_level("initialization"));
                    for start in starts(set, "S", 0) {
                        paths.push(of_level("media").replace("$Time$", &start.to_string()));
                    }
                }
            }
        }
        _ => {
            let uris = |text: &str| -> Vec<String> {
                let lines = text.lines().filter(|line| !line.starts_with('#'));
                let quoted =
                    text.split("URI=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
                lines.chain(quoted).map(str::to_owned).collect()
            };
            for playlist in uris(text) {
                let folder = playlist.rsplit_once('/').unwrap().0.to_owned();
                let listed = edge.get(&format!("/films/a.ism/{playlist}")).text();
                paths.push(playlist);
                paths.extend(uris(&listed).iter().map(|uri| format!("{folder}/{uri}")));
            }
        }
    }
    assert!(!paths.is_empty(), "{text}");
    for path in &paths {
        let got = edge.get(&format!("/films/a.ism/{path}"));
        assert_eq!(got.status, StatusCode::OK, "{file} leads to {path}");
    }
    paths
}

#[test]
fn a_filter_hides_levels_and_leads_to_the_same_fragments() {
    let edge = with_audio();
    for file in FILES {
        let all = edge.get(&format!("/films/a.ism/{file}"));
        let whole = led_to(&edge, file, &all.text());
        for (query, hidden) in [
            (LOW, &["3000000"][..]),
            (VIDEO, &["64000"]),
            ("filter=type==%22audio%22||systemBitrate%3E300000", &["300000"]),
            ("utm=x&filter=systemLanguage==%22DEU%22", &["3000000", "300000"]),
            ("filter=!(FourCC==%27mp4a%27)%26%26MaxWidth%3E0", &["64000"]),
        ] {
            let got = asked(&edge, file, query);
            assert_eq!(got.status, StatusCode::OK, "{file}?{query}: {}", got.text());
            let told =
                |got: &Got| ["content-type", "cache-control"].map(|it| got.header(it).to_owned());
            assert_eq!(told(&got), told(&all));
            let left = led_to(&edge, file, &got.text());
            let is_hidden = |path: &String| {
                hidden.iter().any(|it| {
                    path.contains(&format!("({it})")) || path.contains(&format!("/{it}/"))
                })
            };
            let shown: Vec<&String> = whole.iter().filter(|path| !is_hidden(path)).collect();
            assert_eq!(left.iter().collect::<Vec<_>>(), shown, "{file}?{query}");
        }
    }
}

#[test]
fn a_clip_has_the_chunks_that_straddle_its_bounds_at_their_own_times() {
    let edge = with_audio();
    let last =
        |path: &String| path.rsplit(['/', '=']).next().unwrap().trim_end_matches(')').to_owned();
    for (query, expected) in [
        ("t=2.5;4.5", &["20000000", "40000000"][..]),
        ("t=2;4", &["20000000"]),
        ("vbegin=0&vend=2.0000001", &["0", "20000000"]),
        ("start=3.999", &["20000000", "40000000"]),
        ("vend=1", &["0"]),
    ] {
        for file in FILES {
            let got = asked(&edge, file, query);
            let paths = led_to(&edge, file, &got.text());
            let segments = paths
                .iter()
                .map(last)
                .filter(|name| name.starts_with(|it: char| it.is_ascii_digit()));
            let found: HashSet<String> =
                segments.map(|name| name.trim_end_matches(".m4s").to_owned()).collect();
            let expected: HashSet<String> = expected.iter().map(|&it| it.to_owned()).collect();
            assert_eq!(found, expected, "{file}?{query}");
        }
    }
}

#[test]
fn each_protocol_says_in_its_way_when_a_clip_begins_and_ends() {
    let edge = with_audio();
    let generation = edge.generation();
    let smooth = asked(&edge, "Manifest", "t=2.5;3").text();
    assert_eq!(attributes(&smooth, "Duration"), ["20000000"]);
    assert_eq!(attributes(&smooth, "Chunks"), ["1", "1"]);
    assert_eq!(smooth.matches("<c t=\"20000000\" d=\"20000000\"/>").count(), 2);

    let mpd = asked(&edge, "manifest.mpd", "t=2.5;3").text();
    // With a chunk of video: browsers show no frame before the first keyframe of a period.
    assert_eq!(attributes(&mpd, "mediaPresentationDuration"), ["PT1.0000000S"]);
    assert_eq!(attributes(&mpd, "presentationTimeOffset"), ["20000000"; 3]);
    assert_eq!(mpd.matches("<S t=\"20000000\" d=\"20000000\"/>").count(), 3);
    let late = asked(&edge, "manifest.mpd", "t=5;100").text();
    assert_eq!(attributes(&late, "mediaPresentationDuration"), ["PT2.0000000S"]);

    let master = asked(&edge, "master.m3u8", "vbegin=2.5&vend=3.0").text();
    let path = format!("{generation}/video/3000000/index-2.5-3.m3u8");
    assert!(master.contains(&format!("\n{path}\n")), "{master}");
    assert!(master.contains("/iframes/index-2.5-3.m3u8\""));
    let playlist = edge.get(&format!("/films/a.ism/{path}"));
    assert_eq!(playlist.header("cache-control"), "public, max-age=31536000, immutable");
    let expected = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n\
        #EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n\
        #EXT-X-START:TIME-OFFSET=0.5000000,PRECISE=YES\n#EXT-X-MAP:URI=\"init.mp4\"\n\
        #EXTINF:2.0000000,\n20000000.m4s\n#EXT-X-ENDLIST\n";
    assert_eq!(playlist.text(), expected);
    let whole = edge.get(&format!("/films/a.ism/{generation}/video/3000000/index.m3u8"));
    assert_ne!(whole.header("etag"), playlist.header("etag"));
    let even = edge.get(&format!("/films/a.ism/{generation}/video/3000000/index-2-3.m3u8"));
    assert!(!even.text().contains("EXT-X-START"), "it begins where its first segment does");
    let beside = edge.get(&format!("/films/a.ism/{generation}/video/3000000/index-6-7.m3u8"));
    assert_eq!(beside.status, StatusCode::NOT_FOUND);
}

#[test]
fn segments_of_a_clip_are_those_of_the_whole() {
    let edge = with_audio();
    let target = SegmentTarget::new(4000).unwrap();
    let edge = Edge { settings: Settings { target, ..SETTINGS }, ..edge };
    for (query, first) in [("t=3;4", "0"), ("t=4;5", "40000000")] {
        for file in ["master.m3u8", "manifest.mpd"] {
            let paths = led_to(&edge, file, &asked(&edge, file, query).text());
            let long: Vec<_> =
                paths.iter().filter(|it| it.contains("ms/") && it.ends_with(".m4s")).collect();
            let is_first = |path: &&String| path.ends_with(&format!("/{first}.m4s"));
            assert!(!long.is_empty() && long.iter().all(is_first), "{file}?{query}: {long:?}");
        }
    }
}

#[test]
fn a_selection_is_a_version_of_its_own_and_has_one_however_it_is_spelt() {
    let edge = with_audio();
    for file in FILES {
        let queries = [
            "",
            VIDEO,
            LOW,
            "t=2;4",
            "t=2;",
            "filter=type==%22video%22&t=2;4",
            "filter=type!=%22audio%22",
        ];
        let etags = queries.map(|query| asked(&edge, file, query).header("etag").to_owned());
        assert_eq!(etags.iter().collect::<HashSet<_>>().len(), queries.len(), "{etags:?}");
        for (query, same) in [
            ("utm_source=x&CMCD=sid%3D1", 0),
            ("filter=%20(TYPE+==+%27VIDEO%27)&x", 1),
            ("end=4.0&start=02", 3),
            ("vbegin=0", 0),
        ] {
            assert_eq!(asked(&edge, file, query).header("etag"), etags[same], "{query}");
            let path = format!("/films/a.ism/{file}");
            let headers = [("query", query), ("if-none-match", &*etags[same])];
            let again = edge.ask(&Method::GET, &path, &headers);
            assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
            let other = [("query", LOW), ("if-none-match", &*etags[same])];
            assert_eq!(edge.ask(&Method::GET, &path, &other).status, StatusCode::OK);
        }
        assert_eq!(asked(&edge, file, "t=2;4").header("cache-tag"), "films/a.ism");
    }
}

#[test]
fn what_is_not_understood_is_400_and_what_is_not_left_404() {
    let edge = with_audio();
    edge.get("/films/a.ism/Manifest");
    edge.stores.calls();
    for file in FILES {
        for (query, status) in [
            ("filter=MaxHeight%3C=720p", 400),
            ("filter=", 400),
            ("filter=type==%22video%22&&MaxHeight%3C=720", 400),
            ("filter=type==%22video%22&filter=type==%22video%22", 400),
            ("t=100", 400),
            ("t=4;2", 400),
            ("vbegin=1&start=1", 400),
            ("filter=systemBitrate%3E3000000", 404),
            ("filter=type==%22text%22", 404),
            ("t=6;", 404),
            ("filter=type==%22video%22&t=100;450", 404),
        ] {
            let got = asked(&edge, file, query);
            assert_eq!(got.status.as_u16(), status, "{file}?{query}");
            assert!(!got.body.is_empty() && got.header("content-type").starts_with("text/plain"));
        }
    }
    assert_eq!(edge.stores.calls(), [], "no storage is asked");
    let fragment = edge.ask(&Method::GET, &format!("/films/a.ism/{HIGH_1}"), &[("query", "t=x")]);
    assert_eq!(fragment.status, StatusCode::OK, "a fragment has no query");
    let sent_on = edge.ask(&Method::GET, "/films/a.ism", &[("query", "t=2;4")]);
    assert_eq!(
        (sent_on.status, sent_on.header("location")),
        (StatusCode::FOUND, "a.ism/Manifest?t=2;4")
    );
}
