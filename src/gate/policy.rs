//! What a deployment asks of viewers, by prefixes of keys.

use super::address::Block;
use super::viewer::Viewer;
use crate::base::json;
use crate::base::quoted::Quoted;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use std::net::IpAddr;
use thiserror::Error;

/// Policies in their order: the first whose prefix a key has decides.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policies(Vec<Policy>);

/// A policy: the conditions on viewers of keys under a prefix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Policy {
    pub(super) prefix: String,
    pub(super) wants_token: bool,
    countries: Option<Vec<String>>,
    /// Hosts; `*.` before one stands for all below it, and an empty one for requests without a `Referer`.
    referrers: Option<Vec<String>>,
    addresses: Option<Vec<Block>>,
}

/// Why a text is no policies.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// It is not such a list.
    #[error("ACCESS is not a list of policies: {0}")]
    Json(#[from] serde_json::Error),
    /// No key begins so, and what the policy should close would be open.
    #[error(
        "ACCESS, prefix {}: no key begins so; write it as keys are: without a slash in front, and not percent-encoded",
        Quoted(_0)
    )]
    Prefix(String),
    /// An address is none.
    #[error(
        "ACCESS, prefix {}: {} is no address, nor a block of them",
        Quoted(prefix),
        Quoted(address)
    )]
    Address {
        /// The prefix of the policy.
        prefix: String,
        /// As it stands there.
        address: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    prefix: String,
    token: Option<Needed>,
    countries: Option<Vec<String>>,
    referrers: Option<Vec<String>>,
    addresses: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Needed {
    Required,
    None,
}

impl Policies {
    /// The policies of `json`: `[{"prefix": "vod/", "token": "required", "countries": ["DE"]}]`.
    pub fn parse(json: &str) -> Result<Self, PolicyError> {
        let written: Vec<Written> = json::parse(json)?;
        Ok(Self(written.into_iter().map(Policy::of).collect::<Result<_, _>>()?))
    }

    /// Whether everything is open.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What decides about `key`; `None` if it is open.
    pub(super) fn find(&self, key: &str) -> Option<&Policy> {
        self.0.iter().find(|policy| key.starts_with(&policy.prefix))
    }

    /// The prefixes that are open only to viewers with a token.
    pub fn token_prefixes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|policy| policy.wants_token).map(|policy| policy.prefix.as_str())
    }
}

impl Policy {
    fn of(written: Written) -> Result<Self, PolicyError> {
        let Written { prefix, token, countries, referrers, addresses } = written;
        if !begins_keys(&prefix) {
            return Err(PolicyError::Prefix(prefix));
        }
        let block = |address: String| {
            let block = address.parse();
            block.map_err(|()| PolicyError::Address { prefix: prefix.clone(), address })
        };
        let addresses = addresses.map(|list| list.into_iter().map(block).collect());
        let addresses = addresses.transpose()?;
        let wants_token = matches!(token, Some(Needed::Required));
        Ok(Self { prefix, wants_token, countries, referrers, addresses })
    }

    /// Whether it asks for anything.
    pub(super) fn is_closed(&self) -> bool {
        let Self { countries, referrers, addresses, .. } = self;
        self.wants_token || countries.is_some() || referrers.is_some() || addresses.is_some()
    }

    /// Whether who asks comes from where it says. What is not known is nowhere.
    pub(super) fn admits(&self, viewer: &dyn Viewer) -> bool {
        self.countries.as_ref().is_none_or(|countries| {
            let here = viewer.country();
            here.is_some_and(|here| countries.iter().any(|it| here.eq_ignore_ascii_case(it)))
        }) && self.referrers.as_ref().is_none_or(|hosts| {
            let page = viewer.referrer().unwrap_or_default();
            hosts.iter().any(|it| is_of(host(&page), it))
        }) && self.addresses.as_ref().is_none_or(|blocks| {
            let address = viewer.address().and_then(|address| address.parse::<IpAddr>().ok());
            address.is_some_and(|address| blocks.iter().any(|block| block.holds(address)))
        })
    }
}

/// Whether there can be keys that begin with `prefix`: they are relative, decoded, and have no dot or empty segments.
fn begins_keys(prefix: &str) -> bool {
    let folders = prefix.rsplit('/').skip(1);
    let are_folders = folders.into_iter().all(|name| !matches!(name, "" | "." | ".."));
    are_folders
        && !prefix.contains(|it: char| it.is_control() || it == '\\')
        && percent_decode_str(prefix).eq(prefix.bytes())
}

/// The host of a page's address, without a port.
fn host(referrer: &str) -> &str {
    let rest = referrer.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.rsplit_once(':').map_or(host, |(host, _)| host)
}

fn is_of(host: &str, allowed: &str) -> bool {
    match allowed.strip_prefix('*') {
        Some(below) if below.starts_with('.') => {
            let (host, below) = (host.to_ascii_lowercase(), below.to_ascii_lowercase());
            host.len() > below.len() && host.ends_with(&below)
        }
        _ => host.eq_ignore_ascii_case(allowed),
    }
}
