//! The kinds of stores in an entry of `STORES`, and where each leads.

use crate::base::quoted::Quoted;
use crate::remote::stores::Access;
use crate::sign::{Secret, azure, sigv4};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use serde::Deserialize;

/// A bucket of S3, or of what speaks its protocol.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct S3 {
    endpoint: String,
    region: String,
    bucket: String,
    #[serde(default)]
    style: Style,
    access_key_id: String,
    secret_access_key: String,
}

/// The place of the bucket's name in a URL.
#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Style {
    #[default]
    Path,
    Virtual,
}

/// A storage account of Azure, or one of its containers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Azure {
    account: String,
    endpoint: Option<String>,
    container: Option<String>,
    sas: Option<String>,
    key: Option<String>,
}

/// A web server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Http {
    url: String,
}

impl S3 {
    /// What its URLs begin with, and how requests for them are signed.
    pub(super) fn place(
        self,
        secrets: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(String, Access), String> {
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
    /// Whether it is a whole account: keys begin with the name of a container then.
    pub(super) fn is_account(&self) -> bool {
        self.container.is_none()
    }

    /// What its URLs begin with, and how requests for them are signed.
    pub(super) fn place(
        self,
        secrets: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(String, Access), String> {
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

impl Http {
    /// What its URLs begin with, and how requests for them are signed.
    pub(super) fn place(self) -> Result<(String, Access), String> {
        Ok((base(&self.url)?, Access::Open))
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

/// The secret called `name`, for the field `what`, without the blanks around it.
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
