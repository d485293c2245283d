//! What `millrace check` says, and whether what it advises helps.

use crate::ffmpeg::{Workshop, program};
use crate::{millrace, said};
use serde_json::Value;
use std::process::Command;

/// What it says of these files, and its exit code.
fn check(workshop: &Workshop, files: &[&str]) -> (Vec<Value>, Option<i32>) {
    let output = millrace(workshop, &[&["check", "--json"], files].concat());
    let lines = said(&output).0;
    let values = lines.lines().map(|line| serde_json::from_str(line).unwrap());
    (values.collect(), output.status.code())
}

/// A film of six seconds with a keyframe every two.
fn film(name: &str) -> Workshop {
    let workshop = Workshop::new(name);
    workshop.film("film.mp4", 6, 50, "200k");
    workshop
}

#[test]
fn tracks_codecs_keyframes_and_chunks() {
    let workshop = film("check-words");
    workshop.ffmpeg("-i film.mp4 -c copy -f ismv film.ismv");
    workshop.ffmpeg("-i film.mp4 -c copy -movflags +frag_keyframe+empty_moov shared.mp4");
    let output = millrace(&workshop, &["check", "film.mp4", "film.ismv", "shared.mp4"]);
    let (text, told) = said(&output);
    assert_eq!((told.as_str(), output.status.code()), ("", Some(0)));
    for line in [
        "film.mp4: can be served, from its samples",
        "film.ismv: can be served, its fragments as they are",
        "shared.mp4: can be served, its fragments rewritten",
        "      3 chunks of 2.000 s, keyframes 2.000 s apart",
    ] {
        assert!(text.lines().any(|each| each == line), "{line}\n{text}");
    }
    assert!(
        text.contains("  track 1, video: H.264 (avc1.64000c), 160x90, 25 frames/s, "),
        "{text}"
    );
    assert!(
        text.contains("  track 2, audio: AAC (mp4a.40.2), 48000 Hz, 1 channel, eng, "),
        "{text}"
    );
    assert_eq!(said(&millrace(&workshop, &["check", "-q", "film.mp4"])).0, "");
}

/// What files are that have an MP4's name alone, and how ffmpeg makes one of the film.
const FOREIGN: [(&str, &str, &str); 13] = [
    ("Matroska", "a.mp4", "-c copy -f matroska"),
    ("WebM", "b.ismv", "-an -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 50 -f webm"),
    ("an MPEG transport stream", "c.mp4", "-c copy -f mpegts"),
    ("an MPEG program stream", "d.mp4", "-c:v mpeg2video -c:a mp2 -f vob"),
    ("AVI", "e.mp4", "-c:v mpeg4 -c:a libmp3lame -f avi"),
    ("Flash video", "f.mp4", "-c copy -f flv"),
    ("Windows Media (ASF)", "g.mp4", "-c:v wmv2 -c:a wmav2 -f asf"),
    ("MP3", "h.mp4", "-vn -c:a libmp3lame -f mp3"),
    ("AAC without a container (ADTS)", "i.isma", "-vn -c copy -f adts"),
    ("FLAC", "j.mp4", "-vn -c:a flac -f flac"),
    ("WAVE", "k.mp4", "-vn -c:a pcm_s16le -f wav"),
    ("MXF", "m.mp4", "-c:v mpeg2video -c:a pcm_s16le -f mxf"),
    ("H.264 or HEVC without a container", "l.mp4", "-an -c copy -f h264"),
];

#[test]
fn what_is_no_mp4_is_called_by_what_it_is_and_made_one() {
    let workshop = film("check-foreign");
    let mut files = Vec::new();
    for (kind, file, how) in FOREIGN {
        workshop.ffmpeg(&format!("-i film.mp4 {how} {file}"));
        workshop.write("x.ism", &format!("<smil><body><video src='{file}'/></body></smil>"));
        let (_, told) = said(&millrace(&workshop, &["index", "x.ism"]));
        let way_out = "`millrace check` gives the command line that makes an MP4 of it";
        let refused = format!("{file}: is {kind}, not MP4, whatever it is called: {way_out}");
        assert!(told.contains(&refused), "{told}");
        files.push(file);
    }
    let (values, code) = check(&workshop, &files);
    assert_eq!(code, Some(1));
    for (value, (kind, ..)) in values.iter().zip(FOREIGN) {
        assert_eq!(value["refused"]["why"], format!("it is {kind}, not MP4"));
    }
    let mended = mended(&workshop, &values);
    let mended: Vec<&str> = mended.iter().map(String::as_str).collect();
    let (values, code) = check(&workshop, &mended);
    assert_eq!((values.len(), code), (files.len(), Some(0)), "{values:#?}");
}

