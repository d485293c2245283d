//! Fragments that hold several tracks: which bytes, and for how many reads.

use super::*;
use crate::media::{full_boxed, moof, text_entry};

const VIDEO: u32 = 400_000;
const AUDIO: u32 = 1_000;

const FILM: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
<video src="a.mp4" systemBitrate="3000000"><param name="trackID" value="1"/></video>
<audio src="a.mp4" systemBitrate="64000"><param name="trackID" value="2"/></audio>
<textstream src="a.mp4" systemBitrate="1000"><param name="trackID" value="3"/></textstream>
</switch></body></smil>"#;

fn document() -> Vec<u8> {
    let cue = "<p begin='1s' end='1.5s'>Hello</p>";
    format!("<tt xmlns='http://www.w3.org/ns/ttml'><body><div>{cue}</div></body></tt>").into()
}

/// Video of 2s, audio of 3s, and text, three fragments of each; and where they lie.
fn film() -> Stored {
    let text = Track { handler: *b"subt", entry: text_entry(b"stpp"), ..Track::video(3) };
    let mut file = File::new(&[Track::video(1), Track::audio(2), text]);
    let mut fragments = Vec::new();
    let mut media = Vec::new();
    for at in 0..3 {
        let time = at * 2 * SECOND;
        let piece = |track, sizes: Vec<u32>| {
            let samples = u32::try_from(sizes.len()).unwrap();
            let durations = vec![20_000_000 / samples; sizes.len()];
            Piece { sizes, durations, tfdt: Some(time), ..Piece::of(track, samples) }
        };
        let document = document();
        let said = u32::try_from(document.len()).unwrap();
        let pieces =
            [piece(1, vec![VIDEO / 10; 10]), piece(2, vec![AUDIO / 10; 10]), piece(3, vec![said])];
        let start = file.size();
        (1..=3).for_each(|track| file.list(track, time));
        file.boxes(&moof(&pieces));
        let size = VIDEO + AUDIO + said + 8;
        file.boxes(&[&size.to_be_bytes(), &b"mdat"[..]].concat());
        media.push(file.size());
        file.boxes(&[&[2; VIDEO as usize][..], &[3; AUDIO as usize], &document].concat());
        fragments.push(ByteRange::new(start, file.size()).unwrap());
    }
    file.mfra();
    Stored { bytes: file.bytes(), fragments }
}

pub(super) fn edge() -> Edge {
    let edge = Edge::new();
    edge.stores.put_object("films/b.ism", FILM.as_bytes());
    edge.stores.put_object("films/a.mp4", &film().bytes);
    edge.get("/films/b.ism/Manifest");
    edge.forget();
    edge
}

/// The answer at `path`, and what was read of the film for it.
fn asked(edge: &Edge, path: &str) -> (Got, Vec<ByteRange>) {
    let got = edge.get(&format!("/films/b.ism/{path}"));
    assert_eq!(got.status, StatusCode::OK, "{}", got.text());
    let reads = edge.stores.calls().into_iter().filter_map(|call| match call {
        Call::Open(_, range) | Call::Read(_, range) => Some(range),
        _ => None,
    });
    (got, reads.collect())
}

#[test]
fn each_track_has_its_own_samples() {
    let (edge, stored) = (edge(), film());
    let fragment = stored.fragments[1];
    let video = edge.get("/films/b.ism/QualityLevels(3000000)/Fragments(video=20000000)");
    let (moof, media) = video.body.split_at(video.body.len() - VIDEO as usize);
    assert_eq!(media, [2; VIDEO as usize]);
    let size = u32::from_be_bytes(*moof.first_chunk().unwrap());
    let parsed = Moof::parse(&moof[..size as usize], 0).unwrap();
    let traf = parsed.only_traf().unwrap();
    assert_eq!((traf.track_id, traf.base_data_offset), (1, None));
    assert_eq!(traf.tfxd, Some(Tfxd { time: 20_000_000, duration: 20_000_000 }));
    assert_eq!(traf.truns[0].data_offset.unwrap().value.cast_unsigned(), size + 8);

    edge.forget();
    edge.get("/films/b.ism/Manifest");
    edge.stores.calls();
    let (_, reads) = asked(&edge, "QualityLevels(3000000)/Fragments(video=20000000)");
    assert_eq!(reads, [fragment], "video is cut off the transfer that has begun");
    let (audio, reads) = asked(&edge, "QualityLevels(64000)/Fragments(audio=20000000)");
    assert_eq!(audio.body[audio.body.len() - AUDIO as usize..], [3; AUDIO as usize]);
    let place = |read: &ByteRange| (read.start() - fragment.start(), read.length());
    let front = fragment.length() - u64::from(VIDEO + AUDIO) - document().len() as u64;
    let own = (front + u64::from(VIDEO), u64::from(AUDIO));
    assert_eq!(reads[0], fragment);
    assert_eq!(reads[1..].iter().map(place).collect::<Vec<_>>(), [own], "far behind the front");
    let (raw, _) = asked(&edge, "QualityLevels(64000)/RawFragments(audio=20000000)");
    assert_eq!(raw.body, [3; AUDIO as usize]);
    assert_ne!(audio.header("etag"), video.header("etag"), "of the same stored bytes");
    let (info, _) = asked(&edge, "QualityLevels(64000)/FragmentInfo(audio=20000000)");
    assert_eq!(info.body, audio.body[..info.body.len()]);
}

#[test]
fn of_text_no_more_is_read_than_its_documents() {
    let edge = edge();
    let path = "QualityLevels(1000)/Fragments(textstream=0)";
    edge.get(&format!("/films/b.ism/{path}"));
    edge.stores.calls();
    let (got, reads) = asked(&edge, path);
    assert!(String::from_utf8_lossy(&got.body).contains("Hello"));
    assert_eq!(reads.len(), 2);
    assert_eq!(reads[1].length(), document().len() as u64);
    let master = edge.get("/films/b.ism/master.m3u8").text();
    let playlist = master.split('"').find(|it| it.ends_with("textstream/1000/index.m3u8")).unwrap();
    let segment = playlist.replace("index.m3u8", "0.vtt");
    assert!(asked(&edge, &segment).0.text().contains("00:00:01.000 --> 00:00:01.500\nHello"));
    let (stored, _) = asked(&edge, &playlist.replace("index.m3u8", "0.m4s"));
    assert!(stored.body.ends_with(&document()));
}

#[test]
fn a_track_twice_in_a_moof_is_left_to_the_command_line() {
    let edge = edge();
    let mut file = File::new(&[Track::video(1), Track::audio(2)]);
    file.boxes(&moof(&[Piece::lasting(1, 10), Piece::lasting(2, 10), Piece::lasting(1, 10)]));
    file.mdat(10);
    edge.stores.put_object("films/a.mp4", &[file.bytes(), full_boxed(b"free", 0, 0, &[])].concat());
    edge.later();
    edge.forget();
    let got = edge.get("/films/b.ism/QualityLevels(64000)/Fragments(audio=0)");
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    let reports = edge.reports.borrow();
    assert!(
        reports.iter().any(|it| it.contains("has track 1 in more than one 'traf'")),
        "{reports:?}"
    );
}
