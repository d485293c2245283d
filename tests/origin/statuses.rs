//! What goes wrong, by its status, and what the log has of each request.

use super::*;

#[test]
fn trouble_with_a_store_is_503_and_tells_nothing() {
    for fail in [
        |edge: &Edge| edge.stores.objects_fail.set(true),
        |edge: &Edge| {
            edge.stores.indexes_fail.set(true);
        },
    ] {
        let edge = Edge::indexed();
        fail(&edge);
        let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!got.text().contains("secret") && !got.text().contains("high"), "{}", got.text());
        assert!(edge.reports.borrow()[0].contains("secret"), "the operator is told");
    }
}

#[test]
fn broken_media_is_502() {
    let edge = Edge::new();
    edge.stores.put_object("films/high.ismv", b"this is no media file at all");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    edge.later();
    edge.stores.remove_object("films/high.ismv");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    assert!(edge.reports.borrow()[1].contains("which is not there"), "{:?}", edge.reports);
    edge.later();
    edge.stores.put_object("films/a.ism", b"<smil/>");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
}

#[test]
fn a_manifest_that_is_too_large_is_told_with_its_size_and_what_it_may_have() {
    let told = |len: usize| {
        let edge = Edge::new();
        edge.stores.put_object("films/a.ism", &vec![b' '; len]);
        assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
        edge.reports.take().remove(0)
    };
    let large = told((1 << 20) + 1);
    let why = "films/a.ism has 1048577 bytes, and a file of its kind may have 1048576";
    assert!(large.contains(why), "{large}");
    let largest = told(1 << 20);
    assert!(largest.contains("the document is empty"), "it is read: {largest}");
}

#[test]
fn statuses() {
    let edge = Edge::indexed();
    for (path, status) in [
        ("/", 404),
        ("/films/b.ism/Manifest", 404),
        ("/films/a.ism/QualityLevels(3000000)/Fragments(audio=0)", 404),
        ("/films/a.ism/QualityLevels(3000001)/Fragments(video=0)", 404),
        ("/films/a.ism/QualityLevels(3000000,cam=2)/Fragments(video=0)", 404),
        ("/films/a.ism/QualityLevels(3000000)/Fragments(video=1)", 404),
        ("/films/a.ism/QualityLevels(3000000)/Fragments(video=60000000)", 404),
        ("/films/a.ism/QualityLevels(x)/Fragments(video=0)", 400),
        ("/films/../a.ism/Manifest", 400),
        ("/films/%ff.ism/Manifest", 400),
        ("/films/a.ism/manifest(format=f4m-f4f)", 501),
        ("/films/a.ism/QualityLevels%283000000%29/Fragments%28video%3D0%29", 200),
        ("/clientaccesspolicy.xml", 200),
        ("/crossdomain.xml", 200),
    ] {
        let got = edge.get(path);
        assert_eq!(got.status.as_u16(), status, "{path}: {}", got.text());
        assert!(got.body.len() < 1000 || status == 200, "{path}");
        assert_eq!(got.header("content-length"), got.body.len().to_string(), "{path}");
    }
    let got = edge.ask(&Method::POST, "/films/a.ism/Manifest", &[]);
    assert_eq!((got.status.as_u16(), got.header("allow")), (405, "GET, HEAD, OPTIONS"));
}

#[test]
fn a_bare_presentation_leads_beside_itself_with_its_query() {
    let edge = Edge::new();
    for (path, query, location) in [
        ("/films/a.ism", None, "a.ism/Manifest"),
        ("/films/a.ism/", None, "Manifest"),
        ("/films/a.ism", Some("token=x&y"), "a.ism/Manifest?token=x&y"),
        ("/films/a%20b.ism", None, "a%20b.ism/Manifest"),
        // The first segment of a relative reference has no colon: RFC 3986 4.2.
        ("/a:b.ism", None, "a%3Ab.ism/Manifest"),
    ] {
        let headers: Vec<_> = query.map(|query| ("query", query)).into_iter().collect();
        let got = edge.ask(&Method::GET, path, &headers);
        assert_eq!((got.status.as_u16(), got.header("location")), (302, location), "{path}");
    }
}

