//! Values of `STORES`, and what is wrong with those that are refused.

use super::*;
use crate::remote::stores::Access;
use crate::sign::{Secret, azure};

fn secrets(name: &str) -> Option<String> {
    match name {
        "ID" => Some("id".into()),
        "KEY" => Some("a2V5\n".into()),
        "SAS" => Some("?sv=1&sig=x".into()),
        "EMPTY" => Some(" ".into()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Stores, String> {
    Stores::parse(text, &secrets).map_err(|error| error.to_string())
}

/// The one remote store of `text`.
fn remote(text: &str) -> Remote {
    let stores = parse(&format!("[{text}]")).unwrap();
    match stores.routes.into_iter().next().unwrap().store {
        Store::Remote(remote) => remote,
        store => panic!("{store:?}"),
    }
}

#[test]
fn the_first_prefix_that_matches() {
    let stores = parse(
        r#"[{"prefix": "ams/old/", "r2": "OLD"},
            {"prefix": "ams/", "path": "a/b/", "http": {"url": "http://host"}},
            {"prefix": "", "r2": "MEDIA"}]"#,
    )
    .unwrap();
    let found = |key| stores.find(key).map(|(store, key)| (store.clone(), key)).unwrap();
    assert_eq!(found("ams/old/x.ism"), (Store::R2("OLD".into()), "x.ism".into()));
    assert_eq!(found("ams/x.ism").1, "a/b/x.ism");
    assert_eq!(found("amsterdam/x.ism"), (Store::R2("MEDIA".into()), "amsterdam/x.ism".into()));
    assert_eq!(Stores::r2().find("x").unwrap().1, "x");
    let only = parse(r#"[{"prefix": "a/", "r2": "MEDIA"}]"#).unwrap();
    assert_eq!(only.find("b/x.ism"), None);
}

#[test]
fn keys_of_what_lies_in_r2() {
    assert_eq!(Stores::r2().keys_in_r2("a/x.ism"), ["a/x.ism"]);
    let stores = parse(
        r#"[{"prefix": "old/", "path": "films/", "r2": "OLD"},
            {"prefix": "ams/", "http": {"url": "http://host"}},
            {"prefix": "", "r2": "MEDIA"}]"#,
    )
    .unwrap();
    assert_eq!(stores.keys_in_r2("x.ism"), ["x.ism"]);
    assert_eq!(stores.keys_in_r2("films/x.ism"), ["old/x.ism", "films/x.ism"]);
    assert!(stores.keys_in_r2("ams/x.ism").is_empty(), "another store is asked for that");
    assert!(stores.keys_in_r2("old/x.ism").is_empty(), "its place in MEDIA cannot be seen");
}

#[test]
fn s3() {
    let text = r#"{"prefix": "", "s3": {"endpoint": "https://S3.example.com:443/", "region": "r",
        "bucket": "films", "access_key_id": "ID", "secret_access_key": "KEY"STYLE}}"#;
    let path = remote(&text.replace("STYLE", ""));
    assert_eq!(path.base, "https://s3.example.com/films");
    assert_eq!(path.patience_ms, PATIENCE_MS);
    let Access::S3(signer) = path.access else { panic!("{path:?}") };
    assert_eq!((signer.region.as_str(), signer.secret_access_key.0.as_str()), ("r", "a2V5"));
    let host = remote(&text.replace("STYLE", r#", "style": "virtual""#));
    assert_eq!(host.base, "https://films.s3.example.com");
}

#[test]
fn azure() {
    let azure =
        |more: &str| remote(&format!(r#"{{"prefix": "", "azure": {{"account": "me"{more}}}}}"#));
    let open = azure("");
    assert_eq!(open.base, "https://me.blob.core.windows.net");
    assert_eq!(open.access, Access::AzureSas(None));
    let sas = azure(r#", "container": "asset-1", "sas": "SAS""#);
    assert_eq!(sas.base, "https://me.blob.core.windows.net/asset-1");
    assert_eq!(sas.access, Access::AzureSas(Some(Secret("sv=1&sig=x".into()))));
    let key = azure(r#", "endpoint": "http://127.0.0.1:10000/me", "key": "KEY""#);
    assert_eq!(key.base, "http://127.0.0.1:10000/me");
    let signer = azure::Signer { account: "me".into(), key: Secret(b"key".to_vec()) };
    assert_eq!(key.access, Access::AzureKey(signer));
}

#[test]
fn http() {
    let text = r#"{"prefix": "", "timeout_ms": 500, "http": {"url": "http://Host:80/a/b/"}}"#;
    let http = remote(text);
    assert_eq!((http.base.as_str(), http.patience_ms), ("http://host/a/b", 500));
}

#[test]
fn what_is_wrong_is_said() {
    let s3 = |secret: &str| {
        format!(
            r#"[{{"prefix": "", "s3": {{"endpoint": "https://h", "region": "r", "bucket": "b",
            "access_key_id": "ID", "secret_access_key": "{secret}"}}}}]"#
        )
    };
    for (text, cause) in [
        ("[", "EOF"),
        (r#"[{"r2": "MEDIA"}]"#, "missing field `prefix`"),
        (r#"[{"prefix": "", "gcs": {}}]"#, "unknown field `gcs`"),
        (r#"[{"prefix": ""}]"#, "exactly one of"),
        (r#"[{"prefix": "", "r2": "A", "http": {"url": "http://h"}}]"#, "exactly one of"),
        (r#"[{"prefix": "/a/", "r2": "A"}]"#, "prefix \"/a/\""),
        (r#"[{"prefix": "a", "r2": "A"}]"#, "prefix \"a\""),
        (r#"[{"prefix": "", "path": "a", "r2": "A"}]"#, "path \"a\""),
        (r#"[{"prefix": "", "r2": "A", "timeout_ms": 1}]"#, "no meaning"),
        (r#"[{"prefix": "", "timeout_ms": 0, "http": {"url": "http://h"}}]"#, "timeout_ms"),
        (r#"[{"prefix": "", "r2": "A"}, {"prefix": "a/", "r2": "B"}]"#, "entry 2: prefix \"\""),
        (r#"[{"prefix": "", "http": {"url": "ftp://h"}}]"#, "https://host/path"),
        (r#"[{"prefix": "", "http": {"url": "//h/a"}}]"#, "https://host/path"),
        (r#"[{"prefix": "", "http": {"url": "http://h/?a"}}]"#, "https://host/path"),
        (r#"[{"prefix": "", "http": {"url": "http://u:p@h/"}}]"#, "https://host/path"),
        (r#"[{"prefix": "", "azure": {"account": "a/b"}}]"#, "account \"a/b\""),
        (r#"[{"prefix": "", "azure": {"account": "a", "container": ".."}}]"#, "container"),
        (r#"[{"prefix": "", "azure": {"account": "a", "sas": "S", "key": "K"}}]"#, "both"),
        (r#"[{"prefix": "", "azure": {"account": "a", "key": "SAS"}}]"#, "not base64"),
        (&s3("EMPTY"), "secret_access_key names no secret"),
    ] {
        let got = parse(text).unwrap_err();
        assert!(got.contains(cause), "{text}: {got}");
    }
    let pasted = parse(&s3("wJalrXUtnFEMI")).unwrap_err();
    assert!(pasted.contains("names no secret") && !pasted.contains("wJalr"), "{pasted}");
}
