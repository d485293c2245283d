//! Indexes that are missing, out of date or impossible: when they are built, and when not again.

use super::*;
use millrace::library::build::{BuildError, build};
use millrace::scan::Way;

#[test]
fn a_missing_index_is_built_answered_from_and_stored() {
    let edge = Edge::new();
    assert_eq!(edge.get(&format!("/films/a.ism/{HIGH_1}")).body, slice(&edge.high, 1));
    let built = edge.stores.values.borrow().get("films/a.ism").cloned();
    edge.stores.values.borrow_mut().clear();
    edge.forget();
    edge.get("/films/a.ism/Manifest");
    let again = edge.stores.values.borrow().get("films/a.ism").cloned();
    assert!(built.is_some() && built == again, "the same sources make the same bytes");
}

#[test]
fn a_corrupt_index_is_built_again() {
    let edge = Edge::indexed();
    edge.stores.values.borrow_mut().get_mut("films/a.ism").unwrap()[40] ^= 1;
    assert_eq!(edge.get(&format!("/films/a.ism/{HIGH_1}")).body, slice(&edge.high, 1));
    assert_eq!(edge.reports.borrow().len(), 1);
    edge.forget();
    edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(edge.stores.calls().len(), 2, "the value in KV is whole again");
}

#[test]
fn a_replaced_file_is_indexed_again_once_and_never_mixed() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let replaced = stored(true, 6000, 0x33);
    edge.stores.put_object("films/high.ismv", &replaced.bytes);
    let got = edge.get(&format!("/films/a.ism/{generation}/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::NOT_FOUND, "those bytes exist no more");
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.body, slice(&replaced, 1));
    assert_ne!(edge.generation(), generation);
}

/// What was asked of each object until the first viewer had an answer, in order.
fn first_touch(edge: &Edge) -> Vec<Call> {
    edge.stores.calls();
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
    let calls = edge.stores.calls().into_iter();
    calls.filter(|call| matches!(call, Call::Head(_) | Call::Start(..) | Call::Read(..))).collect()
}

#[test]
fn the_first_read_of_each_object_tells_its_version_and_files_are_read_side_by_side() {
    let edge = Edge::new();
    let named = ISM.replace(
        "<body>",
        r#"<head><meta name="clientManifestRelativePath" content="a.ismc"/></head><body>"#,
    );
    edge.stores.put_object("films/a.ism", named.as_bytes());
    let start = |name: &str, most| Call::Start(format!("films/{name}"), most);
    edge.stores.slow.set(true);
    let asked = first_touch(&edge);
    let starts = [
        start("a.ism", 16 << 10),
        start("a.ismc", 64 << 10),
        start("low.ismv", 4 << 10),
        start("high.ismv", 4 << 10),
    ];
    assert_eq!(asked[..4], starts);
    let of_high = |call: &Call| matches!(call, Call::Read(key, _) if key == "films/high.ismv");
    let ends = asked[4..].iter().filter(|call| of_high(call)).count();
    assert_eq!(ends, 4, "its table takes two reads, and two fragments one each");
    assert_eq!(asked[8..], [Call::Head("films/a.ism".into())], "once it is stored");
}

#[test]
fn what_is_longer_than_its_first_read_is_read_to_its_end() {
    for (size, rest) in [(16 << 10, None), ((16 << 10) + 1, Some(1)), (20_000, Some(3616))] {
        let edge = Edge::new();
        let padded = [ISM.as_bytes(), &vec![b'\n'; size - ISM.len()]].concat();
        edge.stores.put_object("films/a.ism", &padded);
        let of_manifest = |call: &Call| matches!(call, Call::Read(key, _) if key == "films/a.ism");
        let read: Vec<_> = first_touch(&edge).into_iter().filter(of_manifest).collect();
        let rest = rest.map(|length| {
            let range = ByteRange::with_length(16 << 10, length).unwrap();
            Call::Read("films/a.ism".into(), range)
        });
        assert_eq!(read, Vec::from_iter(rest), "{size} bytes");
    }
}

#[test]
fn room_for_first_reads_is_taken_before_they_are_made() {
    let edge = Edge::new();
    let text = |name| format!(r#"<textstream src="{name}.vtt"/>"#);
    let texts: String = ["1", "2", "3", "4", "5"].map(text).concat();
    let named = ISM.replace("</switch>", &format!("{texts}</switch>"));
    edge.stores.put_object("films/a.ism", named.as_bytes());
    edge.stores.slow.set(true);
    let manifest = u64::try_from(named.len()).unwrap();
    let bytes = manifest + 2 * (4 << 10) + 3 * (64 << 10);
    for (bytes, texts) in [(bytes, 3), (bytes - 1, 2)] {
        let limits = Limits { bytes, ..Limits::REQUEST };
        edge.stores.calls();
        let built = build(&*edge.stores, "films/a.ism", &limits, Way::Tables, Rules::default());
        let error = pollster::block_on(built).unwrap_err();
        assert!(matches!(error, BuildError::TooCostly { .. }), "{error}");
        let asked = edge.stores.calls().into_iter();
        let of_text = |call: &Call| matches!(call, Call::Start(key, _) if key.ends_with(".vtt"));
        assert_eq!(asked.filter(of_text).count(), texts, "of {bytes} bytes");
    }
}

#[test]
fn a_stale_store_does_not_make_it_index_again_and_again() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let stale = edge.stores.values.borrow().clone();
    edge.stores.put_object("films/high.ismv", &stored(true, 6000, 0x33).bytes);
    let old = format!("/films/a.ism/{generation}/{HIGH_1}");
    edge.get(&old);
    edge.stores.values.replace(stale);
    edge.stores.calls();
    for _ in 0..3 {
        assert_eq!(edge.get(&old).status, StatusCode::NOT_FOUND);
    }
    assert_eq!(edge.stores.calls(), [], "the sources said so a moment ago");
}

