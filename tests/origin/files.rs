//! Files beside presentations: as they are stored, in whole and in part, where a deployment says so.

use super::*;

const POSTER: &str = "/films/poster.jpg";

fn edge() -> Edge {
    let mut edge = Edge::new();
    edge.stores.put_object("films/poster.jpg", b"a poster");
    edge.stores.put_object("films/none.vtt", b"");
    edge.settings.files = ["jpg", "vtt"].map(|it| FileType::of(it).unwrap()).to_vec();
    edge
}

#[test]
fn a_file_is_handed_out_as_it_is_stored() {
    let edge = edge();
    let got = edge.get(POSTER);
    assert_eq!((got.status.as_u16(), &got.body[..]), (200, &b"a poster"[..]));
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("content-length", "8"),
        ("etag", "\"v1\""),
        ("cache-control", "public, max-age=30, stale-if-error=0"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox"),
        ("content-disposition", ""),
    ] {
        assert_eq!(got.header(name), value, "{name}");
    }
    let key = "films/poster.jpg".to_owned();
    let all = ByteRange::new(0, 8).unwrap();
    assert_eq!(edge.stores.calls(), [Call::Head(key.clone()), Call::Open(key.clone(), all)]);

    let part = edge.ask(&Method::GET, POSTER, &[("range", "bytes=2-5")]);
    assert_eq!((part.status.as_u16(), &part.body[..]), (206, &b"post"[..]));
    assert_eq!(part.header("content-range"), "bytes 2-5/8");
    edge.stores.calls();
    for (method, headers, status) in [
        (Method::HEAD, ("accept", "*/*"), 200),
        (Method::GET, ("if-none-match", "\"v1\""), 304),
        (Method::GET, ("if-match", "\"v2\""), 412),
        (Method::GET, ("range", "bytes=8-"), 416),
    ] {
        let got = edge.ask(&method, POSTER, &[headers]);
        assert_eq!(got.status.as_u16(), status, "{headers:?}");
        assert_eq!(edge.stores.calls(), [Call::Head(key.clone())], "{headers:?}");
    }
    let empty = edge.get("/films/none.vtt");
    assert_eq!((empty.status.as_u16(), empty.header("content-length")), (200, "0"));
}

#[test]
fn what_is_not_there_or_not_of_these_types_is_404() {
    let edge = edge();
    assert_eq!(edge.get("/films/other.jpg").status, StatusCode::NOT_FOUND);
    edge.stores.put_object("films/a.png", b"png");
    edge.stores.put_object("films/a.ismc", b"<SmoothStreamingMedia/>");
    edge.stores.calls();
    for path in ["/films/a.png", "/films/high.ismv", "/films/a.ismc", "/films/a.ism.txt"] {
        assert_eq!(edge.get(path).status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(edge.stores.calls(), []);
    let closed = Edge::new();
    closed.stores.put_object("films/poster.jpg", b"a poster");
    assert_eq!(closed.get(POSTER).status, StatusCode::NOT_FOUND, "nothing is, by default");
    edge.stores.objects_fail.set(true);
    assert_eq!(edge.get(POSTER).status, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn a_file_that_is_replaced_meanwhile_is_never_half_of_each() {
    let edge = edge();
    edge.stores.restless.set(true);
    let got = edge.get(POSTER);
    assert_eq!((got.status.as_u16(), got.header("cache-control")), (503, "no-store"));
}

#[test]
fn a_download_has_its_name_and_nothing_more() {
    let edge = edge();
    for (query, disposition) in [
        ("download", "attachment; filename=\"poster.jpg\"; filename*=UTF-8''poster.jpg"),
        (
            "download=Der+%22Fluss%22%3B+a%3Db.jpg",
            "attachment; filename=\"Der _Fluss__ a_b.jpg\"; filename*=UTF-8''Der%20%22Fluss%22%3B%20a%3Db.jpg",
        ),
        ("download=%C3%A9.jpg", "attachment; filename=\"_.jpg\"; filename*=UTF-8''%C3%A9.jpg"),
    ] {
        let got = edge.ask(&Method::GET, POSTER, &[("query", query)]);
        assert_eq!((got.status.as_u16(), got.header("content-disposition")), (200, disposition));
    }
    for query in ["download=a%0d%0aSet-Cookie:x", "download=../x", "download=a&download=b"] {
        let got = edge.ask(&Method::GET, POSTER, &[("query", query)]);
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}");
    }
}
