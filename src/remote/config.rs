//! The stores of a deployment, as its `STORES` variable names them.
//!
//! The variable holds names of secrets, never secrets: those come from `secrets`, and no error
//! repeats what stands where the name of one belongs.

use super::stores::{Access, Remote, Route, Store, Stores};
use crate::base::json;
use crate::base::quoted::Quoted;
use crate::sign::{Secret, azure, sigv4};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use serde::Deserialize;
use thiserror::Error;

/// For how long an answer is waited for where the configuration does not say.
pub const PATIENCE_MS: u32 = 10_000;

/// And the longest that it may say: by then every player has given up.
pub const MAX_PATIENCE_MS: u32 = 60_000;

/// Why a configuration is not one.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It does not have the form of one.
    #[error("STORES cannot be read: {0}")]
    Form(#[from] serde_json::Error),
    /// An entry of it makes no sense.
    #[error("STORES, entry {at}: {cause}")]
    Entry {
        /// Which, counted from 1.
        at: usize,
        /// Why.
        cause: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    prefix: String,
    #[serde(default)]
    path: String,
    timeout_ms: Option<u32>,
    r2: Option<String>,
    s3: Option<S3>,
    azure: Option<Azure>,
    http: Option<Http>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct S3 {
    endpoint: String,
    region: String,
    bucket: String,
    #[serde(default)]
    style: Style,
    access_key_id: String,
    secret_access_key: String,
}

/// Where the bucket's name stands in a URL.
#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Style {
    #[default]
    Path,
    Virtual,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Azure {
    account: String,
    endpoint: Option<String>,
    container: Option<String>,
    sas: Option<String>,
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Http {
    url: String,
}

impl Stores {
    /// Reads `text`, a JSON array of entries, with the secrets that it names.
    pub fn parse(
        text: &str,
        secrets: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let entries: Vec<Entry> = json::parse(text)?;
        let mut routes: Vec<Route> = Vec::new();
        for (at, entry) in entries.into_iter().enumerate() {
            let at = at.saturating_add(1);
            let route = entry.route(secrets).map_err(|cause| ConfigError::Entry { at, cause })?;
            if let Some(earlier) = routes.iter().find(|one| route.prefix.starts_with(&one.prefix)) {
                let cause =
                    format!("prefix {} before it takes all its keys", Quoted(&earlier.prefix));
                return Err(ConfigError::Entry { at, cause });
            }
            routes.push(route);
        }
        Ok(Self { routes })
    }
}

impl Entry {
    fn route(self, secrets: &dyn Fn(&str) -> Option<String>) -> Result<Route, String> {
        for (name, value) in [("prefix", &self.prefix), ("path", &self.path)] {
            if value.starts_with('/') || !(value.is_empty() || value.ends_with('/')) {
                return Err(format!(
                    "{name} {} is neither empty nor like \"films/\"",
                    Quoted(value)
                ));
            }
        }
        let patience_ms = self.timeout_ms.unwrap_or(PATIENCE_MS);
        if !(1..=MAX_PATIENCE_MS).contains(&patience_ms) {
            return Err(format!("timeout_ms is not between 1 and {MAX_PATIENCE_MS}"));
        }
        let takes_container = self.azure.as_ref().is_some_and(|azure| azure.container.is_none());
        let (base, access) = match (self.r2, self.s3, self.azure, self.http) {
            (Some(_), None, None, None) if self.timeout_ms.is_some() => {
                return Err("timeout_ms has no meaning for R2".into());
            }
            (Some(binding), None, None, None) => {
                let store = Store::R2(binding);
                return Ok(Route { prefix: self.prefix, path: self.path, store });
            }
            (None, Some(s3), None, None) => s3.place(secrets)?,
            (None, None, Some(azure), None) => azure.place(secrets)?,
            (None, None, None, Some(http)) => (base(&http.url)?, Access::Open),
            _ => return Err("it needs exactly one of r2, s3, azure and http".into()),
        };
        let store = Store::Remote(Remote { base, access, takes_container, patience_ms });
        Ok(Route { prefix: self.prefix, path: self.path, store })
    }
}

impl S3 {
    fn place(self, secrets: &dyn Fn(&str) -> Option<String>) -> Result<(String, Access), String> {
        let bucket = segment("bucket", &self.bucket)?;
        let endpoint = base(&self.endpoint)?;
        let base = match (self.style, endpoint.split_once("://")) {
            (Style::Virtual, Some((scheme, rest))) => format!("{scheme}://{bucket}.{rest}"),
            _ => format!("{endpoint}/{bucket}"),
        };
        let signer = sigv4::Signer {
            access_key_id: Secret(secret("access_key_id", &self.access_key_id, secrets)?),
            secret_access_key: Secret(secret(
                "secret_access_key",
                &self.secret_access_key,
                secrets,
            )?),
            region: self.region,
        };
        Ok((base, Access::S3(signer)))
    }
}

impl Azure {
    fn place(self, secrets: &dyn Fn(&str) -> Option<String>) -> Result<(String, Access), String> {
        let account = segment("account", &self.account)?;
        let mut base = match &self.endpoint {
            Some(endpoint) => base(endpoint)?,
            None => format!("https://{account}.blob.core.windows.net"),
        };
        if let Some(container) = &self.container {
            base = format!("{base}/{}", segment("container", container)?);
        }
        let access = match (&self.sas, &self.key) {
            (Some(_), Some(_)) => return Err("it has both sas and key".into()),
            (sas, None) => Access::AzureSas(match sas {
                Some(name) => {
                    let sas = secret("sas", name, secrets)?;
                    Some(Secret(sas.trim_start_matches('?').to_owned()))
                }
                None => None,
            }),
            (None, Some(name)) => {
                let key = STANDARD
                    .decode(secret("key", name, secrets)?)
                    .map_err(|_| "the secret that key names is not base64")?;
                Access::AzureKey(azure::Signer { account: self.account, key: Secret(key) })
            }
        };
        Ok((base, access))
    }
}

/// What URLs begin with: `https://host[:port][/path]`, without a slash at its end, nor a port that is
/// understood, as it would be signed but not sent.
fn base(url: &str) -> Result<String, String> {
    let wrong = || "its URL is not like https://host/path".to_owned();
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let (scheme, host) = (uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default());
    let has_userinfo = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    if host.is_empty() || has_userinfo || url.contains(['?', '#']) {
        return Err(wrong());
    }
    let port = match (scheme, uri.port_u16()) {
        ("https", None | Some(443)) | ("http", None | Some(80)) => String::new(),
        ("https" | "http", Some(port)) => format!(":{port}"),
        _ => return Err(wrong()),
    };
    let host = host.to_ascii_lowercase();
    Ok(format!("{scheme}://{host}{port}{}", uri.path().trim_end_matches('/')))
}

/// A name that stands in URLs as it is.
fn segment<'a>(what: &str, name: &'a str) -> Result<&'a str, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._$".contains(&byte);
    if name.bytes().all(is_plain) && name.bytes().any(|byte| byte != b'.') {
        Ok(name)
    } else {
        Err(format!("{what} {} is not a name that there can be", Quoted(name)))
    }
}

fn secret(
    what: &str,
    name: &str,
    secrets: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let found = secrets(name).map(|value| value.trim().to_owned());
    found
        .filter(|value| !value.is_empty())
        .ok_or_else(|| format!("{what} names no secret that this Worker has"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(name: &str) -> Option<String> {
        match name {
            "ID" => Some("id".into()),
            "KEY" => Some("a2V5\n".into()),
            "SAS" => Some("?sv=1&sig=x".into()),
            "EMPTY" => Some(" ".into()),
            _ => None,
        }
    }

    fn parse(text: &str) -> Result<Stores, String> {
        Stores::parse(text, &secrets).map_err(|error| error.to_string())
    }

    /// The one remote store of `text`.
    fn remote(text: &str) -> Remote {
        let stores = parse(&format!("[{text}]")).unwrap();
        match stores.routes.into_iter().next().unwrap().store {
            Store::Remote(remote) => remote,
            store => panic!("{store:?}"),
        }
    }

    #[test]
    fn the_first_prefix_that_matches() {
        let stores = parse(
            r#"[{"prefix": "ams/old/", "r2": "OLD"},
                {"prefix": "ams/", "path": "a/b/", "http": {"url": "http://host"}},
                {"prefix": "", "r2": "MEDIA"}]"#,
        )
        .unwrap();
        let found = |key| stores.find(key).map(|(store, key)| (store.clone(), key)).unwrap();
        assert_eq!(found("ams/old/x.ism"), (Store::R2("OLD".into()), "x.ism".into()));
        assert_eq!(found("ams/x.ism").1, "a/b/x.ism");
        assert_eq!(found("amsterdam/x.ism"), (Store::R2("MEDIA".into()), "amsterdam/x.ism".into()));
        assert_eq!(Stores::r2().find("x").unwrap().1, "x");
        let only = parse(r#"[{"prefix": "a/", "r2": "MEDIA"}]"#).unwrap();
        assert_eq!(only.find("b/x.ism"), None);
    }

    #[test]
    fn keys_of_what_lies_in_r2() {
        assert_eq!(Stores::r2().keys_in_r2("a/x.ism"), ["a/x.ism"]);
        let stores = parse(
            r#"[{"prefix": "old/", "path": "films/", "r2": "OLD"},
                {"prefix": "ams/", "http": {"url": "http://host"}},
                {"prefix": "", "r2": "MEDIA"}]"#,
        )
        .unwrap();
        assert_eq!(stores.keys_in_r2("x.ism"), ["x.ism"]);
        assert_eq!(stores.keys_in_r2("films/x.ism"), ["old/x.ism", "films/x.ism"]);
        assert!(stores.keys_in_r2("ams/x.ism").is_empty(), "another store is asked for that");
        assert!(stores.keys_in_r2("old/x.ism").is_empty(), "its place in MEDIA cannot be seen");
    }

    #[test]
    fn s3() {
        let text = r#"{"prefix": "", "s3": {"endpoint": "https://S3.example.com:443/", "region": "r",
            "bucket": "films", "access_key_id": "ID", "secret_access_key": "KEY"STYLE}}"#;
        let path = remote(&text.replace("STYLE", ""));
        assert_eq!(path.base, "https://s3.example.com/films");
        assert_eq!(path.patience_ms, PATIENCE_MS);
        let Access::S3(signer) = path.access else { panic!("{path:?}") };
        assert_eq!((signer.region.as_str(), signer.secret_access_key.0.as_str()), ("r", "a2V5"));
        let host = remote(&text.replace("STYLE", r#", "style": "virtual""#));
        assert_eq!(host.base, "https://films.s3.example.com");
    }

    #[test]
    fn azure() {
        let azure = |more: &str| {
            remote(&format!(r#"{{"prefix": "", "azure": {{"account": "me"{more}}}}}"#))
        };
        let open = azure("");
        assert_eq!(open.base, "https://me.blob.core.windows.net");
        assert_eq!(open.access, Access::AzureSas(None));
        let sas = azure(r#", "container": "asset-1", "sas": "SAS""#);
        assert_eq!(sas.base, "https://me.blob.core.windows.net/asset-1");
        assert_eq!(sas.access, Access::AzureSas(Some(Secret("sv=1&sig=x".into()))));
        let key = azure(r#", "endpoint": "http://127.0.0.1:10000/me", "key": "KEY""#);
        assert_eq!(key.base, "http://127.0.0.1:10000/me");
        let signer = azure::Signer { account: "me".into(), key: Secret(b"key".to_vec()) };
        assert_eq!(key.access, Access::AzureKey(signer));
    }

    #[test]
    fn http() {
        let text = r#"{"prefix": "", "timeout_ms": 500, "http": {"url": "http://Host:80/a/b/"}}"#;
        let http = remote(text);
        assert_eq!((http.base.as_str(), http.patience_ms), ("http://host/a/b", 500));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let s3 = |secret: &str| {
            format!(
                r#"[{{"prefix": "", "s3": {{"endpoint": "https://h", "region": "r", "bucket": "b",
                "access_key_id": "ID", "secret_access_key": "{secret}"}}}}]"#
            )
        };
        for (text, cause) in [
            ("[", "EOF"),
            (r#"[{"r2": "MEDIA"}]"#, "missing field `prefix`"),
            (r#"[{"prefix": "", "gcs": {}}]"#, "unknown field `gcs`"),
            (r#"[{"prefix": ""}]"#, "exactly one of"),
            (r#"[{"prefix": "", "r2": "A", "http": {"url": "http://h"}}]"#, "exactly one of"),
            (r#"[{"prefix": "/a/", "r2": "A"}]"#, "prefix \"/a/\""),
            (r#"[{"prefix": "a", "r2": "A"}]"#, "prefix \"a\""),
            (r#"[{"prefix": "", "path": "a", "r2": "A"}]"#, "path \"a\""),
            (r#"[{"prefix": "", "r2": "A", "timeout_ms": 1}]"#, "no meaning"),
            (r#"[{"prefix": "", "timeout_ms": 0, "http": {"url": "http://h"}}]"#, "timeout_ms"),
            (r#"[{"prefix": "", "r2": "A"}, {"prefix": "a/", "r2": "B"}]"#, "entry 2: prefix \"\""),
            (r#"[{"prefix": "", "http": {"url": "ftp://h"}}]"#, "https://host/path"),
            (r#"[{"prefix": "", "http": {"url": "//h/a"}}]"#, "https://host/path"),
            (r#"[{"prefix": "", "http": {"url": "http://h/?a"}}]"#, "https://host/path"),
            (r#"[{"prefix": "", "http": {"url": "http://u:p@h/"}}]"#, "https://host/path"),
            (r#"[{"prefix": "", "azure": {"account": "a/b"}}]"#, "account \"a/b\""),
            (r#"[{"prefix": "", "azure": {"account": "a", "container": ".."}}]"#, "container"),
            (r#"[{"prefix": "", "azure": {"account": "a", "sas": "S", "key": "K"}}]"#, "both"),
            (r#"[{"prefix": "", "azure": {"account": "a", "key": "SAS"}}]"#, "not base64"),
            (&s3("EMPTY"), "secret_access_key names no secret"),
        ] {
            let got = parse(text).unwrap_err();
            assert!(got.contains(cause), "{text}: {got}");
        }
        let pasted = parse(&s3("wJalrXUtnFEMI")).unwrap_err();
        assert!(pasted.contains("names no secret") && !pasted.contains("wJalr"), "{pasted}");
    }
}
