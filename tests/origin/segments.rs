//! Segments of several chunks: what manifests say of them, and what they cost.

use super::*;
use crate::media::{MoovPlace, PlainSample, plain};
use millrace::isobmff::Traf;

/// The edge whose deployment has segments last about so long.
fn lasting(milliseconds: u32, edge: Edge) -> Edge {
    let target = SegmentTarget::new(milliseconds).unwrap();
    Edge { settings: Settings { target, ..SETTINGS }, ..edge }
}

fn level(edge: &Edge) -> String {
    format!("/films/a.ism/{}/video/3000000", edge.generation())
}

/// The lines of a playlist from its first segment on.
fn listed(playlist: &Got) -> String {
    let text = playlist.text();
    let (_, listed) = text.split_once("#EXTINF").unwrap();
    format!("#EXTINF{listed}")
}

/// What follows each of a template's attributes `name`.
fn attributes<'a>(mpd: &'a str, name: &str) -> Vec<&'a str> {
    let beginning = format!(" {name}=\"");
    let values = mpd.split(beginning.as_str()).skip(1);
    values.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn manifests_tell_of_segments_of_the_deployment_under_urls_that_say_which() {
    let edge = lasting(6000, Edge::indexed());
    let (generation, level) = (edge.generation(), level(&edge));
    let master = edge.get("/films/a.ism/master.m3u8");
    assert!(master.text().contains(&format!("\n{generation}/video/3000000/6000ms/index.m3u8\n")));
    assert!(master.text().contains(&format!("{generation}/video/3000000/iframes/index.m3u8")));
    let playlist = edge.get(&format!("{level}/6000ms/index.m3u8"));
    assert_eq!(listed(&playlist), "#EXTINF:6.0000000,\n0.m4s\n#EXT-X-ENDLIST\n");
    assert!(playlist.text().contains("#EXT-X-TARGETDURATION:6\n"));
    let mpd = edge.get("/films/a.ism/manifest.mpd");
    let text = mpd.text();
    let folder = format!("{generation}/$RepresentationID$");
    let (long, own) = (format!("{folder}/6000ms/$Time$.m4s"), format!("{folder}/$Time$.m4s"));
    assert_eq!(attributes(&text, "media"), [long, own], "keyframes are one a chunk as before");
    assert!(text.contains("<S d=\"60000000\"/>") && text.contains("<S d=\"20000000\" r=\"2\"/>"));
    assert_eq!(attributes(&text, "minBufferTime"), ["PT6.0000000S"]);
    let smooth = edge.get("/films/a.ism/Manifest");

    let edge = lasting(4000, edge);
    assert_eq!(edge.get("/films/a.ism/Manifest").told(), smooth.told());
    for (path, other) in [("master.m3u8", &master), ("manifest.mpd", &mpd)] {
        let got = edge.get(&format!("/films/a.ism/{path}"));
        assert_ne!(got.header("etag"), other.header("etag"), "{path}");
        assert!(got.text().contains("4000ms/") && !got.text().contains("6000ms/"), "{path}");
    }
    let same = edge.get(&format!("{level}/6000ms/index.m3u8"));
    assert_eq!((same.told(), same.body), (playlist.told(), playlist.body.clone()));
    let shorter = edge.get(&format!("{level}/4000ms/index.m3u8"));
    let (two, one) = ("#EXTINF:4.0000000,\n0.m4s\n", "#EXTINF:2.0000000,\n40000000.m4s\n");
    assert_eq!(listed(&shorter), format!("{two}{one}#EXT-X-ENDLIST\n"));
    let chunks = edge.get(&format!("{level}/index.m3u8"));
    let etags = [&playlist, &shorter, &chunks].map(|got| got.header("etag"));
    assert_eq!(etags.iter().collect::<HashSet<_>>().len(), 3, "{etags:?}");
}

