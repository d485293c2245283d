//! AWS Signature Version 4, as S3 and everything that speaks like it wants requests signed.

use super::{Secret, Stamp, hmac};
use crate::base::digits::hex;
use crate::base::order::map;
use http::header::{self, HeaderName, HeaderValue, InvalidHeaderValue};
use http::{HeaderMap, Request};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::iter::once;

/// The value in place of the digest of a body that is not signed, or that does not exist.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const SERVICE: &str = "s3";

/// A user and its key, which sign requests in a region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    /// The access key's id, which is sent along.
    pub access_key_id: Secret<String>,
    /// The key itself, which is not.
    pub secret_access_key: Secret<String>,
    /// The region of the bucket.
    pub region: String,
}

impl Signer {
    /// Signs `request` with every header that it has, at the time `now`.
    ///
    /// Its path and query are taken to be encoded and sorted as AWS wants them.
    pub fn sign(
        &self,
        request: &mut Request<()>,
        payload: &'static str,
        now: Stamp,
    ) -> Result<(), InvalidHeaderValue> {
        let time = now.basic();
        request.headers_mut().insert(CONTENT_SHA256, HeaderValue::from_static(payload));
        request.headers_mut().insert(DATE, HeaderValue::from_str(&time)?);
        let host = request.uri().authority().map_or("", |authority| authority.as_str());
        let (headers, names) = canonical_headers(host, request.headers());
        let canonical = format!(
            "{}\n{}\n{}\n{headers}\n{names}\n{payload}",
            request.method(),
            request.uri().path(),
            request.uri().query().unwrap_or_default(),
        );
        let scope = format!("{}/{}/{SERVICE}/aws4_request", now.date(), self.region);
        let digest = hex(&Sha256::digest(canonical));
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}");
        let signature = hex(&hmac(&self.key(&now.date(), SERVICE), text.as_bytes()));
        let mut authorization = HeaderValue::from_str(&format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}",
            self.access_key_id.0,
        ))?;
        authorization.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, authorization);
        Ok(())
    }

    /// The key of one day, region and service.
    fn key(&self, date: &str, service: &str) -> [u8; 32] {
        let secret = format!("AWS4{}", self.secret_access_key.0);
        [&self.region, service, "aws4_request"]
            .iter()
            .fold(hmac(secret.as_bytes(), date.as_bytes()), |key, text| hmac(&key, text.as_bytes()))
    }
}

/// The lines of all headers in order, and their names.
fn canonical_headers(host: &str, headers: &HeaderMap) -> (String, String) {
    let others = headers
        .iter()
        .filter_map(|(name, value)| value.to_str().ok().map(|value| (name.as_str(), value.trim())));
    let sorted = map(once(("host", host)).chain(others));
    let mut lines = String::new();
    for (name, value) in &sorted {
        let _ = writeln!(lines, "{name}:{value}");
    }
    (lines, sorted.into_keys().collect::<Vec<_>>().join(";"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest of nothing.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// Fri, 24 May 2013 00:00:00 GMT
    const NOW_MS: u64 = 1_369_353_600_000;

    fn signer(secret: &str) -> Signer {
        Signer {
            access_key_id: Secret("AKIAIOSFODNN7EXAMPLE".into()),
            secret_access_key: Secret(secret.into()),
            region: "us-east-1".into(),
        }
    }

    fn signed(uri: &str, headers: &[(&'static str, &str)]) -> String {
        let mut request = Request::get(uri).body(()).unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let signer = signer("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        signer.sign(&mut request, EMPTY, Stamp::from_unix_ms(NOW_MS)).unwrap();
        request.headers()["authorization"].to_str().unwrap().to_owned()
    }

    /// "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
    #[test]
    fn amazons_examples() {
        let scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
        assert_eq!(
            signed("https://examplebucket.s3.amazonaws.com/test.txt", &[("range", "bytes=0-9")]),
            format!(
                "AWS4-HMAC-SHA256 Credential={scope},\
                 SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
                 Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            )
        );
        let listed = signed("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", &[]);
        assert!(
            listed.ends_with("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            "{listed}"
        );
    }

    /// "Examples of how to derive a signing key for Signature Version 4", AWS General Reference.
    #[test]
    fn amazons_signing_key() {
        let key = signer("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").key("20120215", "iam");
        assert_eq!(hex(&key), "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
    }

    #[test]
    fn whatever_is_sent_is_signed() {
        let uri = "https://b.example/a%20b/c.ismv";
        let one = signed(uri, &[("if-match", "\"a\""), ("range", "bytes=0-1")]);
        assert!(one.contains("SignedHeaders=host;if-match;range;x-amz-content-sha256;x-amz-date,"));
        assert_ne!(one, signed(uri, &[("if-match", "\"b\""), ("range", "bytes=0-1")]));
        assert_ne!(one, signed(uri, &[("if-match", "\"a\""), ("range", "bytes=0-2")]));
    }
}
