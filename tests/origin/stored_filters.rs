//! Filters that are stored under a name.

use super::selection::{attributes, led_to, with_audio};
use super::*;
use millrace::selection::FilterName;
use millrace::store::filter_key;

/// A definition that Azure's tools could have written.
fn bitrates(range: &str) -> String {
    format!(
        r#"{{"tracks": [
            {{"trackSelections": [{{"property": "Type", "operation": "NotEqual", "value": "Video"}}]}},
            {{"trackSelections": [{{"property": "Bitrate", "operation": "Equal", "value": "{range}"}}]}}]}}"#
    )
}

fn store(edge: &Edge, presentation: Option<&str>, name: &str, definition: &str) {
    let key = filter_key(presentation, &FilterName::parse(name).unwrap());
    edge.stores.filters.borrow_mut().insert(key, definition.as_bytes().to_vec());
}

#[test]
fn stored_filters_are_intersected_and_a_presentations_own_hides_the_librarys() {
    let edge = with_audio();
    store(&edge, None, "low", &bitrates("0-300000"));
    store(&edge, None, "high", &bitrates("300001-3000000"));
    let clip = r#"{"properties": {"presentationTimeRange": {"startTimestamp": 25000000, "endTimestamp": 30000000}}}"#;
    store(&edge, Some("films/a.ism"), "clip", clip);
    store(&edge, None, "clip", "{}");
    let levels = |path: &str| {
        let text = edge.get(&format!("/films/a.ism/{path}")).text();
        attributes(&text, "Bitrate").iter().map(|&it| it.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(levels("manifest(filter=low)"), ["300000", "64000"]);
    assert_eq!(levels("manifest(format=fmp4-v20,filter=high)"), ["3000000", "64000"]);
    let smooth = edge.get("/films/a.ism/manifest(filter=clip;low)");
    assert!(smooth.text().contains("<c t=\"20000000\" d=\"20000000\"/>"), "{}", smooth.text());
    assert_eq!(smooth.text().matches("<QualityLevel ").count(), 2);
    let other = edge.get("/films/a.ism/manifest(filter=low;clip)");
    assert_eq!(other.header("etag"), smooth.header("etag"), "whatever their order");

    let master = edge.get("/films/a.ism/manifest(format=m3u8-cmaf,filter=clip;low)").text();
    assert!(master.contains("/300000/index-2.5-3.m3u8\n") && !master.contains("/3000000/"));
    let both = edge.ask(
        &Method::GET,
        "/films/a.ism/manifest(format=mpd-time-cmaf,filter=low)",
        &[("query", "filter=type==%22video%22&t=2;3")],
    );
    led_to(&edge, "manifest.mpd", &both.text());
    assert!(!both.text().contains("64000") && !both.text().contains("video/3000000"));
    assert_eq!(attributes(&both.text(), "mediaPresentationDuration"), ["PT1.0000000S"]);

    for (path, status) in [
        ("manifest(filter=low;high)", 200),
        ("manifest(filter=none)", 404),
        ("manifest(filter=low;none)", 404),
        ("manifest(filter=a;b;c;d)", 400),
        ("manifest(filter=)", 400),
    ] {
        assert_eq!(edge.get(&format!("/films/a.ism/{path}")).status.as_u16(), status, "{path}");
    }
    let beside =
        edge.ask(&Method::GET, "/films/a.ism/manifest(filter=clip)", &[("query", "t=3;4")]);
    assert_eq!(beside.status, StatusCode::NOT_FOUND, "no time is in both");
}

#[test]
fn a_stored_filter_is_a_version_and_chooses_the_first_level_of_hls() {
    let edge = with_audio();
    store(&edge, None, "f", r#"{"firstQuality": {"bitrate": 2000000}}"#);
    let master = "/films/a.ism/manifest(format=m3u8-cmaf,filter=f)";
    let places =
        |text: String| ["/300000/index", "/3000000/index"].map(|it| text.find(it).unwrap());
    let low_first = edge.get(master);
    let [low, high] = places(low_first.text());
    assert!(low < high);
    store(&edge, None, "f", r#"{"firstQuality": {"bitrate": 3000000}}"#);
    let high_first = edge.get(master);
    let [low, high] = places(high_first.text());
    assert!(high < low);
    assert_ne!(low_first.header("etag"), high_first.header("etag"), "it is another definition");

    edge.forget();
    edge.get(master);
    let filters = edge.stores.calls().into_iter().filter(|call| matches!(call, Call::Filter(_)));
    assert_eq!(filters.count(), 2, "the presentation's own, and the library's");
    store(&edge, None, "f", "no JSON");
    assert_eq!(edge.get(master).status, StatusCode::BAD_GATEWAY);
    edge.stores.indexes_fail.set(true);
    assert_eq!(edge.get(master).status, StatusCode::SERVICE_UNAVAILABLE);
}
