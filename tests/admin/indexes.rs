//! Indexes: built, taken, shown, listed and purged.

use super::*;

#[test]
fn builds_from_storage() {
    let desk = Desk::new();
    let got = desk.ask(&Method::PUT, ONE);
    let index = Index::decode(&desk.value()).unwrap();
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    let bytes: u64 = index.sources.iter().map(|source| source.size).sum();
    let line = json!({
        "presentation": KEY,
        "generation": index.generation.to_string(),
        "tracks": 1,
        "duration_ms": 6000,
        "bytes": bytes,
        "index_bytes": desk.value().len(),
        "built_at": "2026-11-22T17:03:19Z",
    });
    let mut answer = got.json();
    let warnings = answer.as_object_mut().and_then(|answer| answer.remove("warnings"));
    assert_eq!((answer, warnings), (line.clone(), Some(json!([]))));
    assert_eq!(desk.ask(&Method::GET, LIST).json(), json!({ "indexes": [line], "cursor": null }));
    assert!(desk.remembers());
}

#[test]
fn a_large_movie_is_read_in_pieces() {
    let filler = vec![0; 20 << 20];
    let empty = [media::stts(&[]), media::stsc(&[]), media::stsz(&[]), media::stco(&[])].concat();
    let tables = [empty, media::boxed(b"free", &filler)].concat();
    let mut file = File::default();
    file.boxes(&media::moov_of(&[Track { tables, ..Track::video(1) }], true));
    file.fragment(Piece { tfdt: Some(0), ..Piece::lasting(1, 20_000_000) }, 0, 500);
    let desk = Desk::new();
    desk.stores.put_object("films/a.ismv", &file.bytes());
    let got = desk.ask(&Method::PUT, ONE);
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    let calls = desk.stores.calls().into_iter();
    let lengths = calls.filter_map(|call| match call {
        Call::Read(key, range) if key == "films/a.ismv" => Some(range.length() >> 20),
        _ => None,
    });
    // The first 4 KiB of it come with the first boxes of the file, so the last piece has just less than 4 MiB.
    assert_eq!(lengths.filter(|&mebibytes| mebibytes > 0).collect::<Vec<_>>(), [8, 8, 3]);
}

#[test]
fn what_cannot_be_built_is_said_in_full() {
    let desk = Desk::new();
    let got = desk.ask(&Method::PUT, "/_millrace/indexes/films/b.ism");
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    desk.stores.remove_object("films/a.ismv");
    let got = desk.ask(&Method::PUT, ONE);
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(got.text.contains("films/a.ismv"), "{}", got.text);
    assert_eq!(got.header("content-type"), "application/problem+json");
    desk.stores.objects_fail.set(true);
    let got = desk.ask(&Method::PUT, ONE);
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(got.header("retry-after"), "2");
    assert!(desk.stores.values.borrow().is_empty());
}

#[test]
fn takes_an_index_that_is_of_what_is_in_storage() {
    let desk = Desk::new();
    let made = desk.made();
    let got = desk.send(&Method::PUT, ONE, Some(BEARER), &made);
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    assert_eq!(desk.value(), made);
    let head = |key: &str| Call::Head(key.to_owned());
    let link = Call::Link("films/a.ismv".to_owned(), KEY.to_owned());
    let put = [Call::Pages(KEY.to_owned()), link, Call::Put(KEY.to_owned())];
    let calls = [vec![head(KEY), head("films/a.ismv")], put.to_vec()].concat();
    assert_eq!(desk.stores.calls(), calls, "sources are looked at, not read");
}

#[test]
fn takes_an_index_of_a_lone_file_under_its_name() {
    let desk = Desk::new();
    let lone = Rules { lone: true, ..Rules::default() };
    let key = "films/a.ismv.ism";
    let built = build(&*desk.stores, key, &Limits::REQUEST, Way::Tables, lone);
    let made = pollster::block_on(built).unwrap().unwrap().bundle.index.encode();
    let put = |path: &str| desk.send(&Method::PUT, path, Some(BEARER), &made);
    assert_eq!(put("/_millrace/indexes/films/a.ismv.ism").status, StatusCode::OK);
    assert_eq!(desk.stores.values.borrow().get(key), Some(&made));
    assert_eq!(put(ONE).status, StatusCode::CONFLICT);
}

/// The index of a presentation that is in storage, with its first media file said to be `key`.
fn crafted(made: &[u8], key: &str) -> Vec<u8> {
    let Index { attributes, protections, mut sources, streams, .. } = Index::decode(made).unwrap();
    sources[1].key = key.to_owned();
    Index::new(attributes, protections, sources, streams).encode()
}

#[test]
fn takes_no_index_that_names_what_is_not_its_own() {
    const CUSTOMERS: &str = "private/customers.csv";
    let mut desk = Desk::new();
    let made = desk.made();
    desk.stores.put_object(CUSTOMERS, b"name,number");
    for key in [CUSTOMERS, "films/../private/customers.csv", "films/b.ismv/../../a.ismv"] {
        let got = desk.send(&Method::PUT, ONE, Some(BEARER), &crafted(&made, key));
        assert_eq!(got.status, StatusCode::CONFLICT, "{key}");
        assert!(got.text.contains("SOURCES") && !got.text.contains("11"), "{}", got.text);
    }
    let itself = {
        let mut sources = Index::decode(&made).unwrap().sources;
        sources.truncate(1);
        sources[0].key = CUSTOMERS.to_owned();
        Index::new(Vec::new(), Vec::new(), sources, Vec::new()).encode()
    };
    let path = "/_millrace/indexes/private/customers.csv.ism";
    assert_eq!(desk.send(&Method::PUT, path, Some(BEARER), &itself).status, StatusCode::CONFLICT);
    assert_eq!(desk.stores.calls(), [], "storage is not asked");

    desk.sources = "masters/ shared/";
    desk.stores.put_object("masters/a.ismv", &three_fragments(Track::video(1), 500));
    let elsewhere = crafted(&made, "masters/a.ismv");
    let got = desk.send(&Method::PUT, ONE, Some(BEARER), &elsewhere);
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    assert_eq!(desk.value(), elsewhere);
}

