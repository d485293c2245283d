//! Public keys, which sign nothing and verify what the other half of them has signed.

use super::keys_error::KeysError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Bytes of a coordinate on P-256.
const COORDINATE_LEN: usize = 32;
/// Bytes of an RSA modulus.
const MODULUS_LENS: std::ops::RangeInclusive<usize> = 256..=512;
/// Bytes of an RSA exponent.
const EXPONENT_LENS: std::ops::RangeInclusive<usize> = 1..=4;

/// The algorithm of signatures that a public key verifies (`RFC 7518` 3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    /// ECDSA on P-256, with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5, with SHA-256.
    Rs256,
}

impl Algorithm {
    const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// What `alg` says.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The one with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// A public key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    algorithm: Algorithm,
    jwk: String,
}

/// A JSON Web Key (`RFC 7518` 6), without what no verification needs.
#[derive(Deserialize, Serialize)]
#[serde(tag = "kty")]
enum Jwk {
    #[serde(rename = "EC")]
    Curve { crv: String, x: String, y: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

impl PublicKey {
    /// The key that the members of a JSON Web Key say.
    pub(super) fn parse(members: Map<String, Value>) -> Result<Self, KeysError> {
        if members.contains_key("d") {
            return Err(KeysError::Private);
        }
        let said = members.get("alg").cloned();
        let jwk: Jwk = serde_json::from_value(members.into()).map_err(|_| KeysError::Public)?;
        let algorithm = jwk.algorithm().ok_or(KeysError::Public)?;
        if said.is_some_and(|said| said != algorithm.name()) {
            return Err(KeysError::Public);
        }
        let jwk = serde_json::to_string(&jwk).map_err(|_| KeysError::Public)?;
        Ok(Self { algorithm, jwk })
    }

    /// How its other half signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as a JSON Web Key.
    pub fn jwk(&self) -> &str {
        &self.jwk
    }
}

impl Jwk {
    /// What it is a key of, if it is one.
    fn algorithm(&self) -> Option<Algorithm> {
        let len = |text: &str| URL_SAFE_NO_PAD.decode(text).ok().map(|bytes| bytes.len());
        match self {
            Self::Curve { crv, x, y } => {
                let is_point = [x, y].into_iter().all(|it| len(it) == Some(COORDINATE_LEN));
                (crv == "P-256" && is_point).then_some(Algorithm::Es256)
            }
            Self::Rsa { n, e } => {
                let is_key = MODULUS_LENS.contains(&len(n)?) && EXPONENT_LENS.contains(&len(e)?);
                is_key.then_some(Algorithm::Rs256)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_public_and_of_two_kinds() {
        let parse = |json: &str| PublicKey::parse(serde_json::from_str(json).unwrap());
        let text = |len| URL_SAFE_NO_PAD.encode(vec![1; len]);
        let (point, modulus) = (text(32), text(256));
        let curve = format!(r#""kty":"EC","crv":"P-256","x":"{point}","y":"{point}""#);
        let rsa = format!(r#""kty":"RSA","n":"{modulus}","e":"AQAB""#);
        for (key, algorithm) in [(&curve, Algorithm::Es256), (&rsa, Algorithm::Rs256)] {
            let more = format!(r#"{{{key},"use":"sig","kid":"a","alg":"{}"}}"#, algorithm.name());
            let parsed = parse(&more).unwrap();
            assert_eq!(parsed.algorithm(), algorithm);
            assert_eq!(parsed.jwk(), format!("{{{key}}}"));
            let private = format!(r#"{{{key},"d":"{point}"}}"#);
            assert_eq!(parse(&private), Err(KeysError::Private));
        }
        for wrong in [
            "{}".to_owned(),
            r#"{"kty":"oct","k":"AAAA"}"#.to_owned(),
            format!("{{{}}}", curve.replace("P-256", "P-384")),
            format!("{{{}}}", curve.replace(&point, &text(31))),
            format!("{{{}}}", rsa.replace(&modulus, &text(128))),
            format!("{{{}}}", rsa.replace(&modulus, "not base64")),
            format!(r#"{{{curve},"alg":"RS256"}}"#),
        ] {
            assert_eq!(parse(&wrong), Err(KeysError::Public), "{wrong}");
        }
    }
}
