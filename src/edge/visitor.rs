//! Who asks, as a gate looks at it: taken out of a request of the runtime's.

use super::runtime::country;
use crate::gate::Viewer;
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

fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}
