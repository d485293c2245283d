//! Many at once: one build for all of them, and what is taken down stays down.

use super::*;
use futures_util::future::join;
use millrace::store::ObjectStore as _;

const MANIFEST: &str = "/films/a.ism/Manifest";
const KEY: &str = "films/a.ism";

fn is_look(call: &Call) -> bool {
    matches!(call, Call::Head(key) | Call::Start(key, _) if key == KEY)
}

impl Edge {
    /// How often the server manifest was looked for: once a build, and once when its index is stored.
    fn looks(&self) -> usize {
        let looks = self.stores.calls().into_iter();
        looks.filter(is_look).count()
    }

    /// As an operator has it forgotten.
    async fn purge(&self) {
        self.library().forget(KEY).await.unwrap();
    }

    fn slow() -> Self {
        let edge = Self::new();
        edge.stores.slow.set(true);
        edge
    }
}

#[test]
fn first_touches_at_once_are_one_build() {
    let edge = Edge::slow();
    let all = edge.get_all(&[MANIFEST; 20]);
    assert!(all.iter().all(|got| got.status == StatusCode::OK && got.body == all[0].body));
    let puts = edge.stores.calls();
    assert_eq!(puts.iter().filter(|call| matches!(call, Call::Put(_))).count(), 1);
    let looks = puts.iter().filter(|call| is_look(call));
    assert_eq!(looks.count(), 2, "one build, and one look after it was stored");
}

#[test]
fn an_index_is_fetched_once_for_all_who_come_at_once() {
    let edge = Edge::indexed();
    let generation = edge.generation();
    edge.forget();
    edge.stores.slow.set(true);
    let right = format!("/films/a.ism/{generation}/{HIGH_1}");
    let all = edge.get_all(&[MANIFEST, &right].repeat(10));
    assert!(all.iter().all(|got| got.status == StatusCode::OK));
    let gets = |edge: &Edge| {
        let calls = edge.stores.calls().into_iter();
        calls.filter(|call| matches!(call, Call::Get(_))).count()
    };
    assert_eq!(gets(&edge), 1);

    let made_up: Vec<String> =
        (0..50).map(|at| format!("/films/a.ism/0123456789abcd{at:02x}/{HIGH_1}")).collect();
    let made_up: Vec<&str> = made_up.iter().map(String::as_str).collect();
    edge.later();
    for _ in 0..3 {
        for got in edge.get_all(&made_up) {
            assert_eq!(got.status, StatusCode::NOT_FOUND);
        }
    }
    assert_eq!(gets(&edge), 1);
}

#[test]
fn where_there_is_no_index_all_wait_for_one_fetch_and_one_build() {
    let edge = Edge::slow();
    let all = edge.get_all(&[MANIFEST; 20]);
    assert!(all.iter().all(|got| got.status == StatusCode::OK));
    let gets = edge.stores.calls().into_iter().filter(|call| matches!(call, Call::Get(_)));
    assert_eq!(gets.count(), 1);
}

#[test]
fn a_replaced_file_is_built_once_for_all_its_viewers() {
    let edge = Edge::indexed();
    edge.get(MANIFEST);
    let replaced = stored(true, 6000, 0x33);
    edge.stores.put_object("films/high.ismv", &replaced.bytes);
    edge.stores.slow.set(true);
    edge.looks();
    let path = format!("/films/a.ism/{HIGH_1}");
    for got in edge.get_all(&vec![path.as_str(); 50]) {
        assert!(got.body == slice(&replaced, 1), "{}: {}", got.status, got.body.len());
    }
    assert_eq!(edge.looks(), 2);
}

#[test]
fn a_failure_is_shared_by_all_who_wait_for_it() {
    let edge = Edge::slow();
    edge.stores.put_object("films/high.ismv", b"this is no media file at all");
    for got in edge.get_all(&[MANIFEST; 20]) {
        assert_eq!(got.status, StatusCode::BAD_GATEWAY);
        assert_eq!(got.header("cache-control"), "public, max-age=5, stale-if-error=0");
    }
    assert_eq!(edge.looks(), 1);
    edge.stores.objects_fail.set(true);
    edge.later();
    for got in edge.get_all(&[MANIFEST; 20]) {
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(got.header("cache-control"), "no-store");
    }
    assert_eq!(edge.looks(), 1);
}