#[test]
fn a_file_that_keeps_changing_is_trouble() {
    let edge = Edge::indexed();
    edge.stores.restless.set(true);
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((got.header("retry-after"), got.header("cache-control")), ("2", "no-store"));
    let opens = edge.stores.calls().into_iter().filter(|call| matches!(call, Call::Open(..)));
    assert_eq!(opens.count(), 2, "it is tried again once");
}

#[test]
fn what_is_not_there_costs_one_look_and_then_none_for_a_moment() {
    let edge = Edge::new();
    let key = "films/none.ism".to_owned();
    let look = [Call::Get(key.clone()), Call::Start(key, 16 << 10)];
    for path in [NONE, "/films/none.ism/QualityLevels(1)/Fragments(video=0)", NONE] {
        assert_eq!(edge.get(path).status, StatusCode::NOT_FOUND);
    }
    assert_eq!(edge.stores.calls(), look);
    edge.later();
    assert_eq!(edge.get(NONE).status, StatusCode::NOT_FOUND);
    assert_eq!(edge.stores.calls(), look);
    assert!(edge.reports.borrow().is_empty(), "nothing has failed: {:?}", edge.reports);

    edge.stores.put_object("films/none.ism", ISM.as_bytes());
    edge.later();
    assert_eq!(edge.get(NONE).status, StatusCode::OK, "it has been uploaded");
}

#[test]
fn a_generation_that_is_not_there_costs_one_look_and_then_none_for_a_moment() {
    let edge = Edge::indexed();
    let made_up = || {
        for at in 0..50 {
            let path = format!("/films/a.ism/0123456789abcd{at:02x}/{HIGH_1}");
            assert_eq!(edge.get(&path).status, StatusCode::NOT_FOUND);
        }
    };
    made_up();
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
    edge.later();
    made_up();
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
}

#[test]
fn a_generation_that_is_not_there_costs_no_more_where_the_index_was_just_built() {
    let edge = Edge::new();
    let generation = edge.generation();
    edge.stores.calls();
    for at in 0..50 {
        let path = format!("/films/a.ism/0123456789abcd{at:02x}/{HIGH_1}");
        assert_eq!(edge.get(&path).status, StatusCode::NOT_FOUND);
    }
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
    assert_eq!(edge.get(&format!("/films/a.ism/{generation}/{HIGH_1}")).status, StatusCode::OK);
}

#[test]
fn what_cannot_be_indexed_is_not_tried_again_at_once() {
    let edge = Edge::new();
    edge.stores.put_object("films/high.ismv", b"this is no media file at all");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    let tried = edge.stores.calls().len();
    for path in ["/films/a.ism/Manifest", &format!("/films/a.ism/{HIGH_1}")] {
        assert_eq!(edge.get(path).status, StatusCode::BAD_GATEWAY);
    }
    assert_eq!(edge.stores.calls(), []);
    let reports = edge.reports.take();
    assert!(reports.iter().all(|line| line.contains("films/high.ismv")), "{reports:?}");
    assert_eq!(reports.len(), 3, "each is a failure for somebody");
    edge.later();
    edge.get("/films/a.ism/Manifest");
    assert_eq!(edge.stores.calls().len(), tried);
}

#[test]
fn storage_in_trouble_is_asked_again_at_once() {
    let edge = Edge::new();
    edge.stores.objects_fail.set(true);
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::SERVICE_UNAVAILABLE);
    edge.stores.objects_fail.set(false);
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
}

#[test]
fn a_file_that_was_spoilt_takes_nothing_with_it() {
    let edge = Edge::indexed();
    edge.stores.put_object("films/high.ismv", b"this is no media file at all");
    let broken = format!("/films/a.ism/{HIGH_1}");
    assert_eq!(edge.get(&broken).status, StatusCode::BAD_GATEWAY);
    let others = "/films/a.ism/QualityLevels(300000)/Fragments(video=20000000)";
    assert_eq!(edge.get(others).body, slice(&edge.low, 1));
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
    edge.stores.calls();
    assert_eq!(edge.get(&broken).status, StatusCode::BAD_GATEWAY);
    assert_eq!(edge.stores.calls().len(), 1, "the fragment was asked for, and nothing built");
    assert_eq!(edge.get(others).body, slice(&edge.low, 1));
    assert_eq!(edge.stores.calls().len(), 1, "and that has cost nobody their index");
}
