//! Real progressive MP4s, as ffprobe and another reader of boxes understand them: made by the ffmpeg that
//! `npm ci` brings.

use crate::ffmpeg::Workshop;
use crate::oracle::check_plain;
use crate::plain::samples;
use crate::scan_bytes;
use millrace::scan::{Edit, ScannedTrack};
use serde_json::Value;

/// Video with B-frames and a keyframe every second, and AAC with its priming.
const USUAL: &str = "-f lavfi -i testsrc2=size=160x90:rate=25:duration=3 \
    -f lavfi -i sine=frequency=440:sample_rate=48000:duration=3 \
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -bf 2 -g 25 -c:a aac -b:a 64k";

/// What ffprobe says of a file, edit lists aside.
fn probed(workshop: &Workshop, name: &str) -> Value {
    let show = "-ignore_editlist 1 -show_streams -show_packets -of json";
    serde_json::from_slice(&workshop.ffprobe(&format!("{show} {name}"))).unwrap()
}

/// A number, which ffprobe may have put into a string.
fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

/// The tracks of the file that ffmpeg writes when told so: their samples are what ffprobe says they
/// are.
fn checked(workshop: &Workshop, name: &str, arguments: &str) -> Vec<ScannedTrack> {
    workshop.ffmpeg(&format!("{arguments} {name}"));
    let bytes = workshop.read(name);
    let (scanned, reads) = scan_bytes(&bytes);
    assert!(reads.len() <= 5, "{reads:?}");
    let scanned = scanned.unwrap();
    check_plain(&bytes, &scanned);
    let probed = probed(workshop, name);
    for track in &scanned {
        let id = format!("{:#x}", track.track_id);
        let stream =
            probed["streams"].as_array().unwrap().iter().find(|it| it["id"] == id).unwrap();
        let timescale = format!("1/{}", track.timescale.ticks_per_second());
        assert_eq!(stream["time_base"], timescale);
        let packets: Vec<&Value> = probed["packets"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|packet| packet["stream_index"] == stream["index"])
            .collect();
        assert_eq!(packets.len(), samples(track).len());
        // ffprobe decodes all of a track earlier that has a sample composed before it is decoded.
        let lowest = samples(track).iter().map(|sample| sample.composition_offset).min().unwrap();
        let shift = i64::from(lowest.min(0).abs());
        for (sample, packet) in samples(track).iter().zip(packets) {
            let decode = i64::try_from(sample.decode).unwrap();
            let found = [
                i64::try_from(sample.range.start()).unwrap(),
                i64::try_from(sample.range.length()).unwrap(),
                decode - shift,
                decode + i64::from(sample.composition_offset),
                sample.duration.into(),
            ];
            let said = ["pos", "size", "dts", "pts", "duration"].map(|key| number(&packet[key]));
            assert_eq!(found, said, "pos, size, dts, pts, duration");
            assert_eq!(sample.is_sync(), packet["flags"].as_str().unwrap().starts_with('K'));
        }
    }
    scanned
}

fn edits(tracks: &[ScannedTrack]) -> Vec<Edit> {
    tracks.iter().map(|track| samples(track).edit()).collect()
}

#[test]
fn sound_with_priming_and_pictures_out_of_order() {
    // Two frames of 512 ticks that are shown before they could be, and one frame of priming.
    let expected = [
        Edit { delay: 0, media_time: 1024, end: Some(3 * 12_800) },
        Edit { delay: 0, media_time: 1024, end: Some(3 * 48_000) },
    ];
    let workshop = Workshop::new("probe-usual");
    let last = checked(&workshop, "last.mp4", USUAL);
    let first = checked(&workshop, "first.mp4", &format!("{USUAL} -movflags +faststart"));
    for tracks in [last, first] {
        assert_eq!(edits(&tracks), expected);
        assert_eq!(samples(&tracks[0]).len(), 75);
        assert_eq!(samples(&tracks[0]).iter().filter(|sample| sample.is_sync()).count(), 3);
    }
}

#[test]
fn a_track_that_begins_later() {
    let late = USUAL.replace("-f lavfi -i sine", "-itsoffset 0.5 -f lavfi -i sine");
    let tracks = checked(&Workshop::new("probe-late"), "late.mp4", &late);
    // Half a second and no priming, to ffmpeg, but the priming begins before: at 478.67 ms, and the
    // movie has a thousand ticks a second.
    let edit = samples(&tracks[1]).edit();
    assert_eq!(edit, Edit { delay: 478 * 48, media_time: 0, end: Some(3500 * 48) });
}

#[test]
fn negative_composition_offsets() {
    let negative = format!("{USUAL} -movflags +negative_cts_offsets");
    let tracks = checked(&Workshop::new("probe-negative"), "negative.mp4", &negative);
    let lowest = samples(&tracks[0]).iter().map(|sample| sample.composition_offset).min();
    assert_eq!(lowest, Some(-512));
    assert_eq!(samples(&tracks[0]).edit().media_time, 0);
}

#[test]
fn sound_of_equal_sizes() {
    let ac3 = USUAL.replace("-c:a aac -b:a 64k", "-c:a ac3 -b:a 192k");
    let tracks = checked(&Workshop::new("probe-ac3"), "ac3.mp4", &ac3);
    assert!(samples(&tracks[1]).iter().all(|sample| sample.range.length() == 768));
}

#[test]
fn chapters_and_timecodes_are_left_out() {
    let workshop = Workshop::new("probe-chapters");
    let text = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=One\n";
    workshop.write("chapters.txt", text);
    let input = "-i chapters.txt -map 0 -map 1 -map_metadata 2 -timecode 00:00:00:00 -c:v";
    let arguments = USUAL.replacen("-c:v", input, 1);
    let kinds = |tracks: &[ScannedTrack]| tracks.iter().map(|it| it.track_id).collect::<Vec<_>>();
    assert_eq!(kinds(&checked(&workshop, "chapters.mp4", &arguments)), [1, 2]);
    let streams = probed(&workshop, "chapters.mp4")["streams"].as_array().unwrap().len();
    assert!(streams > 2, "ffmpeg wrote nothing to leave out");
}