#[test]
fn a_page_may_send_what_its_player_sends() {
    let edge = Edge::new();
    let allowed = |wanted: Option<&str>| {
        let headers: Vec<_> =
            wanted.map(|it| ("access-control-request-headers", it)).into_iter().collect();
        let got = edge.ask(&Method::OPTIONS, "/films/a.ism/master.m3u8", &headers);
        assert_eq!((got.status.as_u16(), got.header("access-control-max-age")), (204, "86400"));
        assert_eq!(got.header("access-control-allow-origin"), "*");
        got.header("access-control-allow-headers").to_owned()
    };
    for wanted in ["cmcd-object,cmcd-request", "authorization", "Range, X-Playback-Session-Id"] {
        assert_eq!(allowed(Some(wanted)), wanted);
    }
    let known = allowed(None);
    for name in ["Range", "If-None-Match", "Authorization", "CMCD-Session", "CMCD-Status"] {
        assert!(known.split(", ").any(|it| it == name), "{name}: {known}");
    }
    let long = "x,".repeat(1000);
    for odd in ["", "a b", "a\tb: c", "*,\u{e9}", &long] {
        assert_eq!(allowed(Some(odd)), known, "{odd}");
    }
}

#[test]
fn dot_and_empty_segments_are_refused_wherever_they_stand() {
    let edge = Edge::indexed();
    for path in [
        "/films/a.ism/x%2f..%2fManifest",
        "/films/a.ism/%2e%2e/Manifest",
        "/films/a.ism/.%2fManifest",
        "/films/a.ism//Manifest",
    ] {
        let got = edge.get(path);
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(edge.stores.calls(), []);
}

#[test]
fn what_repeats_the_path_is_text_and_nothing_else() {
    let edge = Edge::new();
    for path in ["/films/<script>.ism/Manifest", "/<b>", "/films/a.ism/<b>", "/films/%ff.ism"] {
        let got = edge.get(path);
        assert!(got.status.is_client_error(), "{path}");
        assert_eq!(got.header("content-type"), "text/plain; charset=utf-8", "{path}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[test]
fn another_version_than_the_one_that_alone_is_wanted_is_412() {
    let edge = Edge::indexed();
    for path in ["/films/a.ism/Manifest".to_owned(), format!("/films/a.ism/{HIGH_1}")] {
        let whole = edge.get(&path);
        let etag = whole.header("etag").to_owned();
        let part = edge.ask(&Method::GET, &path, &[("if-match", &etag), ("range", "bytes=0-9")]);
        assert_eq!((part.status.as_u16(), &part.body[..]), (206, &whole.body[..10]), "{path}");
        edge.stores.calls();
        for method in [Method::GET, Method::HEAD] {
            let weak = format!("W/{etag}");
            for other in ["\"other\"", &weak] {
                let headers = [("if-match", other), ("if-none-match", &etag)];
                let got = edge.ask(&method, &path, &headers);
                assert_eq!(got.status, StatusCode::PRECONDITION_FAILED, "{path} {other}");
                assert_eq!(got.header("cache-control"), "no-store", "nobody else is answered so");
            }
        }
        assert_eq!(edge.stores.calls(), [], "and storage is not asked");
    }
}

#[test]
fn says_where_the_time_went() {
    let edge = Edge::new();
    edge.tick_ms.set(7);
    let path = format!("/films/a.ism/{HIGH_1}");
    let timing = |path: &str| edge.get(path).header("server-timing").to_owned();
    assert_eq!(timing("/films/a.ism/Manifest"), "index;desc=\"built\";dur=7");
    assert_eq!(timing(&path), "index;desc=\"memory\";dur=0, storage;dur=7");
    edge.forget();
    assert_eq!(timing(&path), "index;desc=\"kv\";dur=7, storage;dur=7");
    assert_eq!(timing("/crossdomain.xml"), "");
    let got = edge.get(&path);
    let again = || {
        let again = edge.ask(&Method::GET, &path, &[("if-none-match", got.header("etag"))]);
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        again.header("server-timing").to_owned()
    };
    assert_eq!(again(), "");
    edge.forget();
    assert_eq!(again(), "index;desc=\"kv\";dur=7");
    assert_eq!(got.header("timing-allow-origin"), "*");
    assert!(got.header("access-control-expose-headers").contains("Server-Timing"));
}

#[test]
fn answers_about_a_presentation_have_its_tag() {
    let edge = Edge::indexed();
    for path in ["/films/a.ism", "/films/a.ism/Manifest", "/films/%61.ism/Manifest(format=fmp4)"] {
        assert_eq!(edge.get(path).header("cache-tag"), "films/a.ism", "{path}");
    }
    for path in [HIGH_1, "QualityLevels(1)/Fragments(video=0)"] {
        assert_eq!(edge.get(&format!("/films/a.ism/{path}")).header("cache-tag"), "films/a.ism");
    }
    assert_eq!(edge.get("/a,%20%C3%B6.ism/Manifest").header("cache-tag"), "a%2C%20%C3%B6.ism");
    assert_eq!(edge.get("/crossdomain.xml").header("cache-tag"), "");
    let long = format!("{}.ism", "%C3%B6".repeat(230));
    let got = edge.get(&format!("/{long}/Manifest"));
    let tag = got.header("cache-tag");
    assert!(tag.len() == 1024 && long.starts_with(tag), "{tag}");
}

#[test]
fn a_failure_is_one_line_that_says_what_it_befell() {
    let edge = Edge::indexed();
    edge.stores.objects_fail.set(true);
    edge.get(&format!("/films/a.ism/{HIGH_1}"));
    edge.get("/films/b.ism/Manifest");
    let lines = edge.reports.take();
    assert_eq!(
        lines[0],
        "{\"bitrate\":3000000,\"error\":\"storage failed to give films/high.ismv: \
         secret-bucket is on fire\",\"presentation\":\"films/a.ism\",\"status\":503,\
         \"stream\":\"video\",\"time\":20000000}"
    );
    assert!(lines[1].contains("\"presentation\":\"films/b.ism\""), "{}", lines[1]);
    assert_eq!(lines.len(), 2);
    edge.stores.objects_fail.set(false);
    for path in [NONE, "/", "/films/a.ism/Nonsense", "/films/a.ism/QualityLevels(1)/Fragments(v=0)"]
    {
        edge.get(path);
    }
    assert!(edge.reports.borrow().is_empty(), "{:?}", edge.reports);
}

#[test]
fn every_request_has_an_access_record() {
    let edge = Edge::indexed();
    edge.records.take();
    edge.tick_ms.set(7);
    let bytes = edge.get(&format!("/films/a.ism/{HIGH_1}")).body.len();
    edge.get("/films/a.ism");
    edge.get(NONE);
    let records = edge.records.take();
    let whole = format!(
        "AccessRecord {{ subject: Some(Subject {{ presentation: \"films/a.ism\", kind: \"fragment\", \
         fragment: Some(FragmentName {{ stream: \"video\", bitrate: 3000000, start: 20000000 }}) \
         }}), status: 200, bytes: {bytes}, spent: Spent {{ index: Some(Kv), index_ms: 7, \
         storage_ms: Some(7) }}, is_hit: false }}"
    );
    assert_eq!(records[0], whole);
    assert!(records[1].contains("status: 302") && records[2].contains("status: 404"));
    assert_eq!(records.len(), 3);
}

#[test]
fn each_kind_of_answer_is_told_apart() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    edge.records.borrow_mut().clear();
    let level = format!("{generation}/video/300000");
    let asked = [
        ("hls", "master.m3u8".to_owned()),
        ("dash", "manifest.mpd".into()),
        ("playlist", format!("{level}/index.m3u8")),
        ("init", format!("{level}/init.mp4")),
        ("segment", format!("{level}/0.m4s")),
    ];
    for (kind, path) in asked {
        edge.get(&format!("/films/a.ism/{path}"));
        let record = edge.records.borrow_mut().pop().unwrap();
        assert!(record.contains(&format!("kind: \"{kind}\"")), "{record}");
    }
}
