//! Who asks, as a gate looks at it: the headers that the long way takes out of a request.

use super::runtime::{self, country};
use crate::gate::Visit;
use worker::js_sys::Date;
use worker::web_sys::Request;

/// What tells viewers apart.
pub(super) struct Visitor {
    cookie: Option<String>,
    referrer: Option<String>,
    address: Option<String>,
    country: Option<String>,
}

impl Visitor {
    pub(super) fn of(request: &Request) -> worker::Result<Self> {
        let headers = request.headers();
        Ok(Self {
            cookie: headers.get("cookie")?,
            referrer: headers.get("referer")?,
            address: headers.get("cf-connecting-ip")?,
            country: country(request),
        })
    }

    /// The visit to `path` with `query`, now.
    pub(super) fn visit<'a>(&'a self, path: &'a str, query: Option<&'a str>) -> Visit<'a> {
        Visit {
            path,
            query,
            cookie: self.cookie.as_deref(),
            referrer: self.referrer.as_deref(),
            address: self.address.as_deref(),
            country: self.country.as_deref(),
            now_ms: runtime::whole(Date::now()),
        }
    }
}
