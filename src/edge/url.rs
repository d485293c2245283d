//! A request's URL, taken apart.

/// An absolute URL's scheme and host, its path, percent-encoded as it came, and its query.
pub(super) fn split(url: &str) -> (&str, &str, Option<&str>) {
    // Two slashes stand between the scheme and the host.
    let path = url.match_indices('/').nth(2);
    let (host, path) = path.and_then(|(at, _)| url.split_at_checked(at)).unwrap_or((url, "/"));
    let path = path.split('#').next().unwrap_or(path);
    match path.split_once('?') {
        Some((path, query)) => (host, path, Some(query)),
        None => (host, path, None),
    }
}
