//! Fragments in a row, of which each is answered by what was planned of all.

use super::*;
use http::header;
use millrace::origin::{AtOnce, Plan, Planned, Row, StoredRead};

impl Edge {
    /// What memory knows of the row that a request is of.
    fn row(&self, asked: &Asked<'_>) -> Option<Row> {
        Row::at_once(asked, &self.settings, &self.memo.borrow())
    }

    /// What is planned of a request by itself.
    fn alone(&self, asked: &Asked<'_>) -> Plan {
        match self.at_once(asked, None) {
            Some(AtOnce::Answer(plan)) => plan,
            other => panic!("{}: {other:?}", asked.path),
        }
    }
}

/// The path of a fragment of the better level in this generation.
fn path(edge: &Edge, start: u64) -> String {
    let generation = edge.generation();
    format!("/films/a.ism/{generation}/QualityLevels(3000000)/Fragments(video={start})")
}

fn warm(edge: Edge) -> Edge {
    edge.get("/films/a.ism/Manifest");
    edge
}

#[test]
fn a_fragment_is_answered_as_its_row_says() {
    let edge = warm(Edge::new());
    let row = edge.row(&Asked::new(&Method::GET, &path(&edge, 2 * SECOND))).unwrap();
    let starts: Vec<u64> = row.fragments.iter().map(|it| it.start).collect();
    assert_eq!(starts, [0, 2 * SECOND, 4 * SECOND]);
    for (own, stored) in row.fragments.iter().zip(&edge.high.fragments) {
        assert_eq!(own.range, *stored);
        let (path, etag) = (path(&edge, own.start), format!("\"{}\"", own.etag));
        let with_own = |headers: &HeaderMap, length: Option<u64>| {
            let mut headers = headers.clone();
            headers.insert(header::ETAG, etag.parse().unwrap());
            headers.extend(length.map(|it| (header::CONTENT_LENGTH, it.into())));
            headers
        };
        let get = Asked::new(&Method::GET, &path);
        let plan = edge.alone(&get);
        assert_eq!(*plan.headers(), with_own(&row.headers, Some(own.range.length())));
        let [Planned::Stored(StoredRead { key, etag: version, read })] = &plan.body()[..] else {
            panic!("{:?}", plan.body());
        };
        assert_eq!((key, version, read.range()), (&row.key, &row.etag, own.range));
        assert!(read.is_whole());
        let head = edge.alone(&Asked::new(&Method::HEAD, &path));
        assert_eq!(head.headers(), plan.headers());
        let known = edge.alone(&Asked { if_none_match: Some(&etag), ..get });
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(*known.headers(), with_own(&row.unchanged, None));
    }
}

#[test]
fn whoever_asks_for_the_headers_or_has_the_fragment_learns_the_row_too() {
    let edge = warm(Edge::new());
    let (path, get, head) = (path(&edge, 0), Method::GET, Method::HEAD);
    let row = edge.row(&Asked::new(&get, &path));
    assert!(row.is_some());
    assert_eq!(edge.row(&Asked::new(&head, &path)), row);
    assert_eq!(edge.row(&Asked { if_none_match: Some("\"x\""), ..Asked::new(&get, &path) }), row);
    let part = Asked { range: Some("bytes=0-9"), ..Asked::new(&get, &path) };
    assert_eq!(edge.row(&part), None, "only some of it");
    let version = Asked { if_match: Some("*"), ..Asked::new(&get, &path) };
    assert_eq!(edge.row(&version), None, "one version alone");
}

#[test]
fn what_is_made_or_does_not_last_is_in_no_row() {
    let row = |edge: &Edge, path: &str| edge.row(&Asked::new(&Method::GET, path));
    let edge = warm(Edge::new());
    let generation = edge.generation();
    assert!(row(&edge, &path(&edge, 0)).is_some());
    let none = [
        path(&edge, 0).replace(&format!("/{generation}"), ""),
        path(&edge, 0).replace("Fragments", "RawFragments"),
        path(&edge, SECOND),
        format!("/films/a.ism/{generation}/video/3000000/0.m4s"),
        "/films/a.ism/Manifest".to_owned(),
    ];
    for path in none {
        assert_eq!(row(&edge, &path), None, "{path}");
    }
    let next = Edge { settings: Settings { names_next: true, ..SETTINGS }, ..Edge::new() };
    let next = warm(next);
    assert_eq!(row(&next, &path(&next, 0)), None, "each names another fragment");
    edge.forget();
    assert_eq!(row(&edge, &format!("/films/a.ism/{generation}/{HIGH_1}")), None, "not in memory");
    let untimed = warm(Edge::of(stored(false, 500, 0x11), stored(false, 5000, 0x22)));
    assert_eq!(row(&untimed, &path(&untimed, 0)), None, "they are given a time");
    let archive = archive::archive(true, archive::CHUNKS);
    archive.get("/films/a.ism/Manifest");
    assert_eq!(row(&archive, &path(&archive, 0)), None, "each is an object of its own");
}
