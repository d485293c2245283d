//! The address that the cached entrypoint is asked for, instead of the viewer's.

use crate::origin::Asked;
use crate::url::Request;

/// The path and query of `asked` in the one spelling that stands for all that ask for the same: the key of the cache.
/// Arguments that decide nothing, such as those of CMCD or of a session, are not part of it.
///
/// `None` for what the first entrypoint answers by itself, out of no store: what asks for nothing, and what is sent on with
/// its query. A path outside the grammar may lead elsewhere once others have resolved its dots, past the gate.
pub fn address(asked: &Asked<'_>) -> Option<String> {
    match &asked.request {
        Err(_) | Ok(Request::Presentation(_)) => None,
        Ok(request) => Some(request.clone().in_one_case().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    fn of(path: &str, query: Option<&str>) -> Option<String> {
        address(&Asked::with_query(&Method::GET, path, query))
    }

    #[test]
    fn viewers_that_ask_for_the_same_have_one_address() {
        let fragment = "/a.ism/QualityLevels(1)/Fragments(video=0)";
        for (path, query) in [
            (fragment, None),
            (fragment, Some("CMCD=bl%3D100%2Csid%3D%22x%22")),
            ("/%61.ism/qualitylevels%2801%29/fragments(VIDEO=00)", Some("session=7")),
        ] {
            assert_eq!(of(path, query).as_deref(), Some(fragment));
        }
    }

    #[test]
    fn what_a_query_asks_for_stays() {
        let clip = of("/a.ism/Manifest", Some("CMCD=sid&vbegin=1&vend=2"));
        assert_eq!(clip, of("/a.ism/Manifest", Some("t=1;2&other")));
        assert_ne!(clip.as_deref(), Some("/a.ism/Manifest"));
        let saved = of("/a.jpg", Some("download=b.jpg&x"));
        assert_eq!(saved, of("/a.jpg", Some("download=b.jpg")));
        assert_ne!(saved.as_deref(), Some("/a.jpg"));
    }

    #[test]
    fn what_is_refused_or_sent_on_is_not_asked_for() {
        for (path, query) in [
            ("/a.ism/", None),
            ("/a.ism", Some("t=1;2")),
            ("/a.ism/Manifest", Some("t=2;1")),
            ("/a.ism//x", None),
            ("/open/../films/x.ism/Manifest", None),
            ("/open/%2e%2e/films/x.ism/Manifest", None),
            ("/open/.%2E/films/x.ism/Manifest", None),
            ("/open/x.ism/%2e%2e/%2e%2e/films/x.ism/Manifest", None),
        ] {
            assert_eq!(of(path, query), None, "{path}");
        }
    }
}
