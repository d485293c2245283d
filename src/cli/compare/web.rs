//! Any origin, asked as a client asks it.

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use reqwest::Url;
use reqwest::blocking::Client;
use std::io::Read;
use std::time::Duration;

/// No manifest and no fragment has more bytes.
const MAX_ANSWER_LEN: u64 = 256 << 20;

/// How long an answer may take: the first one may have an index built.
const PATIENCE: Duration = Duration::from_secs(120);

/// Whoever asks.
pub(super) struct Web(Client);

impl Web {
    pub(super) fn new() -> Result<Self> {
        let agent = concat!("millrace/", env!("CARGO_PKG_VERSION"));
        Ok(Self(Client::builder().timeout(PATIENCE).user_agent(agent).build()?))
    }

    /// The status of what lies under `url`, and its bytes.
    pub(super) fn get(&self, url: &Url) -> Result<(StatusCode, Vec<u8>)> {
        let sent = self.0.get(url.clone()).send().map_err(reqwest::Error::without_url);
        let answer = sent.with_context(|| format!("cannot reach {}", shown(url)))?;
        let status = answer.status();
        let mut body = Vec::new();
        let read = answer.take(MAX_ANSWER_LEN).read_to_end(&mut body);
        let len = read.with_context(|| format!("{} broke off", shown(url)))?;
        ensure!(
            u64::try_from(len)? < MAX_ANSWER_LEN,
            "{} sends more than any answer has",
            shown(url)
        );
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
