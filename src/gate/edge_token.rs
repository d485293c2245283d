//! Akamai's edge authorisation 2.0 tokens: fields between tildes, and the HMAC-SHA256 of all before it.
//!
//! `ip=…~st=…~exp=…~acl=…~data=…~hmac=…`. Where there is no `acl`, `url` is signed but not sent: it is the path asked for.

use super::acl::opens;
use super::keys::Keys;
use super::token::{MAX_TOKEN_LEN, TokenError, Use};
use crate::base::digits::{from_hex, hex};
use crate::sign::HmacKey;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt::Write;

/// All characters but those that a field keeps unescaped, so that it can stand in a segment of a path.
const FIELD: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'!');

/// The permission that a token is to give.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant<'a> {
    /// Patterns of paths, `!` between them.
    pub acl: &'a str,
    /// The second since 1970 that it begins at, if not at once.
    pub from: Option<u64>,
    /// The second since 1970 that it ends at.
    pub until: u64,
    /// The one address that it is for.
    pub address: Option<&'a str>,
}

impl Grant<'_> {
    /// The token, signed with `key`.
    pub fn sign(&self, key: &HmacKey) -> String {
        let mut token = String::new();
        if let Some(address) = self.address {
            let _ = write!(token, "ip={}~", utf8_percent_encode(address, FIELD));
        }
        if let Some(from) = self.from {
            let _ = write!(token, "st={from}~");
        }
        let acl = utf8_percent_encode(self.acl, FIELD);
        let _ = write!(token, "exp={}~acl={acl}", self.until);
        let digest = hex(&key.sign(token.as_bytes()));
        let _ = write!(token, "~hmac={digest}");
        token
    }
}

/// Refuses `token` if it does not open what `what` asks for.
pub(super) fn check(token: &str, keys: &Keys, what: &Use<'_>) -> Result<(), TokenError> {
    if token.len() > MAX_TOKEN_LEN {
        return Err(TokenError::Malformed);
    }
    let (signed, digest) = token.rsplit_once("~hmac=").ok_or(TokenError::Malformed)?;
    let digest = from_hex(digest).and_then(|digest| <[u8; 32]>::try_from(digest).ok());
    let digest = digest.ok_or(TokenError::Malformed)?;
    // It may have been signed before it was percent-encoded. What it says is read out of that text which is signed: in
    // another, an encoded tilde would hide a field.
    let plain;
    let fields = match Fields::signed(signed, digest, keys, what) {
        Err(TokenError::Forged) if signed.contains('%') => {
            plain = decoded(signed)?;
            Fields::signed(&plain, digest, keys, what)
        }
        fields => fields,
    }?;
    what.is_between(fields.from, fields.until)?;
    if fields.acl.as_ref().is_some_and(|acl| !opens(acl, what.resource)) {
        return Err(TokenError::OtherPath);
    }
    let Some(address) = fields.address else { return Ok(()) };
    let block = address.parse().map_err(|()| TokenError::Malformed)?;
    match what.is_from(&[block]) {
        Some(true) => Ok(()),
        _ => Err(TokenError::OtherAddress),
    }
}

/// The fields of a token; those that decide nothing are left out.
struct Fields<'a> {
    address: Option<Cow<'a, str>>,
    from: Option<u64>,
    until: u64,
    acl: Option<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    /// What `signed` says, if `digest` is of it.
    fn signed(
        signed: &'a str,
        digest: [u8; 32],
        keys: &Keys,
        what: &Use<'_>,
    ) -> Result<Self, TokenError> {
        let fields = Self::of(signed)?;
        let made = match fields.acl {
            Some(_) => keys.made(digest, signed.as_bytes(), None),
            None => keys.made(digest, format!("{signed}~url={}", what.resource).as_bytes(), None),
        };
        made.then_some(fields).ok_or(TokenError::Forged)
    }

    fn of(signed: &'a str) -> Result<Self, TokenError> {
        let [mut ip, mut st, mut exp, mut acl] = [None; 4];
        for field in signed.split('~') {
            let (name, value) = field.split_once('=').ok_or(TokenError::Malformed)?;
            let place = match name {
                "ip" => &mut ip,
                "st" => &mut st,
                "exp" => &mut exp,
                "acl" => &mut acl,
                "id" | "data" => continue,
                _ => return Err(TokenError::Malformed),
            };
            if place.replace(value).is_some() {
                return Err(TokenError::Malformed);
            }
        }
        let second = |text: &str| text.parse::<u64>().map_err(|_| TokenError::Malformed);
        Ok(Self {
            address: ip.map(decoded).transpose()?,
            from: st.map(second).transpose()?,
            until: exp.ok_or(TokenError::Malformed).and_then(second)?,
            acl: acl.map(decoded).transpose()?,
        })
    }
}

fn decoded(text: &str) -> Result<Cow<'_, str>, TokenError> {
    percent_decode_str(text).decode_utf8().map_err(|_| TokenError::Malformed)
}
