//! Cache rules: what a cache of whole answers may be asked in place of an origin, and what it may keep.
//!
//! It is one that the Worker itself looks into and fills. Those in front of it keep what
//! `Cache-Control` says, and need no rules here.

use super::asked::Asked;
use super::plan::cache_tag;
use crate::url::{self, ManifestFormat, ManifestRequest, Request};
use http::{Method, StatusCode};

/// A question to a cache.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lookup<'a> {
    /// The path, in the one spelling that stands for all that ask for the same.
    pub path: String,
    /// A `Range` of one span of it, if only that is wanted.
    pub range: Option<String>,
    /// The versions that the client has.
    pub if_none_match: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// What a cache may be asked; `None` if it has no answer to this, or the origin has one sooner.
    ///
    /// Only what is in the grammar is asked for: a cache resolves dot segments that the origin refuses.
    /// Ranges that the origin ignores are left out: a cache may think otherwise of them. A manifest of a selection
    /// is not asked for, and so not kept: such a cache forgets by path alone, and nobody could list the paths.
    pub fn lookup(&self) -> Option<Lookup<'a>> {
        if *self.method != Method::GET || self.if_range.is_some() || self.if_match.is_some() {
            return None;
        }
        let request = self.request.as_ref().ok().filter(|it| may_be_asked_for(it))?;
        let range = match self.span() {
            Some(span) => Some(span.header()?),
            None => None,
        };
        let path = request.clone().in_one_case().to_string();
        Some(Lookup { path, range, if_none_match: self.if_none_match })
    }
}

impl Lookup<'_> {
    /// The statuses that a cache's answer has if it is one: it has the bytes, those of them that are wanted, or
    /// knows that the client has them. Everything else is said better by the origin.
    pub fn statuses(&self) -> [StatusCode; 2] {
        let has_bytes = match self.range {
            Some(_) => StatusCode::PARTIAL_CONTENT,
            None => StatusCode::OK,
        };
        [has_bytes, StatusCode::NOT_MODIFIED]
    }
}

fn may_be_asked_for(request: &Request<'_>) -> bool {
    match request {
        Request::Manifest(ManifestRequest { selection, filters, .. }) => {
            selection.is_all() && filters.is_empty()
        }
        request => request.presentation().is_some(),
    }
}

/// Whether a cache may keep an answer with this `status` and `Cache-Control`, which was given to a GET: it is whole, and
/// says for how long.
pub fn may_be_kept(status: StatusCode, cache_control: &str) -> bool {
    let says = |word: &str| cache_control.contains(word);
    status == StatusCode::OK && says("max-age=") && !says("no-store")
}

/// The tags and prefixes of one purge of Workers Cache.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purge {
    /// Tags of answers, as [`cache_tag`] makes them.
    pub tags: Vec<String>,
    /// What the paths of answers begin with.
    pub path_prefixes: Vec<String>,
}

/// The purges that drop every answer about these presentations: by tag, which is on every answer about a
/// presentation, however its path was spelt; and by path, which is on every answer.
pub fn purges(presentations: &[&str]) -> impl Iterator<Item = Purge> {
    /// By a tag and a path each: together, what one purge may name.
    const MAX_PRESENTATIONS: usize = 50;
    presentations.chunks(MAX_PRESENTATIONS).map(|presentations| Purge {
        tags: presentations.iter().map(|presentation| cache_tag(presentation)).collect(),
        path_prefixes: presentations
            .iter()
            .map(|presentation| format!("/{}/", url::encode(presentation)))
            .collect(),
    })
}

