//! Who may watch what: a viewer passes or is stopped before anything else is looked at.
//!
//! [`Policies`] say what a prefix of keys asks of viewers, [`Keys`] which tokens are real. A token stands in front of the
//! path, so relative addresses in manifests carry it along: `/hdntl=exp=…~acl=…~hmac=…/films/x.ism/Manifest`. Nothing here
//! waits, reads a clock or knows what is served.

mod acl;
mod address;
mod answer;
mod edge_token;
mod judge;
mod jwt;
mod keys;
mod keys_error;
mod placed;
mod policy;
mod proof;
mod public_key;
mod token;
mod viewer;

pub use answer::{make_private, stopped};
pub use edge_token::Grant;
pub use judge::{Gate, Stop, Verdict, Visit};
pub use keys::Keys;
pub use keys_error::KeysError;
pub use placed::{PlacedToken, TokenName, split};
pub use policy::{Policies, PolicyError};
pub use proof::Proof;
pub use public_key::{Algorithm, PublicKey};
pub use token::{MAX_TOKEN_LEN, SKEW_SECONDS, TokenError, Use, resource};
pub use viewer::Viewer;

#[cfg(test)]
mod tests;
