//! What an operator asks, over stores in memory that count.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod media;
mod memory;

use http::{HeaderMap, Method, StatusCode};
use media::{File, Piece, Track, three_fragments};
use memory::{Call, Host, Memory};
use millrace::admin::{Admin, AdminAsked, AdminError, Sources, Token};
use millrace::index::{FORMAT_VERSION, Index};
use millrace::library::Library;
use millrace::library::build::{Limits, Rules, build};
use millrace::library::memo::Recall;
use millrace::remote::Stores;
use millrace::scan::Way;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const SECRET: &str = "open-sesame";
const BEARER: &str = "Bearer open-sesame";
const KEY: &str = "films/a.ism";
const ONE: &str = "/_millrace/indexes/films/a.ism";
const LIST: &str = "/_millrace/indexes";
const NOW_MS: u64 = 1_795_366_999_000;

const ISM: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
<video src="a.ismv" systemBitrate="300000"><param name="trackID" value="1"/></video>
</switch></body></smil>"#;

/// A deployment with one presentation in storage, and nothing indexed.
struct Desk {
    stores: Rc<Memory>,
    library: Library<Memory, Memory, Host>,
    secret: Option<&'static str>,
    shows_library: bool,
    sources: &'static str,
    reports: RefCell<Vec<String>>,
    bodies_read: Cell<u32>,
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Desk {
    fn new() -> Self {
        let stores = Rc::<Memory>::default();
        stores.put_object(KEY, ISM.as_bytes());
        stores.put_object("films/a.ismv", &three_fragments(Track::video(1), 500));
        let secret = Some(SECRET);
        let library = Library {
            objects: Rc::clone(&stores),
            indexes: Rc::clone(&stores),
            runtime: Rc::new(Host::at(NOW_MS)),
            memo: Rc::default(),
            limits: Limits::REQUEST,
            rules: Rules::default(),
        };
        let (reports, bodies_read) = Default::default();
        let (shows_library, sources) = (false, "");
        Self { stores, library, secret, shows_library, sources, reports, bodies_read }
    }

    fn ask(&self, method: &Method, path: &str) -> Got {
        self.send(method, path, Some(BEARER), b"")
    }

    fn send(&self, method: &Method, path: &str, authorization: Option<&str>, body: &[u8]) -> Got {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, q)| (path, Some(q)));
        let asked = AdminAsked { method, path, query, authorization, now_ms: NOW_MS };
        let token = self.secret.and_then(Token::new);
        let admin = Admin {
            library: &self.library,
            cache: &*self.stores,
            sweeper: &*self.stores,
            stores: &Stores::r2(),
            sources: &Sources::parse(self.sources).unwrap(),
            token: token.as_ref(),
            shows_library: self.shows_library,
            report: &|error: &AdminError| self.reports.borrow_mut().push(error.to_string()),
        };
        let read = async || {
            self.bodies_read.set(self.bodies_read.get() + 1);
            (body.len() <= 1 << 20).then(|| body.to_vec()).ok_or(AdminError::TooLarge)
        };
        let (head, body) = pollster::block_on(admin.answer(&asked, read)).into_parts();
        let text = String::from_utf8(body).unwrap();
        Got { status: head.status, headers: head.headers, text }
    }

    fn remembers(&self) -> bool {
        self.library.memo.recall(KEY, None, NOW_MS) != Recall::Nothing
    }

    fn value(&self) -> Vec<u8> {
        self.stores.values.borrow().get(KEY).cloned().unwrap()
    }

    /// The index as the command line makes it.
    fn made(&self) -> Vec<u8> {
        assert_eq!(self.ask(&Method::PUT, ONE).status, StatusCode::OK);
        let value = self.value();
        self.stores.values.borrow_mut().clear();
        self.stores.calls();
        value
    }
}

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
