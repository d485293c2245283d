//! A request's URL, taken apart.

/// An absolute URL's scheme and host, its path, percent-encoded as it came, and its query.
pub(super) fn split(url: &str) -> (&str, &str, Option<&str>) {
    let host = url.find("://").map_or(0, |at| at.saturating_add("://".len()));
    let path = url.get(host..).and_then(|rest| rest.find('/')).map(|at| at.saturating_add(host));
    let (host, path) = path.and_then(|at| url.split_at_checked(at)).unwrap_or((url, "/"));
    let path = path.split('#').next().unwrap_or(path);
    match path.split_once('?') {
        Some((path, query)) => (host, path, Some(query)),
        None => (host, path, None),
    }
}
