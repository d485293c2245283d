//! Azure Storage's "Shared Key", as its Blob service wants requests signed.

use super::{Secret, Stamp, hmac};
use crate::base::order::map;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, HeaderName, HeaderValue, InvalidHeaderValue};
use http::{HeaderMap, Request};
use percent_encoding::percent_decode_str;
use std::fmt::Write;

const DATE: HeaderName = HeaderName::from_static("x-ms-date");

/// The standard headers whose values are signed by their place, `Content-Length` left out: a request
/// here has no body, and then its line is empty.
const BEFORE_LENGTH: [HeaderName; 2] = [header::CONTENT_ENCODING, header::CONTENT_LANGUAGE];
const AFTER_LENGTH: [HeaderName; 8] = [
    HeaderName::from_static("content-md5"),
    header::CONTENT_TYPE,
    header::DATE,
    header::IF_MODIFIED_SINCE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_UNMODIFIED_SINCE,
    header::RANGE,
];

/// An account and its key, which sign requests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    /// The storage account.
    pub account: String,
    /// One of its two keys, decoded.
    pub key: Secret<Vec<u8>>,
}

impl Signer {
    /// Signs `request` at the time `now`. The arguments of its query must stand in the order of their names.
    pub fn sign(&self, request: &mut Request<()>, now: Stamp) -> Result<(), InvalidHeaderValue> {
        request.headers_mut().insert(DATE, HeaderValue::from_str(&now.http())?);
        let text = self.string_to_sign(request);
        let signature = STANDARD.encode(hmac(&self.key.0, text.as_bytes()));
        let mut authorization =
            HeaderValue::from_str(&format!("SharedKey {}:{signature}", self.account))?;
        authorization.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, authorization);
        Ok(())
    }

    fn string_to_sign(&self, request: &Request<()>) -> String {
        let headers = request.headers();
        let value = |name: &HeaderName| text(headers, name).unwrap_or_default();
        let mut lines = format!("{}\n", request.method());
        for name in BEFORE_LENGTH {
            let _ = writeln!(lines, "{}", value(&name));
        }
        lines.push('\n');
        for name in AFTER_LENGTH {
            let _ = writeln!(lines, "{}", value(&name));
        }
        let ours = headers.keys().filter(|name| name.as_str().starts_with("x-ms-"));
        for (name, value) in map(ours.map(|name| (name.as_str(), value(name)))) {
            let _ = writeln!(lines, "{name}:{value}");
        }
        let _ = write!(lines, "/{}{}", self.account, request.uri().path());
        for argument in request.uri().query().into_iter().flat_map(|query| query.split('&')) {
            let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
            let value = percent_decode_str(value).decode_utf8_lossy();
            let _ = write!(lines, "\n{}:{value}", name.to_ascii_lowercase());
        }
        lines
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fri, 26 Jun 2015 23:39:12 GMT
    const NOW_MS: u64 = 1_435_361_952_000;

    fn signer() -> Signer {
        Signer { account: "myaccount".into(), key: Secret(b"a key".to_vec()) }
    }

    fn request(uri: &str) -> Request<()> {
        let request = Request::get(uri).header("x-ms-version", "2015-02-21");
        request.header("x-ms-date", Stamp::from_unix_ms(NOW_MS).http()).body(()).unwrap()
    }

    /// "Authorize with Shared Key", Azure Storage REST API: the example for a GET.
    #[test]
    fn azures_example() {
        let got = signer().string_to_sign(&request(
            "https://myaccount.blob.core.windows.net/mycontainer?comp=metadata&restype=container&timeout=20",
        ));
        assert_eq!(
            got,
            "GET\n\n\n\n\n\n\n\n\n\n\n\n\
             x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n\
             /myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20"
        );
    }

    #[test]
    fn conditions_and_ranges_have_their_places() {
        let mut request = request("http://127.0.0.1:10000/myaccount/mycontainer/a%20b.ismv");
        request.headers_mut().insert("range", "bytes=0-9".parse().unwrap());
        request.headers_mut().insert("if-match", "\"0x1\"".parse().unwrap());
        assert_eq!(
            signer().string_to_sign(&request),
            "GET\n\n\n\n\n\n\n\n\"0x1\"\n\n\nbytes=0-9\n\
             x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n\
             /myaccount/myaccount/mycontainer/a%20b.ismv"
        );
    }

    #[test]
    fn signs_the_string() {
        let mut request = request("https://myaccount.blob.core.windows.net/c/b");
        let text = signer().string_to_sign(&request);
        signer().sign(&mut request, Stamp::from_unix_ms(NOW_MS)).unwrap();
        let signature = STANDARD.encode(hmac(b"a key", text.as_bytes()));
        assert_eq!(request.headers()["authorization"], format!("SharedKey myaccount:{signature}"));
    }
}