#[test]
fn takes_no_other() {
    let desk = Desk::new();
    let made = desk.made();
    let refused = |path: &str, body: &[u8], status: u16, said: &str| {
        let got = desk.send(&Method::PUT, path, Some(BEARER), body);
        assert_eq!(got.status.as_u16(), status, "{}", got.text);
        assert!(got.text.contains(said), "{}", got.text);
        assert!(desk.stores.values.borrow().is_empty());
    };
    refused(ONE, b"what is this?", 400, "magic");
    refused(ONE, &made[..made.len() - 1], 400, "corrupt");
    refused(ONE, &vec![0; (1 << 20) + 1], 413, "more than");
    refused("/_millrace/indexes/films/b.ism", &made, 409, "films/b.ism");
    assert!(!desk.stores.calls().contains(&Call::Put(KEY.to_owned())));

    desk.stores.put_object("films/a.ismv", &three_fragments(Track::video(1), 500));
    refused(ONE, &made, 409, "films/a.ismv");
    desk.stores.remove_object("films/a.ismv");
    refused(ONE, &made, 409, "films/a.ismv, which is not in storage");
    desk.stores.objects_fail.set(true);
    refused(ONE, &made, 503, "storage failed");
}

#[test]
fn shows_one_as_the_command_line_does() {
    let desk = Desk::new();
    assert_eq!(desk.ask(&Method::GET, ONE).status, StatusCode::NOT_FOUND);
    desk.ask(&Method::PUT, ONE);
    let got = desk.ask(&Method::GET, ONE);
    let index = Index::decode(&desk.value()).unwrap();
    assert_eq!(got.json(), millrace::describe::whole(&index));
    let head = desk.ask(&Method::HEAD, ONE);
    assert_eq!((head.status, &head.headers, head.text.len()), (got.status, &got.headers, 0));
    desk.stores.values.borrow_mut().insert(KEY.into(), b"spoilt".to_vec());
    assert_eq!(desk.ask(&Method::GET, ONE).status, StatusCode::NOT_FOUND);
}

#[test]
fn lists_in_parts() {
    let desk = Desk::new();
    desk.ask(&Method::PUT, ONE);
    let value = desk.value();
    for name in ["b.ism", "c.ism", "d.ism", "e.ism"] {
        desk.stores.values.borrow_mut().insert(name.to_owned(), value.clone());
    }
    let (mut found, mut cursor, mut parts) = (Vec::new(), Value::Null, 0);
    loop {
        let more = cursor.as_str().map_or(String::new(), |cursor| format!("&cursor={cursor}"));
        let part = desk.ask(&Method::GET, &format!("{LIST}?limit=2{more}")).json();
        let names = part["indexes"].as_array().unwrap().iter();
        found.extend(names.map(|entry| entry["presentation"].as_str().unwrap().to_owned()));
        cursor = part["cursor"].clone();
        parts += 1;
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(found, ["b.ism", "c.ism", "d.ism", "e.ism", KEY]);
    assert_eq!(parts, 3);
    let all = desk.ask(&Method::GET, LIST).json();
    assert_eq!(all["indexes"][0], json!({ "presentation": "b.ism" }), "nothing is said of it");
    desk.stores.indexes_fail.set(true);
    assert_eq!(desk.ask(&Method::GET, LIST).status, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn purges_everything_that_can_be_reached() {
    let desk = Desk::new();
    desk.ask(&Method::PUT, ONE);
    desk.stores.calls();
    for _ in 0..2 {
        let got = desk.ask(&Method::DELETE, ONE);
        let said = json!({ "presentation": KEY, "index": "forgotten", "cache": "purged" });
        assert_eq!((got.status, got.json()), (StatusCode::OK, said));
        let delete = [Call::Delete(KEY.to_owned()), Call::Pages(KEY.to_owned())];
        let calls = [&delete[..], &[Call::Purge(vec![KEY.to_owned()])]].concat();
        assert_eq!(desk.stores.calls(), calls);
        assert!(!desk.remembers());
    }
    assert_eq!(desk.ask(&Method::GET, ONE).status, StatusCode::NOT_FOUND);
    desk.stores.indexes_fail.set(true);
    assert_eq!(desk.ask(&Method::DELETE, ONE).status, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn what_a_viewer_has_built_is_waited_for_and_not_built_beside() {
    let desk = Desk::new();
    desk.library.memo.claim(KEY, NOW_MS);
    let got = desk.send(&Method::PUT, ONE, Some(BEARER), b"");
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "{}", got.text);
    assert_eq!(desk.stores.calls(), [], "nothing was read beside the other build");
    desk.library.memo.void(KEY);
    assert_eq!(desk.send(&Method::PUT, ONE, Some(BEARER), b"").status, StatusCode::OK);
}
