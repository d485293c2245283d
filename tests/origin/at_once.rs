//! Answers that are planned from memory alone, and by what stored fragments begin with.

use super::*;
use millrace::index::Generation;
use millrace::origin::{AtOnce, Fronts, Plan, Planned, StoredTransfer, plan_at_once};

impl Edge {
    /// What comes next for `asked`, out of this isolate's memory.
    pub(super) fn at_once(&self, asked: &Asked<'_>, fronts: Option<Fronts>) -> Option<AtOnce> {
        plan_at_once(asked, &self.settings, &self.memo.borrow(), fronts)
    }

    /// The fronts that a GET of `path` wants, and the transfers that give them.
    fn fronts(&self, path: &str) -> (Generation, Vec<StoredTransfer>) {
        match self.at_once(&Asked::new(&Method::GET, path), None) {
            Some(AtOnce::NeedsFronts(generation, transfers)) => (generation, transfers),
            other => panic!("{path}: {other:?}"),
        }
    }

    /// The plan of a GET of `path` by these fronts.
    fn planned(&self, path: &str, generation: Generation, fronts: Vec<Vec<u8>>) -> Option<Plan> {
        let fronts = Fronts { generation, fronts };
        match self.at_once(&Asked::new(&Method::GET, path), Some(fronts))? {
            AtOnce::Answer(plan) => Some(plan),
            other => panic!("{path}: {other:?}"),
        }
    }

    /// The bytes that a plan comes to, out of the file of the better level.
    fn carried_out(&self, plan: Plan) -> Vec<u8> {
        let bytes = |planned| match planned {
            Planned::Bytes(bytes) => bytes,
            Planned::Stored(stored) | Planned::Rest { read: stored, .. } => {
                stored.read.cut(&part(&self.high, stored.read.range()))
            }
        };
        plan.into_body().into_iter().flat_map(bytes).collect()
    }
}

fn part(stored: &Stored, range: ByteRange) -> Vec<u8> {
    let place = |offset| usize::try_from(offset).unwrap();
    stored.bytes[place(range.start())..place(range.end())].to_vec()
}

/// The first bytes of all fragments that transfers give.
fn begun(stored: &Stored, transfers: &[StoredTransfer], len: usize) -> Vec<Vec<u8>> {
    let fragments = transfers.iter().flat_map(|transfer| &transfer.fragments);
    fragments.map(|&range| part(stored, range)[..len].to_vec()).collect()
}

/// The samples of each fragment of the better level, in bytes.
const MEDIA: usize = 5000;

/// URLs of what is made of stored fragments, by how many of them.
fn made(edge: &Edge) -> [(String, usize); 3] {
    let level = format!("/films/a.ism/{}/video/3000000", edge.generation());
    [
        (format!("{level}/20000000.m4s"), 1),
        (format!("{level}/6000ms/0.m4s"), 3),
        (format!("/films/a.ism/{HIGH_1}"), 1),
    ]
}

/// Fragments without times of their own, so that Smooth Streaming has them made too.
fn edge() -> Edge {
    Edge::of(stored(false, 500, 0x11), stored(false, 5000, 0x22))
}

#[test]
fn what_is_made_by_fronts_is_what_the_origin_answers() {
    let edge = edge();
    for (path, count) in made(&edge) {
        let got = edge.get(&path);
        edge.stores.calls();
        let (generation, transfers) = edge.fronts(&path);
        assert_eq!(transfers.iter().map(|it| it.fragments.len()).sum::<usize>(), count);
        let whole = slice(&edge.high, 0).len();
        for len in [whole - MEDIA, whole - MEDIA + 8, whole] {
            let fronts = begun(&edge.high, &transfers, len);
            let plan = edge.planned(&path, generation, fronts).unwrap();
            let rests = plan.body().iter().filter(|it| matches!(it, Planned::Rest { .. }));
            assert_eq!(rests.count(), count, "{path}");
            assert_eq!(plan.status(), got.status);
            let mut headers = plan.headers().clone();
            headers.remove("server-timing");
            assert_eq!(headers, got.told());
            assert!(edge.carried_out(plan) == got.body, "{path}, {len} bytes");
        }
        assert!(edge.stores.calls().is_empty());
    }
}

#[test]
fn fronts_of_other_bytes_are_no_plan() {
    let (edge, other) = (edge(), Edge::indexed());
    other.get("/films/a.ism/Manifest");
    let (another, _) = other.fronts(&made(&other)[0].0);
    for (path, _) in made(&edge) {
        let (generation, transfers) = edge.fronts(&path);
        let len = slice(&edge.high, 0).len();
        let fronts = begun(&edge.high, &transfers, len);
        assert!(edge.planned(&path, generation, fronts.clone()).is_some());
        assert!(edge.planned(&path, another, fronts.clone()).is_none(), "another generation");
        let one_more = [&fronts[..], &fronts[..1]].concat();
        assert!(edge.planned(&path, generation, one_more).is_none(), "one too many");
        assert!(edge.planned(&path, generation, fronts[1..].to_vec()).is_none(), "one too few");
        let cut = begun(&edge.high, &transfers, len - MEDIA - 1);
        assert!(edge.planned(&path, generation, cut).is_none(), "cut off");
        let garbage = vec![vec![7; len]; fronts.len()];
        assert!(edge.planned(&path, generation, garbage).is_none(), "no fragment");
    }
}

#[test]
fn what_is_not_sent_whole_takes_the_long_way() {
    let edge = edge();
    let get = Method::GET;
    for (path, _) in made(&edge) {
        let part = Asked { range: Some("bytes=5-9"), ..Asked::new(&get, &path) };
        assert!(edge.at_once(&part, None).is_none(), "{path}");
    }
    for noun in ["RawFragments", "FragmentInfo", "KeyFrames"] {
        let path = format!("/films/a.ism/{}", HIGH_1.replace("Fragments", noun));
        assert!(edge.at_once(&Asked::new(&get, &path), None).is_none(), "{noun}");
    }
    edge.forget();
    let path = format!("/films/a.ism/{HIGH_1}");
    assert!(edge.at_once(&Asked::new(&get, &path), None).is_none(), "nothing in memory");
}

#[test]
fn fragments_of_archives_take_the_long_way() {
    let archive = archive::archive(true, archive::CHUNKS);
    archive.get("/films/a.ism/Manifest");
    let path = format!("/films/a.ism/{}/video/3000000/0.m4s", archive.generation());
    assert_eq!(archive.get(&path).status, StatusCode::OK);
    assert!(archive.at_once(&Asked::new(&Method::GET, &path), None).is_none());
}
