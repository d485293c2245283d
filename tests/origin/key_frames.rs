//! `KeyFrames`: the samples of a fragment that can be decoded by themselves.

use super::*;

const KEYS_1: &str = "/films/a.ism/QualityLevels(3000000)/KeyFrames(video=20000000)";

#[test]
fn key_frames_are_what_can_be_decoded_alone_under_a_moof_of_their_own() {
    let edge = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &[]));
    edge.get("/films/a.ism/Manifest");
    edge.stores.calls();
    let got = edge.get(KEYS_1);
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "video/mp4"));
    let open = Call::Open("films/high.ismv".into(), edge.high.fragments[1]);
    assert_eq!(edge.stores.calls(), [open], "what is left of the one read is cut");
    let (front, samples) = got.body.split_at(got.body.len() - 500);
    assert_eq!(samples, [[1; 300].as_slice(), &[3; 200]].concat());
    assert_eq!(&front[front.len() - 8..], [&508u32.to_be_bytes()[..], b"mdat"].concat());

    let moof = Moof::parse(&front[..front.len() - 8], 0).unwrap();
    let traf = moof.only_traf().unwrap();
    assert_eq!((moof.sequence_number, traf.track_id), (7, 1));
    assert_eq!(traf.tfxd, Some(Tfxd { time: 20_000_000, duration: 20_000_000 }));
    let rows = traf.truns[0].samples().map(|sample| (sample.duration, sample.size));
    assert!(rows.eq([(Some(10_000_000), Some(300)), (Some(10_000_000), Some(200))]));
    let data_offset = traf.truns[0].data_offset.unwrap().value;
    assert_eq!(usize::try_from(data_offset).unwrap(), front.len());

    let head = edge.ask(&Method::HEAD, KEYS_1, &[]);
    assert_eq!(head.headers, got.headers);
    let whole = got.body.len();
    for span in [0..10, whole - 450..whole - 150, whole - 10..whole] {
        let range = format!("bytes={}-{}", span.start, span.end - 1);
        edge.stores.calls();
        let part = edge.ask(&Method::GET, KEYS_1, &[("range", &range)]);
        assert_eq!(part.body, &got.body[span], "{range}");
        assert_eq!(edge.stores.calls().len(), 1, "{range}");
    }
}

#[test]
fn a_fragment_of_nothing_else_is_its_own_key_frames() {
    let sound = SAMPLES.map(|(size, _)| (size, true));
    let edge = Edge::of(stored(true, 500, 0x11), keyed(sound, &media::boxed(b"senc", &[0; 8])));
    assert_eq!(edge.get(KEYS_1).body, slice(&edge.high, 1));
}

#[test]
fn encryption_that_the_track_knows_nothing_of_is_passed_by() {
    let piff = 0xa2394f52_5a9b_4f14_a244_6c427c648df4u128.to_be_bytes();
    for more in [media::boxed(b"senc", &[0; 8]), media::uuid_boxed(piff, &[0; 8])] {
        let edge = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &more));
        let clear = Edge::of(stored(true, 500, 0x11), keyed(SAMPLES, &[]));
        assert_eq!(edge.get(KEYS_1).body, clear.get(KEYS_1).body);
        assert_eq!(edge.reports.borrow().as_slice(), [""; 0]);
    }
}

#[test]
fn key_frames_that_there_are_none_of() {
    let edge = Edge::of(keyed_each(&[SAMPLES; 4], &[]), keyed_but_one(SAMPLES));
    assert_eq!(edge.get(&KEYS_1.replace('2', "4")).status, StatusCode::NOT_FOUND);
    assert_eq!(edge.reports.borrow().as_slice(), [""; 0], "nothing is wrong on this side");
    let broken = SAMPLES.map(|(size, is_key)| (size * 2, is_key));
    let mut cut = keyed(broken, &[]);
    // The last sample claims one byte more than the mdat has.
    let at = usize::try_from(cut.fragments[1].start()).unwrap();
    let sizes = cut.bytes[at..].windows(4).position(|bytes| bytes == 40u32.to_be_bytes()).unwrap();
    cut.bytes[at + sizes + 3] += 1;
    let edge = Edge::of(stored(true, 500, 0x11), cut);
    assert_eq!(edge.get(KEYS_1).status, StatusCode::BAD_GATEWAY);
}
