//! Policies: what they ask of viewers, which files they hold for, and which are refused.

use super::*;

#[test]
fn files_have_the_policies_of_their_keys() {
    let gate = closed();
    let end = NOW + 600;
    let web =
        |sub| format!("jwt={}", jwt(HS256, &format!(r#"{{"sub":"{sub}","exp":{end}}}"#), NEW));
    let edge = |acl| format!("hdntl={}", Grant { acl, ..grant() }.signed(NEW));
    for file in ["films/poster.jpg", "%66ilms/poster.jpg", "films%2Fposter.jpg", "films/x.mp4"] {
        assert_eq!(
            gate.judge(&visit(&format!("/{file}"))),
            Verdict::Stopped(Stop::Refused),
            "{file}"
        );
        for (token, opens) in [
            (edge("/films/*"), true),
            (edge("/films/poster.jpg!/films/x.mp4"), true),
            (edge("/films/x.ism*"), false),
            (web("films/"), true),
            (web("films/x.ism"), false),
        ] {
            assert_eq!(passes(&gate, &format!("/{token}/{file}")), opens, "{token} {file}");
        }
        let (query, path) = (format!("download&{}", edge("/films/*")), format!("/{file}"));
        let sent = gate.judge(&Visit { query: Some(&query), ..visit(&path) });
        let Verdict::Stopped(Stop::SentOn(to)) = sent else { panic!("{sent:?}") };
        assert!(to.starts_with("/hdntl=") && to.ends_with(&format!("{path}?download")), "{to}");
    }
    assert!(passes(&gate, &format!("/{}/films/poster.jpg", web("films/poster.jpg"))));
    assert!(passes(&gate, "/films/trailers/poster.jpg") && passes(&gate, "/open/poster.jpg"));
    assert!(passes(&gate, "/clientaccesspolicy.xml"));
}

#[test]
fn policies_ask_where_viewers_come_from() {
    let path = format!("/{KEY}/Manifest");
    let judge = |policy: &str, visit: Visit<'_>| {
        let gate = gate(&format!(r#"[{{"prefix":"films/",{policy}}}]"#));
        matches!(gate.judge(&visit), Verdict::Passes { is_private: true, .. })
    };
    for (policy, admits) in [
        (r#""countries":["FR","de"]"#, true),
        (r#""countries":["FR"]"#, false),
        (r#""countries":[]"#, false),
        (r#""addresses":["192.0.2.0/24"]"#, true),
        (r#""addresses":["2001:db8::/32"]"#, false),
        (r#""addresses":["192.0.2.7"],"countries":["FR"]"#, false),
    ] {
        assert_eq!(judge(policy, visit(&path)), admits, "{policy}");
        let viewer = &Someone { address: None, country: None, ..VIEWER };
        assert!(!judge(policy, Visit { viewer, ..visit(&path) }), "{policy}");
    }
    let judge = |policy: &str, referrer| {
        judge(policy, Visit { viewer: &Someone { referrer, ..VIEWER }, ..visit(&path) })
    };
    let policy = r#""referrers":["example.com","*.example.com"]"#;
    for page in ["https://example.com/a", "http://Example.com:8080", "https://a.b.example.com?x"] {
        assert!(judge(policy, Some(page)), "{page}");
    }
    for page in [
        "",
        "example.com",
        "https://example.com.evil.net/",
        "https://evil.net/example.com",
        "https://badexample.com",
        "https://example.com@evil.net/",
    ] {
        assert!(!judge(policy, Some(page)), "{page}");
    }
    assert!(!judge(policy, None));
    assert!(judge(r#""referrers":["","example.com"]"#, None));
}

#[test]
fn policies_that_are_not_understood_are_refused() {
    for wrong in [
        "",
        "{}",
        r#"[{"token":"required"}]"#,
        r#"[{"prefix":"a/","token":"optional"}]"#,
        r#"[{"prefix":"a/","tokens":"required"}]"#,
        r#"[{"prefix":"a/","addresses":["here"]}]"#,
    ] {
        assert!(Policies::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_prefix_that_no_key_begins_with_is_refused() {
    let parse = |prefix: &str| {
        let prefix = serde_json::Value::from(prefix);
        Policies::parse(&format!(r#"[{{"prefix":{prefix},"token":"required"}}]"#))
    };
    for prefix in ["/vod/", "vod//", "../", "a/./b", "m%C3%A9/", "a\\b", "a\nb"] {
        let error = parse(prefix).unwrap_err();
        assert!(error.to_string().contains("no key begins so"), "{prefix}: {error}");
    }
    for prefix in ["", "vod", "vod/", "m\u{e9}/", ".hidden", "100%/"] {
        assert!(parse(prefix).is_ok(), "{prefix}");
    }
}

#[test]
fn a_rule_blocks_whoever_comes_from_nowhere_that_is_known() {
    let path = |rule: &str| {
        let end = NOW + 600;
        let claims = format!(r#"{{"sub":"{KEY}","exp":{end},"accessRules":[{rule}]}}"#);
        format!("/jwt={}/{KEY}/Manifest", jwt(HS256, &claims, NEW))
    };
    let viewer = &Someone { address: None, country: None, ..VIEWER };
    for rule in [
        r#"{"type":"ip.src","action":"block","ip":["198.51.100.0/24"]}"#,
        r#"{"type":"ip.geoip.country","action":"block","country":["FR"]}"#,
    ] {
        let path = path(rule);
        assert!(passes(&closed(), &path), "{rule}");
        let judged = closed().judge(&Visit { viewer, ..visit(&path) });
        assert_eq!(judged, Verdict::Stopped(Stop::Refused), "{rule}");
    }
}
