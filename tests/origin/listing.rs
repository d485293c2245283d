//! Lists of folders, which stores give part by part: each is granted before it is asked for, and none is without end.

use super::archive::{ARCHIVE, CHUNKS, archive, at, refused};
use super::*;
use millrace::index::Folder;
use millrace::library::build::{BuildError, build};
use millrace::scan::Way;

const HIGH: &str = "films/high/";

/// An archive with so many objects in the folder of its higher level, most of them none of it.
fn of_objects(count: usize) -> Edge {
    let edge = archive(true, CHUNKS);
    // Beside the header and three chunks.
    for other in 0..count - 4 {
        edge.stores.put_object(&format!("{HIGH}other-{other}"), b"of nobody's interest");
    }
    edge
}

/// How often the higher level's folder was listed.
fn lists(edge: &Edge) -> usize {
    let calls = edge.stores.calls().into_iter();
    calls.filter(|call| matches!(call, Call::ListFolder(key) if key == HIGH)).count()
}

#[test]
fn a_folder_is_listed_in_as_many_parts_as_it_takes() {
    for (objects, parts) in [(1000, 1), (1001, 2), (2500, 3)] {
        let edge = of_objects(objects);
        let got = edge.get(&at(2));
        assert_eq!((got.status, &got.body[..]), (StatusCode::OK, slice(&edge.high, 1)));
        assert_eq!(lists(&edge), parts, "{objects} objects");
    }
}

#[test]
fn no_part_is_asked_for_that_is_not_granted() {
    let edge = of_objects(5000);
    let low =
        r#"<video src="low" systemBitrate="300000"><param name="trackID" value="1"/></video>"#;
    edge.stores.put_object("films/a.ism", ARCHIVE.replace(low, "").as_bytes());
    // The server manifest takes a call, as does the client manifest.
    for (calls, parts) in [(3, 1), (5, 3), (6, 4)] {
        let limits = Limits { calls, ..Limits::REQUEST };
        edge.stores.calls();
        let rules = Rules::default();
        let built = build(&*edge.stores, "films/a.ism", &limits, Way::Tables, rules);
        let error = pollster::block_on(built).unwrap_err();
        assert!(matches!(error, BuildError::TooCostly { .. }), "{error}");
        let asked = edge.stores.calls();
        let of_high = |call: &&Call| matches!(call, Call::ListFolder(key) if key == HIGH);
        let asked = (asked.iter().filter(of_high).count(), asked.len());
        assert_eq!(asked, (parts, usize::try_from(calls).unwrap()), "of {calls}");
    }
}

#[test]
fn a_folder_of_too_many_objects_is_refused_by_name_and_that_is_remembered() {
    let edge = of_objects(Folder::MAX_CHUNKS + 2);
    let why = refused(&edge);
    let expected = "films/high/ has more than 524288 objects, too many to go through";
    assert!(why.contains(expected), "{why}");
    assert_eq!(lists(&edge), 525);
    let again = edge.get("/films/a.ism/Manifest");
    assert_eq!((again.status, lists(&edge)), (StatusCode::BAD_GATEWAY, 0));
}
