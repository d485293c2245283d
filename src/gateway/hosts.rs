//! Libraries by host: which prefix of keys is served under which.

use crate::base::json;
use crate::base::order::map;
use crate::gate::split;
use crate::url::{check_presentation, encode, key_of};
use std::collections::BTreeMap;
use thiserror::Error;

/// Hosts, each with the folder of keys that is served under it. Without any, all are served the same.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hosts(BTreeMap<String, String>);

/// Why a text is no hosts.
#[derive(Debug, Error)]
pub enum HostsError {
    /// It is not such an object.
    #[error("HOSTS is not an object of hosts and prefixes: {0}")]
    Json(#[from] serde_json::Error),
    /// A host is none.
    #[error("HOSTS: {0} is no host; write it as in an address, without a scheme or a path")]
    Host(String),
    /// No key begins so.
    #[error("HOSTS, {host}: no key begins with {prefix}; write folders, as in \"customers/a/\"")]
    Prefix {
        /// Whose prefix it is.
        host: String,
        /// As it stands there.
        prefix: String,
    },
}

impl Hosts {
    /// No hosts: all are served the same.
    pub const NONE: Self = Self(BTreeMap::new());

    /// The hosts of `json`: `{"a.example.com": "customers/a/"}`. An empty prefix is the whole library.
    pub fn parse(json: &str) -> Result<Self, HostsError> {
        let written: BTreeMap<String, String> = json::parse(json)?;
        let each = written.into_iter().map(|(host, prefix)| {
            let host = host.to_ascii_lowercase();
            if host.is_empty() || host.contains(['/', '?', '#', '@', ' ', '*']) {
                return Err(HostsError::Host(host));
            }
            let folder = prefix.strip_suffix('/').unwrap_or(&prefix);
            if !folder.is_empty() && check_presentation(&format!("{folder}/x.ism")).is_err() {
                return Err(HostsError::Prefix { host, prefix });
            }
            Ok((host, folder.to_owned()))
        });
        let each: Vec<_> = each.collect::<Result<_, _>>()?;
        Ok(Self(map(each.into_iter())))
    }

    /// Whether no host has a library of its own.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where `path`, percent-encoded, leads that was asked of `host`, behind its token: behind the host's folder, if it is of
    /// a key. `None` if nothing is served under this host.
    pub fn lead(&self, host: &str, path: &str) -> Option<String> {
        let host = host.split_once("://").map_or(host, |(_, host)| host).to_ascii_lowercase();
        let bare = host.rsplit_once(':').map_or(&*host, |(bare, _)| bare);
        let folder = self.0.get(&host).or_else(|| self.0.get(bare))?;
        let behind = split(path).1;
        if folder.is_empty() || key_of(behind).is_err() {
            return Some(path.to_owned());
        }
        let token = path.strip_suffix(behind).unwrap_or_default();
        Some(format!("{token}/{}{behind}", encode(folder)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        let json =
            r#"{"a.example.com": "customers/ä/", "B.example.com:8787": "", "c.example.com": "c"}"#;
        Hosts::parse(json).unwrap()
    }

    #[test]
    fn a_host_has_its_folder() {
        let led = |host, path| hosts().lead(host, path);
        let manifest = "/x.ism/Manifest";
        let own = "/customers/%C3%A4/x.ism/Manifest";
        assert_eq!(led("https://a.example.com", manifest).as_deref(), Some(own));
        assert_eq!(led("http://A.EXAMPLE.com:8787", manifest).as_deref(), Some(own));
        assert_eq!(led("http://b.example.com:8787", manifest).as_deref(), Some(manifest));
        assert_eq!(
            led("https://c.example.com", "/x.ism/Manifest").as_deref(),
            Some("/c/x.ism/Manifest")
        );
        for none in
            ["https://b.example.com", "https://example.com", "https://evil-a.example.com", ""]
        {
            assert_eq!(led(none, manifest), None, "{none}");
        }
    }

    #[test]
    fn a_token_stays_in_front() {
        let led = hosts().lead("https://c.example.com", "/hdntl=exp=1~hmac=00/x.ism/Manifest");
        assert_eq!(led.as_deref(), Some("/hdntl=exp=1~hmac=00/c/x.ism/Manifest"));
    }

    #[test]
    fn what_is_of_no_key_stays() {
        for path in ["/crossdomain.xml", "/a.ism//x/../y.ism", "/"] {
            let is_key = key_of(path).is_ok();
            let led = hosts().lead("https://c.example.com", path).unwrap();
            assert_eq!(led == path, !is_key, "{path}");
        }
    }

    #[test]
    fn nobody_gets_out_of_a_folder() {
        for path in ["/../b/x.ism/Manifest", "/%2e%2e/b/x.ism/Manifest", "/./x.ism/Manifest"] {
            let led = hosts().lead("https://c.example.com", path).unwrap();
            assert!(key_of(&led).is_err(), "{path} leads to {led}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, told) in [
            ("[]", "HOSTS is not an object"),
            (r#"{"https://a": ""}"#, "https://a is no host"),
            (r#"{"*.a": ""}"#, "*.a is no host"),
            (r#"{"a": "/b/"}"#, "HOSTS, a: no key begins with /b/"),
            (r#"{"a": "b/../c/"}"#, "HOSTS, a: no key begins with b/../c/"),
        ] {
            let error = Hosts::parse(json).unwrap_err().to_string();
            assert!(error.contains(told), "{json}: {error}");
        }
    }
}
