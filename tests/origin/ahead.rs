//! What an answer tells caches that fetch ahead: which fragment is the next.

use super::*;

/// The edge whose deployment names the next fragment.
fn naming(edge: Edge) -> Edge {
    Edge { settings: Settings { names_next: true, ..edge.settings.clone() }, ..edge }
}

/// What `got`, from `path`, says that comes next.
fn next(path: &str, got: &Got) -> Option<String> {
    let said = got.header("cdn-origin-assist-prefetch-path");
    if said.is_empty() {
        assert!(!got.headers.contains_key("link"), "{path}");
        return None;
    }
    assert_eq!(got.header("link"), format!("<{said}>; rel=next"));
    let (folder, _) = path.rsplit_once('/').unwrap();
    Some(format!("{folder}/{said}"))
}

#[test]
fn each_fragment_leads_to_the_next_and_the_last_to_none() {
    let edge = naming(Edge::indexed());
    let generation = edge.generation();
    let level = format!("/films/a.ism/{generation}/video/3000000");
    let quality = |folder: &str| format!("/films/a.ism{folder}/QualityLevels(3000000)");
    for (first, rest) in [
        (format!("{}/Fragments(video=0)", quality("")), 2),
        (format!("{}/Fragments(video=0)", quality(&format!("/{generation}"))), 2),
        (format!("{}/FragmentInfo(video=0)", quality("")), 2),
        (format!("{level}/0.m4s"), 2),
        (format!("{level}/iframes/0.m4s"), 2),
        (format!("{level}/4000ms/0.m4s"), 1),
        (format!("{level}/6000ms/0.m4s"), 0),
    ] {
        let (mut path, mut seen) = (first.clone(), HashSet::new());
        while let Some(following) = next(&path, &edge.get(&path)) {
            assert!(seen.insert(following.clone()), "{first} leads in circles");
            assert_eq!(edge.get(&following).status, StatusCode::OK, "{following}");
            path = following;
        }
        assert_eq!(seen.len(), rest, "{first}");
    }
}

#[test]
fn parts_and_heads_say_it_too_and_what_has_nothing_next_does_not() {
    let edge = naming(Edge::indexed());
    let path = format!("/films/a.ism/{HIGH_1}");
    let part = edge.ask(&Method::GET, &path, &[("range", "bytes=0-9")]);
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    let expected = Some("/films/a.ism/QualityLevels(3000000)/Fragments(video=40000000)".to_owned());
    assert_eq!(next(&path, &part), expected);
    assert_eq!(next(&path, &edge.ask(&Method::HEAD, &path, &[])), expected);
    for path in ["/films/a.ism/Manifest", "/films/a.ism/master.m3u8", NONE] {
        assert_eq!(next(path, &edge.get(path)), None, "{path}");
    }
}

#[test]
fn nothing_is_said_where_the_deployment_does_not_ask_for_it() {
    let path = format!("/films/a.ism/{HIGH_1}");
    assert_eq!(next(&path, &Edge::indexed().get(&path)), None);
}
