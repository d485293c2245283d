//! The viewer of a request of the runtime, for the gate and for figures.

use super::runtime::country;
use crate::gate::Viewer;
use crate::origin::{Audience, CLIENT_DATA_HEADERS, ClientData};
use worker::web_sys::Request;

impl Viewer for Request {
    fn cookie(&self) -> Option<String> {
        header(self, "cookie")
    }

    fn referrer(&self) -> Option<String> {
        header(self, "referer")
    }

    fn address(&self) -> Option<String> {
        header(self, "cf-connecting-ip")
    }

    fn country(&self) -> Option<String> {
        country(self)
    }
}

/// Who `request` is from, whose `query` this is. What reaches `Origin` has the country in a header, as the network has it.
pub(super) fn audience(request: &Request, query: Option<&str>) -> Audience {
    let country = country(request).or_else(|| header(request, "cf-ipcountry")).unwrap_or_default();
    let said: Vec<_> =
        CLIENT_DATA_HEADERS.iter().filter_map(|name| header(request, name)).collect();
    Audience { country, player: ClientData::of(query, said.iter().map(String::as_str)) }
}

fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}
