//! Filters, locators and spellings.

use super::*;

#[test]
fn filters_are_stored_shown_and_removed() {
    let desk = Desk::new();
    let definition =
        br#"{"properties": {"firstQuality": {"bitrate": 300000}, "tracks": [{"trackSelections":
        [{"property": "Bitrate", "operation": "Equal", "value": "0-300000"}]}]}}"#;
    for (path, presentation) in [
        ("/_millrace/filters/low", Value::Null),
        ("/_millrace/filters/films/a.ism/low", json!("films/a.ism")),
    ] {
        assert_eq!(desk.ask(&Method::GET, path).status, StatusCode::NOT_FOUND);
        assert_eq!(
            desk.send(&Method::PUT, path, None, definition).status,
            StatusCode::UNAUTHORIZED
        );
        let put = desk.send(&Method::PUT, path, Some(BEARER), definition);
        let expected = json!({
            "name": "low",
            "presentation": presentation,
            "filter": "systemBitrate>=0&&systemBitrate<=300000",
            "clip": null,
            "first_quality": 300_000,
        });
        assert_eq!((put.status, put.json()), (StatusCode::OK, expected));
        let shown = desk.ask(&Method::GET, path);
        let stored: Value = serde_json::from_slice(definition).unwrap();
        assert_eq!((shown.status, shown.json()), (StatusCode::OK, stored));
    }
    let wrong = desk.send(&Method::PUT, "/_millrace/filters/low", Some(BEARER), b"{\"track\": 1}");
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text.contains("unknown field"), "{}", wrong.text);
    assert_eq!(
        desk.ask(&Method::POST, "/_millrace/filters/low").status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    for _ in 0..2 {
        let gone = desk.ask(&Method::DELETE, "/_millrace/filters/low");
        assert_eq!((gone.status, gone.json()["name"].as_str()), (StatusCode::OK, Some("low")));
    }
    assert_eq!(desk.ask(&Method::GET, "/_millrace/filters/low").status, StatusCode::NOT_FOUND);
    let own = desk.ask(&Method::GET, "/_millrace/filters/films/a.ism/low");
    assert_eq!(own.status, StatusCode::OK, "the presentation's own stays");
}