#[test]
fn chunks_that_lie_side_by_side_are_one_read_and_nothing_between_them() {
    let edge = Edge::indexed();
    let level = level(&edge);
    let chunks = ["0", "20000000", "40000000"].map(|at| edge.get(&format!("{level}/{at}.m4s")));
    let all = chunks.iter().flat_map(|got| got.body.clone()).collect::<Vec<_>>();
    edge.stores.calls();
    let path = format!("{level}/6000ms/0.m4s");
    let got = edge.get(&path);
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "video/mp4"));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(got.header("content-length"), all.len().to_string());
    assert!(got.body == all, "the segments of all chunks, one behind the other");
    let range = edge.high.fragments[0].through(edge.high.fragments[2]);
    let read = Call::Open("films/high.ismv".into(), range);
    assert_eq!(&edge.stores.calls(), std::slice::from_ref(&read));

    let head = edge.ask(&Method::HEAD, &path, &[]);
    assert_eq!((head.told(), head.body.len()), (got.told(), 0));
    assert_eq!(edge.stores.calls(), [read]);
    for (from, to) in [(4, 9), (5000, 5500), (all.len() - 5, all.len() - 1), (0, all.len() - 1)] {
        let part = edge.ask(&Method::GET, &path, &[("range", &format!("bytes={from}-{to}"))]);
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
        assert!(part.body == all[from..=to], "{from}-{to}");
    }
    edge.stores.calls();
    let again = edge.ask(&Method::GET, &path, &[("if-none-match", got.header("etag"))]);
    assert_eq!((again.status, edge.stores.calls().len()), (StatusCode::NOT_MODIFIED, 0));

    let two = edge.get(&format!("{level}/4000ms/0.m4s"));
    assert!(two.body == all[..chunks[0].body.len() + chunks[1].body.len()]);
    let etags = [&got, &two, &chunks[0]].map(|got| got.header("etag"));
    assert_eq!(etags.iter().collect::<HashSet<_>>().len(), 3, "{etags:?}");
    let one = edge.get(&format!("{level}/2000ms/0.m4s"));
    assert_eq!((one.told(), &one.body), (chunks[0].told(), &chunks[0].body));
    let last = edge.get(&format!("{level}/6000ms/40000000.m4s"));
    assert_eq!((last.told(), &last.body), (chunks[2].told(), &chunks[2].body));
    assert_eq!(edge.get(&format!("{level}/6000ms/1.m4s")).status, StatusCode::NOT_FOUND);
    assert_eq!(edge.get(&format!("{level}/31000ms/0.m4s")).status, StatusCode::BAD_REQUEST);
}

#[test]
fn chunks_that_lie_apart_are_a_read_each_unless_what_lies_between_costs_less() {
    // Both levels in one file, turn by turn: much lies between the chunks of one, and little between those of the other.
    let mut file = File::new(&[Track::video(1), Track::video(2)]);
    let mut fragments = [Vec::new(), Vec::new()];
    for time in [0, 2, 4].map(|seconds| seconds * SECOND) {
        for (track, media) in [(1, 1000), (2, 200_000)] {
            let (sizes, tfxd) = (vec![media / 10; 10], Some((time, 2 * SECOND)));
            let start = file.size();
            file.fragment(
                Piece { tfxd, sizes, ..Piece::lasting(track, 20_000_000) },
                time,
                media.into(),
            );
            let range = ByteRange::new(start, file.size()).unwrap();
            fragments[usize::try_from(track).unwrap() - 1].push(range);
        }
    }
    file.mfra();
    let edge = Edge::new();
    let level_of = |track, bitrate| {
        format!(
            r#"<video src="both.ismv" systemBitrate="{bitrate}"><param name="trackID" value="{track}"/></video>"#
        )
    };
    let levels = [level_of(1, 300_000), level_of(2, 3_000_000)].concat();
    let ism = format!("<smil><body><switch>{levels}</switch></body></smil>");
    edge.stores.put_object("films/a.ism", ism.as_bytes());
    edge.stores.put_object("films/both.ismv", &file.bytes());
    let high = level(&edge);
    let low = high.replace("3000000", "300000");
    let [of_low, of_high] = fragments;
    let across = of_high[0].through(of_high[2]);
    for (level, reads) in [(low, of_low), (high, vec![across])] {
        let chunk = |at: &str| edge.get(&format!("{level}/{at}.m4s")).body;
        let chunks = ["0", "20000000", "40000000"].map(chunk);
        edge.stores.calls();
        assert!(edge.get(&format!("{level}/6000ms/0.m4s")).body == chunks.concat(), "{level}");
        let reads = reads.into_iter().map(|range| Call::Open("films/both.ismv".into(), range));
        assert_eq!(edge.stores.calls(), reads.collect::<Vec<_>>());
    }
}

