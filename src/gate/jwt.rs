//! JSON Web Tokens (`RFC 7519`), signed with HS256, ES256 or RS256, with the claims of Cloudflare Stream.

use super::address::Block;
use super::keys::Keys;
use super::proof::Proof;
use super::public_key::Algorithm;
use super::token::{MAX_TOKEN_LEN, TokenError, Use};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that have to be understood (`RFC 7515` 4.1.11): none is.
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    /// A presentation's key, or what keys begin with if it ends in a slash.
    sub: String,
    /// Seconds since 1970.
    exp: u64,
    nbf: Option<u64>,
    kid: Option<String>,
    #[serde(default)]
    access_rules: Vec<Rule>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Allow,
    Block,
}

#[derive(Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
enum Rule {
    #[serde(rename = "any")]
    Any { action: Action },
    #[serde(rename = "ip.geoip.country")]
    Country { action: Action, country: Vec<String> },
    #[serde(rename = "ip.src")]
    Address { action: Action, ip: Vec<Block> },
}

impl Rule {
    /// What it says of who asks; `None` if it is about others. It blocks whoever comes from nowhere that is known.
    fn action(&self, what: &Use<'_>) -> Option<Action> {
        let (is_about, action) = match self {
            Self::Any { action } => (Some(true), *action),
            Self::Country { action, country } => (what.is_in(country), *action),
            Self::Address { action, ip } => (what.is_from(ip), *action),
        };
        is_about.unwrap_or(action == Action::Block).then_some(action)
    }
}

/// Refuses `token` if it does not open what `what` asks for; it does once what is returned is proven, if anything is.
pub(super) fn check(token: &str, keys: &Keys, what: &Use<'_>) -> Result<Option<Proof>, TokenError> {
    if token.len() > MAX_TOKEN_LEN {
        return Err(TokenError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    let header: Header = json(header)?;
    if header.crit.is_some() {
        return Err(TokenError::Malformed);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
    let claims: Claims = json(claims)?;
    let kid = header.kid.as_deref().or(claims.kid.as_deref());
    let proof = match header.alg.as_str() {
        "HS256" => {
            let digest = signature.try_into().map_err(|_| TokenError::Malformed)?;
            if !keys.made(digest, signed.as_bytes(), kid) {
                return Err(TokenError::Forged);
            }
            None
        }
        other => {
            let algorithm = Algorithm::named(other).ok_or(TokenError::Malformed)?;
            let keys = keys.public(algorithm, kid);
            if keys.is_empty() {
                return Err(TokenError::Forged);
            }
            Some(Proof { keys, signed: signed.to_owned(), signature })
        }
    };
    what.is_between(claims.nbf, claims.exp)?;
    let is_prefix = claims.sub.ends_with('/') && what.key.starts_with(&claims.sub);
    if claims.sub != what.key && !is_prefix {
        return Err(TokenError::OtherPath);
    }
    match claims.access_rules.iter().find_map(|rule| rule.action(what)) {
        Some(Action::Block) => Err(TokenError::OtherAddress),
        Some(Action::Allow) | None => Ok(proof),
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let text = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&text).map_err(|_| TokenError::Malformed)
}