#[test]
fn what_is_too_costly_is_not_tried_again_for_a_minute() {
    let mut edge = Edge::new();
    edge.settings.limits.calls = 3;
    for _ in 0..50 {
        let got = edge.get(MANIFEST);
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(got.header("retry-after"), "60");
        assert_eq!(got.header("cache-control"), "public, max-age=5, stale-if-error=0");
        edge.now_ms.set(edge.now_ms.get() + 1_000);
    }
    assert_eq!(edge.looks(), 1);
}

#[test]
fn whoever_waits_too_long_is_told_when_to_come_back() {
    let edge = Edge::new();
    let never = edge.memo.borrow().claim(KEY, 0);
    let got = edge.get(MANIFEST);
    assert_eq!((got.status, got.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "2"));
    assert_eq!(edge.looks(), 0);
    // Whoever holds the claim is dead: another builds.
    edge.now_ms.set(31_000);
    assert_eq!(edge.get(MANIFEST).status, StatusCode::OK);
    assert!(!edge.memo.borrow().is_current(KEY, never, 31_000));
}

#[test]
fn so_many_are_built_at_once_and_the_others_wait() {
    let edge = Edge::slow();
    let mut paths = Vec::new();
    for at in 0..12 {
        edge.stores.put_object(&format!("films/{at}.ism"), ISM.as_bytes());
        paths.push(format!("/films/{at}.ism/Manifest"));
    }
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    assert!(edge.get_all(&paths).iter().all(|got| got.status == StatusCode::OK));
}

#[test]
fn a_build_that_began_before_a_purge_does_not_outlive_it() {
    let edge = Edge::slow();
    let purge = async {
        // In the middle of the build.
        while edge.stores.head("films/low.ismv").await.is_ok() && edge.stores.count() < 12 {}
        for key in [KEY, "films/low.ismv", "films/high.ismv"] {
            edge.stores.remove_object(key);
        }
        edge.purge().await;
    };
    pollster::block_on(join(edge.answer(MANIFEST), purge));
    edge.host.finish();
    assert!(edge.stores.values.borrow().is_empty());
    assert_eq!(edge.get(MANIFEST).status, StatusCode::NOT_FOUND);
}

#[test]
fn a_write_that_was_under_way_is_taken_back() {
    for is_told in [true, false] {
        let edge = Edge::new();
        pollster::block_on(edge.answer(MANIFEST));
        for key in [KEY, "films/low.ismv", "films/high.ismv"] {
            edge.stores.remove_object(key);
        }
        if is_told {
            pollster::block_on(edge.purge());
        }
        edge.host.finish();
        assert!(edge.stores.values.borrow().is_empty(), "told here: {is_told}");
        assert!(edge.stores.pages.borrow().is_empty());
        assert_eq!(edge.get(MANIFEST).status, StatusCode::NOT_FOUND);
    }
}

#[test]
fn whoever_finds_a_presentation_gone_clears_its_index_away() {
    let edge = Edge::indexed();
    for key in [KEY, "films/low.ismv", "films/high.ismv"] {
        edge.stores.remove_object(key);
    }
    assert_eq!(edge.get(MANIFEST).status, StatusCode::OK, "nobody has looked yet");
    assert_eq!(edge.get(&format!("/films/a.ism/{HIGH_1}")).status, StatusCode::NOT_FOUND);
    assert!(edge.stores.values.borrow().is_empty());
    assert_eq!(edge.get(MANIFEST).status, StatusCode::NOT_FOUND);
    edge.stores.calls();
    edge.get("/films/none.ism/Manifest");
    let deletes = edge.stores.calls().into_iter().filter(|it| matches!(it, Call::Delete(_)));
    assert_eq!(deletes.count(), 0, "names that are made up cost nothing");
}