#[test]
fn a_segment_of_which_a_chunk_is_broken_is_refused_before_its_first_byte() {
    let mut high = keyed_each(&[SAMPLES; 4], &[]);
    // The third, which nobody reads when the file is indexed.
    let at = usize::try_from(high.fragments[2].start()).unwrap();
    high.bytes[at + 4..at + 8].copy_from_slice(b"junk");
    let edge = Edge::of(keyed_each(&[SAMPLES; 4], &[]), high);
    let path = format!("{}/6000ms/0.m4s", level(&edge));
    let got = edge.get(&path);
    assert_eq!(got.status, StatusCode::BAD_GATEWAY);
    assert!(edge.reports.borrow()[0].contains("junk"), "{:?}", edge.reports);
    assert_eq!(edge.get(&path.replace("6000ms", "4000ms")).status, StatusCode::OK);
}

/// For how long the samples of the `moof` at the front of `segment` last, in all; and their bytes.
fn told(segment: &[u8]) -> (Option<u64>, Option<u64>, &[u8]) {
    let size = u32::from_be_bytes(segment[..4].try_into().unwrap()) as usize;
    let moof = Moof::parse(&segment[..size], 0).unwrap();
    let traf: &Traf<'_> = moof.only_traf().unwrap();
    (traf.tfdt, traf.samples_duration(0), &segment[size + 8..])
}

#[test]
fn of_a_progressive_file_a_segment_is_one_moof_and_one_read() {
    // At 30 frames of a second, no frame lasts a whole tick.
    let track = Track { timescale: 30_000, ..Track::video(1) };
    let frame = |at: u32| PlainSample {
        is_sync: at.is_multiple_of(60),
        ..PlainSample::of(100 + at % 7, 1001)
    };
    let samples: Vec<PlainSample> = (0..360).map(frame).collect();
    let edge = Edge::new();
    let ism = ISM.replace("high.ismv", "high.mp4").replace("low.ismv", "low.mp4");
    for name in ["low", "high"] {
        let file = plain(MoovPlace::First, &[(track.clone(), samples.clone())], 500);
        let bytes = file.bytes();
        edge.stores.put_object(&format!("films/{name}.mp4"), &bytes);
    }
    edge.stores.put_object("films/a.ism", ism.as_bytes());
    let level = level(&edge);
    let playlist = edge.get(&format!("{level}/index.m3u8")).text();
    let starts: Vec<&str> = playlist.lines().filter_map(|line| line.strip_suffix(".m4s")).collect();
    assert_eq!(starts.len(), 6);
    let long = edge.get(&format!("{level}/6000ms/index.m3u8"));
    let urls: Vec<String> =
        long.text().lines().filter(|it| it.ends_with(".m4s")).map(Into::into).collect();
    assert_eq!(urls, [starts[0], starts[3]].map(|start| format!("{start}.m4s")));
    for (url, chunks) in urls.iter().zip(starts.chunks(3)) {
        let chunks: Vec<Got> =
            chunks.iter().map(|start| edge.get(&format!("{level}/{start}.m4s"))).collect();
        let samples: Vec<u8> = chunks.iter().flat_map(|got| told(&got.body).2.to_vec()).collect();
        let lasts: u64 = chunks.iter().map(|got| told(&got.body).1.unwrap()).sum();
        edge.stores.calls();
        let got = edge.get(&format!("{level}/6000ms/{url}"));
        let calls = edge.stores.calls();
        let [Call::Open(key, range)] = &calls[..] else { panic!("{calls:?}") };
        assert_eq!((key.as_str(), range.length()), ("films/high.mp4", samples.len() as u64));
        assert_eq!(told(&got.body), (told(&chunks[0].body).0, Some(lasts), &samples[..]));
        let etag = got.header("etag").to_owned();
        let path = format!("{level}/6000ms/{url}");
        assert_eq!(
            edge.ask(&Method::GET, &path, &[("if-none-match", &etag)]).status,
            StatusCode::NOT_MODIFIED
        );
    }
}

