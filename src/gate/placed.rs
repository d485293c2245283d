//! Where a token stands: in front of a path, in a query, or in a cookie.

use super::edge_token;
use super::jwt;
use super::keys::Keys;
use super::proof::Proof;
use super::token::{TokenError, Use};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::fmt;

/// Characters that a token cannot have in a segment of a path. What is percent-encoded stays so.
const SEGMENT: &AsciiSet =
    &CONTROLS.add(b'/').add(b'\\').add(b'?').add(b'#').add(b' ').add(b'"').add(b'<').add(b'>');

/// The name of a token, which says its format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenName {
    /// Akamai's token of a session.
    Hdntl,
    /// Akamai's short token.
    Hdnts,
    /// A JSON Web Token.
    Jwt,
}

impl TokenName {
    const ALL: [Self; 3] = [Self::Hdntl, Self::Hdnts, Self::Jwt];

    fn text(self) -> &'static str {
        match self {
            Self::Hdntl => "hdntl",
            Self::Hdnts => "hdnts",
            Self::Jwt => "jwt",
        }
    }
}

/// A token, as it came. Written out, it is a segment of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlacedToken<'a> {
    name: TokenName,
    text: &'a str,
}

impl fmt::Display for PlacedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name.text(), utf8_percent_encode(self.text, SEGMENT))
    }
}

impl<'a> PlacedToken<'a> {
    /// The token that `name=text` is.
    fn of(part: &'a str) -> Option<Self> {
        let (name, text) = part.split_once('=')?;
        let name = TokenName::ALL.into_iter().find(|known| known.text() == name)?;
        Some(Self { name, text })
    }

    /// Refuses it if it does not open what `what` asks for; it does once what is returned is proven, if anything is.
    pub fn check(&self, keys: &Keys, what: &Use<'_>) -> Result<Option<Proof>, TokenError> {
        match self.name {
            TokenName::Hdntl | TokenName::Hdnts => {
                edge_token::check(self.text, keys, what).map(|()| None)
            }
            TokenName::Jwt => jwt::check(self.text, keys, what),
        }
    }

    /// The first one of a query, and the rest of that.
    pub(super) fn in_query(query: &'a str) -> Option<(Self, String)> {
        let token = query.split('&').find_map(Self::of)?;
        let rest: Vec<&str> = query.split('&').filter(|part| Self::of(part).is_none()).collect();
        Some((token, rest.join("&")))
    }

    /// The first one of a `Cookie` (`RFC 6265` 4.2.1).
    pub(super) fn in_cookie(cookie: &'a str) -> Option<Self> {
        cookie.split(';').find_map(|pair| Self::of(pair.trim()))
    }
}

/// The token in front of `path`, if there is one, and the path behind it. A first segment that begins as a token is one,
/// and never part of a key.
pub fn split(path: &str) -> (Option<PlacedToken<'_>>, &str) {
    let segments = path.strip_prefix('/').and_then(|path| {
        let (first, _) = path.split_once('/')?;
        Some((PlacedToken::of(first)?, path.get(first.len()..)?))
    });
    segments.map_or((None, path), |(token, rest)| (Some(token), rest))
}
