use super::*;

const GUID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// 2027-01-01T00:00:00Z.
const NOON_MS: u64 = 1_798_761_600_000;

fn locator(json: &str) -> Locator {
    Locator::parse(json.as_bytes()).unwrap()
}

#[test]
fn a_guid_is_a_name_in_any_case_and_nothing_else_is() {
    let upper = GUID.to_ascii_uppercase();
    for path in [format!("/{GUID}/a.ism/manifest"), format!("/{upper}/"), format!("/{GUID}/x")] {
        assert_eq!(LocatorName::of_path(&path).unwrap().as_str(), GUID, "{path}");
    }
    for path in [
        format!("/{GUID}"),
        format!("{GUID}/a.ism"),
        format!("/asset-{GUID}/a.ism/Manifest"),
        format!("/{}/a.ism/Manifest", GUID.replace('-', "")),
        format!("/{{{GUID}}}/a.ism/Manifest"),
        format!("/{GUID}-0/a.ism/Manifest"),
        format!("/x/{GUID}/a.ism/Manifest"),
        format!("/{}/a.ism/Manifest", GUID.replace('0', "g")),
        "/films/a.ism/Manifest".to_owned(),
        "/----/a.ism".to_owned(),
    ] {
        assert_eq!(LocatorName::of_path(&path), None, "{path}");
    }
}

#[test]
fn what_is_behind_the_name_is_behind_the_prefix() {
    let lead = |prefix: &str, behind: &str| {
        let json = format!("{{\"prefix\": \"{prefix}\"}}");
        locator(&json).lead(&format!("/{GUID}/{behind}"), NOON_MS).unwrap()
    };
    for prefix in ["films/té a", "/films/té a/"] {
        let led = lead(prefix, "a.ism/manifest(format=m3u8-aapl)");
        assert_eq!(led, "/films/t%C3%A9%20a/a.ism/manifest(format=m3u8-aapl)");
    }
    assert_eq!(lead("", "a.ism/Manifest"), "/a.ism/Manifest");
    assert_eq!(lead("x", "y%20z.ism/../Manifest"), "/x/y%20z.ism/../Manifest", "refused later");
    assert_eq!(lead("x", ""), "/x/");
}

#[test]
fn it_is_good_from_its_start_until_its_end() {
    let limited = locator(
        r#"{"prefix": "a", "start": "2027-01-01T00:00:00Z", "end": "2027-01-01T00:00:10.000+00:00"}"#,
    );
    let lead = |now_ms| limited.lead(&format!("/{GUID}/a.ism/Manifest"), now_ms);
    assert_eq!(lead(NOON_MS - 1), Err(LocatorDenial::NotNow));
    assert!(lead(NOON_MS).is_ok() && lead(NOON_MS + 9_999).is_ok());
    assert_eq!(lead(NOON_MS + 10_000), Err(LocatorDenial::NotNow));
    assert!(limited.is_limited() && !locator(r#"{"prefix": "a"}"#).is_limited());
}

#[test]
fn formats_that_are_not_listed_are_denied_in_all_that_their_clients_ask_for() {
    const FILES: [(&str, [bool; 3]); 11] = [
        ("a.ism", [true, false, false]),
        ("a.ism/manifest", [true, false, false]),
        ("a.ism/QualityLevels(1)/Fragments(video=0)", [true, false, false]),
        ("a.ism/manifest(format=m3u8-aapl)", [false, true, false]),
        ("a.ism/.m3u8", [false, true, false]),
        ("a.ism/manifest.mpd", [false, false, true]),
        ("a.ism/00ff00ff00ff00ff/video/1/index.m3u8", [false, true, false]),
        ("a.ism/00ff00ff00ff00ff/text/1/0.vtt", [false, true, false]),
        ("a.ism/00ff00ff00ff00ff/video/1/init.mp4", [false, true, true]),
        ("a.ism/00ff00ff00ff00ff/video/1/0.m4s", [false, true, true]),
        ("a.ism/Nonsense", [true, true, true]),
    ];
    for (at, format) in ["smooth", "hls", "dash"].into_iter().enumerate() {
        let one = locator(&format!("{{\"prefix\": \"a\", \"formats\": [\"{format}\"]}}"));
        let none = locator("{\"prefix\": \"a\", \"formats\": []}");
        for (file, expected) in FILES {
            let path = format!("/{GUID}/{file}");
            let denied = (!expected[at]).then_some(LocatorDenial::Format);
            assert_eq!(one.lead(&path, NOON_MS).err(), denied, "{format} {file}");
            let is_denied = none.lead(&path, NOON_MS).is_err();
            assert_eq!(is_denied, !file.ends_with("Nonsense"), "{file}");
        }
    }
}

#[test]
fn a_definition_has_one_spelling_and_others_are_refused() {
    let json = r#"{ "prefix":"/a/", "end":"2027-01-01T00:00:00+00:00", "formats":["hls","dash"] }"#;
    let expected = serde_json::json!({
        "prefix": "a", "end": "2027-01-01T00:00:00Z", "formats": ["hls", "dash"]
    });
    let written = locator(json).to_json().unwrap();
    assert_eq!(written, expected);
    assert_eq!(locator(&written.to_string()), locator(json));
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"prefix": "../a"}"#,
        r#"{"prefix": "a//b"}"#,
        r#"{"prefix": "a\\b"}"#,
        r#"{"prefix": "a", "end": "tomorrow"}"#,
        r#"{"prefix": "a", "end": "2027-02-29T00:00:00Z"}"#,
        r#"{"prefix": "a", "formats": ["flash"]}"#,
        r#"{"prefix": "a", "until": "2027-01-01T00:00:00Z"}"#,
        &format!("{{\"prefix\": \"{}\"}}", "a".repeat(error::MAX_LEN)),
    ] {
        assert!(Locator::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
}
