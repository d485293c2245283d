//! The request that a token is checked against, and why it opens nothing.

use super::address::Block;
use super::viewer::Viewer;
use std::net::IpAddr;
use thiserror::Error;

/// A token may have so many bytes.
pub const MAX_TOKEN_LEN: usize = 4096;

/// Clocks may differ by so many seconds: a token holds that much sooner and longer than it says.
pub const SKEW_SECONDS: u64 = 60;

/// A request of somebody with a token.
#[derive(Clone, Copy)]
pub struct Use<'a> {
    /// The presentation's key.
    pub key: &'a str,
    /// What is asked for: a slash, the key, and the rest of the path as it came.
    pub resource: &'a str,
    /// Who asks.
    pub viewer: &'a dyn Viewer,
    /// The time, in seconds since 1970.
    pub now: u64,
}

/// What a path with this `key` and `rest` asks for, as [`Use::resource`] has it.
pub fn resource(key: &str, rest: &str) -> String {
    let slash = if rest.is_empty() { "" } else { "/" };
    format!("/{key}{slash}{rest}")
}

/// Why a token opens nothing. Viewers do not learn it: an expired one and a forged one get the same answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TokenError {
    /// It is not of its grammar.
    #[error("the token is malformed")]
    Malformed,
    /// No key that is live made it.
    #[error("the token is not signed with any of these keys")]
    Forged,
    /// Its `exp` is past.
    #[error("the token has expired")]
    Expired,
    /// Its `st` or `nbf` is to come.
    #[error("the token is not valid yet")]
    NotYet,
    /// It is for something else.
    #[error("the token is for another path")]
    OtherPath,
    /// It is for somebody else: another address or another country.
    #[error("the token is for another address")]
    OtherAddress,
}

impl Use<'_> {
    /// Refuses what does not hold now.
    pub(super) fn is_between(&self, from: Option<u64>, until: u64) -> Result<(), TokenError> {
        if self.now > until.saturating_add(SKEW_SECONDS) {
            return Err(TokenError::Expired);
        }
        match from {
            Some(from) if self.now.saturating_add(SKEW_SECONDS) < from => Err(TokenError::NotYet),
            _ => Ok(()),
        }
    }

    /// Whether who asks is in one of these blocks of addresses; `None` if the address is not known.
    pub(super) fn is_from(&self, blocks: &[Block]) -> Option<bool> {
        let address: IpAddr = self.viewer.address()?.parse().ok()?;
        Some(blocks.iter().any(|block| block.holds(address)))
    }

    /// Whether who asks is in one of these countries; `None` if the country is not known.
    pub(super) fn is_in(&self, countries: &[String]) -> Option<bool> {
        let here = self.viewer.country()?;
        Some(countries.iter().any(|it| here.eq_ignore_ascii_case(it)))
    }
}