const CAPTIONS: &str = "WEBVTT

00:00:00.500 --> 00:00:01.000
One

00:00:01.500 --> 00:00:02.500
Across

00:00:05.000 --> 00:00:05.500
Last
";

#[test]
fn cues_of_several_chunks_are_told_once() {
    let edge = lasting(6000, Edge::new());
    let text =
        r#"<textstream src="a.vtt"><param name="trackName" value="said"/></textstream></switch>"#;
    edge.stores.put_object("films/a.ism", ISM.replace("</switch>", text).as_bytes());
    edge.stores.put_object("films/a.vtt", CAPTIONS.as_bytes());
    let master = edge.get("/films/a.ism/master.m3u8").text();
    let playlist = attributes(&master.replace(",URI", " URI"), "URI")[0].to_owned();
    assert!(playlist.ends_with("/6000ms/index.m3u8"), "{playlist}");
    let at = |file: &str| format!("/films/a.ism/{}", playlist.replace("index.m3u8", file));
    assert_eq!(listed(&edge.get(&at("index.m3u8"))), "#EXTINF:6.0000000,\n0.vtt\n#EXT-X-ENDLIST\n");
    edge.stores.calls();
    for (file, open) in [("0.vtt", "\nAcross\n"), ("0.m4s", ">Across<")] {
        let got = String::from_utf8_lossy(&edge.get(&at(file)).body).into_owned();
        for cue in ["One", "Across", "Last"] {
            assert_eq!(got.matches(&open.replace("Across", cue)).count(), 1, "{cue} in {file}");
        }
        assert_eq!(edge.stores.calls().len(), 1);
    }
    assert_ne!(
        edge.get(&at("0.vtt")).header("etag"),
        edge.get(&at("0.vtt").replace("6000ms/", "")).header("etag")
    );
}

#[test]
fn fragments_of_several_tracks_are_read_one_by_one_and_their_text_is_not_joined() {
    let edge = lasting(6000, several_tracks::edge());
    let master = edge.get("/films/b.ism/master.m3u8").text();
    let generation =
        master.split('"').find_map(|it| it.split_once("/audio/64000/6000ms/")).unwrap().0;
    let at = |path: &str| format!("/films/b.ism/{generation}/{path}");
    let reads = |path: &str| {
        edge.stores.calls();
        (edge.get(&at(path)).body, edge.stores.calls().len())
    };
    for level in ["audio/64000", "video/3000000"] {
        let chunks =
            ["0", "20000000", "40000000"].map(|start| reads(&format!("{level}/{start}.m4s")));
        let (whole, calls) = reads(&format!("{level}/6000ms/0.m4s"));
        assert!(whole == chunks.iter().flat_map(|(body, _)| body.clone()).collect::<Vec<_>>());
        assert_eq!(calls, chunks.iter().map(|(_, calls)| calls).sum::<usize>(), "{level}");
    }
    assert!(master.contains(&format!("\"{generation}/textstream/1000/index.m3u8\"")), "{master}");
    for file in ["index.m3u8", "0.vtt", "0.m4s"] {
        let got = edge.get(&at(&format!("textstream/1000/6000ms/{file}")));
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{file}");
        assert!(got.text().contains("segments of one chunk"), "{}", got.text());
    }
}
