//! A deployment of the Worker, spoken to over HTTP.

use super::configuration::Configuration;
use super::voice::Voice;
use anyhow::{Context, Result, anyhow, bail, ensure};
use http::{StatusCode, header};
use millrace::url::{encode, presentation_of};
use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A client manifest of ten hours in a dozen levels has less, and a fragment too.
const MAX_ANSWER_LEN: u64 = 256 << 20;

/// How long an answer may take. Building an index within a request takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the admin API lies.
const ADMIN: &str = "/_millrace";

/// Where it has its indexes.
const INDEXES: &str = "/indexes";

/// The environment variable that says which deployment is meant.
const HOST: &str = "MILLRACE_HOST";

/// Where a deployment is, and what opens it.
#[derive(clap::Args)]
pub(super) struct Access {
    /// The deployment, such as https://media.example.com [default: MILLRACE_HOST in the environment, or
    /// host in a millrace.toml of the working folder]
    #[arg(long, visible_alias = "to", value_name = "URL")]
    host: Option<String>,

    #[command(flatten)]
    token: TokenArguments,
}

/// Where the token is. It is never an argument: arguments can be seen by everybody on a machine.
#[derive(clap::Args)]
pub(super) struct TokenArguments {
    /// The environment variable that holds the token.
    #[arg(long, value_name = "NAME", default_value = "MILLRACE_TOKEN")]
    token_env: String,

    /// A file that holds the token, instead of the environment [default: token-file in a millrace.toml of the
    /// working folder]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl TokenArguments {
    fn read(&self) -> Result<String> {
        let token = match (&self.token_file, std::env::var(&self.token_env)) {
            (Some(file), _) => in_file(file)?,
            (None, Ok(token)) => token,
            (None, Err(_)) => {
                let file = Configuration::read()?.token_file.with_context(|| {
                    format!(
                        "the token is missing: put it into the environment as {}, or name a file that holds it, \
                         with --token-file or as token-file in millrace.toml",
                        self.token_env
                    )
                })?;
                in_file(&file)?
            }
        };
        match token.trim() {
            "" => bail!("the token is empty"),
            token => Ok(token.to_owned()),
        }
    }
}