#[test]
fn what_is_no_media_is_called_by_what_it_is() {
    let workshop = Workshop::new("check-no-media");
    let page = "<!DOCTYPE html>\n<html><body>404</body></html>";
    for (kind, file) in [
        ("an HTML page", page),
        ("an XML document", "<?xml version='1.0'?><Error/>"),
        ("text", "{}"),
    ] {
        workshop.write("a.mp4", file);
        let (values, _) = check(&workshop, &["a.mp4"]);
        let refused = &values[0]["refused"];
        assert_eq!(refused["why"], format!("it is {kind}, not MP4"));
        assert_eq!(refused["mend"], Value::Null);
        let (_, told) = said(&millrace(&workshop, &["compose", "a.mp4"]));
        let refused = format!(
            "a.mp4: is {kind}, not MP4, whatever it is called: put the media file in its place"
        );
        assert!(told.contains(&refused), "{told}");
    }
}

/// Each of these is refused, and is not once the line that it gives has been run.
#[test]
fn what_is_refused_is_mended_by_the_line_that_is_told() {
    let workshop = film("check-mends");
    workshop.ffmpeg("-i film.mp4 -c copy film.mkv");
    workshop.ffmpeg("-i film.mp4 -c:v mpeg4 -c:a copy mpeg4.mp4");
    workshop.ffmpeg("-i film.mp4 -c:v copy -c:a pcm_s16le pcm.mov");
    workshop.ffmpeg("-ss 1.3 -i film.mp4 -c copy cut.mp4");
    std::fs::rename(workshop.path("cut.mp4"), workshop.path("it's cut.mp4")).unwrap();
    let files = ["film.mkv", "mpeg4.mp4", "pcm.mov", "it's cut.mp4"];
    let (values, code) = check(&workshop, &files);
    assert_eq!((values.len(), code), (files.len(), Some(1)));
    let why = values[0]["refused"]["why"].as_str().unwrap();
    assert_eq!(why, "it is Matroska, not MP4");
    let mended = mended(&workshop, &values);
    let mended: Vec<&str> = mended.iter().map(String::as_str).collect();
    let (values, code) = check(&workshop, &mended);
    assert_eq!(code, Some(0), "{values:#?}");
    assert!(values.iter().all(|value| value["served"] == true), "{values:#?}");
    // What was fit stays as it was.
    assert_eq!(values[2]["tracks"][0]["keyframes"]["count"], 3, "{values:#?}");
}

/// Runs the lines that mend what is refused; the files that they make.
fn mended(workshop: &Workshop, values: &[Value]) -> Vec<String> {
    let mut mended = Vec::new();
    for value in values {
        assert_eq!(value["served"], false, "{value:#}");
        let line = value["refused"]["mend"].as_str().unwrap_or_else(|| panic!("{value:#}"));
        let run = line.replace("ffmpeg ", &format!("{} -v error -y ", program("ffmpeg").display()));
        let mut shell = Command::new("sh");
        let output = shell.current_dir(workshop.path("")).args(["-c", &run]).output().unwrap();
        assert!(output.status.success(), "{line}: {}", said(&output).1);
        let file = line.rsplit_once(['\'', ' ']).map(|(head, tail)| match tail {
            "" => head.rsplit_once(" '").unwrap().1.replace("'\\''", "'"),
            tail => tail.to_owned(),
        });
        mended.push(file.unwrap());
    }
    mended
}

#[test]
fn what_nothing_mends_is_not_said_to_be_mended() {
    let workshop = film("check-lost");
    let whole = workshop.read("film.mp4");
    std::fs::write(workshop.path("half.mp4"), &whole[..whole.len() / 2]).unwrap();
    workshop.write("said.srt", "1\n00:00:01,000 --> 00:00:02,000\nSaid\n");
    workshop.ffmpeg("-i said.srt -c:s mov_text said.mp4");
    workshop.ffmpeg("-i film.mp4 -c copy -f ismv film.ismv");
    let fragments = workshop.read("film.ismv");
    let first = fragments.windows(4).position(|code| code == b"moof").unwrap() - 4;
    std::fs::write(workshop.path("segment.mp4"), &fragments[first..]).unwrap();
    for (file, why) in [
        ("half.mp4", "of which a part is missing"),
        ("said.mp4", "it is of no codec that can be served"),
        ("segment.mp4", "segment.mp4: box 'moof' at 0: it has no 'moov' before it"),
    ] {
        let (values, code) = check(&workshop, &[file]);
        let refused = &values[0]["refused"];
        assert_eq!((code, &refused["mend"]), (Some(1), &Value::Null), "{file}");
        assert!(refused["why"].as_str().unwrap().ends_with(why), "{refused}");
    }
}

#[test]
fn keyframes_that_are_far_apart_are_advised_against() {
    let workshop = Workshop::new("check-far");
    workshop.film("far.mp4", 12, 1000, "100k");
    let (values, code) = check(&workshop, &["far.mp4"]);
    assert_eq!((code, &values[0]["served"]), (Some(0), &Value::Bool(true)));
    let why = values[0]["advice"]["why"].as_str().unwrap();
    assert!(why.starts_with("keyframes are up to 12 s apart"), "{why}");
}
