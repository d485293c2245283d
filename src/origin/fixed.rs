//! The two documents that Silverlight and Flash ask a host for before they load anything from it.

use super::representation::{Document, Freshness, Representation};

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
    let representation = Representation {
        etag: etag.to_owned(),
        content_type: "text/xml; charset=utf-8",
        freshness: Freshness::Brief,
    };
    representation.bytes(text.as_bytes().to_vec())
}
