//! Whether a viewer passes: path, policy, token, in this order.

use super::keys::Keys;
use super::placed::{PlacedToken, split};
use super::policy::Policies;
use super::token::Use;
use crate::url::{Request, presentation_of};
use std::net::IpAddr;

/// A viewer's request, as far as a gate looks at it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Visit<'a> {
    /// The path, percent-encoded as it came, with a token in front of it or without.
    pub path: &'a str,
    /// The query.
    pub query: Option<&'a str>,
    /// `Cookie`.
    pub cookie: Option<&'a str>,
    /// `Referer`.
    pub referrer: Option<&'a str>,
    /// The viewer's address.
    pub address: Option<&'a str>,
    /// The ISO 3166 code of where that is.
    pub country: Option<&'a str>,
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
}

/// What becomes of a viewer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict<'a> {
    /// The viewer gets what there is.
    Passes {
        /// The path without a token.
        path: &'a str,
        /// Whether others may not pass here: no cache before the gate is to keep the answer.
        is_private: bool,
    },
    /// The viewer gets nothing.
    Stopped(Stop),
}

/// How a viewer is stopped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// Whatever is wrong, it looks the same.
    Refused,
    /// A token is wanted, and nothing is here to check one with.
    NoKeys,
    /// The token belongs in front of the path, as in this address.
    SentOn(String),
}

/// A deployment's policies and keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gate {
    /// What is asked of viewers. Where there are none, everybody passes.
    pub policies: Policies,
    /// What tokens are checked with.
    pub keys: Keys,
}

impl Gate {
    /// The prefixes that are closed to everybody, as they want tokens and there is no key.
    pub fn shut(&self) -> Vec<&str> {
        match self.keys.is_empty() {
            true => self.policies.token_prefixes().collect(),
            false => Vec::new(),
        }
    }

    /// Whether `visit` passes. A path that is of no presentation leads to nothing, and passes.
    pub fn judge<'a>(&self, visit: &Visit<'a>) -> Verdict<'a> {
        let (token, path) = split(visit.path);
        if token.is_some() && split(path).0.is_some() {
            return Verdict::Stopped(Stop::Refused);
        }
        let open = Verdict::Passes { path, is_private: false };
        let Ok((key, rest)) = presentation_of(path.strip_prefix('/').unwrap_or(path)) else {
            return open;
        };
        let Some(policy) = self.policies.find(&key).filter(|policy| policy.is_closed()) else {
            return open;
        };
        let address = visit.address.and_then(|address| address.parse::<IpAddr>().ok());
        if !policy.admits(visit.country, visit.referrer, address) {
            return Verdict::Stopped(Stop::Refused);
        }
        let passes = Verdict::Passes { path, is_private: true };
        if !policy.wants_token {
            return passes;
        }
        if self.keys.is_empty() {
            return Verdict::Stopped(Stop::NoKeys);
        }
        let slash = if path.len() > key.len() && !rest.is_empty() { "/" } else { "" };
        let resource = format!("/{key}{slash}{rest}");
        let (country, now) = (visit.country, visit.now_ms / 1000);
        let what = Use { key: &key, resource: &resource, address, country, now };
        let holds = |token: PlacedToken<'_>| token.check(&self.keys, &what).is_ok();
        match token {
            Some(token) if holds(token) => passes,
            Some(_) => Verdict::Stopped(Stop::Refused),
            None => match elsewhere(visit, path) {
                Some((token, address)) if holds(token) => Verdict::Stopped(Stop::SentOn(address)),
                _ => Verdict::Stopped(Stop::Refused),
            },
        }
    }
}

/// The token of a request for a manifest that stands in its query or cookie, and the address with the token in front.
fn elsewhere<'a>(visit: &Visit<'a>, path: &str) -> Option<(PlacedToken<'a>, String)> {
    if !matches!(Request::parse(path), Ok(Request::Manifest(_) | Request::Presentation(_))) {
        return None;
    }
    let in_query = visit.query.and_then(PlacedToken::in_query);
    let (token, query) = match in_query {
        Some((token, rest)) => (token, rest),
        None => {
            let query = visit.query.unwrap_or_default().to_owned();
            (visit.cookie.and_then(PlacedToken::in_cookie)?, query)
        }
    };
    let mark = if query.is_empty() { "" } else { "?" };
    Some((token, format!("/{token}{path}{mark}{query}")))
}
