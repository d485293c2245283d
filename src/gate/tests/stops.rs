//! Answers to viewers who do not pass.

use super::*;

#[test]
fn without_keys_nothing_opens() {
    let gate = Gate::new(Policies::parse(CLOSED).unwrap(), Keys::default());
    assert_eq!(gate.shut(), ["films/"]);
    assert!(closed().shut().is_empty());
    let token = grant().signed(NEW);
    for path in [format!("/{KEY}/Manifest"), format!("/hdntl={token}/{KEY}/Manifest")] {
        assert_eq!(gate.judge(&visit(&path)), Verdict::Stopped(Stop::NoKeys));
    }
    assert!(passes(&gate, "/open/x.ism/Manifest"));
    assert!(passes(&Gate::default(), &format!("/{KEY}/Manifest")));
}

#[test]
fn who_is_stopped_is_told_nothing_and_no_cache_keeps_it() {
    for (stop, status) in [
        (Stop::Refused, 403),
        (Stop::NoKeys, 503),
        (Stop::SentOn("/hdntl=x/films/x.ism/Manifest".into()), 302),
    ] {
        let answer = stopped(&stop);
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        assert_eq!(answer.headers().contains_key("location"), status == 302);
    }
    let mut headers = http::HeaderMap::new();
    headers.insert("cache-control", "public, max-age=31536000, immutable".parse().unwrap());
    make_private(&mut headers);
    assert_eq!(headers["cache-control"], "private, max-age=31536000, immutable");
}

#[test]
fn who_is_sent_on_stays_behind_the_locator_that_was_asked() {
    let asked = "/0f8fad5b-d9cb-469f-a165-70867728950e/x.ism/Manifest";
    let query = format!("hdnts={}&t=1", grant().signed(NEW));
    let sent =
        closed().judge(&Visit { asked, query: Some(&query), ..visit("/films/x.ism/Manifest") });
    let Verdict::Stopped(Stop::SentOn(to)) = sent else { panic!("{sent:?}") };
    assert!(to.starts_with("/hdnts=exp=") && to.ends_with(&format!("{asked}?t=1")), "{to}");
}
