//! Where the paths of requests lead: those that begin with a locator, behind a token or without one, and others by
//! their host; and all of them, where case decides nothing, to the presentation as it is spelled.

use super::host::Host;
use super::kv::Indexes;
use super::log;
use super::settings::Deployment;
use super::stores::Objects;
use crate::gate::split as split_token;
use crate::gateway::Hosts;
use crate::library::memo::Memo;
use crate::library::{Library, LibraryError};
use crate::locator::{Locator, LocatorName};
use crate::origin::{Error, Failure};
use crate::url::{FoldedKey, respelled};
use std::borrow::Cow;

/// A path as it is answered.
pub(super) struct Located<'a> {
    /// The path, percent-encoded, with its token.
    pub(super) path: Cow<'a, str>,
    /// Whether others may not get here, or not at all times: no cache before the Worker is to keep the answer.
    pub(super) is_limited: bool,
    /// What leads here, if it is a locator.
    pub(super) locator: Option<LocatorName>,
}

impl Located<'_> {
    /// The same place, of the presentation as its `key` is spelled.
    fn spelled(self, key: Option<&str>) -> Self {
        let behind = split_token(&self.path).1;
        let Some(path) = key.and_then(|key| respelled(behind, key)) else { return self };
        let token = self.path.strip_suffix(behind).unwrap_or_default();
        Self { path: Cow::Owned(format!("{token}{path}")), ..self }
    }
}

/// A path that is asked for, and the part of the library that its host has.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) hosts: &'a Hosts,
    /// With its scheme.
    pub(super) host: &'a str,
    /// Percent-encoded, with its token.
    pub(super) path: &'a str,
    /// Whether keys that differ in case alone are one.
    pub(super) folds: bool,
}

static NO_HOSTS: Hosts = Hosts::NONE;

impl<'a> Place<'a> {
    /// A path of a `host` with its scheme, in this deployment.
    pub(super) fn of(deployment: &'a Deployment, host: &'a str, path: &'a str) -> Self {
        let folds = deployment.settings.rules.folds;
        Self { hosts: &deployment.hosts, host, path, folds }
    }

    /// A path that is the same under every host.
    pub(super) fn anywhere(path: &'a str) -> Self {
        Self { hosts: &NO_HOSTS, host: "", path, folds: false }
    }

    /// What a path with a token has for a key in lower case, if case decides nothing here.
    fn folded(&self, path: &str) -> Option<FoldedKey> {
        if self.folds { folded(path) } else { None }
    }
}

/// Where `place` leads, by what is in memory; `None` if its locator is not.
pub(super) fn at_once<'a>(
    place: Place<'a>,
    memo: &Memo,
    now_ms: u64,
) -> Option<Result<Located<'a>, Error>> {
    let located = match name_of(place.path) {
        None => located(place),
        Some(name) => {
            let known = memo.recall_locator(&name, now_ms)?;
            let known = known.map_err(|cause| {
                let (name, is_news) = (name.to_string(), false);
                LibraryError::Locator { name, cause, is_news }.into()
            });
            known.and_then(|locator| lead(place, (name, locator.as_deref()), now_ms))
        }
    };
    let Ok(located) = located else { return Some(located) };
    if let Some(folded) = place.folded(&located.path) {
        let key = memo.recall_spelling(&folded, now_ms)?;
        return Some(Ok(located.spelled(key.as_deref())));
    }
    Some(Ok(located))
}

/// The path that was answered in the place of `path`, as far as memory knows where it led.
pub(super) fn known<'a>(path: &'a str, memo: &Memo, now_ms: u64) -> Cow<'a, str> {
    let located = match at_once(Place::anywhere(path), memo, now_ms) {
        Some(Ok(located)) => located,
        _ => Located { path: Cow::Borrowed(path), is_limited: false, locator: None },
    };
    // Where case decides something, nothing is remembered of it.
    let key = folded(&located.path).and_then(|folded| memo.recall_spelling(&folded, now_ms));
    located.spelled(key.flatten().as_deref()).path
}

/// Where `place` leads, by what is in memory or stored.
pub(super) async fn by<'a>(
    library: &Library<Objects, Indexes, Host>,
    place: Place<'a>,
    now_ms: u64,
) -> Result<Located<'a>, Error> {
    let located = match name_of(place.path) {
        None => located(place)?,
        Some(name) => {
            let locator = library.locator(name.clone(), now_ms).await?;
            lead(place, (name, locator.as_deref()), now_ms)?
        }
    };
    match place.folded(&located.path) {
        None => Ok(located),
        Some(folded) => {
            let key = library.spelling(folded, now_ms).await?;
            Ok(located.spelled(key.as_deref()))
        }
    }
}

/// Whether a path with a token may lead to something else in a moment: it begins as locators do.
pub(super) fn may_change(path: &str) -> bool {
    name_of(path).is_some()
}

/// Logs why a path leads nowhere, if that is trouble and was not logged just before.
pub(super) fn tell(error: &Error) {
    if error.is_news() {
        let status = Some(error.status());
        log::error(&Failure { subject: None, status, error }.to_json());
    }
}

/// What the key of the presentation is in lower case that a path with a token leads to, if it leads to one.
fn folded(path: &str) -> Option<FoldedKey> {
    FoldedKey::of_path(split_token(path).1)
}

fn name_of(path: &str) -> Option<LocatorName> {
    LocatorName::of_path(split_token(path).1)
}

/// Where a path leads without a locator: to what its host has.
fn located(Place { hosts, host, path, .. }: Place<'_>) -> Result<Located<'_>, Error> {
    let path = match hosts.is_empty() {
        true => Cow::Borrowed(path),
        false => Cow::Owned(hosts.lead(host, path).ok_or(Error::NoHost)?),
    };
    Ok(Located { path, is_limited: false, locator: None })
}

/// Where `locator` leads a path, whatever its host. Without one, a folder may be called as its first segment is.
fn lead<'a>(
    place: Place<'a>,
    (name, locator): (LocatorName, Option<&Locator>),
    now_ms: u64,
) -> Result<Located<'a>, Error> {
    let Some(locator) = locator else { return located(place) };
    let path = place.path;
    let behind = split_token(path).1;
    let token = path.strip_suffix(behind).unwrap_or_default();
    let path = Cow::Owned(format!("{token}{}", locator.lead(behind, now_ms)?));
    Ok(Located { path, is_limited: locator.is_limited(), locator: Some(name) })
}
