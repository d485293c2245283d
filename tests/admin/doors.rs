//! Who comes in, and by which paths: nobody without the token, but to look where that is open.

use super::*;

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::PUT,
    Method::DELETE,
    Method::POST,
    Method::PATCH,
    Method::OPTIONS,
];

const PATHS: [&str; 15] = [
    LIST,
    ONE,
    "/_millrace",
    "/_millrace/",
    "/_millrace/nothing",
    "//_millrace/indexes",
    "/%5fmillrace/indexes",
    "/_millrace/indexes/%2e%2e/a.ism",
    "/_millrace/indexes/../a.ism",
    "/_millrace/indexes//films/a.ism",
    "/_millrace/indexes/films%2fa.ism",
    "/_millrace/indexes/films%5ca.ism",
    "/_millrace/indexes/films/a%00.ism",
    "/_millrace/indexes/films/%ff.ism",
    "/_millrace/indexes/films/a.ism/Manifest",
];

/// Every route × method × kind of wrong authorisation: 401, one line of report, and neither a
/// store nor the body is touched.
#[test]
fn nobody_comes_in_without_the_token() {
    let desk = Desk::new();
    let wrong = [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer wrong"),
        Some("Bearer open-sesam"),
        Some("Bearer open-sesame2"),
        Some("Basic open-sesame"),
        Some("open-sesame"),
    ];
    for path in PATHS {
        for method in &METHODS {
            for authorization in wrong {
                for query in ["", "?token=open-sesame", "?access_token=open-sesame&limit=1"] {
                    let got = desk.send(method, &format!("{path}{query}"), authorization, b"x");
                    let asked = format!("{method} {path}{query} {authorization:?}");
                    assert_eq!(got.status, StatusCode::UNAUTHORIZED, "{asked}");
                    assert!(got.header("www-authenticate").starts_with("Bearer"), "{asked}");
                    assert_eq!(got.header("cache-control"), "no-store", "{asked}");
                    assert_eq!(got.headers.get("access-control-allow-origin"), None, "{asked}");
                    let reports = desk.reports.take();
                    assert_eq!(reports.len(), 1, "{asked}");
                    assert!(!reports[0].contains("sesam") && !got.text.contains("sesam"));
                }
            }
        }
    }
    assert_eq!(desk.stores.calls(), []);
    assert_eq!(desk.bodies_read.get(), 0);
}

#[test]
fn without_a_secret_there_is_nothing_to_come_in_to() {
    for secret in [None, Some("")] {
        let mut desk = Desk::new();
        desk.secret = secret;
        for path in PATHS {
            for method in &METHODS {
                for authorization in [None, Some(BEARER), Some("Bearer ")] {
                    let got = desk.send(method, path, authorization, b"x");
                    assert_eq!(got.status, StatusCode::NOT_FOUND, "{method} {path}");
                    assert_eq!(got.headers.get("www-authenticate"), None);
                    if *method != Method::HEAD {
                        assert!(got.text.starts_with("no presentation here"), "{}", got.text);
                    }
                }
            }
        }
        assert_eq!(desk.stores.calls(), []);
        assert_eq!(desk.bodies_read.get(), 0);
    }
}

#[test]
fn tricks_are_refused_with_the_token_too_before_any_store_is_touched() {
    let desk = Desk::new();
    for path in &PATHS[2..] {
        for method in &METHODS {
            let got = desk.send(method, path, Some(BEARER), b"x");
            assert!(matches!(got.status.as_u16(), 400 | 404), "{method} {path}: {}", got.status);
            assert_eq!(got.header("cache-control"), "no-store");
        }
    }
    for (path, method, allow) in [
        (LIST, Method::PUT, "GET, HEAD"),
        (LIST, Method::DELETE, "GET, HEAD"),
        ("/_millrace/health", Method::DELETE, "GET, HEAD"),
        (ONE, Method::POST, "GET, HEAD, PUT, DELETE"),
        (ONE, Method::PATCH, "GET, HEAD, PUT, DELETE"),
        (ONE, Method::OPTIONS, "GET, HEAD, PUT, DELETE"),
    ] {
        let got = desk.ask(&method, path);
        assert_eq!((got.status.as_u16(), got.header("allow")), (405, allow), "{method} {path}");
    }
    for query in ["limit=0", "limit=x", "cursor=", "cursor=%00", "token=open-sesame"] {
        assert_eq!(desk.ask(&Method::GET, &format!("{LIST}?{query}")).status.as_u16(), 400);
    }
    assert_eq!(desk.stores.calls(), []);
    assert_eq!(desk.bodies_read.get(), 0);
}

