//! Where the paths of requests lead: those that begin with a locator, behind a token or without one, and others by
//! their host.

use super::host::Host;
use super::kv::Indexes;
use super::log;
use super::stores::Objects;
use crate::gate::split as split_token;
use crate::gateway::Hosts;
use crate::library::Library;
use crate::library::memo::Memo;
use crate::locator::{Locator, LocatorName};
use crate::origin::{Error, Failure};
use std::borrow::Cow;

/// A path as it is answered.
pub(super) struct Located<'a> {
    /// The path, percent-encoded, with its token.
    pub(super) path: Cow<'a, str>,
    /// Whether others may not get here, or not at all times: no cache before the Worker is to keep the answer.
    pub(super) is_limited: bool,
}

/// What is asked for, and which part of a library its host has.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) hosts: &'a Hosts,
    /// With its scheme.
    pub(super) host: &'a str,
    /// Percent-encoded, with its token.
    pub(super) path: &'a str,
}

static NO_HOSTS: Hosts = Hosts::NONE;

impl<'a> Place<'a> {
    /// A path that is the same under every host.
    pub(super) fn anywhere(path: &'a str) -> Self {
        Self { hosts: &NO_HOSTS, host: "", path }
    }
}

/// Where `place` leads, by what is in memory; `None` if its locator is not.
pub(super) fn at_once<'a>(
    place: Place<'a>,
    memo: &Memo,
    now_ms: u64,
) -> Option<Result<Located<'a>, Error>> {
    match name_of(place.path) {
        None => Some(located(place)),
        Some(name) => {
            let known = memo.recall_locator(&name, now_ms)?;
            let known = known.map_err(|cause| {
                let (name, is_news) = (name.to_string(), false);
                Error::Locator { name, cause, is_news }
            });
            Some(known.and_then(|locator| lead(place, locator.as_deref(), now_ms)))
        }
    }
}

/// Where `place` leads, by what is in memory or stored.
pub(super) async fn by<'a>(
    library: &Library<Objects, Indexes, Host>,
    place: Place<'a>,
    now_ms: u64,
) -> Result<Located<'a>, Error> {
    match name_of(place.path) {
        None => located(place),
        Some(name) => {
            let locator = library.locator(name, now_ms).await?;
            lead(place, locator.as_deref(), now_ms)
        }
    }
}

/// Logs why a path leads nowhere, if that is trouble and was not logged just before.
pub(super) fn tell(error: &Error) {
    if error.is_news() {
        let status = Some(error.status());
        log::error(&Failure { subject: None, status, error }.to_json());
    }
}

fn name_of(path: &str) -> Option<LocatorName> {
    LocatorName::of_path(split_token(path).1)
}

/// Where a path leads without a locator: to what its host has.
fn located(Place { hosts, host, path }: Place<'_>) -> Result<Located<'_>, Error> {
    let path = match hosts.is_empty() {
        true => Cow::Borrowed(path),
        false => Cow::Owned(hosts.lead(host, path).ok_or(Error::NoHost)?),
    };
    Ok(Located { path, is_limited: false })
}

/// Where `locator` leads a path, whatever its host. Without one, a folder may be called as its first segment is.
fn lead<'a>(
    place: Place<'a>,
    locator: Option<&Locator>,
    now_ms: u64,
) -> Result<Located<'a>, Error> {
    let Some(locator) = locator else { return located(place) };
    let path = place.path;
    let behind = split_token(path).1;
    let token = path.strip_suffix(behind).unwrap_or_default();
    let path = Cow::Owned(format!("{token}{}", locator.lead(behind, now_ms)?));
    Ok(Located { path, is_limited: locator.is_limited() })
}