#[test]
fn locators_are_stored_listed_shown_and_removed_and_answers_under_them_purged() {
    const GUID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let desk = Desk::new();
    let path = format!("/_millrace/locators/{}", GUID.to_ascii_uppercase());
    let definition = br#"{"prefix": "/films/", "end": "2027-01-01T00:00:00.000+00:00"}"#;
    assert_eq!(desk.ask(&Method::GET, &path).status, StatusCode::NOT_FOUND);
    let anybody = desk.send(&Method::PUT, &path, None, definition);
    assert_eq!(anybody.status, StatusCode::UNAUTHORIZED);
    assert!(desk.stores.locators.borrow().is_empty());

    let stored = json!({ "prefix": "films", "end": "2027-01-01T00:00:00Z" });
    let name = millrace::locator::LocatorName::parse(GUID).unwrap();
    desk.library.memo.keep_locator(name.clone(), Ok(None), NOW_MS);
    desk.stores.calls();
    let put = desk.send(&Method::PUT, &path, Some(BEARER), definition);
    let expected = json!({ "name": GUID, "locator": stored, "cache": "unchanged" });
    assert_eq!((put.status, put.json()), (StatusCode::OK, expected));
    assert_eq!(desk.stores.calls(), [Call::Locator(GUID.to_owned())]);
    assert!(desk.library.memo.recall_locator(&name, NOW_MS).is_none(), "nor is it remembered");
    let replaced = desk.send(&Method::PUT, &path, Some(BEARER), br#"{"prefix": "old"}"#);
    assert_eq!(replaced.json()["cache"], json!("purged"));
    let purged = Call::Purge(vec![GUID.to_owned()]);
    assert_eq!(desk.stores.calls()[1], purged);
    desk.send(&Method::PUT, &path, Some(BEARER), definition);
    assert_eq!(desk.ask(&Method::GET, &path).json(), stored);

    let other = GUID.replace('0', "1");
    let more = format!("/_millrace/locators/{other}");
    desk.send(&Method::PUT, &more, Some(BEARER), br#"{"prefix": "", "formats": ["hls"]}"#);
    let first = desk.ask(&Method::GET, "/_millrace/locators?limit=1").json();
    assert_eq!(
        first["locators"][0],
        json!({ "name": GUID, "prefix": "films", "end": "2027-01-01T00:00:00Z" })
    );
    let rest = format!("/_millrace/locators?cursor={}", first["cursor"].as_str().unwrap());
    let rest = desk.ask(&Method::GET, &rest).json();
    assert_eq!(rest["locators"][0]["name"], json!(other));
    assert_eq!(
        (rest["locators"][0]["formats"].clone(), rest["cursor"].clone()),
        (json!(["hls"]), Value::Null)
    );

    for wrong in [&b"{}"[..], br#"{"prefix": "../x"}"#, br#"{"prefix": "x", "end": "soon"}"#] {
        let refused = desk.send(&Method::PUT, &path, Some(BEARER), wrong);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
    }
    assert_eq!(desk.ask(&Method::GET, &path).json(), stored, "it stays as it was");
    assert_eq!(desk.ask(&Method::POST, &path).status, StatusCode::METHOD_NOT_ALLOWED);
    let no_name = desk.ask(&Method::GET, "/_millrace/locators/films");
    assert_eq!(no_name.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let gone = desk.ask(&Method::DELETE, &path);
        assert_eq!(gone.json(), json!({ "name": GUID, "cache": "purged" }));
    }
    assert_eq!(desk.ask(&Method::GET, &path).status, StatusCode::NOT_FOUND);
    desk.stores.indexes_fail.set(true);
    assert_eq!(desk.ask(&Method::GET, &path).status, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn where_case_decides_nothing_two_names_that_differ_in_it_are_refused() {
    const OTHER: &str = "/_millrace/indexes/films/A.ism";
    let mut desk = Desk::new();
    desk.library.rules.folds = true;
    desk.stores.put_object("films/A.ism", ISM.as_bytes());
    let spelled = |desk: &Desk| desk.stores.spellings.borrow().get(KEY).cloned();
    assert_eq!(desk.ask(&Method::PUT, ONE).status, StatusCode::OK);
    assert_eq!(spelled(&desk).as_deref(), Some(KEY));
    let refused = desk.ask(&Method::PUT, OTHER);
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let detail = refused.json()["detail"].to_string();
    assert!(detail.contains("films/A.ism and films/a.ism differ in case alone"), "{detail}");
    assert_eq!(desk.stores.values.borrow().len(), 1);
    assert_eq!(desk.ask(&Method::DELETE, OTHER).status, StatusCode::OK);
    assert_eq!(spelled(&desk).as_deref(), Some(KEY), "it was none of the other's");
    assert_eq!(desk.ask(&Method::DELETE, ONE).status, StatusCode::OK);
    assert_eq!(spelled(&desk), None);
    assert_eq!(desk.ask(&Method::PUT, OTHER).status, StatusCode::OK);
    assert_eq!(spelled(&desk).as_deref(), Some("films/A.ism"));
}

#[test]
fn where_case_decides_nothing_is_said_of_spellings() {
    let desk = Desk::new();
    assert_eq!(desk.ask(&Method::PUT, ONE).status, StatusCode::OK);
    assert_eq!(desk.ask(&Method::DELETE, ONE).status, StatusCode::OK);
    let is_spelling = |call: &Call| matches!(call, Call::Spelling(_));
    assert!(!desk.stores.calls().iter().any(is_spelling));
    assert!(desk.stores.spellings.borrow().is_empty());
}
