//! Requests to a server: for the size and version of an object, or for a range of it.

use super::stores::{Access, Remote};
use crate::base::range::ByteRange;
use crate::sign::{Stamp, sigv4};
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

/// All but what `RFC 3986` calls unreserved, and the slash: what S3 signs, and no server minds.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The first version of Azure's protocol whose entity tags are quoted is long gone; this one is
/// known to every emulator of today.
const AZURE_VERSION: HeaderValue = HeaderValue::from_static("2021-12-02");
const X_MS_VERSION: HeaderName = HeaderName::from_static("x-ms-version");

/// A request for an object.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// Its size and its version.
    Head,
    /// Size and version of an object, with its first bytes: this many, or all that it has.
    Start(u64),
    /// A range of it, never an empty one.
    Range {
        /// The bytes.
        range: ByteRange,
        /// The only version that will do, unquoted.
        etag: &'a str,
    },
}

/// Why an object cannot even be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum AskError {
    /// Whoever tidies the URL up would ask for another object.
    #[error("its key has a segment of dots, which no URL can name")]
    Dots,
    /// There is no way to ask for no bytes.
    #[error("an empty range cannot be asked for")]
    Empty,
    /// Its key, its tag or a secret has characters that no header or URL can have.
    #[error("its key, its version or a secret cannot be written into a request")]
    Characters,
}

impl Remote {
    /// The request for the object under `key`, signed at `now`.
    pub fn request(&self, key: &str, ask: Ask<'_>, now: Stamp) -> Result<Request<()>, AskError> {
        if key.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(AskError::Dots);
        }
        let url = format!("{}/{}", self.base, utf8_percent_encode(key, ENCODED));
        match ask {
            Ask::Head => self.signed(Method::HEAD, url, None, &[], now),
            Ask::Start(most) => {
                let headers = [(header::RANGE, written(ByteRange::first(most))?)];
                self.signed(Method::GET, url, None, &headers, now)
            }
            Ask::Range { range, etag } => {
                let etag = text(&format!("\"{etag}\""))?;
                let headers = [(header::RANGE, written(range)?), (header::IF_MATCH, etag)];
                self.signed(Method::GET, url, None, &headers, now)
            }
        }
    }

    /// The request of this kind, signed at `now` with all that it has.
    pub(super) fn signed(
        &self,
        method: Method,
        mut url: String,
        query: Option<String>,
        headers: &[(HeaderName, HeaderValue)],
        now: Stamp,
    ) -> Result<Request<()>, AskError> {
        let sas = match &self.access {
            Access::AzureSas(sas) => sas.as_ref().map(|sas| sas.0.clone()),
            _ => None,
        };
        for (part, mark) in query.into_iter().chain(sas).zip(['?', '&']) {
            url.push(mark);
            url.push_str(&part);
        }
        let mut request = Request::new(());
        *request.uri_mut() = url.parse().map_err(|_| AskError::Characters)?;
        *request.method_mut() = method;
        request.headers_mut().extend(headers.iter().cloned());
        self.sign(&mut request, now).map_err(|_| AskError::Characters)?;
        // Not signed, as it is the runtime's to change: offsets count what is stored, so nothing may
        // be compressed on its way.
        let identity = HeaderValue::from_static("identity");
        request.headers_mut().insert(header::ACCEPT_ENCODING, identity);
        Ok(request)
    }

    fn sign(
        &self,
        request: &mut Request<()>,
        now: Stamp,
    ) -> Result<(), header::InvalidHeaderValue> {
        if matches!(self.access, Access::AzureKey(_) | Access::AzureSas(_)) {
            request.headers_mut().insert(X_MS_VERSION, AZURE_VERSION);
        }
        match &self.access {
            Access::Open | Access::AzureSas(_) => Ok(()),
            Access::S3(signer) => signer.sign(request, sigv4::UNSIGNED_PAYLOAD, now),
            Access::AzureKey(signer) => signer.sign(request, now),
        }
    }
}

/// What `Range` says of a range that is not empty.
fn written(range: ByteRange) -> Result<HeaderValue, AskError> {
    let last = range.end().checked_sub(1).filter(|last| *last >= range.start());
    text(&format!("bytes={}-{}", range.start(), last.ok_or(AskError::Empty)?))
}

