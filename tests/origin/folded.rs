//! Names of files that differ in case alone from what a server manifest says, where a deployment takes them for one.

use super::*;

/// The edge whose deployment takes such names for one, with the manifest `ism`, and its high level in a file of this name.
fn folding(ism: &str, high: &str) -> Edge {
    let rules = Rules { folds: true, ..SETTINGS.rules };
    let edge = Edge { settings: Settings { rules, ..SETTINGS }, ..Edge::new() };
    edge.stores.put_object("films/a.ism", ism.as_bytes());
    edge.stores.remove_object("films/high.ismv");
    edge.stores.put_object(high, &edge.high.bytes);
    edge
}

#[test]
fn a_file_is_found_by_a_name_that_differs_in_case() {
    let ism = ISM.replace("low.ismv", "LOW.ismv");
    let edge = folding(&ism, "films/High.ISMV");
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!((got.status, &*got.body), (StatusCode::OK, slice(&edge.high, 1)));
    let exact = Edge { settings: SETTINGS, ..folding(&ism, "films/High.ISMV") };
    assert_eq!(exact.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    assert!(exact.reports.take()[0].contains("films/a.ism names films/"));
}

#[test]
fn a_folder_is_listed_once_and_only_for_what_is_not_there() {
    let lists = |edge: &Edge| {
        edge.stores.calls();
        // Files are looked for side by side.
        edge.stores.slow.set(true);
        assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::OK);
        let calls = edge.stores.calls();
        calls.iter().filter(|call| matches!(call, Call::ListFolder(_))).count()
    };
    assert_eq!(lists(&folding(ISM, "films/high.ismv")), 0);
    assert_eq!(lists(&folding(ISM, "films/HIGH.ismv")), 1);
    let both = ISM.replace("low.ismv", "Low.ismv");
    assert_eq!(lists(&folding(&both, "films/HIGH.ismv")), 1);
}

#[test]
fn of_two_files_neither_is_taken() {
    let edge = folding(ISM, "films/High.ismv");
    edge.stores.put_object("films/HIGH.ismv", b"another");
    assert_eq!(edge.get("/films/a.ism/Manifest").status, StatusCode::BAD_GATEWAY);
    let expected =
        "films/high.ismv is not there, and HIGH.ismv and High.ismv differ from it in case alone";
    let report = edge.reports.take().concat();
    assert!(report.contains(expected), "{report}");
}

#[test]
fn two_spellings_in_one_manifest_are_one_file() {
    let twice = r#"<video src="HIGH.ISMV" systemBitrate="3000000"><param name="trackID" value="1"/></video>"#;
    let ism = ISM.replace("high.ismv", "gone.ismv");
    let (before, _) = ism.split_once("<video src=\"gone").unwrap();
    let edge = folding(&format!("{before}{twice}</switch></body></smil>"), "films/high.ismv");
    let got = edge.get(&format!("/films/a.ism/{HIGH_1}"));
    assert_eq!(&*got.body, slice(&edge.high, 1));
    let ism = ISM.replace("low.ismv", "high.ismv").replace("3000000", "300001");
    let ism = ism.replacen("high.ismv", "High.ismv", 1);
    let edge = folding(&ism, "films/high.ismv");
    let manifest = edge.get("/films/a.ism/Manifest");
    assert_eq!(manifest.status, StatusCode::OK, "{:?}", edge.reports.take());
}
