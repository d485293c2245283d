//! What a query asks to be shown of a presentation: `?filter={expression}&t={from};{until}`; and whether a file is to be
//! saved: `?download={name}`.
//!
//! Any other argument decides nothing, and is no part of what a request is written as: players and sites add their own.

use super::RequestError;
use super::escape::encode_name;
use crate::selection::{Clip, Expression, Selection};
use percent_encoding::percent_decode_str;
use std::fmt;

/// The arguments that decide something, in any case.
const FILTER: &str = "filter";
const BEGINNINGS: [&str; 2] = ["vbegin", "start"];
const ENDS: [&str; 2] = ["vend", "end"];
const CLIP: &str = "t";
pub(super) const DOWNLOAD: &str = "download";

/// A name that a file is to be saved under has at most so many bytes: as many as file systems take.
const MAX_NAME_LEN: usize = 255;

/// The separator of the two times of [`CLIP`].
const SEPARATOR: char = ';';

/// What `query`, percent-encoded, asks to be shown.
pub(super) fn selection(query: &str) -> Result<(Option<Expression>, Option<Clip>), RequestError> {
    let (mut filter, mut from, mut until, mut clip) = (None, None, None, None);
    let mut pieces = query.split('&').peekable();
    while let Some(piece) = pieces.next() {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let Ok(name) = form_decoded(name) else { continue };
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let place = if is(FILTER) {
            // What comes behind a bare && would else be taken for another argument, and its condition be lost.
            if pieces.next_if_eq(&"").is_some() && pieces.peek().is_some() {
                return Err(RequestError::Query("&& in a filter is to be written as %26%26"));
            }
            &mut filter
        } else if BEGINNINGS.into_iter().any(is) {
            &mut from
        } else if ENDS.into_iter().any(is) {
            &mut until
        } else if is(CLIP) {
            &mut clip
        } else {
            continue;
        };
        if place.replace(form_decoded(value)?).is_some() {
            return Err(RequestError::Query("a filter, a beginning or an end is given twice"));
        }
    }
    let clip = match clip {
        Some(_) if from.is_some() || until.is_some() => {
            return Err(RequestError::Query("a clip is given twice"));
        }
        Some(clip) => Clip::parse(&clip, SEPARATOR)?,
        None => Clip::between(from.as_deref(), until.as_deref())?,
    };
    let filter = filter.map(|filter| Expression::parse(&filter)).transpose()?;
    Ok((filter, clip))
}

/// The name that `query`, percent-encoded, asks a file to be saved under; empty if it does not say which.
pub(super) fn download(query: &str) -> Result<Option<String>, RequestError> {
    let mut download = None;
    for piece in query.split('&') {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        if !form_decoded(name).is_ok_and(|name| name.eq_ignore_ascii_case(DOWNLOAD)) {
            continue;
        }
        let value = form_decoded(value)?;
        let is_odd = |letter: char| letter.is_control() || matches!(letter, '/' | '\\');
        if matches!(&*value, "." | "..") || value.contains(is_odd) || value.len() > MAX_NAME_LEN {
            return Err(RequestError::Query(
                "the name of a download is not one that a file can have",
            ));
        }
        if download.replace(value).is_some() {
            return Err(RequestError::Query("the name of a download is given twice"));
        }
    }
    Ok(download)
}

/// `text` as forms encode it (<https://url.spec.whatwg.org/#urlencoded-parsing>), decoded.
fn form_decoded(text: &str) -> Result<String, RequestError> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    let decoded =
        decoded.map_err(|_| RequestError::Query("an argument does not decode to UTF-8"))?;
    Ok(decoded.into_owned())
}

/// `selection` as a query with its question mark: nothing if it is the whole presentation.
pub(super) fn write(f: &mut fmt::Formatter<'_>, selection: &Selection) -> fmt::Result {
    let mut before = '?';
    if let Some(filter) = &selection.filter {
        write!(f, "{before}{FILTER}={}", encode_name(&filter.to_string()))?;
        before = '&';
    }
    match &selection.clip {
        Some(clip) => write!(f, "{before}{CLIP}={}", clip.written(SEPARATOR)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::{ManifestRequest, Request};

    fn written(query: &str) -> String {
        Request::parse_with("/a.ism/Manifest", Some(query)).unwrap().to_string()
    }

    #[test]
    fn what_is_not_ours_decides_nothing() {
        for query in ["", "&&", "utm_source=x", "CMCD=bl%3D1", "tt=1&filters=x&%ff=1&x", "vbegin=0"]
        {
            assert_eq!(written(query), "/a.ism/Manifest", "{query}");
        }
    }

    #[test]
    fn all_spellings_have_one() {
        let filter = "filter=type%3D%3D%22video%22%26%26MaxHeight%3C%3D720";
        for query in [
            "filter=type==%22video%22%26%26MaxHeight%3C=720",
            "filter=(type+==+%27Video%27)+%26%26+maxheight<=0720",
            "x=1&FILTER=type%20==\"video\"%26%26MaxHeight<=720&utm_source=y",
            "fil%74er=type==\"video\"%26%26MaxHeight<=720&",
        ] {
            assert_eq!(written(query), format!("/a.ism/Manifest?{filter}"), "{query}");
        }
        for query in
            ["t=100;450", "t=100%3B450.0", "vbegin=100&vend=450", "end=450&CMCD=x&start=100"]
        {
            assert_eq!(written(query), "/a.ism/Manifest?t=100;450", "{query}");
        }
        assert_eq!(written("vend=7.50"), "/a.ism/Manifest?t=0;7.5");
        let both = written("t=1;2&filter=type==\"video\"%26%26MaxHeight<=720");
        assert_eq!(both, format!("/a.ism/Manifest?{filter}&t=1;2"));
    }

    #[test]
    fn what_is_ours_is_understood_or_refused() {
        for query in [
            "filter",
            "filter=",
            "filter=type",
            "filter=type==\"video\"&filter=type==\"video\"",
            "filter=type==\"video\"&&MaxHeight<=720",
            "filter=%ff",
            "t",
            "t=100",
            "t=100,450",
            "t=450;100",
            "t=1;2&t=1;2",
            "t=1;2&vend=3",
            "vbegin=1&start=1",
            "vbegin=&vend=2",
            "vend=",
            "end=1e3",
        ] {
            let read = Request::parse_with("/a.ism/Manifest", Some(query));
            let is_query =
                |error| matches!(error, RequestError::Query(_) | RequestError::Selection(_));
            assert!(read.is_err_and(is_query), "{query}");
        }
    }

    #[test]
    fn manifests_alone_have_one() {
        for path in ["/a.ism/QualityLevels(1)/Fragments(video=0)", "/a.ism", "/crossdomain.xml"] {
            let read = Request::parse_with(path, Some("t=nonsense"));
            assert_eq!(read, Request::parse(path), "{path}");
        }
        let Ok(Request::Manifest(ManifestRequest { selection, .. })) =
            Request::parse_with("/a.ism/master.m3u8", Some("t=1;"))
        else {
            panic!("it is a manifest");
        };
        assert_eq!(selection.clip.map(|clip| clip.from()), Some(10_000_000));
    }
}