fn text(value: &str) -> Result<HeaderValue, AskError> {
    HeaderValue::from_str(value).map_err(|_| AskError::Characters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::{Secret, azure};

    fn remote(base: &str, access: Access) -> Remote {
        Remote { base: base.into(), access, takes_container: false, patience_ms: 1 }
    }

    fn ask(remote: &Remote, key: &str, ask: Ask<'_>) -> Result<Request<()>, AskError> {
        remote.request(key, ask, Stamp::from_unix_ms(0))
    }

    #[test]
    fn keys_are_encoded_by_the_segment() {
        let remote = remote("https://host:8443/base", Access::Open);
        for (key, path) in [
            ("films/a.ism", "/base/films/a.ism"),
            ("a b/Zoë+1&2=3%20.ismv", "/base/a%20b/Zo%C3%AB%2B1%262%3D3%2520.ismv"),
            ("a?b#c\\d;e:f@g!(h)'i*", "/base/a%3Fb%23c%5Cd%3Be%3Af%40g%21%28h%29%27i%2A"),
            ("a//b/.c/..d/e~_-", "/base/a//b/.c/..d/e~_-"),
        ] {
            let request = ask(&remote, key, Ask::Head).unwrap();
            assert_eq!(request.uri().path(), path, "{key}");
            assert_eq!(request.uri().query(), None, "{key}");
        }
        for key in ["../a", "a/..", "a/./b", "."] {
            assert_eq!(ask(&remote, key, Ask::Head).unwrap_err(), AskError::Dots, "{key}");
        }
    }

    #[test]
    fn a_range_is_of_one_version() {
        let remote = remote("http://host", Access::Open);
        let range = ByteRange::new(6 << 30, (6 << 30) + 10).unwrap();
        let request = ask(&remote, "a", Ask::Range { range, etag: "e-1" }).unwrap();
        assert_eq!(request.method(), Method::GET);
        assert_eq!(request.headers()["range"], "bytes=6442450944-6442450953");
        assert_eq!(request.headers()["if-match"], "\"e-1\"");
        assert_eq!(request.headers()["accept-encoding"], "identity");
        let range = ByteRange::new(0, 0).unwrap();
        let empty = ask(&remote, "a", Ask::Range { range, etag: "e" });
        assert_eq!(empty.unwrap_err(), AskError::Empty);
        let range = ByteRange::new(0, 1).unwrap();
        let split = ask(&remote, "a", Ask::Range { range, etag: "e\r\nx: y" });
        assert_eq!(split.unwrap_err(), AskError::Characters);
    }

    #[test]
    fn a_start_is_of_any_version() {
        let remote = remote("http://host", Access::Open);
        let request = ask(&remote, "a", Ask::Start(4096)).unwrap();
        assert_eq!(request.method(), Method::GET);
        assert_eq!(request.headers()["range"], "bytes=0-4095");
        assert!(!request.headers().contains_key("if-match"));
        assert_eq!(ask(&remote, "a", Ask::Start(0)).unwrap_err(), AskError::Empty);
    }

    #[test]
    fn each_proves_itself_its_own_way() {
        let head = |access| ask(&remote("http://host/c", access), "a", Ask::Head).unwrap();
        let open = head(Access::Open);
        assert!(!open.headers().contains_key("authorization"));
        assert!(!open.headers().contains_key("x-ms-version"));

        let sas = head(Access::AzureSas(Some(Secret("sv=1&sig=a%2Fb%3D".into()))));
        assert_eq!(sas.uri().query(), Some("sv=1&sig=a%2Fb%3D"));
        assert!(!sas.headers().contains_key("authorization"));
        assert_eq!(sas.headers()["x-ms-version"], AZURE_VERSION);

        let key = azure::Signer { account: "me".into(), key: Secret(vec![1]) };
        let azure = head(Access::AzureKey(key));
        assert!(azure.headers()["authorization"].to_str().unwrap().starts_with("SharedKey me:"));

        let s3 = head(Access::S3(sigv4::Signer {
            access_key_id: Secret("id".into()),
            secret_access_key: Secret("key".into()),
            region: "auto".into(),
        }));
        assert_eq!(s3.headers()["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
        let authorization = s3.headers()["authorization"].to_str().unwrap();
        assert!(authorization.contains("Credential=id/19700101/auto/s3/aws4_request,"));
        assert!(!authorization.contains("accept-encoding"));
    }
}
