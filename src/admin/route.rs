//! The routes below `/_millrace/`: a total function of the path alone.

use super::AdminError;
use crate::locator::LocatorName;
use crate::selection::FilterName;
use crate::url::{self, RequestError};
use http::Method;
use std::borrow::Cow;

/// The segment that all of this lies under. No presentation can lie there.
const ROOT: &str = "_millrace";

/// One resource.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Route<'a> {
    /// `/_millrace/health`
    Health,
    /// `/_millrace/indexes`
    Indexes,
    /// `/_millrace/indexes/{presentation}`: the key of a server manifest.
    Index(Cow<'a, str>),
    /// `/_millrace/filters/{name}` and `/_millrace/filters/{presentation}/{name}`: a stored filter, of the whole library or
    /// of one presentation.
    Filter(Option<Cow<'a, str>>, FilterName),
    /// `/_millrace/locators`
    Locators,
    /// `/_millrace/locators/{guid}`: where addresses lead that begin with it.
    Locator(LocatorName),
    /// `/_millrace/sweep`: the whole library, through the queue.
    Sweep,
    /// `/_millrace/library`: what the Experience page lists.
    Library,
    /// `/_millrace/library/{presentation}`: what it shows of one.
    Shown(Cow<'a, str>),
}

/// Whether `path`, percent-encoded as it came, lies under `/_millrace`, however it is spelt.
pub fn claims(path: &str) -> bool {
    let behind = percent_encoding::percent_decode_str(path).skip_while(|byte| *byte == b'/');
    behind.take_while(|byte| *byte != b'/').eq(ROOT.bytes())
}

/// Whether `path` lies behind the door of the Experience page, whether or not it names anything there.
pub(super) fn is_in_library(path: &str) -> bool {
    let rest = path.strip_prefix("/_millrace/library");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl<'a> Route<'a> {
    /// What `path` names. Its segments have one spelling each: only a presentation's key may be
    /// percent-encoded, and no slash in it.
    pub(super) fn parse(path: &'a str) -> Result<Self, AdminError> {
        let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(ROOT));
        match rest.and_then(|rest| rest.strip_prefix('/')) {
            Some("health") => Ok(Self::Health),
            Some("indexes") => Ok(Self::Indexes),
            Some("locators") => Ok(Self::Locators),
            Some("library") => Ok(Self::Library),
            Some("sweep") => Ok(Self::Sweep),
            Some(rest) => match rest.split_once('/') {
                Some(("indexes", key)) => presentation(key).map(Self::Index),
                Some(("filters", rest)) => filter(rest),
                Some(("locators", name)) => {
                    LocatorName::parse(name).map(Self::Locator).ok_or(AdminError::NoResource)
                }
                Some(("library", key)) => presentation(key).map(Self::Shown),
                _ => Err(AdminError::NoResource),
            },
            None => Err(AdminError::NoResource),
        }
    }

    /// The method, if the resource has it.
    pub(super) fn allows<'m>(&self, method: &'m Method) -> Result<&'m Method, AdminError> {
        match (self, method) {
            (_, &Method::GET | &Method::HEAD) => Ok(method),
            (
                Self::Index(_) | Self::Filter(..) | Self::Locator(_),
                &Method::PUT | &Method::DELETE,
            ) => Ok(method),
            (Self::Index(_) | Self::Filter(..) | Self::Locator(_), _) => {
                Err(AdminError::Method("GET, HEAD, PUT, DELETE"))
            }
            (Self::Sweep, &Method::POST) => Ok(method),
            (Self::Sweep, _) => Err(AdminError::Method("GET, HEAD, POST")),
            _ => Err(AdminError::Method("GET, HEAD")),
        }
    }
}

fn filter(rest: &str) -> Result<Route<'_>, AdminError> {
    let (key, name) = match rest.rsplit_once('/') {
        Some((key, name)) => (Some(presentation(key)?), name),
        None => (None, rest),
    };
    let name = FilterName::parse(name).ok_or(AdminError::NoResource)?;
    Ok(Route::Filter(key, name))
}

