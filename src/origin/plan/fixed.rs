//! Plans that need no index: the two documents that Silverlight and Flash ask a host for before they load
//! anything from it, a redirect, and what browsers ask before they ask.

use super::headers::{respond, set};
use super::representation::{Document, Freshness, Representation};
use super::step::Plan;
use crate::origin::asked::Asked;
use crate::url::{self, ManifestFormat};
use http::StatusCode;
use http::header::{self, HeaderValue};

/// `/clientaccesspolicy.xml`: any page may load anything.
pub(super) fn client_access_policy() -> Document {
    document(
        "clientaccesspolicy-1",
        r#"<?xml version="1.0" encoding="utf-8"?>
<access-policy>
  <cross-domain-access>
    <policy>
      <allow-from http-request-headers="*"><domain uri="*"/></allow-from>
      <grant-to><resource path="/" include-subpaths="true"/></grant-to>
    </policy>
  </cross-domain-access>
</access-policy>
"#,
    )
}

/// `/crossdomain.xml`: any page may load anything.
pub(super) fn cross_domain() -> Document {
    document(
        "crossdomain-1",
        r#"<?xml version="1.0"?>
<!DOCTYPE cross-domain-policy SYSTEM "http://www.adobe.com/xml/dtds/cross-domain-policy.dtd">
<cross-domain-policy>
  <allow-access-from domain="*"/>
  <allow-http-request-headers-from domain="*" headers="*"/>
</cross-domain-policy>
"#,
    )
}

fn document(etag: &str, text: &str) -> Document {
    let content_type = "text/xml; charset=utf-8";
    let representation = Representation::new(etag.to_owned(), content_type, Freshness::Brief);
    representation.bytes(text.as_bytes().to_vec())
}

/// To the client manifest, from the bare path of its presentation: relative to that, for the Worker may
/// lie behind another path of another host, and with its query.
pub(super) fn redirect(asked: &Asked<'_>, presentation: &str) -> Plan {
    let mut plan = respond(StatusCode::FOUND, Vec::new());
    let headers = plan.headers_mut();
    let mut location = match asked.path.ends_with('/') {
        true => ManifestFormat::Smooth(None).file().to_owned(),
        false => url::manifest_beside(presentation),
    };
    if let Some(query) = asked.query {
        location.push('?');
        location.push_str(query);
    }
    set(headers, header::LOCATION, &location);
    set(headers, header::CACHE_CONTROL, Freshness::Brief.cache_control());
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(0));
    plan
}

/// What a browser wants to know before it dares to ask: any page may send any headers, as none of them
/// opens anything here.
pub(super) fn preflight(asked: &Asked<'_>) -> Plan {
    let mut plan = respond(StatusCode::NO_CONTENT, Vec::new());
    let headers = plan.headers_mut();
    set(headers, header::ALLOW, "GET, HEAD, OPTIONS");
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS");
    let wanted = asked.wants_headers.filter(|names| is_list_of_names(names));
    set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.unwrap_or(PLAYERS_HEADERS));
    set(headers, header::ACCESS_CONTROL_MAX_AGE, "86400");
    set(headers, header::VARY, "Access-Control-Request-Headers");
    plan
}

/// What players are known to send, for a preflight that does not say what will be sent: `*` would not be
/// `Authorization`, and older browsers do not know it. CMCD is of CTA-5004.
const PLAYERS_HEADERS: &str = "Range, If-None-Match, If-Match, If-Range, Authorization, \
    CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status";

/// Whether `list` is one of header names (`RFC 9110` 5.6.1), and no longer than a browser has reason for.
fn is_list_of_names(list: &str) -> bool {
    const MAX_LEN: usize = 1024;
    list.len() <= MAX_LEN && list.split(',').map(str::trim).all(is_name)
}

/// Whether `name` is a token (`RFC 9110` 5.6.2). A `HeaderName` made of it would say so too, and look for it among all names
/// that there are, in four kilobytes of the Worker's script.
fn is_name(name: &str) -> bool {
    const MARKS: &[u8] = b"!#$%&'*+-.^_`|~";
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || MARKS.contains(&byte);
    !name.is_empty() && name.bytes().all(is_of_token)
}
