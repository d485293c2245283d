//! Fragments of Smooth Streaming and their manifest: which bytes, and for how many reads.

use super::*;

#[test]
fn a_fragment_is_the_stored_bytes_for_one_read_of_each_store() {
    let edge = Edge::indexed();
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.body, slice(&edge.high, 1));
    assert_eq!(got.header("content-type"), "video/mp4");
    assert_eq!(got.header("content-length"), got.body.len().to_string());
    assert_eq!(got.header("access-control-allow-origin"), "*");
    let open = Call::Open("films/high.ismv".into(), edge.high.fragments[1]);
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into()), open.clone()]);
    edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(edge.stores.calls(), [open], "a warm isolate asks KV nothing");
}

#[test]
fn a_generation_makes_it_immutable_and_another_one_makes_it_absent() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let got = edge.get(&format!("/films/a.ism/{generation}/{HIGH_1}"));
    assert_eq!(got.body, slice(&edge.high, 1));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.header("cache-control"), "public, max-age=30, stale-if-error=0");
    let got = edge.get(&format!("/films/a.ism/0123456789abcdef/{HIGH_1}"));
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert_eq!(got.header("cache-control"), "public, max-age=5, stale-if-error=0");
}

#[test]
fn a_manifest_reads_no_storage() {
    let edge = Edge::indexed();
    let got = edge.get("/films/a.ism/Manifest");
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.header("content-type"), "text/xml; charset=utf-8");
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
    let text = got.text();
    assert!(
        text.contains(r#"Bitrate="300000""#) && text.contains(r#"Bitrate="3000000""#),
        "{text}"
    );
    let legacy = edge.get("/films/a.ism/manifest(format=fmp4-v20)");
    assert!(text.contains(" r=\"3\"") && !legacy.text().contains(" r="), "{}", legacy.text());
    assert_ne!(got.header("etag"), legacy.header("etag"));
}

#[test]
fn moof_alone_and_samples_alone() {
    let edge = Edge::indexed();
    let whole = slice(&edge.low, 2);
    let info = edge.get("/films/a.ism/QualityLevels(300000)/FragmentInfo(video=40000000)");
    let samples = edge.get("/films/a.ism/QualityLevels(300000)/RawFragments(video=40000000)");
    assert_eq!(samples.body, [0x11; 500]);
    assert_eq!(info.body, &whole[..whole.len() - 508]);
    assert_eq!(info.header("content-length"), info.body.len().to_string());
    let opens = edge.stores.calls().into_iter().filter(|call| matches!(call, Call::Open(..)));
    assert_eq!(opens.count(), 2, "one read each");
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    let edge = Edge::indexed();
    for path in [format!("/films/a.ism/{HIGH_1}"), "/films/a.ism/Manifest".into()] {
        let etag = edge.get(&path).header("etag").to_owned();
        edge.stores.calls();
        let got = edge.ask(&Method::GET, &path, &[("if-none-match", &etag)]);
        assert_eq!((got.status, got.body.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(got.header("etag"), etag);
        assert_eq!(edge.stores.calls(), []);
    }
}

#[test]
fn head_says_what_get_would_without_reading() {
    let edge = Edge::indexed();
    for path in [format!("/films/a.ism/{HIGH_1}"), "/films/a.ism/Manifest".into()] {
        let got = edge.get(&path);
        edge.stores.calls();
        let head = edge.ask(&Method::HEAD, &path, &[("range", "bytes=0-1")]);
        assert_eq!((head.status, head.told()), (got.status, got.told()));
        assert!(head.body.is_empty());
        assert_eq!(edge.stores.calls(), []);
    }
}

#[test]
fn a_range_of_a_fragment() {
    let edge = Edge::indexed();
    let path = format!("/films/a.ism/{HIGH_1}");
    let whole = slice(&edge.high, 1);
    let got = edge.ask(&Method::GET, &path, &[("range", "bytes=100-199")]);
    assert_eq!(got.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(got.body, &whole[100..200]);
    assert_eq!(got.header("content-range"), format!("bytes 100-199/{}", whole.len()));
    assert_eq!(got.header("content-length"), "100");
    let range = edge.high.fragments[1].slice(ByteRange::new(100, 200).unwrap()).unwrap();
    assert_eq!(edge.stores.calls().pop(), Some(Call::Open("films/high.ismv".into(), range)));
    let got = edge.ask(&Method::GET, &path, &[("range", "bytes=999999-")]);
    assert_eq!(got.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(got.header("content-range"), format!("bytes */{}", whole.len()));
    let got = edge.ask(&Method::GET, "/films/a.ism/Manifest", &[("range", "bytes=0-")]);
    assert_eq!(got.status, StatusCode::PARTIAL_CONTENT);
}

#[test]
fn a_fragment_without_a_time_is_given_one() {
    let edge = Edge::of(stored(false, 500, 0x11), stored(false, 5000, 0x22));
    edge.get("/films/a.ism/Manifest");
    edge.stores.calls();
    let whole = slice(&edge.high, 1);
    let path = format!("/films/a.ism/{HIGH_1}");
    let got = edge.get(&path);
    assert_eq!(edge.stores.calls().len(), 1, "for one read, as any other");
    assert_eq!(got.body.len(), whole.len() + 44);
    assert_eq!(got.body[got.body.len() - 5008..], whole[whole.len() - 5008..], "mdat as stored");
    let moof_len = got.body.len() - 5008;
    let moof = Moof::parse(&got.body[..moof_len], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    let tfxd = Tfxd { time: 20_000_000, duration: 20_000_000 };
    assert_eq!(traf.tfxd, Some(tfxd));
    let first_sample = usize::try_from(traf.truns[0].data_offset.unwrap().value).unwrap();
    assert_eq!(first_sample, moof_len + 8);

    let head = edge.ask(&Method::HEAD, &path, &[]);
    assert_eq!(head.told(), got.told());
    let info = edge.get("/films/a.ism/QualityLevels(3000000)/FragmentInfo(video=20000000)");
    assert_eq!(info.body, &got.body[..moof_len]);
    for (range, bytes) in
        [("bytes=0-9", 0..10), ("bytes=90-399", 90..400), ("bytes=1000-1009", 1000..1010)]
    {
        let part = edge.ask(&Method::GET, &path, &[("range", range)]);
        assert_eq!(part.body, &got.body[bytes], "{range}");
    }
}

#[test]
fn unless_the_deployment_says_otherwise() {
    let mut edge = Edge::of(stored(false, 500, 0x11), stored(false, 5000, 0x22));
    edge.settings.time_untimed = false;
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(got.body, slice(&edge.high, 1));
}
