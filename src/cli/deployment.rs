//! A deployment of the Worker, spoken to over HTTP.

use super::address::is_url;
use super::client;
use super::voice::Voice;
use anyhow::{Context, Result, anyhow, bail};
use http::{StatusCode, header};
use millrace::url::encode;
use reqwest::blocking::{Client, Response};
use reqwest::redirect::Policy;
use serde_json::Value;

/// Path of the admin API.
const ADMIN: &str = "/_millrace";

/// Path of the indexes below it.
const INDEXES: &str = "/indexes";

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
        let client = client::builder().redirect(Policy::none()).build()?;
        Ok(Self { client, base: base.to_owned(), authorization: None, voice })
    }

    /// The same deployment, operated with its `token`.
    pub(super) fn with_token(self, token: &str) -> Self {
        Self { authorization: Some(format!("Bearer {token}")), ..self }
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
        let body = client::body(answer, &url)?;
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
