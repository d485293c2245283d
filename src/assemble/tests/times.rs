//! Starts of chunks, by files and by client manifests, and what is refused of them.

use super::*;

#[test]
fn levels_that_are_not_aligned_are_refused() {
    let with = |other: ScannedTrack| {
        let media = vec![("a", vec![track(1, video(), &even(3))]), ("b", vec![other])];
        built("<video src='a'/><video src='b'/>", "", media)
    };
    let shifted = |by: u64| {
        let mut chunks = even(3);
        chunks[1].0 += by;
        track(4, video(), &chunks)
    };
    assert!(with(shifted(10_000)).is_ok(), "a millisecond is rounding");
    assert_eq!(
        with(shifted(10_001)).unwrap_err().to_string(),
        "track 4 of b has a fragment at 2.001 s (20010001 ticks of 1/10000000 s), \
         where track 1 of a has a fragment at 2.000 s (20000000 ticks of 1/10000000 s); \
         `millrace index` and `millrace publish` index such files by their samples"
    );
    assert_eq!(
        with(track(4, video(), &even(2))).unwrap_err().to_string(),
        "track 4 of b has no further fragment, \
         where track 1 of a has a fragment at 4.000 s (40000000 ticks of 1/10000000 s); \
         `millrace index` and `millrace publish` index such files by their samples"
    );
    assert_eq!(
        with(track(4, video(), &even(4))).unwrap_err().to_string(),
        "track 4 of b has a fragment at 6.000 s (60000000 ticks of 1/10000000 s), \
         where track 1 of a has no further fragment; \
         `millrace index` and `millrace publish` index such files by their samples"
    );
}

#[test]
fn without_a_client_manifest_the_file_says_when() {
    assert_eq!(only_video("", &even(2)), Ok(even(2)));
    let gap = [(5, 2 * SECOND), (9 * SECOND, 2 * SECOND)];
    assert_eq!(only_video("", &gap), Ok(gap.to_vec()));
    let short = [(0, 2 * SECOND - 400_000), (2 * SECOND, 2 * SECOND)];
    assert_eq!(only_video("", &short), Ok(even(2)), "a frame's duration is missing, no gap");
    let long = [(0, 90 * SECOND), (2 * SECOND, 2 * SECOND)];
    assert_eq!(only_video("", &long), Ok(even(2)));
    assert_eq!(only_video("", &[(0, 0), (2 * SECOND, 0)]), Ok(even(2)));
}

#[test]
fn the_client_manifest_says_when() {
    let listed = |chunks: &str| format!("<StreamIndex Type='video'>{chunks}</StreamIndex>");
    // The file begins at 80 ms, but players ask for 0.
    let late: Vec<_> = even(3).iter().map(|&(start, d)| (start + 800_000, d)).collect();
    assert_eq!(only_video(&listed("<c d='20000000' r='3'/>"), &late), Ok(even(3)));
    // A gap that only one of them knows.
    let gap = vec![(0, SECOND), (2 * SECOND, 2 * SECOND)];
    let chunks = listed("<c d='10000000'/><c t='20000000' d='20000000'/>");
    assert_eq!(only_video(&chunks, &even(2)), Ok(gap.clone()));
    assert_eq!(only_video(&listed("<c d='20000000' r='2'/>"), &gap), Ok(gap));
    // A last chunk is believed within reason.
    let last = |d: u64| {
        let chunks = listed(&format!("<c d='20000000'/><c t='20000000' d='{d}'/>"));
        only_video(&chunks, &even(2)).unwrap()[1].1
    };
    assert_eq!((last(SECOND), last(4_314_167_296), last(1)), (SECOND, 2 * SECOND, 2 * SECOND));
    // Other ticks.
    let chunks = "<StreamIndex Type='video' TimeScale='1000'><c d='2000' r='2'/></StreamIndex>";
    assert_eq!(only_video(chunks, &even(2)), Ok(even(2)));
    // Listed, but not in chunks.
    assert_eq!(only_video(&listed(""), &even(2)), Ok(even(2)));
}

#[test]
fn a_client_manifest_of_other_media_is_refused() {
    let listed = |chunks: &str| {
        let client = format!(
            "<StreamIndex Type='video' Name='main' TimeScale='1000'>{chunks}</StreamIndex>"
        );
        let refused = only_video(&client, &even(2)).unwrap_err().to_string();
        let (fact, way_out) = refused.split_once("; ").unwrap();
        assert!(
            way_out.starts_with("if the media are right, delete the client manifest: "),
            "{way_out}"
        );
        fact.to_owned()
    };
    assert_eq!(
        listed("<c d='3001'/><c d='2000'/>"),
        "track 1 of a.ismv has a fragment at 2.000 s (20000000 ticks of 1/10000000 s), \
         where main of a.ismc has a fragment at 3.001 s (3001 ticks of 1/1000 s)"
    );
    assert_eq!(
        listed("<c d='2000'/>"),
        "track 1 of a.ismv has a fragment at 2.000 s (20000000 ticks of 1/10000000 s), \
         where main of a.ismc has no further fragment"
    );
    assert_eq!(
        listed("<c d='2000' r='3'/>"),
        "track 1 of a.ismv has no further fragment, \
         where main of a.ismc has a fragment at 4.000 s (4000 ticks of 1/1000 s)"
    );
}

#[test]
fn fragments_out_of_order_or_out_of_the_file_are_refused() {
    assert_eq!(
        only_video("", &[(0, 1), (SECOND, 1), (SECOND, 1)]).unwrap_err().to_string(),
        "track 1 of a.ismv: the fragment at 1.000 s (10000000 ticks of 1/10000000 s) \
         does not follow the one before it in time, or lasts no time"
    );
    assert!(only_video("", &[(u64::MAX, 1)]).is_err());
    assert!(only_video("", &[(0, 0)]).is_err());
    let with = |range: (u64, u64)| {
        let mut track = track(1, video(), &even(2));
        let ScannedMedia::Fragments { fragments, .. } = &mut track.media else { panic!("samples") };
        fragments[1].range = ByteRange::new(range.0, range.1).unwrap();
        refused("<video src='a'/>", "", vec![("a", vec![track])])
    };
    let expected = |range: &str| {
        format!(
            "track 1 of a: the fragment at 2.000 s (20000000 ticks of 1/10000000 s) is said to \
             lie at bytes {range}, which is not between the one before it and the end of the file \
             at 1000000"
        )
    };
    assert_eq!(with((999_000, 1_000_001)), expected("999000..1000001"));
    assert_eq!(with((100_500, 101_500)), expected("100500..101500"));
}