fn presentation(encoded: &str) -> Result<Cow<'_, str>, AdminError> {
    if encoded.to_ascii_lowercase().contains("%2f") {
        return Err(RequestError::Path("has a slash in disguise").into());
    }
    let key = url::decode(encoded)?;
    url::check_presentation(&key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_every_spelling_of_its_root() {
        for path in
            ["/_millrace", "/_millrace/x", "/%5Fmillrace/x", "//_millrace", "/_millrace%2fx"]
        {
            assert!(claims(path), "{path}");
        }
        for path in ["/", "/_millrace.ism/Manifest", "/films/_millrace/a.ism", "/_MILLRACE/a.ism"] {
            assert!(!claims(path), "{path}");
        }
    }

    #[test]
    fn names_resources() {
        assert_eq!(Route::parse("/_millrace/health").unwrap(), Route::Health);
        assert_eq!(Route::parse("/_millrace/indexes").unwrap(), Route::Indexes);
        assert_eq!(Route::parse("/_millrace/library").unwrap(), Route::Library);
        assert_eq!(Route::parse("/_millrace/sweep").unwrap(), Route::Sweep);
        let shown = Route::Shown("films/a.ism".into());
        assert_eq!(Route::parse("/_millrace/library/films/a.ism").unwrap(), shown);
        for (path, key) in [("films/a.ism", "films/a.ism"), ("a%20b/%C3%A9.isml", "a b/é.isml")] {
            let route =
                Route::parse(&format!("/_millrace/indexes/{path}")).map(|route| match route {
                    Route::Index(key) => key.into_owned(),
                    other => format!("{other:?}"),
                });
            assert_eq!(route.unwrap(), key);
        }
    }

    #[test]
    fn names_filters() {
        let name = FilterName::parse("low.1").unwrap();
        let shared = Route::Filter(None, name.clone());
        assert_eq!(Route::parse("/_millrace/filters/low.1").unwrap(), shared);
        let own = Route::Filter(Some("a b/c.ism".into()), name);
        assert_eq!(Route::parse("/_millrace/filters/a%20b/c.ism/low.1").unwrap(), own);
    }

    #[test]
    fn names_locators() {
        let guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let named = Route::Locator(LocatorName::parse(guid).unwrap());
        for spelling in [guid.to_owned(), guid.to_ascii_uppercase()] {
            assert_eq!(Route::parse(&format!("/_millrace/locators/{spelling}")).unwrap(), named);
        }
        assert_eq!(Route::parse("/_millrace/locators").unwrap(), Route::Locators);
        for path in ["/_millrace/locators/", "/_millrace/locators/films"] {
            assert!(Route::parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for path in [
            "",
            "/",
            "/_millrace",
            "/_millrace/",
            "//_millrace/indexes",
            "/%5Fmillrace/indexes",
            "/_millrace//indexes",
            "/_millrace/indexes/",
            "/_millrace/Indexes",
            "/_millrace/health/",
            "/_millrace/indexes/a.mp4",
            "/_millrace/indexes//a.ism",
            "/_millrace/indexes/a.ism/",
            "/_millrace/indexes/../a.ism",
            "/_millrace/indexes/%2e%2e/a.ism",
            "/_millrace/indexes/x/%2E./a.ism",
            "/_millrace/indexes/films%2Fa.ism",
            "/_millrace/indexes/films%2fa.ism",
            "/_millrace/indexes/films%5ca.ism",
            "/_millrace/indexes/a%00.ism",
            "/_millrace/indexes/%ff.ism",
            "/_millrace/indexes/a.ism/Manifest",
            "/_millrace/indexes/.",
            "/_millrace/filters",
            "/_millrace/filters/",
            "/_millrace/filters/..",
            "/_millrace/filters/a%20b",
            "/_millrace/filters/a.mp4/low",
            "/_millrace/filters/a.ism/",
            "/_millrace/filters/x/../a.ism/low",
            "/_millrace/library/",
            "/_millrace/sweep/",
            "/_millrace/library/a.mp4",
            "/_millrace/library/films%2Fa.ism",
        ] {
            assert!(Route::parse(path).is_err(), "{path}");
        }
        let long = format!("/_millrace/indexes/{}.ism", "a".repeat(480));
        assert!(Route::parse(&long).is_err());
    }
}