#[test]
fn anybody_may_ask_how_it_is() {
    let mut desk = Desk::new();
    desk.secret = None;
    let got = desk.send(&Method::GET, "/_millrace/health", None, b"");
    assert_eq!(got.status, StatusCode::OK);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(got.json(), json!({ "version": version, "format_version": FORMAT_VERSION }));
    assert_eq!(got.header("cache-control"), "no-store");
    assert_eq!(desk.stores.calls(), []);
    assert_eq!(desk.reports.take(), Vec::<String>::new());
}

/// The door of the Experience page: closed, it is as good as no path; open, it lets look and not touch.
#[test]
fn lets_look_without_a_token_only_where_it_is_opened() {
    const LIBRARY: &str = "/_millrace/library";
    const SHOWN: &str = "/_millrace/library/films/a.ism";
    let mut desk = Desk::new();
    desk.ask(&Method::PUT, ONE);
    desk.stores.calls();
    for authorization in [None, Some(BEARER)] {
        for path in [LIBRARY, SHOWN, "/_millrace/library/films%2Fa.ism"] {
            let got = desk.send(&Method::GET, path, authorization, b"");
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!got.text.contains("a.ism\""), "{}", got.text);
        }
    }
    assert_eq!(desk.stores.calls(), []);

    desk.shows_library = true;
    let look = |path: &str| desk.send(&Method::GET, path, None, b"");
    assert_eq!(look(LIBRARY).json(), desk.ask(&Method::GET, LIST).json());
    let named = |prefix: &str| {
        let listed = look(&format!("{LIBRARY}?prefix={prefix}")).json();
        listed["indexes"].as_array().unwrap().len()
    };
    assert_eq!([named("films/"), named("films/a%2Eism"), named("a")], [1, 1, 0]);
    assert_eq!(
        look(SHOWN).json(),
        json!({
            "presentation": KEY,
            "index_bytes": desk.value().len(),
            "index": millrace::describe::shown(&Index::decode(&desk.value()).unwrap()),
        })
    );
    desk.stores.calls();
    let part = look("/_millrace/library/films/a.ism?stream=video&bitrate=300000&from=20000000");
    assert_eq!(part.json()["number"], 1);
    assert_eq!(part.json()["chunks"].as_array().unwrap().len(), 2);
    assert_eq!(part.json()["fragments"].as_array().unwrap().len(), 2);
    let runs = |from: u64, segment: u32| {
        let level = format!("{SHOWN}?stream=video&bitrate=300000");
        look(&format!("{level}&from={from}&segment={segment}")).json()["runs"].clone()
    };
    let fragments = &part.json()["fragments"];
    assert_eq!(runs(20_000_000, 0), json!([fragments[0]]), "a fragment as it is stored is one run");
    let [start, end] = [&fragments[0][0], &fragments[1][1]];
    assert_eq!(
        runs(20_000_000, 4000),
        json!([[start, end]]),
        "and so are two, one behind the other"
    );
    assert_eq!(runs(u64::MAX, 0), json!([]));
    assert_eq!(desk.stores.calls(), [], "it is remembered, for anybody may ask");
    for none in ["?stream=audio", "?stream=video&bitrate=1"] {
        assert_eq!(look(&format!("{SHOWN}{none}")).status, StatusCode::NOT_FOUND);
    }
    assert_eq!(look(&format!("{SHOWN}?from=0")).status, StatusCode::BAD_REQUEST);
    assert_eq!(look("/_millrace/library/films/b.ism").status, StatusCode::NOT_FOUND);
    assert_eq!(look("/_millrace/library?limit=0").status, StatusCode::BAD_REQUEST);
    assert_eq!(look("/_millrace/library/films%2Fa.ism").status, StatusCode::BAD_REQUEST);
    assert_eq!(look("/_millrace/library/").status, StatusCode::BAD_REQUEST);
    assert_eq!(look("/_millrace/librarian").status, StatusCode::UNAUTHORIZED);
    assert_eq!(look(LIST).status, StatusCode::UNAUTHORIZED);
    for method in [Method::PUT, Method::DELETE, Method::POST] {
        for path in [LIBRARY, SHOWN] {
            let got = desk.send(&method, path, Some(BEARER), b"");
            assert_eq!((got.status.as_u16(), got.header("allow")), (405, "GET, HEAD"));
        }
    }
    assert_eq!(desk.bodies_read.get(), 1, "of the index that was built");
}
