//! `millrace compare` over two small origins: each difference that is planted is found, and none where there is none.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod media;

use media::{Piece, boxed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

/// Paths, and what is answered under them.
type Site = BTreeMap<String, Vec<u8>>;

const MANIFEST: &str = "/a.ism/Manifest";
const SYSTEM: &str = "9a04f079-9840-4286-ab92-e65be0885f95";

/// Serves `site` until the process ends, and gives its address.
fn serve(site: Site) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut line) = (String::new(), String::new());
            request.read_line(&mut first).unwrap();
            while request.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            let mut words = first.split_whitespace();
            let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let path = path.split('?').next().unwrap();
            let (status, body) = match site.get(path) {
                Some(body) => ("200 OK", body.as_slice()),
                None => ("404 Not Found", b"".as_slice()),
            };
            let len = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Length: {len}\r\nConnection: close\r\n\r\n");
            let body = if method == "HEAD" { b"" } else { body };
            let _ = stream.write_all(&[head.as_bytes(), body].concat());
        }
    });
    format!("http://{address}")
}

fn manifest() -> String {
    let chunks = "<c t=\"0\" d=\"20000000\"/><c d=\"20000000\"/><c d=\"10000000\"/>";
    let levels = [(0, 500_000, 320, 180), (1, 900_000, 640, 360)].map(|(at, rate, width, height)| {
        format!(
            "<QualityLevel Index=\"{at}\" Bitrate=\"{rate}\" FourCC=\"H264\" MaxWidth=\"{width}\" \
             MaxHeight=\"{height}\" CodecPrivateData=\"000000016742{at:02}\"/>"
        )
    });
    format!(
        "<SmoothStreamingMedia MajorVersion=\"2\" MinorVersion=\"2\" Duration=\"50000000\">\
         <Protection><ProtectionHeader SystemID=\"{SYSTEM}\">AAAA</ProtectionHeader></Protection>\
         <StreamIndex Type=\"video\" Name=\"video\" QualityLevels=\"2\" Chunks=\"3\" \
         Url=\"QualityLevels({{bitrate}})/Fragments(video={{start time}})\">{}{chunks}</StreamIndex>\
         <StreamIndex Type=\"audio\" Name=\"audio\" Language=\"eng\" Role=\"main\" QualityLevels=\"1\" Chunks=\"3\" \
         Url=\"QualityLevels({{bitrate}})/Fragments(audio={{start time}})\">\
         <QualityLevel Index=\"0\" Bitrate=\"64000\" FourCC=\"AACL\" CodecPrivateData=\"1190\"/>{chunks}\
         </StreamIndex></SmoothStreamingMedia>",
        levels.concat()
    )
}

fn fragment(piece: Piece, byte: u8) -> Vec<u8> {
    [piece.moof(), boxed(b"mdat", &[byte; 40])].concat()
}

fn piece() -> Piece {
    Piece {
        durations: vec![5_000_000; 4],
        sizes: vec![10; 4],
        first_flags: Some(0x0200_0000),
        ..Piece::of(1, 4)
    }
}

fn path(rate: u32, stream: &str, start: u32) -> String {
    format!("/a.ism/QualityLevels({rate})/Fragments({stream}={start})")
}

fn site() -> Site {
    let levels = [(500_000, "video"), (900_000, "video"), (64_000, "audio")];
    let fragments = levels.into_iter().flat_map(|(rate, stream)| {
        let starts = [0, 20_000_000, 40_000_000];
        starts.map(|start| (path(rate, stream, start), fragment(piece(), 1)))
    });
    fragments.chain([(MANIFEST.to_owned(), manifest().into_bytes())]).collect()
}

/// The site with this of its manifest replaced.
fn retold(from: &str, to: &str) -> Site {
    let manifest = manifest();
    assert!(manifest.contains(from), "{from}");
    let manifest = manifest.replacen(from, to, 1).into_bytes();
    Site::from_iter(site().into_iter().chain([(MANIFEST.to_owned(), manifest)]))
}

/// The site with another fragment of video.
fn resent(piece: Piece, byte: u8) -> Site {
    let fragment = fragment(piece, byte);
    Site::from_iter(site().into_iter().chain([(path(500_000, "video", 20_000_000), fragment)]))
}

