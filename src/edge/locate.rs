//! Where the paths of requests lead that begin with a locator, behind a token or without one.

use super::host::Host;
use super::kv::Indexes;
use super::stores::Objects;
use crate::gate::split as split_token;
use crate::library::Library;
use crate::library::memo::Memo;
use crate::locator::{Locator, LocatorName};
use crate::origin::Error;
use std::borrow::Cow;

/// A path as it is answered.
pub(super) struct Located<'a> {
    /// The path, percent-encoded, with its token.
    pub(super) path: Cow<'a, str>,
    /// Whether others may not get here, or not at all times: no cache before the Worker is to keep the answer.
    pub(super) is_limited: bool,
}

/// Where `path` leads, by what is in memory; `None` if its locator is not.
pub(super) fn at_once<'a>(
    path: &'a str,
    memo: &Memo,
    now_ms: u64,
) -> Option<Result<Located<'a>, Error>> {
    match name_of(path) {
        None => Some(Ok(located(path))),
        Some(name) => {
            let locator = memo.recall_locator(&name, now_ms)?;
            Some(lead(path, locator.as_deref(), now_ms))
        }
    }
}

/// Where `path` leads, by what is in memory or stored.
pub(super) async fn by<'a>(
    library: &Library<Objects, Indexes, Host>,
    path: &'a str,
    now_ms: u64,
) -> Result<Located<'a>, Error> {
    match name_of(path) {
        None => Ok(located(path)),
        Some(name) => lead(path, library.locator(name, now_ms).await?.as_deref(), now_ms),
    }
}

fn name_of(path: &str) -> Option<LocatorName> {
    LocatorName::of_path(split_token(path).1)
}

fn located(path: &str) -> Located<'_> {
    Located { path: Cow::Borrowed(path), is_limited: false }
}

/// Where `locator` leads `path`. Without one, a folder may be called as its first segment is.
fn lead<'a>(path: &'a str, locator: Option<&Locator>, now_ms: u64) -> Result<Located<'a>, Error> {
    let Some(locator) = locator else { return Ok(located(path)) };
    let behind = split_token(path).1;
    let token = path.strip_suffix(behind).unwrap_or_default();
    let path = Cow::Owned(format!("{token}{}", locator.lead(behind, now_ms)?));
    Ok(Located { path, is_limited: locator.is_limited() })
}
