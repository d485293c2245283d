//! Any origin, asked as a client asks it.

use crate::cli::client;
use anyhow::{Context, Result, ensure};
use http::StatusCode;
use reqwest::Url;
use reqwest::blocking::Client;

/// Whoever asks.
pub(super) struct Web(Client);

impl Web {
    pub(super) fn new() -> Result<Self> {
        Ok(Self(client::builder().build()?))
    }

    /// The status of what lies under `url`, and its bytes.
    pub(super) fn get(&self, url: &Url) -> Result<(StatusCode, Vec<u8>)> {
        let sent = self.0.get(url.clone()).send().map_err(reqwest::Error::without_url);
        let answer = sent.with_context(|| format!("cannot reach {}", shown(url)))?;
        let status = answer.status();
        let body = client::body(answer, shown(url))?;
        Ok((status, body))
    }

    /// The bytes of the manifest under `url`.
    pub(super) fn manifest(&self, url: &Url) -> Result<Vec<u8>> {
        let (status, body) = self.get(url)?;
        ensure!(status == StatusCode::OK, "{} answers {status}", shown(url));
        Ok(body)
    }

    /// The status of what lies under `url`, without its bytes.
    pub(super) fn head(&self, url: &Url) -> Result<StatusCode> {
        let sent = self.0.head(url.clone()).send().map_err(reqwest::Error::without_url);
        Ok(sent.with_context(|| format!("cannot reach {}", shown(url)))?.status())
    }
}

/// `url` without its query, which may hold a signature.
fn shown(url: &Url) -> Url {
    let mut shown = url.clone();
    shown.set_query(None);
    shown
}
