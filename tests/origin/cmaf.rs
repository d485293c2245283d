//! HLS and DASH: segments made of stored fragments, and what they cannot carry.

use super::*;

#[test]
fn hls_and_dash_lead_to_segments_without_a_read_of_storage() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    edge.forget();
    let master = edge.get("/films/a.ism/master.m3u8");
    let renewed = "public, max-age=10, stale-while-revalidate=20, stale-if-error=20";
    let told = |got: &Got| (got.status, got.header("content-type").to_owned());
    let types = ["application/vnd.apple.mpegurl", "application/dash+xml", "video/mp4"];
    let [hls, dash, video] = types.map(|it| (StatusCode::OK, it.to_owned()));
    assert_eq!(told(&master), hls);
    assert_eq!(master.header("cache-control"), renewed);
    for file in ["index.m3u8\n", "iframes/index.m3u8\"\n"] {
        assert!(master.text().contains(&format!("{generation}/video/3000000/{file}")));
    }
    let mpd = edge.get("/films/a.ism/manifest.mpd");
    assert_eq!((told(&mpd), mpd.header("cache-control")), (dash, renewed));
    assert!(mpd.text().contains("<Representation id=\"video/300000\""), "{}", mpd.text());
    assert_ne!(master.header("etag"), mpd.header("etag"));
    for (path, same) in [("m3u8-cmaf", &master), ("mpd-time-cmaf", &mpd)] {
        let got = edge.get(&format!("/films/a.ism/manifest(format={path})"));
        assert_eq!(
            (got.body, got.headers.get("etag")),
            (same.body.clone(), same.headers.get("etag"))
        );
    }

    let level = format!("/films/a.ism/{generation}/video/3000000");
    let playlist = edge.get(&format!("{level}/index.m3u8"));
    let header = edge.get(&format!("{level}/init.mp4"));
    assert_eq!((told(&playlist), told(&header)), (hls.clone(), video));
    let other = edge.get(&format!("/films/a.ism/{generation}/video/300000/init.mp4"));
    let keys = edge.get(&format!("{level}/iframes/index.m3u8"));
    assert_eq!(told(&keys), hls);
    let etags = [&playlist, &header, &other, &keys].map(|got| got.header("etag"));
    assert_eq!(etags.iter().collect::<HashSet<_>>().len(), 4, "{etags:?}");
    for got in [&playlist, &header, &other, &keys] {
        assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(got.header("content-length"), got.body.len().to_string());
    }
    assert!(playlist.text().contains("#EXTINF:2.0000000,\n40000000.m4s\n#EXT-X-ENDLIST"));
    assert!(keys.text().contains("#EXT-X-I-FRAMES-ONLY\n"));
    assert_eq!(&header.body[4..8], b"ftyp");
    assert_eq!(edge.get(&format!("{level}/iframes/init.mp4")).body, header.body);
    assert_eq!(edge.stores.calls(), [Call::Get("films/a.ism".into())]);
}

#[test]
fn a_segment_is_one_read_of_storage_and_the_stored_samples() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    edge.stores.calls();
    let path = format!("/films/a.ism/{generation}/video/3000000/20000000.m4s");
    let got = edge.get(&path);
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "video/mp4"));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(got.header("content-length"), got.body.len().to_string());
    let open = Call::Open("films/high.ismv".into(), edge.high.fragments[1]);
    assert_eq!(edge.stores.calls(), [open]);
    let (front, samples) = got.body.split_at(got.body.len() - 5000);
    assert_eq!(samples, [0x22; 5000]);
    let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    assert_eq!((traf.track_id, traf.tfdt, traf.tfxd), (1, Some(2 * SECOND), None));
    assert_eq!(traf.samples_duration(0), Some(2 * SECOND));

    let part = edge.ask(&Method::GET, &path, &[("range", "bytes=4-9")]);
    assert_eq!((part.status, part.body), (StatusCode::PARTIAL_CONTENT, got.body[4..10].to_vec()));
    let etag = got.header("etag").to_owned();
    edge.stores.calls();
    let again = edge.ask(&Method::GET, &path, &[("if-none-match", &etag)]);
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(edge.stores.calls(), []);
    let fragment = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_ne!(fragment.header("etag"), etag);
}

#[test]
fn what_is_not_there_in_cmaf_is_absent_or_not_served() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    let status = |path: &str| edge.get(&format!("/films/a.ism/{path}")).status;
    for path in [
        "video/3000000/1.m4s",
        "video/3000000/iframes/1.m4s",
        "video/1/init.mp4",
        "sound/3000000/index.m3u8",
    ] {
        assert_eq!(status(&format!("{generation}/{path}")), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(status(&format!("0123456789abcdef/{path}")), StatusCode::NOT_FOUND);
        assert_eq!(status(path), StatusCode::BAD_REQUEST);
    }
}

