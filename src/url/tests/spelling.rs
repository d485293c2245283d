//! Escapes are decoded once, and all spellings of a path are written as one.

use super::*;

#[test]
fn decodes_once() {
    let encoded = "/a%20b.ism/QualityLevels%28300%29/Fragments%28video%3D0%29";
    assert_eq!(fragment(encoded).presentation, "a b.ism");
    assert_eq!(fragment("/a.ism/QualityLevels(1)/Fragments(%2541=0)").stream, "%41");
    assert_eq!(manifest("/films%2Ftears.ism/Manifest").0, "films/tears.ism");
}

#[test]
fn what_is_not_encoded_is_borrowed() {
    let FragmentRequest { presentation, stream, .. } =
        fragment("/a/b.ism/00ff00ff00ff00ff/QualityLevels(1)/Fragments(video=0)");
    assert!(matches!((presentation, stream), (Cow::Borrowed(_), Cow::Borrowed(_))));
}

#[test]
fn all_spellings_have_one() {
    let one = |path| Request::parse(path).unwrap().in_one_case().to_string();
    let fragment = "/a.ism/QualityLevels(300)/Fragments(ton%20%C3%A9=20)";
    assert_eq!(one(fragment), fragment);
    assert_eq!(one("/%61.ism/qualitylevels(0300)/FRAGMENTS(Ton%20%c3%a9=0020)"), fragment);
    let header = "/a.ism/00ff00ff00ff00ff/video/300/init.mp4";
    assert_eq!(one("/a.ism/00ff00ff00ff00ff/VIDEO/00300/iframes/Init.MP4"), header);
    assert_eq!(one("/a.ism/manifest(format=mpd-time-cmaf)"), "/a.ism/manifest.mpd");
    assert_eq!(one("/a.ism/"), "/a.ism");
}
