//! What an operator asks, over stores in memory that count.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "../media/mod.rs"]
mod media;
#[path = "../memory/mod.rs"]
mod memory;

mod doors;
mod indexes;
mod stored;

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
        let library = memory::library(&stores, NOW_MS);
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
