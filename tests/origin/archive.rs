//! Archives of live channels: folders with an init segment and an object for each fragment.

use super::archive_chunks::{STYP, noise};
use super::labels::warnings;
use super::*;

pub(super) const ARCHIVE: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head>
<meta name="clientManifestRelativePath" content="a.ismc"/><meta name="formats" content="vod-fmp4"/></head><body><switch>
<video src="low" systemBitrate="300000"><param name="trackID" value="1"/></video>
<video src="high" systemBitrate="3000000"><param name="trackID" value="1"/></video>
</switch></body></smil>"#;

/// An archive with these objects at each level, and a client manifest with these chunks.
pub(super) fn archive(timed: bool, chunks: &str) -> Edge {
    let edge = Edge::of(stored(timed, 500, 0x11), stored(timed, 5000, 0x22));
    edge.stores.put_object("films/a.ism", ARCHIVE.as_bytes());
    let client = format!(
        "<SmoothStreamingMedia TimeScale=\"10000000\"><StreamIndex Type=\"video\" Name=\"video\" \
         Url=\"QualityLevels({{bitrate}})/Fragments(video={{start time}})\">{chunks}</StreamIndex>\
         </SmoothStreamingMedia>"
    );
    edge.stores.put_object("films/a.ismc", client.as_bytes());
    for (name, file) in [("low", &edge.low), ("high", &edge.high)] {
        edge.stores.remove_object(&format!("films/{name}.ismv"));
        let header = usize::try_from(file.fragments[0].start()).unwrap();
        edge.stores.put_object(&format!("films/{name}/header"), &file.bytes[..header]);
        for at in 0..3 {
            edge.stores.put_object(&chunk(name, at), slice(file, at));
        }
    }
    edge
}

/// The key of a level's chunk.
pub(super) fn chunk(level: &str, at: usize) -> String {
    format!("films/{level}/{}", u64::try_from(at).unwrap() * 2 * SECOND)
}

pub(super) const CHUNKS: &str = r#"<c t="0" d="20000000"/><c d="20000000"/><c d="20000000"/>"#;

pub(super) fn at(second: u64) -> String {
    format!("/films/a.ism/QualityLevels(3000000)/Fragments(video={})", second * SECOND)
}

#[test]
fn a_fragment_is_one_guarded_read_of_its_own_object() {
    for timed in [true, false] {
        let edge = archive(timed, CHUNKS);
        assert_eq!(warnings(&edge), [""; 0]);
        let manifest = edge.get("/films/a.ism/Manifest");
        assert_eq!(manifest.status, StatusCode::OK, "{}", manifest.text());
        edge.stores.calls();
        let got = edge.get(&at(2));
        assert_eq!(got.status, StatusCode::OK, "{}", got.text());
        if timed {
            assert_eq!(got.body, slice(&edge.high, 1));
        }
        assert_eq!(got.body[got.body.len() - 5000..], [0x22; 5000]);
        let length = slice(&edge.high, 1).len().try_into().unwrap();
        let whole = ByteRange::new(0, length).unwrap();
        assert_eq!(edge.stores.calls(), [Call::Open("films/high/20000000".into(), whole)]);
    }
}

#[test]
fn a_segment_reads_each_of_its_objects() {
    let mut edge = archive(true, CHUNKS);
    edge.settings.target = SegmentTarget::new(6000).unwrap();
    let generation = edge.generation();
    let segment =
        |bitrate| edge.get(&format!("/films/a.ism/{generation}/video/{bitrate}/6000ms/0.m4s"));
    edge.stores.calls();
    let got = segment(3_000_000);
    assert_eq!(got.status, StatusCode::OK, "{}", got.text());
    let opened = edge.stores.calls().into_iter().filter_map(|call| match call {
        Call::Open(key, _) => Some(key),
        _ => None,
    });
    let opened: Vec<String> = opened.collect();
    assert_eq!(opened, ["films/high/0", "films/high/20000000", "films/high/40000000"]);
    assert_eq!(got.body.iter().filter(|&&byte| byte == 0x22).count(), 3 * 5000);
}

#[test]
fn a_chunk_that_is_missing_is_404_and_all_others_play() {
    let edge = archive(true, CHUNKS);
    edge.stores.remove_object("films/high/20000000");
    let [warning] = &warnings(&edge)[..] else { panic!("one warning") };
    assert!(warning.starts_with("films/high/ lacks 1 of the chunks"), "{warning}");
    assert!(warning.contains("at 2.000 s (20000000 ticks"), "{warning}");
    let got = edge.get(&at(2));
    assert_eq!(got.status, StatusCode::NOT_FOUND, "{}", got.text());
    assert!(got.text().contains("starts at 20000000 is missing"), "{}", got.text());
    for (path, file) in [(at(0), 0), (at(4), 2)] {
        assert_eq!(edge.get(&path).body, slice(&edge.high, file), "{path}");
    }
    let low = at(2).replace("3000000", "300000");
    assert_eq!(edge.get(&low).body, slice(&edge.low, 1));
    let generation = edge.generation();
    for (segment, status) in [("6000ms/0", 404), ("0", 200), ("20000000", 404)] {
        let got = edge.get(&format!("/films/a.ism/{generation}/video/3000000/{segment}.m4s"));
        assert_eq!(got.status, status, "{segment}: {}", got.text());
    }
}