fn in_file(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

impl Access {
    /// The deployment, to be run with the token.
    pub(super) fn deployment(&self, voice: Voice) -> Result<Deployment> {
        Deployment::with_token(&self.host()?, &self.token, voice)
    }

    /// Its scheme and host: by the arguments, else the environment, else the working folder.
    fn host(&self) -> Result<String> {
        let said = self.host.clone().or_else(|| std::env::var(HOST).ok());
        let host = match said.filter(|host| !host.is_empty()) {
            Some(host) => Some(host),
            None => Configuration::read()?.host,
        };
        host.context(
            "which deployment? Say --host https://…, or put it into the environment as MILLRACE_HOST, \
             or into millrace.toml as host",
        )
    }
}

/// A deployment, and the client that asks it.
pub(super) struct Deployment {
    client: Client,
    /// Scheme, host and port.
    base: String,
    authorization: Option<String>,
    voice: Voice,
}

impl Deployment {
    /// The one at `base`, as any viewer sees it.
    pub(super) fn public(base: &str, voice: Voice) -> Result<Self> {
        let base = base.trim_end_matches('/');
        if !is_url(base) {
            bail!("{base} is no address of a deployment: it does not begin with https://");
        }
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .user_agent(concat!("millrace/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, base: base.to_owned(), authorization: None, voice })
    }

    /// The one at `base`, to be run with the token.
    pub(super) fn with_token(base: &str, token: &TokenArguments, voice: Voice) -> Result<Self> {
        let public = Self::public(base, voice)?;
        if base.starts_with("http://") && !is_this_machine(base) {
            bail!(
                "the token would cross the network in the clear: take https:// instead of {base}"
            );
        }
        Ok(Self { authorization: Some(format!("Bearer {}", token.read()?)), ..public })
    }

    /// Whether `base` is this deployment.
    pub(super) fn is(&self, base: &str) -> bool {
        base.eq_ignore_ascii_case(&self.base)
    }

    /// Whether the deployment has an index of the presentation `key`.
    pub(super) fn has(&self, key: &str) -> Result<bool> {
        let path = format!("{ADMIN}{INDEXES}{}", resource(key));
        match self.answer("HEAD", &path, None)?.status() {
            StatusCode::NOT_FOUND => Ok(false),
            status if status.is_success() => Ok(true),
            // Why not is said to GET alone.
            _ => self.send("GET", &path, None).map(|_| true),
        }
    }

    /// What a viewer gets under `path`.
    pub(super) fn get(&self, path: &str) -> Result<Vec<u8>> {
        self.send("GET", path, None)
    }

    /// Asks the admin API for `resource`, which lies under its `indexes`.
    pub(super) fn ask(&self, method: &str, resource: &str, body: Option<&[u8]>) -> Result<Value> {
        self.administer(method, &format!("{INDEXES}{resource}"), body)
    }

    /// Asks the admin API for `resource`.
    pub(super) fn administer(
        &self,
        method: &str,
        resource: &str,
        body: Option<&[u8]>,
    ) -> Result<Value> {
        let path = format!("{ADMIN}{resource}");
        let bytes = self.send(method, &path, body)?;
        serde_json::from_slice(&bytes).with_context(|| format!("{}{path} sent no JSON", self.base))
    }

    fn answer(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Response> {
        let url = format!("{}{path}", self.base);
        let mut request = self.client.request(method.parse()?, &url);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if let Some(body) = body {
            let octets = "application/octet-stream";
            request = request.header(header::CONTENT_TYPE, octets).body(body.to_vec());
        }
        let sent = request.send().map_err(reqwest::Error::without_url);
        let answer = sent.with_context(|| format!("cannot reach {url}"))?;
        self.voice.mention(format_args!("{method} {url}: {}", answer.status()));
        Ok(answer)
    }

    fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Vec<u8>> {
        let url = format!("{}{path}", self.base);
        let answer = self.answer(method, path, body)?;
        let (status, is_text) = (answer.status(), is_text(&answer));
        let mut body = Vec::new();
        let read = answer.take(MAX_ANSWER_LEN).read_to_end(&mut body);
        let len = read.with_context(|| format!("{url} broke off"))?;
        ensure!(u64::try_from(len)? < MAX_ANSWER_LEN, "{url} sends more than any answer has");
        match status {
            StatusCode::OK => Ok(body),
            status => Err(refusal(&url, status, is_text, &body)),
        }
    }
}

fn is_text(answer: &Response) -> bool {
    let media_type = answer.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/plain"))
}

/// The resource of one presentation, under the admin API's `indexes`.
pub(super) fn resource(presentation: &str) -> String {
    format!("/{}", encode(presentation))
}

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
    let (presentation, _) = presentation_of(path).with_context(|| url.to_owned())?;
    Ok((base, presentation.into_owned()))
}

/// Scheme and host, and the path with all that follows it.
pub(super) fn split_host(url: &str) -> Result<(&str, &str)> {
    let after_scheme = url.find("://").map_or(0, |at| at.saturating_add(3));
    let rest = url.get(after_scheme..).unwrap_or_default();
    let host_end = rest.find('/').with_context(|| format!("{url} names no presentation"))?;
    Ok(url.split_at_checked(after_scheme.saturating_add(host_end)).unwrap_or_default())
}

fn is_this_machine(url: &str) -> bool {
    let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next());
    let authority = authority.unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// What the deployment said instead.
fn refusal(url: &str, status: StatusCode, is_text: bool, body: &[u8]) -> anyhow::Error {
    let problem: Option<Value> = serde_json::from_slice(body).ok();
    let detail = problem.as_ref().and_then(|problem| problem.get("detail")?.as_str());
    match detail {
        Some(detail) => anyhow!("{detail} ({})", status.as_u16()),
        None if status == StatusCode::NOT_FOUND && url.contains("/_millrace/") => {
            anyhow!("{url} is not there: has the deployment got a secret ADMIN_TOKEN?")
        }
        None if is_text => {
            anyhow!("{url} answers {status}: {}", String::from_utf8_lossy(body).trim())
        }
        None => anyhow!("{url} answers {status}"),
    }
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
