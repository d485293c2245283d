//! Addresses of deployments, and of what they serve.

use anyhow::{Context, Result};
use millrace::base::digits::is_decimal;
use millrace::url::presentation_of;

/// Whether it is an address rather than a file.
pub(super) fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The deployment and the presentation that the address of a presentation, or of something in it,
/// names.
pub(super) fn split(url: &str) -> Result<(&str, String)> {
    let (base, path) = split_host(url)?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix('/').unwrap_or(path);
    let (presentation, _) = presentation_of(path)?;
    Ok((base, presentation.into_owned()))
}

/// Scheme and host, and the path with all that follows it.
pub(super) fn split_host(url: &str) -> Result<(&str, &str)> {
    let after_scheme = url.find("://").map_or(0, |at| at.saturating_add(3));
    let rest = url.get(after_scheme..).unwrap_or_default();
    let host_end = rest.find('/').with_context(|| format!("{url} names no presentation"))?;
    Ok(url.split_at_checked(after_scheme.saturating_add(host_end)).unwrap_or_default())
}

/// Whether `url` is one of the machine that this runs on.
pub(super) fn is_this_machine(url: &str) -> bool {
    let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next());
    let authority = authority.unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.is_empty() || is_decimal(port) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_address_names_deployment_and_presentation() {
        for url in [
            "https://host:8443/a%20b/x.ism",
            "https://host:8443/a%20b/x.ism/Manifest",
            "https://host:8443/a%20b/x.ism/QualityLevels(1)/Fragments(video=0)?x#y",
        ] {
            assert_eq!(split(url).unwrap(), ("https://host:8443", "a b/x.ism".to_owned()));
        }
        for url in [
            "https://host",
            "https://host/",
            "https://host/a.mp4",
            "https://host/../a.ism",
            "https://host//a.ism",
        ] {
            assert!(split(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_this_machine_may_hear_the_token_in_the_clear() {
        for url in ["http://localhost:1", "http://127.0.0.1", "http://[::1]:8787/"] {
            assert!(is_this_machine(url), "{url}");
        }
        for url in ["http://localhost.example", "http://a@b", "http://127.0.0.1@evil", "http://x:1"]
        {
            assert!(!is_this_machine(url), "{url}");
        }
    }
}
