//! Chunks of archives: what may stand before their fragments, and what is read of them.

use super::archive::{CHUNKS, archive, at, chunk};
use super::*;
use std::collections::BTreeSet;

/// The fragment of a level's chunk, whose samples are `fill`.
fn fragment(at: usize, fill: u8) -> Vec<u8> {
    let tfxd = Some((u64::try_from(at).unwrap() * 2 * SECOND, 2 * SECOND));
    let piece = Piece { tfxd, sizes: vec![500; 10], ..Piece::lasting(1, 20_000_000) };
    [piece.moof(), boxed(b"mdat", &[fill; 5000])].concat()
}

/// An archive of five chunks at each level, whose fragments lie behind these bytes.
fn behind(leads: [&[u8]; 5]) -> Edge {
    let edge = archive(true, &format!("{CHUNKS}{}", r#"<c d="20000000"/>"#.repeat(2)));
    for (level, fill) in [("low", 0x11), ("high", 0x22)] {
        for (at, lead) in leads.into_iter().enumerate() {
            edge.stores.put_object(&chunk(level, at), &[lead, &fragment(at, fill)].concat());
        }
    }
    edge
}

/// The objects of the higher level that are read when it is indexed, each as often as that is.
fn reads(edge: &Edge) -> Vec<String> {
    edge.stores.calls();
    let manifest = edge.get("/films/a.ism/Manifest");
    assert_eq!(manifest.status, StatusCode::OK, "{}", manifest.text());
    let calls = edge.stores.calls();
    let lists = calls.iter().filter(|call| matches!(call, Call::ListFolder(_))).count();
    assert_eq!(lists, 2, "{calls:?}");
    let reads = calls.into_iter().filter_map(|call| match call {
        Call::Read(key, _) => key.strip_prefix("films/high/").map(str::to_owned),
        _ => None,
    });
    reads.collect()
}

/// What chunks of CMAF begin with.
pub(super) const STYP: &[u8] = b"\0\0\0\x18stypmsdh\0\0\0\0msdhmsix";

#[test]
fn indexing_reads_the_header_and_three_fragments_of_a_level_however_many_there_are() {
    let prft = boxed(b"prft", &[0; 24]);
    let several = [STYP, &prft[..]].concat();
    let few = ["header", "0", "20000000", "80000000"];
    for lead in [&b""[..], STYP, &several] {
        let edge = behind([lead; 5]);
        assert_eq!(reads(&edge), few, "behind {lead:?}");
        let got = edge.get(&at(6));
        assert_eq!(got.status, StatusCode::OK, "{}", got.text());
        assert_eq!(&got.body[4..8], b"moof");
        assert_eq!(got.body[got.body.len() - 5000..], [0x22; 5000]);
    }
}

/// The code of each box that `bytes` are, one behind the other.
fn boxes(mut bytes: &[u8]) -> Vec<[u8; 4]> {
    let mut codes = Vec::new();
    while let Some((size, behind)) = bytes.split_first_chunk() {
        codes.push(*behind.first_chunk().unwrap());
        bytes = &bytes[usize::try_from(u32::from_be_bytes(*size)).unwrap()..];
    }
    codes
}

#[test]
fn chunks_that_begin_otherwise_than_those_indexed_are_sent_as_fragments_all_the_same() {
    let [emsg, prft, sidx, free] =
        [b"emsg", b"prft", b"sidx", b"free"].map(|code| boxed(code, &[7; 60]));
    let twice = [STYP, STYP, &emsg, &emsg].concat();
    for lead in [&emsg[..], &prft, &sidx, &free, STYP, &twice, b""] {
        let leads: [[&[u8]; 5]; 4] = [
            [b"", b"", lead, b"", b""],
            [STYP, STYP, lead, STYP, STYP],
            [lead, b"", lead, b"", STYP],
            [b"", lead, b"", lead, b""],
        ];
        for leads in leads {
            let mut edge = behind(leads);
            let reads = reads(&edge);
            assert_eq!(reads, ["header", "0", "20000000", "80000000"], "{leads:?}");
            let generation = edge.generation();
            for second in [0, 2, 4, 6, 8u64] {
                edge.stores.calls();
                let got = edge.get(&at(second));
                assert_eq!(got.status, StatusCode::OK, "{}", got.text());
                assert_eq!(boxes(&got.body), [*b"moof", *b"mdat"], "{leads:?} at {second}");
                assert_eq!(got.body[got.body.len() - 5008..][8..], [0x22; 5000]);
                assert_eq!(edge.stores.calls().len(), 1, "one read");
                let part = edge.ask(&Method::GET, &at(second), &[("range", "bytes=4-7")]);
                assert_eq!(
                    (part.status, &part.body[..]),
                    (StatusCode::PARTIAL_CONTENT, &b"moof"[..])
                );
                let raw = edge.get(&at(second).replace("Fragments", "RawFragments"));
                assert_eq!(raw.body, [0x22; 5000]);
                let info = edge.get(&at(second).replace("Fragments", "FragmentInfo"));
                assert_eq!(boxes(&info.body), [*b"moof"]);
                let segment = format!("{}.m4s", second * SECOND);
                let got = edge.get(&format!("/films/a.ism/{generation}/video/3000000/{segment}"));
                assert_eq!(got.body[got.body.len() - 5000..], [0x22; 5000], "{}", got.text());
            }
            edge.settings.target = SegmentTarget::new(6000).unwrap();
            let joined = format!("/films/a.ism/{generation}/video/3000000/6000ms/0.m4s");
            let got = edge.get(&joined);
            assert_eq!(got.status, StatusCode::OK, "{}", got.text());
            assert_eq!(boxes(&got.body), [*b"moof", *b"mdat"].repeat(3));
        }
    }
}

#[test]
fn a_chunk_that_is_no_fragment_is_an_error_and_the_others_play() {
    let free = boxed(b"free", &[0; 80_000]);
    for (object, why) in [
        (b"\0\0\0\x0cmdatabcd".to_vec(), "expected moof, found 'mdat'"),
        ([&free, b"\0\0\0\x0cmoofabcd" as &[u8]].concat(), "comes before its moof does not fit"),
        (noise(), "does not fit"),
        (STYP.to_vec(), "does not fit the fragment"),
    ] {
        let edge = behind([b""; 5]);
        edge.stores.put_object(&chunk("high", 2), &object);
        assert_eq!(reads(&edge).len(), 4);
        let got = edge.get(&at(4));
        assert_eq!(got.status, StatusCode::BAD_GATEWAY, "{}", got.text());
        let said = edge.reports.take().concat();
        assert!(said.contains("films/high/40000000") && said.contains(why), "{said}");
        assert_eq!(edge.get(&at(6)).status, StatusCode::OK);
    }
}

/// Bytes that are no boxes.
pub(super) fn noise() -> Vec<u8> {
    (0..400u32).map(|at| (at * 193 + 129).to_le_bytes()[0]).collect()
}

#[test]
fn chunks_one_of_which_ends_otherwise_are_all_read() {
    let edge = behind([STYP, STYP, b"", STYP, STYP]);
    let key = chunk("high", 4);
    edge.stores.put_object(&key, &[fragment(4, 0x22), boxed(b"free", &[0; 4])].concat());
    let names: BTreeSet<String> = reads(&edge).into_iter().collect();
    assert_eq!(names.len(), 6, "{names:?}");
    for second in [0, 2, 4, 6, 8] {
        let got = edge.get(&at(second));
        assert_eq!(boxes(&got.body), [*b"moof", *b"mdat"], "{second}");
    }
}