/// An archive whose chunks are two fragments each, as those of low-latency channels are.
fn of_several() -> Edge {
    let mut edge = archive(true, CHUNKS);
    edge.settings.limits = Limits::NONE;
    for (level, fill) in [("low", 0x11u8), ("high", 0x22)] {
        for at in 0..3u8 {
            let half = |half: u8| {
                let start = (u64::from(at) * 2 + u64::from(half)) * SECOND;
                let tfxd = Some((start, SECOND));
                let piece = Piece { tfxd, sizes: vec![50; 10], ..Piece::lasting(1, 10_000_000) };
                [piece.moof(), boxed(b"mdat", &[fill + at; 500])].concat()
            };
            let both = [STYP, &half(0), &half(1)].concat();
            edge.stores.put_object(&chunk(level, at.into()), &both);
        }
    }
    edge
}

#[test]
fn an_object_that_is_lost_is_a_gap_where_an_archive_is_indexed_by_its_samples() {
    for lost in ["low", "high"] {
        let edge = of_several();
        edge.stores.remove_object(&chunk(lost, 1));
        let manifest = edge.get("/films/a.ism/Manifest");
        assert_eq!(manifest.status, StatusCode::OK, "{}", manifest.text());
        for listed in [r#"<c d="20000000"/>"#, r#"<c t="40000000" d="20000000"/>"#] {
            assert!(manifest.text().contains(listed), "{}", manifest.text());
        }
        let said = warnings(&edge).concat();
        let expected = format!("films/{lost}/ lacks 1 of the chunks");
        assert!(said.contains(&expected) && said.contains("at 2.000 s"), "{said}");
        for (bitrate, fill) in [("300000", 0x11u8), ("3000000", 0x22)] {
            for (second, at) in [(0, 0), (4, 2)] {
                let got = edge.get(&self::at(second).replace("3000000", bitrate));
                assert_eq!(got.status, StatusCode::OK, "{}", got.text());
                assert_eq!(got.body[got.body.len() - 1000..], vec![fill + at; 1000]);
            }
            let got = edge.get(&self::at(2).replace("3000000", bitrate));
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{}", got.text());
        }
    }
}

#[test]
fn a_gap_of_the_client_manifest_is_a_gap_and_what_it_does_not_list_is_not_served() {
    let edge = archive(true, r#"<c t="0" d="20000000"/><c t="40000000" d="20000000"/>"#);
    assert_eq!(warnings(&edge), [""; 0]);
    let manifest = edge.get("/films/a.ism/Manifest").text();
    assert!(manifest.contains(r#"<c d="20000000"/>"#), "{manifest}");
    assert!(manifest.contains(r#"<c t="40000000" d="20000000"/>"#), "{manifest}");
    assert_eq!(edge.get(&at(4)).body, slice(&edge.high, 2));
    let got = edge.get(&at(2));
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert!(got.text().contains("no chunk of stream video starts at 20000000"), "{}", got.text());
}

#[test]
fn without_a_client_manifest_the_names_say_when_chunks_start() {
    let edge = archive(true, CHUNKS);
    edge.stores.remove_object("films/a.ismc");
    edge.stores.put_object("films/low/streammanifest", b"of nobody's interest");
    for (second, file) in [(0, 0), (2, 1), (4, 2)] {
        assert_eq!(edge.get(&at(second)).body, slice(&edge.high, file));
    }
}

#[test]
fn an_object_that_is_replaced_has_the_folder_indexed_again() {
    let edge = archive(true, CHUNKS);
    let before = edge.generation();
    edge.stores.put_object("films/high/20000000", slice(&edge.high, 1));
    assert_eq!(edge.get(&at(2)).status, StatusCode::OK);
    let after = edge.generation();
    assert_ne!(before, after);
    edge.stores.remove_object("films/high/20000000");
    assert_eq!(edge.get(&at(2)).status, StatusCode::NOT_FOUND);
    assert_ne!(edge.generation(), after);
}

pub(super) fn refused(edge: &Edge) -> String {
    let got = edge.get("/films/a.ism/Manifest");
    assert_eq!(got.status, StatusCode::BAD_GATEWAY, "{}", got.text());
    edge.reports.take().concat()
}

#[test]
fn what_is_live_or_encrypted_in_storage_is_refused_by_name() {
    for format in ["live-fmp4", "ll-cmaf"] {
        let edge = archive(true, CHUNKS);
        edge.stores.put_object("films/a.ism", ARCHIVE.replace("vod-fmp4", format).as_bytes());
        let why = refused(&edge);
        assert!(why.contains(&format!("its format is {format}, that of a live channel")), "{why}");
    }
    let noise = noise();
    let edge = archive(true, CHUNKS);
    edge.stores.put_object("films/high/header", &noise);
    let why = refused(&edge);
    assert!(why.contains("films/high/header: ") && why.contains("(StorageEncrypted)"), "{why}");
    // What looks like a box may end in a chunk.
    edge.stores.put_object("films/high/header", &[&5000u32.to_be_bytes(), &noise[4..]].concat());
    edge.later();
    let why = refused(&edge);
    assert!(why.contains("films/high/header: ") && why.contains("(StorageEncrypted)"), "{why}");
    edge.stores.put_object("films/a.ism", &noise);
    edge.later();
    let why = refused(&edge);
    assert!(why.contains("films/a.ism: ") && why.contains("(StorageEncrypted)"), "{why}");
}

#[test]
fn a_folder_without_a_header_is_a_file_that_is_missing() {
    let edge = archive(true, CHUNKS);
    edge.stores.remove_object("films/high/header");
    let why = refused(&edge);
    assert!(why.contains("films/a.ism names films/high/, which is not there"), "{why}");
}

#[test]
fn a_store_without_lists_is_refused_for_folders() {
    let edge = archive(true, CHUNKS);
    edge.stores.lists_none.set(true);
    let why = refused(&edge);
    assert!(why.contains("films/low/ is a folder, and the store of it gives no list"), "{why}");
}