#[test]
fn a_key_frame_is_one_read_of_storage_and_the_rest_of_its_segment_is_not_sent() {
    let edge = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &[]));
    let folder = format!("/films/a.ism/{}/video/3000000", edge.generation());
    edge.stores.calls();
    let path = format!("{folder}/iframes/20000000.m4s");
    let got = edge.get(&path);
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "video/mp4"));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(edge.stores.calls(), [Call::Open("films/high.ismv".into(), edge.high.fragments[1])]);
    let (front, samples) = got.body.split_at(got.body.len() - 300);
    assert_eq!(samples, [1; 300], "the first key frame alone, though there are two");
    let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    assert_eq!((traf.tfdt, traf.samples_duration(0)), (Some(2 * SECOND), Some(2 * SECOND)));
    let segment = edge.get(&format!("{folder}/20000000.m4s"));
    assert_ne!(segment.header("etag"), got.header("etag"));

    let last = format!("bytes={}-", got.body.len() - 10);
    let part = edge.ask(&Method::GET, &path, &[("range", &last)]);
    assert_eq!((part.status, part.body), (StatusCode::PARTIAL_CONTENT, vec![1; 10]));
    let none = Edge::of(keyed_each(&[SAMPLES; 4], &[]), keyed_but_one(SAMPLES));
    let path = format!("/films/a.ism/{}/video/3000000/iframes/40000000.m4s", none.generation());
    assert_eq!(none.get(&path).status, StatusCode::NOT_FOUND);
}

#[test]
fn what_cmaf_cannot_carry_is_not_served_and_smooth_streaming_goes_on() {
    let headers = [&[0xc0, 0, 0, 0, 0, 0, 0][..], &[0, 0, 1, 0x0f, 0xd3]].concat();
    let windows = visual_entry(b"vc-1", 640, 360, &boxed(b"dvc1", &headers));
    let avcc = media::avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68, 0xe9]]);
    let schm = media::full_boxed(b"schm", 0, 0, b"adkm\0\0\0\x01");
    let sinf = boxed(b"sinf", &[boxed(b"frma", b"avc1"), schm].concat());
    let protected = visual_entry(b"encv", 640, 360, &[avcc, sinf].concat());
    for (entry, why) in
        [(windows, "no video and no audio that HLS or DASH"), (protected, "scheme 'adkm'")]
    {
        let track = Track { entry, ..Track::video(1) };
        let edge = Edge::of(stored_as(&track, true, 500, 1), stored_as(&track, true, 5000, 2));
        assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
        for path in ["master.m3u8", "manifest.mpd"] {
            let got = edge.get(&format!("/films/a.ism/{path}"));
            assert_eq!(got.status, StatusCode::NOT_IMPLEMENTED);
            assert!(got.text().contains(why), "{}", got.text());
        }
        assert_eq!(*edge.reports.borrow(), [""; 0]);
    }
}

#[test]
fn what_smooth_streaming_cannot_carry_is_not_served_and_hls_and_dash_go_on() {
    let entry = visual_entry(b"av01", 640, 360, &boxed(b"av1C", &[0x81, 0x08, 0x0c, 0]));
    let track = Track { entry, ..Track::video(1) };
    let edge = Edge::of(stored_as(&track, true, 500, 1), stored_as(&track, true, 5000, 2));
    let got = edge.get("/films/a.ism/Manifest");
    assert_eq!(got.status, StatusCode::NOT_IMPLEMENTED);
    let why = "no video and no audio that Smooth Streaming";
    assert!(got.text().contains(why), "{}", got.text());
    for path in ["master.m3u8", "manifest.mpd"] {
        let got = edge.get(&format!("/films/a.ism/{path}"));
        assert_eq!(got.status, StatusCode::OK);
        assert!(got.text().contains("av01.0.08M.08"), "{}", got.text());
    }
}

#[test]
fn protection_that_cannot_be_read_is_broken_media_and_smooth_streaming_goes_on() {
    let avcc = media::avcc(&[&[0x67, 0x64, 0, 0x1e]], &[&[0x68, 0xe9]]);
    let sinf = boxed(b"sinf", &boxed(b"frma", b"avc1"));
    let entry = visual_entry(b"encv", 640, 360, &[avcc, sinf].concat());
    let track = Track { entry, ..Track::video(1) };
    let edge = Edge::of(stored_as(&track, true, 500, 1), stored_as(&track, true, 5000, 2));
    let generation = edge.generation();
    let level = format!("{generation}/video/300000");
    let paths = ["master.m3u8".to_owned(), "manifest.mpd".into()];
    let parts = ["index.m3u8", "init.mp4", "0.m4s"].map(|part| format!("{level}/{part}"));
    for path in paths.iter().chain(&parts) {
        let got = edge.get(&format!("/films/a.ism/{path}"));
        assert_eq!(got.status, StatusCode::BAD_GATEWAY, "{path}");
        let report = edge.reports.borrow().last().cloned().unwrap();
        assert!(report.contains("it has no 'schm'"), "{report}");
    }
    let fragment = "/films/a.ism/QualityLevels(300000)/Fragments(video=0)";
    assert_eq!(edge.get(fragment).status, StatusCode::OK);
}