/// The paths that answers to requests for the manifests of a presentation are kept under. A cache that
/// forgets by path alone has to be given these.
pub fn manifest_paths(presentation: &str) -> impl Iterator<Item = String> {
    let request = |format| ManifestRequest::whole(presentation.into(), format);
    ManifestFormat::ALL
        .into_iter()
        .map(move |format| Request::Manifest(request(format)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<'a>(path: &'a str, range: Option<&'a str>) -> Asked<'a> {
        Asked { range, ..Asked::new(&Method::GET, path) }
    }

    fn path(path: &str) -> Option<String> {
        asked(path, None).lookup().map(|lookup| lookup.path)
    }

    #[test]
    fn spellings_of_one_path_are_one_question() {
        let one = Some("/a%20b/%C3%B6.ism/QualityLevels(1)/Fragments(video=0)".to_owned());
        assert_eq!(path("/a%20b/%c3%b6.ism/QualityLevels(1)/Fragments(video=0)"), one);
        assert_eq!(path("/%61%20b/%C3%B6.ism/QualityLevels%281%29/Fragments%28video%3D0%29"), one);
        assert_eq!(path("/%61%20b/%C3%B6.ism/qualitylevels(01)/fragments(VIDEO=00)"), one);
        assert_eq!(path("/100%25.ism/Manifest"), Some("/100%25.ism/Manifest".into()));
    }

    #[test]
    fn only_about_presentations() {
        for no in ["/", "/favicon.ico", "/crossdomain.xml", "/%ff.ism/Manifest", "/../a.ism"] {
            assert_eq!(path(no), None, "{no}");
        }
    }

    #[test]
    fn only_what_is_in_the_grammar() {
        for no in [
            "/a.ism/x%2f..%2fManifest",
            "/a.ism//Manifest",
            "/a.ism/%2fManifest",
            "/a.ism/.%2fManifest",
            "/a.ism/Manifest/",
            "/a.ism/../Manifest",
            "/a.ism/Nonsense",
        ] {
            assert_eq!(path(no), None, "{no}");
        }
    }

    #[test]
    fn nothing_of_a_query_but_what_decides_something() {
        let path = |path, query| {
            let asked = Asked::with_query(&Method::GET, path, Some(query));
            asked.lookup().map(|lookup| lookup.path)
        };
        let manifest = Some("/a.ism/Manifest".to_owned());
        for query in ["", "utm_source=x&CMCD=sid%3D1", "vbegin=0"] {
            assert_eq!(path("/a.ism/Manifest", query), manifest, "{query}");
        }
        for query in ["filter=type==%22video%22", "t=1;2", "t=nonsense", "filter="] {
            assert_eq!(path("/a.ism/Manifest", query), None, "{query}");
        }
        let fragment = "/a.ism/QualityLevels(1)/Fragments(video=0)";
        assert_eq!(path(fragment, "t=1;2"), Some(fragment.to_owned()));
    }

    #[test]
    fn only_whole_answers_and_single_spans_of_them() {
        let range = |range| asked("/a.ism/Manifest", Some(range)).lookup().unwrap().range;
        assert_eq!(range("bytes=0-9"), Some("bytes=0-9".to_owned()));
        for ignored in ["bytes=5-4", "bytes=0-1,3-4", "items=0-1"] {
            assert_eq!(range(ignored), None, "{ignored}");
        }
        let asked = asked("/a.ism/Manifest", Some("bytes=0-9"));
        assert_eq!(Asked { if_range: Some("\"e\""), ..asked.clone() }.lookup(), None);
        assert_eq!(Asked { if_match: Some("\"e\""), ..asked.clone() }.lookup(), None);
        assert_eq!(Asked { range: Some("bytes=-0"), ..asked.clone() }.lookup(), None);
        assert_eq!(Asked { method: &Method::HEAD, ..asked }.lookup(), None);
    }

    #[test]
    fn an_answer_that_is_of_other_bytes_than_were_wanted_is_none() {
        let taken = |range| {
            let lookup = asked("/a.ism/Manifest", range).lookup().unwrap();
            lookup.statuses().map(|status| status.as_u16())
        };
        assert_eq!(taken(None), [200, 304]);
        assert_eq!(taken(Some("bytes=-2000")), [206, 304]);
    }

    #[test]
    fn manifests_are_kept_under_the_paths_that_are_forgotten() {
        let paths: Vec<String> = manifest_paths("a b/ö.ism").collect();
        let names = ["Manifest", "MANIFEST", "master.m3u8", "manifest.mpd"];
        let formats = ["fmp4", "fmp4-v20", "m3u8-cmaf", "mpd-time-cmaf"];
        let formats = formats.map(|format| format!("manifest(format={format})"));
        for name in names.map(str::to_owned).into_iter().chain(formats) {
            let kept = path(&format!("/a%20b/ö.ism/{name}")).unwrap();
            assert!(paths.contains(&kept), "{name}");
        }
        assert!(paths.iter().all(|forgotten| path(forgotten).as_ref() == Some(forgotten)));
    }

    #[test]
    fn a_purge_names_each_presentation_by_tag_and_path_and_no_more_than_it_may() {
        let names: Vec<String> = (0..51).map(|number| format!("a b/{number}.ism")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let purges: Vec<Purge> = purges(&names).collect();
        assert_eq!(purges.iter().map(|purge| purge.tags.len()).collect::<Vec<_>>(), [50, 1]);
        let last = &purges[1];
        assert_eq!(last.tags, ["a%20b/50.ism"]);
        assert_eq!(last.path_prefixes, ["/a%20b/50.ism/"]);
    }

    #[test]
    fn keeps_what_is_whole_and_has_an_age() {
        assert!(may_be_kept(StatusCode::OK, "public, max-age=30"));
        assert!(!may_be_kept(StatusCode::OK, "no-store"));
        assert!(!may_be_kept(StatusCode::PARTIAL_CONTENT, "public, max-age=30"));
        assert!(!may_be_kept(StatusCode::NOT_FOUND, "public, max-age=5"));
        assert!(!may_be_kept(StatusCode::OK, ""));
    }
}