fn compare(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
    let Output { status, stdout, stderr } =
        command.arg("compare").args(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// The exit code, and each difference as `class place: what`.
fn differences(old: &str, new: &str) -> (Option<i32>, Vec<String>, u64) {
    let (code, told, errors) = compare(&[old, &format!("{new}{MANIFEST}"), "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{errors}"));
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let all = told["differences"].as_array().unwrap().iter();
    let all =
        all.map(|it| format!("{} {}: {}", text(it, "class"), text(it, "place"), text(it, "what")));
    (code, all.collect(), told["fragments"].as_u64().unwrap())
}

#[test]
fn each_planted_difference_is_found() {
    let second = "<QualityLevel Index=\"1\"";
    let (_, level) = manifest().split_once(second).map(|(_, rest)| ((), rest.to_owned())).unwrap();
    let level = format!("{second}{}/>", level.split_once("/>").unwrap().0);
    let new_level = level.replace("900000", "1900000");
    let audio = manifest().split_once("<StreamIndex Type=\"audio\"").unwrap().1.to_owned();
    let audio =
        format!("<StreamIndex Type=\"audio\"{}", audio.replace("</SmoothStreamingMedia>", ""));
    let mut absent = site();
    absent.remove(&path(900_000, "video", 0)).unwrap();
    let protection = format!("<ProtectionHeader SystemID=\"{SYSTEM}\">AAAA</ProtectionHeader>");
    let longer = Piece { durations: vec![4_000_000, 6_000_000, 5_000_000, 5_000_000], ..piece() };
    let grown = Piece { sizes: vec![9, 11, 10, 10], ..piece() };
    let first_only = Piece { first_flags: Some(0x0101_0000), ..piece() };
    let old = format!("{}{MANIFEST}", serve(site()));
    for (new, expected) in [
        (retold(&level, ""), "breaks video: there is no level of 900000 b/s"),
        (
            retold(&level, &format!("{level}{new_level}")),
            "better video: there is a new level of 1900000",
        ),
        (retold(&audio, ""), "breaks audio: the stream is not there"),
        (
            retold("Language=\"eng\"", "Language=\"en\""),
            "differs audio: the language eng is spelt en",
        ),
        (retold("Language=\"eng\"", "Language=\"fra\""), "breaks audio: the language is fra"),
        (retold("Role=\"main\"", ""), "differs audio: it is labelled \"\", not \"main\""),
        (
            retold(
                "<c d=\"20000000\"/><c d=\"10000000\"/>",
                "<c d=\"15000000\"/><c d=\"15000000\"/>",
            ),
            "breaks video: 1 of 3 chunks do not start where they did, the first at 4.000 s",
        ),
        (retold("00000001674200", "00000001674299"), "breaks video, 500000 b/s: what sets up"),
        (
            retold("MaxWidth=\"320\"", "MaxWidth=\"322\""),
            "differs video, 500000 b/s: the size is 322x180",
        ),
        (
            retold("FourCC=\"AACL\"", "FourCC=\"EC-3\""),
            "breaks audio, 64000 b/s: the codec is EC-3",
        ),
        (retold(&protection, ""), "breaks presentation: licence system 9a04f079"),
        (retold(">AAAA<", ">AAAB<"), "differs presentation: licence system 9a04f079"),
        (resent(piece(), 2), "breaks video, 500000 b/s, at 2.000 s: the media is another"),
        (resent(longer, 1), "breaks video, 500000 b/s, at 2.000 s: 2 samples have other durations"),
        (resent(grown, 1), "breaks video, 500000 b/s, at 2.000 s: 2 samples have other sizes"),
        (
            resent(first_only, 1),
            "differs video, 500000 b/s, at 2.000 s: 1 samples have other flags",
        ),
        (absent, "breaks video, 900000 b/s, at 0.000 s: it is answered 404"),
    ] {
        let (code, found, _) = differences(&old, &serve(new));
        assert!(found.iter().any(|it| it.starts_with(expected)), "{expected}: {found:#?}");
        let breaks = found.iter().any(|it| it.starts_with("breaks"));
        assert_eq!(code, Some(i32::from(breaks)), "{expected}");
        assert!(found.len() <= 2, "{expected}, and nothing that is not there: {found:#?}");
    }
}

#[test]
fn none_is_found_where_there_is_none() {
    let [old, new] = [serve(site()), serve(site())];
    let (code, found, fragments) = differences(&format!("{old}{MANIFEST}"), &new);
    assert_eq!((code, found, fragments), (Some(0), Vec::new(), 9));
    let there = format!("{new}{MANIFEST}");
    let (code, told, _) = compare(&[&format!("{old}{MANIFEST}"), &there, "--fragments", "4"]);
    assert_eq!(code, Some(0));
    assert_eq!(told, "0 break, 0 differ, 0 are better; 4 fragments compared\n");
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_saved_manifest_asks_for_fragments_as_its_clients_do() {
    let saved = file("compare.ismc", &manifest());
    let saved = saved.to_str().unwrap();
    let (code, found, fragments) = differences(saved, &serve(site()));
    assert_eq!((code, found, fragments), (Some(0), Vec::new(), 9));

    // The new origin has them elsewhere, and says so: whoever has the old manifest asks in vain.
    let elsewhere = |path: &str| path.replace("Fragments(video", "Parts(video");
    let moved = site().into_iter().map(|(path, body)| (elsewhere(&path), body));
    let mut moved = Site::from_iter(moved);
    moved.insert(MANIFEST.to_owned(), elsewhere(&manifest()).into_bytes());
    let (code, found, _) = differences(saved, &serve(moved));
    assert_eq!(code, Some(1));
    assert_eq!(found.len(), 6, "{found:#?}");
    assert!(
        found[0].contains(
            "the address /a.ism/QualityLevels(500000)/Fragments(video=0) is answered 404"
        ),
        "{found:#?}"
    );
}

#[test]
fn paths_of_a_log_are_replayed() {
    let log = "#Software: IIS\n#Fields: date cs-method cs-uri-stem cs-uri-query sc-status\n\
               2026-11-01 GET /a.ism/Manifest - 200\n2026-11-02 GET /a.ism/Manifest - 200\n\
               2026-11-01 GET /a.ism/QualityLevels(500000)/Fragments(video=0) x=1 206\n\
               2026-11-01 GET /gone.ism/Manifest - 200\n2026-11-01 GET /never.ism/Manifest - 404\n\
               2026-11-01 POST /a.ism/Manifest - 200\n";
    let log = file("compare.log", log);
    let url = serve(site());
    let (code, told, errors) = compare(&["--urls", log.to_str().unwrap(), &url, "--json"]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("1 paths"), "{errors}");
    let told: Value = serde_json::from_str(&told).unwrap();
    let answers: Vec<_> = told["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let number = |name: &str| it[name].as_u64().unwrap();
            let counts = (number("before"), number("now"), number("requests"), number("paths"));
            (counts, it["breaks"].as_bool().unwrap(), it["first"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        answers,
        [
            ((200, 200, 2, 1), false, "/a.ism/Manifest"),
            ((200, 404, 1, 1), true, "/gone.ism/Manifest"),
            ((206, 200, 1, 1), false, "/a.ism/QualityLevels(500000)/Fragments(video=0)"),
            ((404, 404, 1, 1), false, "/never.ism/Manifest"),
        ]
    );
}

#[test]
fn arguments_that_make_no_sense_end_with_2() {
    let text = file("compare.txt", "");
    for arguments in [
        vec![],
        vec!["http://127.0.0.1:1/a.ism/Manifest"],
        vec!["nowhere.ismc", "http://127.0.0.1:1/a.ism/Manifest"],
        vec![text.to_str().unwrap(), "http://127.0.0.1:1/a.ism/Manifest"],
        vec!["ftp://h/a", "http://127.0.0.1:1/a.ism/Manifest"],
        vec!["http://127.0.0.1:1/a", "b.ismc"],
        vec!["http://127.0.0.1:1/a", "http://127.0.0.1:1/b", "--urls", "x.log"],
    ] {
        assert_eq!(compare(&arguments).0, Some(2), "{arguments:?}");
    }
    let (code, _, errors) = compare(&["http://127.0.0.1:1/a", "http://127.0.0.1:1/b"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("cannot reach http://127.0.0.1:1/a"), "{errors}");
}
