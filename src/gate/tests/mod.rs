//! Every policy with every token on every route, and who passes.

mod policies;
mod stops;
mod tokens;

use super::*;
use crate::sign::{HmacKey, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The second that it is.
const NOW: u64 = 1_800_000_000;
const OLD: &[u8] = b"the key of last month";
const NEW: &[u8] = b"the key of this month";
const OTHER: &[u8] = b"the key of someone else";
const HERE: &str = "192.0.2.7";
const KEY: &str = "films/x.ism";

fn digits(key: &[u8]) -> String {
    crate::base::digits::hex(key)
}

fn gate(policies: &str) -> Gate {
    let keys = format!(r#"{{"old":"{}","new":"{}"}}"#, digits(OLD), digits(NEW));
    Gate::new(Policies::parse(policies).unwrap(), Keys::parse(&keys).unwrap())
}

const CLOSED: &str = r#"[{"prefix":"films/trailers/"},{"prefix":"films/","token":"required"}]"#;

fn closed() -> Gate {
    gate(CLOSED)
}

/// A viewer of whom this is known.
#[derive(Clone, Copy)]
struct Someone<'a> {
    cookie: Option<&'a str>,
    referrer: Option<&'a str>,
    address: Option<&'a str>,
    country: Option<&'a str>,
}

impl Viewer for Someone<'_> {
    fn cookie(&self) -> Option<String> {
        self.cookie.map(str::to_owned)
    }

    fn referrer(&self) -> Option<String> {
        self.referrer.map(str::to_owned)
    }

    fn address(&self) -> Option<String> {
        self.address.map(str::to_owned)
    }

    fn country(&self) -> Option<String> {
        self.country.map(str::to_owned)
    }
}

const VIEWER: Someone<'_> =
    Someone { cookie: None, referrer: None, address: Some(HERE), country: Some("DE") };

fn visit(path: &str) -> Visit<'_> {
    Visit { path, asked: path, query: None, viewer: &VIEWER, now_ms: NOW * 1000 }
}

fn passes(gate: &Gate, path: &str) -> bool {
    matches!(gate.judge(&visit(path)), Verdict::Passes { .. })
}

impl Grant<'_> {
    fn signed(&self, key: &[u8]) -> String {
        self.sign(&HmacKey::new(key))
    }
}

fn grant() -> Grant<'static> {
    Grant { acl: "/films/x.ism*", from: None, until: NOW + 600, address: None }
}

/// A token over `fields` as they are, signed with `key`.
fn raw(fields: &str, key: &[u8]) -> String {
    format!("{fields}~hmac={}", digits(&hmac(key, fields.as_bytes())))
}

fn jwt(header: &str, claims: &str, key: &[u8]) -> String {
    let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac(key, signed.as_bytes())))
}

const HS256: &str = r#"{"alg":"HS256"}"#;
