//! Headers in JSON.

use http::HeaderMap;
use serde::Serializer;

/// Headers as a record of strings.
pub(super) fn record<S: Serializer>(headers: &HeaderMap, to: S) -> Result<S::Ok, S::Error> {
    let fields =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    to.collect_map(fields)
}
