//! Tokens: of every kind on every route, altered, in queries and cookies, and of public keys.

use super::*;

/// All that is under a presentation, in three protocols.
const ROUTES: [&str; 10] = [
    "",
    "/Manifest",
    "/master.m3u8",
    "/manifest.mpd",
    "/0123456789abcdef/QualityLevels(1)/Fragments(video=0)",
    "/QualityLevels(1)/Fragments(video=0)",
    "/0123456789abcdef/video/1/index.m3u8",
    "/0123456789abcdef/video/1/init.mp4",
    "/0123456789abcdef/video/1/6000ms/0.m4s",
    "/0123456789abcdef/text/1/0.vtt",
];

const MANIFESTS: usize = 4;

/// Every kind of token in front of a path, and whether it opens.
fn tokens() -> Vec<(String, bool)> {
    let end = NOW + 600;
    let edge = |grant: Grant<'_>, key| format!("hdntl={}", grant.signed(key));
    let web = |claims: &str| format!("jwt={}", jwt(HS256, claims, NEW));
    let mut tokens = vec![
        (edge(grant(), NEW), true),
        (edge(grant(), OLD), true),
        (edge(grant(), OTHER), false),
        (edge(Grant { until: NOW - SKEW_SECONDS, ..grant() }, NEW), true),
        (edge(Grant { until: NOW - SKEW_SECONDS - 1, ..grant() }, NEW), false),
        (edge(Grant { from: Some(NOW + SKEW_SECONDS), ..grant() }, NEW), true),
        (edge(Grant { from: Some(NOW + SKEW_SECONDS + 1), ..grant() }, NEW), false),
        (edge(Grant { acl: "/films/y.ism*", ..grant() }, NEW), false),
        (edge(Grant { acl: "/shows/*!/films/*", ..grant() }, NEW), true),
        (edge(Grant { address: Some(HERE), ..grant() }, NEW), true),
        (edge(Grant { address: Some("192.0.2.8"), ..grant() }, NEW), false),
        (format!("hdnts={}", grant().signed(NEW)), true),
        // Signed before its fields were encoded.
        (
            format!("hdntl={}", raw(&format!("exp={end}~acl=/films/*"), NEW).replace('/', "%2F")),
            true,
        ),
        (format!("hdntl={}", raw(&format!("id=a~exp={end}~acl=*~data=b"), NEW)), true),
        (format!("hdntl={}", raw(&format!("exp={end}~exp={end}~acl=*"), NEW)), false),
        (format!("hdntl={}", raw(&format!("exp={end}~acl=*~new=1"), NEW)), false),
        (format!("hdntl={}", raw("acl=*", NEW)), false),
        // An encoded tilde hides no field.
        (
            format!(
                "hdntl={}",
                raw(&format!("id=a~ip=192.0.2.8~exp={end}~acl=*"), NEW).replacen('~', "%7E", 1)
            ),
            false,
        ),
        ("hdntl=".into(), false),
        ("jwt=".into(), false),
        ("jwt=a.b.c".into(), false),
        (web(&format!(r#"{{"sub":"{KEY}","exp":{end}}}"#)), true),
        (web(&format!(r#"{{"sub":"films/","exp":{end},"kid":"new"}}"#)), true),
        (web(&format!(r#"{{"sub":"films/","exp":{end},"kid":"old"}}"#)), false),
        (web(&format!(r#"{{"sub":"films","exp":{end}}}"#)), false),
        (web(&format!(r#"{{"sub":"films/y.ism","exp":{end}}}"#)), false),
        (web(&format!(r#"{{"sub":"{KEY}","exp":{}}}"#, NOW - 61)), false),
        (web(&format!(r#"{{"sub":"{KEY}"}}"#)), false),
        (web(&format!(r#"{{"sub":"{KEY}","exp":{end},"nbf":{}}}"#, NOW + 61)), false),
        (format!("jwt={}", jwt(HS256, &format!(r#"{{"sub":"{KEY}","exp":{end}}}"#), OTHER)), false),
    ];
    for (header, opens) in [
        (r#"{"alg":"none"}"#, false),
        (r#"{"alg":"RS256"}"#, false),
        (r#"{"alg":"HS256","crit":["b64"]}"#, false),
        (r#"{"alg":"HS256","kid":"new","typ":"JWT"}"#, true),
        (r#"{"alg":"HS256","kid":"none"}"#, false),
    ] {
        let claims = format!(r#"{{"sub":"{KEY}","exp":{end}}}"#);
        tokens.push((format!("jwt={}", jwt(header, &claims, NEW)), opens));
    }
    for (rules, opens) in [
        (r#"{"type":"any","action":"block"}"#, false),
        (
            r#"{"type":"ip.src","action":"allow","ip":["192.0.2.0/24"]},{"type":"any","action":"block"}"#,
            true,
        ),
        (r#"{"type":"ip.src","action":"block","ip":["192.0.2.0/24"]}"#, false),
        (
            r#"{"type":"ip.geoip.country","action":"allow","country":["FR"]},{"type":"any","action":"block"}"#,
            false,
        ),
        (r#"{"type":"ip.geoip.country","action":"block","country":["FR"]}"#, true),
        (r#"{"type":"ip.src","action":"block","ip":["192.0.2.0/33"]}"#, false),
        (r#"{"type":"weather","action":"allow"}"#, false),
    ] {
        let claims = format!(r#"{{"sub":"{KEY}","exp":{end},"accessRules":[{rules}]}}"#);
        tokens.push((web(&claims), opens));
    }
    tokens
}

#[test]
fn every_token_on_every_route() {
    let gate = closed();
    for (token, opens) in tokens() {
        for route in ROUTES {
            let path = format!("/{token}/{KEY}{route}");
            assert_eq!(passes(&gate, &path), opens, "{path}");
            let clean = format!("/{KEY}{route}");
            if opens {
                let passes = Verdict::Passes { path: &clean, is_private: true };
                assert_eq!(gate.judge(&visit(&path)), passes);
            } else {
                assert_eq!(gate.judge(&visit(&path)), Verdict::Stopped(Stop::Refused), "{path}");
            }
        }
    }
    for route in ROUTES {
        assert!(!passes(&gate, &format!("/{KEY}{route}")), "{route}");
        assert!(!passes(&gate, &format!("/%66ilms/%78.ism{route}")), "{route}");
        assert!(!passes(&gate, &format!("/films%2Fx.ism{route}")), "{route}");
        assert!(passes(&gate, &format!("/open/x.ism{route}")), "{route}");
        assert!(passes(&gate, &format!("/films/trailers/x.ism{route}")), "{route}");
        let token = format!("hdntl={}", grant().signed(NEW));
        assert!(passes(&gate, &format!("/{token}/open/x.ism{route}")), "{route}");
        assert!(passes(&gate, &format!("/{token}/%66ilms/x.ism{route}")), "{route}");
        assert!(!passes(&gate, &format!("/{token}/films/y.ism{route}")), "{route}");
        assert!(!passes(&gate, &format!("/{token}/{token}/{KEY}{route}")), "{route}");
    }
}

/// No character of a token can be another.
#[test]
fn a_token_tampered_with_anywhere_opens_nothing() {
    let gate = closed();
    let full = Grant { from: Some(NOW), address: Some(HERE), ..grant() };
    let claims = format!(r#"{{"sub":"{KEY}","exp":{},"nbf":{NOW}}}"#, NOW + 600);
    for (name, token) in [("hdntl", full.signed(NEW)), ("jwt", jwt(HS256, &claims, NEW))] {
        assert!(passes(&gate, &format!("/{name}={token}/{KEY}/Manifest")));
        for at in 0..token.len() {
            let mut other = token.clone();
            let new = if other.as_bytes()[at] == b'1' { "2" } else { "1" };
            other.replace_range(at..=at, new);
            assert!(!passes(&gate, &format!("/{name}={other}/{KEY}/Manifest")), "{other}");
            other.remove(at);
            assert!(!passes(&gate, &format!("/{name}={other}/{KEY}/Manifest")), "{other}");
        }
    }
}

#[test]
fn a_token_of_one_address_opens_no_other() {
    let signed = format!("exp={}", NOW + 600);
    let url = format!("{signed}~url=/{KEY}/Manifest");
    let token = format!("hdnts={signed}~hmac={}", digits(&hmac(NEW, url.as_bytes())));
    assert!(passes(&closed(), &format!("/{token}/{KEY}/Manifest")));
    assert!(!passes(&closed(), &format!("/{token}/{KEY}/master.m3u8")));
}

#[test]
fn a_token_in_a_query_or_a_cookie_is_sent_in_front_of_manifests_alone() {
    let gate = closed();
    let token = grant().signed(NEW);
    let early = raw(&format!("exp={}~acl=/films/*", NOW + 600), NEW);
    for (at, route) in ROUTES.iter().enumerate() {
        let path = format!("/{KEY}{route}");
        for token in [&token, &early] {
            let query = format!("t=1;2&hdnts={token}&x=y");
            let cookie = format!("a=b; hdntl={token}");
            let in_query = gate.judge(&Visit { query: Some(&query), ..visit(&path) });
            let viewer = &Someone { cookie: Some(&cookie), ..VIEWER };
            let in_cookie = gate.judge(&Visit { viewer, ..visit(&path) });
            if at >= MANIFESTS {
                assert_eq!(in_query, Verdict::Stopped(Stop::Refused));
                assert_eq!(in_cookie, Verdict::Stopped(Stop::Refused));
                continue;
            }
            let Verdict::Stopped(Stop::SentOn(to)) = in_query else { panic!("{in_query:?}") };
            let (to, rest) = to.split_once('?').unwrap();
            assert_eq!(rest, "t=1;2&x=y");
            assert!(to.starts_with("/hdnts=exp="), "{to}");
            assert!(passes(&gate, to), "{to}");
            let Verdict::Stopped(Stop::SentOn(to)) = in_cookie else { panic!("{in_cookie:?}") };
            assert!(to.starts_with("/hdntl=exp=") && passes(&gate, &to), "{to}");
        }
        let old = Grant { until: NOW - 61, ..grant() }.signed(NEW);
        let query = format!("hdnts={old}");
        let judged = gate.judge(&Visit { query: Some(&query), ..visit(&path) });
        assert_eq!(judged, Verdict::Stopped(Stop::Refused));
    }
}

/// Nothing here verifies them: what is to be proven is said, and remembered once it is.
#[test]
fn signatures_of_public_keys_are_proven_before_they_open() {
    let number = |len| URL_SAFE_NO_PAD.encode(vec![1; len]);
    let curve = format!(r#"{{"kty":"EC","crv":"P-256","x":"{0}","y":"{0}"}}"#, number(32));
    let rsa = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, number(256));
    let keys = format!(r#"{{"hex":"{}","ec":{curve},"ec2":{curve},"rsa":{rsa}}}"#, digits(NEW));
    let gate = || Gate::new(Policies::parse(CLOSED).unwrap(), Keys::parse(&keys).unwrap());
    let end = NOW + 600;
    let path =
        |header: &str, claims: &str| format!("/jwt={}/{KEY}/Manifest", jwt(header, claims, OTHER));
    let right = format!(r#"{{"sub":"{KEY}","exp":{end}}}"#);
    for (header, asked) in [
        (r#"{"alg":"ES256"}"#, 2),
        (r#"{"alg":"ES256","kid":"ec2"}"#, 1),
        (r#"{"alg":"RS256","kid":"rsa"}"#, 1),
    ] {
        let (gate, path) = (gate(), path(header, &right));
        let Verdict::Unproven(proof) = gate.judge(&visit(&path)) else { panic!("{header}") };
        assert_eq!(proof.keys.len(), asked, "{header}");
        let token = path.split(['=', '/']).nth(2).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(&proof.signature);
        assert_eq!(format!("{}.{signature}", proof.signed), token);
        assert_eq!(gate.judge(&visit(&path)), Verdict::Unproven(proof.clone()), "not by itself");
        gate.learn(&proof);
        assert!(passes(&gate, &path));
        let late = Visit { now_ms: (end + 61) * 1000, ..visit(&path) };
        assert_eq!(gate.judge(&late), Verdict::Stopped(Stop::Refused), "it ends all the same");
        assert!(!passes(&gate, &path.replace("x.ism", "y.ism")));
        let other = path.replace(token, &jwt(header, &right, OLD));
        assert!(matches!(gate.judge(&visit(&other)), Verdict::Unproven(_)), "it is another");
        let clean = format!("/{KEY}/Manifest");
        let query = format!("jwt={token}");
        let sent = gate.judge(&Visit { query: Some(&query), ..visit(&clean) });
        assert_eq!(sent, Verdict::Stopped(Stop::SentOn(path)));
    }
    for (header, claims) in [
        (r#"{"alg":"ES256","kid":"rsa"}"#, &*right),
        (r#"{"alg":"ES256","kid":"hex"}"#, &right),
        (r#"{"alg":"HS256","kid":"ec"}"#, &right),
        (r#"{"alg":"ES384"}"#, &right),
        (r#"{"alg":"ES256"}"#, r#"{"sub":"films/y.ism","exp":1900000000}"#),
        (r#"{"alg":"ES256"}"#, r#"{"sub":"films/x.ism","exp":1}"#),
    ] {
        let (gate, path) = (gate(), path(header, claims));
        assert_eq!(gate.judge(&visit(&path)), Verdict::Stopped(Stop::Refused), "{header} {claims}");
    }
}

/// Taking a header out of a request costs more than a token does.
#[test]
fn of_a_viewer_with_a_token_nothing_else_is_asked() {
    struct Untold;
    impl Viewer for Untold {
        fn cookie(&self) -> Option<String> {
            panic!("the token stands in the path")
        }
        fn referrer(&self) -> Option<String> {
            panic!("no policy asks for it")
        }
        fn address(&self) -> Option<String> {
            panic!("the token is for everybody")
        }
        fn country(&self) -> Option<String> {
            panic!("no policy asks for it")
        }
    }
    let signed = format!("/hdntl={}/{KEY}/Manifest", grant().signed(NEW));
    for path in [&*signed, "/open/x.ism/Manifest"] {
        let verdict = closed().judge(&Visit { viewer: &Untold, ..visit(path) });
        assert!(matches!(verdict, Verdict::Passes { .. }), "{path}");
    }
}

/// As Akamai's own libraries make it where they escape early: it can stand in a path.
#[test]
fn the_form_of_a_token_is_kept() {
    let key = [
        0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99,
    ];
    let token =
        Grant { acl: "/films/*", from: Some(1), until: 2, address: Some("::1") }.signed(&key);
    let (fields, digest) = token.split_once("~hmac=").unwrap();
    assert_eq!(fields, "ip=%3A%3A1~st=1~exp=2~acl=%2Ffilms%2F*");
    assert_eq!(digest, digits(&hmac(&key, fields.as_bytes())));
}
