//! `millrace audit` over a folder with one presentation of each fault.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod ffmpeg;

use ffmpeg::Workshop;
use serde_json::Value;
use std::fs;
use std::process::{Command, Output};

/// A server manifest with this head and this body.
fn smil(head: &str, body: &str) -> String {
    format!("<smil><head>{head}</head><body><switch>{body}</switch></body></smil>")
}

const FILM: &str = "<video src='film.mp4'/><audio src='film.mp4'/>";

/// What is named, with its fault and a word of the reason; no fault for what can be served.
const EXPECTED: [(&str, Option<&str>, &str); 14] = [
    ("broken.ism", None, "text.vtt, line 1: WebVTT begins with WEBVTT"),
    ("captions.ism", None, "served without that text"),
    ("client.ism", None, "served without its client manifest: client.ismc: "),
    ("damaged/damaged.ism", Some("damaged"), "damaged.mp4"),
    ("garbage.ism", Some("server-manifest"), "garbage.ism"),
    ("good.ism", None, ""),
    ("long.ism", Some("too-long"), "bytes"),
    ("mismatch.ism", Some("mismatch"), "track"),
    ("missing.ism", Some("missing-file"), "gone.mp4"),
    ("short.ism", Some("media"), "short.mp4"),
    ("text.ism", Some("text"), "text.vtt"),
    ("vp9.ism", None, "Smooth Streaming"),
    ("stray/CAMERA.MP4", Some("no-manifest"), "no server manifest"),
    ("stray/stray.mp4", Some("no-manifest"), "no server manifest"),
];

fn library() -> Workshop {
    let workshop = Workshop::new("audit");
    workshop.film("film.mp4", 4, 50, "200k");
    workshop.ffmpeg("-i film.mp4 -an -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 50 vp9.mp4");
    let film = workshop.read("film.mp4");
    for folder in ["stray", "damaged"] {
        fs::create_dir(workshop.path(folder)).unwrap();
    }
    for name in ["stray.mp4", "CAMERA.MP4"] {
        fs::write(workshop.path("stray").join(name), &film).unwrap();
    }
    fs::write(workshop.path("short.mp4"), &film[..film.len() / 2]).unwrap();
    fs::write(workshop.path("damaged/damaged.mp4"), spoilt(&film)).unwrap();
    workshop.write("text.vtt", "This is no WebVTT.\n");
    workshop.write("client.ismc", "<SmoothStreamingMedia");
    let client = "<meta name='clientManifestRelativePath' content='client.ismc'/>";
    for (name, head, body) in [
        ("good.ism", "", FILM.to_owned()),
        ("captions.ism", "", format!("{FILM}<textstream src='gone.vtt'/>")),
        ("client.ism", client, FILM.to_owned()),
        ("damaged/damaged.ism", "", FILM.replace("film", "damaged")),
        ("mismatch.ism", "", FILM.replacen("/>", "><param name='trackID' value='9'/></video>", 1)),
        ("missing.ism", "", FILM.replace("film", "gone")),
        ("short.ism", "", FILM.replace("film", "short")),
        ("broken.ism", "", format!("{FILM}<textstream src='text.vtt'/>")),
        ("text.ism", "", "<textstream src='text.vtt'/>".to_owned()),
        ("vp9.ism", "", "<video src='vp9.mp4'/><audio src='film.mp4'/>".to_owned()),
    ] {
        workshop.write(name, &smil(head, &body));
    }
    workshop.write("garbage.ism", "an index of nothing");
    workshop.write("long.ism", &" ".repeat((1 << 20) + 1));
    workshop
}

/// `file` with something else where its first sample should be.
fn spoilt(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let media = file.windows(4).position(|code| code == b"mdat").unwrap() + 4;
    file[media..media + 16].fill(0xff);
    file
}

fn audit(arguments: &[&str]) -> (Option<i32>, String, String) {
    let command =
        Command::new(env!("CARGO_BIN_EXE_millrace")).arg("audit").args(arguments).output();
    let Output { status, stdout, stderr } = command.unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn tells_each_fault_and_each_loss() {
    let library = library();
    let folder = library.path("");
    let folder = folder.to_str().unwrap();
    let (code, told, errors) = audit(&[folder, "--json"]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("9 of 14"), "{errors}");
    let told: Vec<Value> = serde_json::from_str(&told).unwrap();
    let names: Vec<_> = told.iter().map(|asset| asset["presentation"].as_str().unwrap()).collect();
    assert_eq!(names, EXPECTED.map(|(name, ..)| name));
    for (asset, (name, fault, word)) in told.iter().zip(EXPECTED) {
        assert_eq!(asset["fault"].as_str(), fault, "{name}: {asset}");
        assert_eq!(asset["servable"], fault.is_none(), "{name}");
        match fault {
            Some(_) => {
                assert!(asset["why"].as_str().unwrap().contains(word), "{asset}");
                assert!(!asset["way_out"].as_str().unwrap().is_empty(), "{asset}");
            }
            None => assert!(asset["losses"].to_string().contains(word), "{asset}"),
        }
    }
    assert_eq!(told[5]["losses"].as_array().unwrap().len(), 0);
    let film = library.read("film.mp4").len() + library.read("good.ism").len();
    assert_eq!(told[5]["bytes"], film);

    let (code, csv, _) = audit(&[folder, "--csv"]);
    assert_eq!(code, Some(1));
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!((lines.len(), lines.last()), (EXPECTED.len() + 2, Some(&"")));
    assert!(lines[6].starts_with(&format!("\"good.ism\",\"yes\",\"{film}\",\"\",\"\"")), "{csv}");

    let (code, table, _) = audit(&[folder]);
    assert_eq!(code, Some(1));
    assert!(table.contains("14 in all") && table.contains("5 servable, 4 of them"), "{table}");
}

#[test]
fn ends_well_where_all_can_be_served_and_knows_its_arguments() {
    let library = Workshop::new("audit-good");
    library.film("film.mp4", 2, 50, "100k");
    library.write("good.ism", &smil("", FILM));
    let folder = library.path("");
    let folder = folder.to_str().unwrap();
    let (code, told, errors) = audit(&[folder]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(told.contains("good.ism") && told.contains("yes"), "{told}");
    assert_eq!(audit(&[]).0, Some(2));
    assert_eq!(audit(&[folder, "--json", "--csv"]).0, Some(2));

    fs::create_dir(library.path("empty")).unwrap();
    let empty = library.path("empty");
    let (code, told, _) = audit(&[folder, empty.to_str().unwrap(), "s3://", "--json"]);
    assert_eq!((code, told.as_str()), (Some(2), ""), "an address without a bucket");
    let (code, told, _) = audit(&[empty.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(told.contains("neither an .ism nor media"), "{told}");
}
