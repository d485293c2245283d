//! The one secret that opens the admin API.

use crate::sign::are_equal;
use sha2::{Digest, Sha256};

/// A bearer token (`RFC 6750` 2.1), as the digest of it: nothing that prints or compares this can
/// give the token away.
pub struct Token([u8; 32]);

impl Token {
    /// The token that is `secret`. An empty one is none: a secret set to nothing opens nothing.
    pub fn new(secret: &str) -> Option<Self> {
        (!secret.is_empty()).then(|| Self(Sha256::digest(secret).into()))
    }

    /// Whether `authorization`, the header's value, holds it.
    ///
    /// Both sides are digests: how long it takes says nothing of how much was right.
    pub fn is_in(&self, authorization: &str) -> bool {
        let Some((scheme, given)) = authorization.split_once(' ') else { return false };
        let given: [u8; 32] = Sha256::digest(given.trim()).into();
        are_equal(&self.0, &given) && scheme.eq_ignore_ascii_case("bearer")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn opens_to_itself_alone() {
        let token = Token::new("s3cret").unwrap();
        for right in ["Bearer s3cret", "bearer s3cret", "BEARER  s3cret "] {
            assert!(token.is_in(right), "{right}");
        }
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "s3cret",
            "Basic s3cret",
            "Bearer s3cre",
            "Bearer s3crets",
            "Bearer S3cret",
            "Bearer s3cret x",
            "Bearers3cret",
        ] {
            assert!(!token.is_in(wrong), "{wrong}");
        }
    }

    #[test]
    fn nothing_is_no_token() {
        assert!(Token::new("").is_none());
    }
}
