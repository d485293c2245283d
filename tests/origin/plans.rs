//! What is decided before anything is read: plans, made of nothing but a request and an index.

use super::{Edge, HIGH_1, SAMPLES, SETTINGS, keyed, stored};
use http::Method;
use millrace::fragment::{Head, HeadReader, Read};
use millrace::library::{Found, Known};
use millrace::origin::{Asked, Error, Facts, Plan, Planned, Step, StoredRead, plan};

/// Facts with the index of `edge`.
fn indexed(edge: &Edge) -> Facts {
    edge.get("/films/a.ism/Manifest");
    let library = edge.library();
    let known = pollster::block_on(library.index("films/a.ism", None, 0)).unwrap();
    Facts { index: Some(Known::stored(known.index, Found::Memory)), ..Facts::default() }
}

fn step(path: &str, range: Option<&str>, facts: &Facts) -> Result<Step, Error> {
    plan(&Asked { range, ..Asked::new(&Method::GET, path) }, &SETTINGS, facts)
}

fn answer(path: &str, range: Option<&str>, facts: &Facts) -> Plan {
    match step(path, range, facts).unwrap() {
        Step::Answer(plan) => plan,
        other => panic!("{path} has no answer yet: {other:?}"),
    }
}

fn body(path: &str, range: Option<&str>, facts: &Facts) -> Vec<Planned> {
    answer(path, range, facts).into_body()
}

#[test]
fn an_index_is_needed_first_and_of_the_generation_that_the_url_names() {
    let nothing = Facts::default();
    let needs = |path: &str| match step(path, None, &nothing).unwrap() {
        Step::NeedsIndex(generation) => generation.map(|generation| generation.to_string()),
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(needs("/films/a.ism/Manifest"), None);
    assert_eq!(needs(&format!("/films/a.ism/{HIGH_1}")), None);
    let named = "0123456789abcdef";
    assert_eq!(needs(&format!("/films/a.ism/{named}/{HIGH_1}")).as_deref(), Some(named));
    assert_eq!(needs(&format!("/films/a.ism/{named}/video/1/init.mp4")).as_deref(), Some(named));
    assert!(matches!(step("/films/a.ism/Nonsense", None, &nothing), Err(Error::Request(_))));
    assert_eq!(body("/films/a.ism", None, &nothing), [], "a redirect needs none");
}

#[test]
fn a_stored_fragment_is_one_guarded_read() {
    let edge = Edge::new();
    let facts = indexed(&edge);
    let source = facts.index.as_ref().unwrap().index.sources.last().unwrap();
    let range = edge.high.fragments[1];
    let path = format!("/films/a.ism/{HIGH_1}");
    let whole = answer(&path, None, &facts);
    assert_eq!(whole.headers()["content-length"], range.length().to_string());
    let read = StoredRead::whole(source, range).pop().unwrap();
    assert_eq!(whole.into_body(), [Planned::Stored(read)]);
    let [Planned::Stored(StoredRead { key, etag, read })] =
        &body(&path, Some("bytes=10-19"), &facts)[..]
    else {
        panic!("a part of it is one read too");
    };
    assert_eq!((key, etag), (&source.key, &source.etag));
    assert_eq!((read.range().start(), read.length()), (range.start() + 10, 10));
}

#[test]
fn what_is_made_of_a_fragment_needs_its_front_and_goes_on_with_the_transfer() {
    let edge = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &[]));
    let mut facts = indexed(&edge);
    let path = format!("/films/a.ism/{}", HIGH_1.replace("Fragments", "RawFragments"));
    let Step::NeedsHeads(wanted) = step(&path, None, &facts).unwrap() else {
        panic!("where samples begin stands in the fragment alone");
    };
    let range = edge.high.fragments[1];
    assert_eq!(wanted.len(), 1);
    assert_eq!((&wanted[0].read.read, &wanted[0].fragments), (&Read::whole(range), &vec![range]));
    let reader = HeadReader::new(range, false);
    facts.heads = vec![Head::of(super::slice(&edge.high, 1), reader).unwrap()];
    let [Planned::Rest { head: 0, read: rest }] = &body(&path, None, &facts)[..] else {
        panic!("what is left of the transfer are the samples");
    };
    assert_eq!(rest.read.length(), 600);
    let [Planned::Rest { head: 0, read: last }] = &body(&path, Some("bytes=590-"), &facts)[..]
    else {
        panic!("to read so few bytes in vain is cheaper than another read");
    };
    assert_eq!((last.read.length(), last.read.waste()), (10, 590));
}
