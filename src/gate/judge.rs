//! Whether a viewer passes: path, policy, token, in this order.

use super::keys::Keys;
use super::placed::{PlacedToken, split};
use super::policy::Policies;
use super::proof::{Proof, Proven};
use super::token::{Use, resource};
use super::viewer::Viewer;
use crate::url::{Request, key_of};

/// A viewer's request, as far as a gate looks at it.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The path, percent-encoded as it came, with a token in front of it or without.
    pub path: &'a str,
    /// The same as the viewer asked for it: where a locator leads to `path`, the one that begins with the locator.
    pub asked: &'a str,
    /// The query.
    pub query: Option<&'a str>,
    /// Who asks.
    pub viewer: &'a dyn Viewer,
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
}

/// The decision about a viewer.
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
    /// Nothing is decided before this is proven. Whoever proves it has the gate [learn](Gate::learn) it, and asks again.
    Unproven(Proof),
}

/// The answer to a viewer who is stopped.
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
#[derive(Debug, Default)]
pub struct Gate {
    policies: Policies,
    keys: Keys,
    proven: Proven,
}

impl Gate {
    /// A gate that asks of viewers what `policies` say, and checks tokens with `keys`. Where there are no policies,
    /// everybody passes.
    pub fn new(policies: Policies, keys: Keys) -> Self {
        Self { policies, keys, proven: Proven::default() }
    }

    /// Remembers that `proof` has been proven, for as long as there is room.
    pub fn learn(&self, proof: &Proof) {
        self.proven.add(proof);
    }

    /// The prefixes that are closed to everybody, as they want tokens and there is no key.
    pub fn shut(&self) -> Vec<&str> {
        match self.keys.is_empty() {
            true => self.policies.token_prefixes().collect(),
            false => Vec::new(),
        }
    }

    /// Whether `visit` passes. A path that is of no presentation and no file leads to nothing, and passes.
    pub fn judge<'a>(&self, visit: &Visit<'a>) -> Verdict<'a> {
        let (token, path) = split(visit.path);
        if token.is_some() && split(path).0.is_some() {
            return Verdict::Stopped(Stop::Refused);
        }
        let open = Verdict::Passes { path, is_private: false };
        if self.policies.is_empty() {
            return open;
        }
        let Ok((key, rest)) = key_of(path) else { return open };
        let Some(policy) = self.policies.find(&key).filter(|policy| policy.is_closed()) else {
            return open;
        };
        if !policy.admits(visit.viewer) {
            return Verdict::Stopped(Stop::Refused);
        }
        let passes = Verdict::Passes { path, is_private: true };
        if !policy.wants_token {
            return passes;
        }
        if self.keys.is_empty() {
            return Verdict::Stopped(Stop::NoKeys);
        }
        let resource = resource(&key, rest);
        let (viewer, now) = (visit.viewer, visit.now_ms / 1000);
        let what = Use { key: &key, resource: &resource, viewer, now };
        let cookie = if token.is_some() { None } else { viewer.cookie() };
        let place = match token {
            Some(token) => Some((token, passes)),
            None => elsewhere(visit, path, cookie.as_deref())
                .map(|(token, stop)| (token, Verdict::Stopped(stop))),
        };
        let Some((token, verdict)) = place else { return Verdict::Stopped(Stop::Refused) };
        match token.check(&self.keys, &what) {
            Ok(Some(proof)) if !self.proven.has(&proof) => Verdict::Unproven(proof),
            Ok(_) => verdict,
            Err(_) => Verdict::Stopped(Stop::Refused),
        }
    }
}

/// The token of a request for a manifest or a file that stands in its query or `cookie`, and what becomes of the viewer if it
/// holds: it is sent on to the address with the token in front.
fn elsewhere<'t>(
    visit: &Visit<'t>,
    path: &str,
    cookie: Option<&'t str>,
) -> Option<(PlacedToken<'t>, Stop)> {
    let is_first = |it: &Request<'_>| {
        matches!(it, Request::Manifest(_) | Request::Presentation(_) | Request::File(_))
    };
    if !Request::parse(path).is_ok_and(|request| is_first(&request)) {
        return None;
    }
    let (token, query) = match visit.query.and_then(PlacedToken::in_query) {
        Some((token, rest)) => (token, rest),
        None => (PlacedToken::in_cookie(cookie?)?, visit.query.unwrap_or_default().to_owned()),
    };
    let mark = if query.is_empty() { "" } else { "?" };
    Some((token, Stop::SentOn(format!("/{token}{}{mark}{query}", visit.asked))))
}
