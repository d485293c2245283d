//! Every seed of the fuzzer, every crash it ever found included, holds.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[allow(unreachable_pub, reason = "the fuzzer's targets are crates of their own")]
#[path = "../fuzz/src/lib.rs"]
mod doors;

use std::fs;
use std::path::Path;

fn every_seed(target: &str, door: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds = 0;
    for entry in fs::read_dir(folder).unwrap() {
        door(&fs::read(entry.unwrap().path()).unwrap());
        seeds += 1;
    }
    assert!(seeds > 0, "no seed for {target}");
}

#[test]
fn request() {
    every_seed("request", doors::request);
}

#[test]
fn selection() {
    every_seed("selection", doors::selection);
}

#[test]
fn token() {
    every_seed("token", doors::token);
}

#[test]
fn list() {
    every_seed("list", doors::list);
}

#[test]
fn server_manifest() {
    every_seed("server_manifest", doors::server_manifest);
}

#[test]
fn client_manifest() {
    every_seed("client_manifest", doors::client_manifest);
}

#[test]
fn scan() {
    every_seed("scan", doors::scan);
}

#[test]
fn index() {
    every_seed("index", doors::index);
}

#[test]
fn page() {
    every_seed("page", doors::page);
}

#[test]
fn text() {
    every_seed("text", doors::text);
}

#[test]
fn sample_entry() {
    every_seed("sample_entry", doors::sample_entry);
}
