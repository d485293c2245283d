//! The HTTP client that servers are asked with, and the answers that it takes.

use anyhow::{Context, Result, ensure};
use reqwest::blocking::{Client, ClientBuilder, Response};
use std::fmt::Display;
use std::io::Read;
use std::time::Duration;

/// The most bytes of an answer: a client manifest of ten hours in a dozen levels has less, and a fragment too.
const MAX_ANSWER_LEN: u64 = 256 << 20;

/// The longest that an answer may take. Building an index within a request takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client that says who it is, and does not wait for ever.
pub(super) fn builder() -> ClientBuilder {
    Client::builder().timeout(PATIENCE).user_agent(concat!("millrace/", env!("CARGO_PKG_VERSION")))
}

/// All bytes of an `answer` to what was asked under `url`.
pub(super) fn body(answer: Response, url: impl Display) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let read = answer.take(MAX_ANSWER_LEN + 1).read_to_end(&mut body);
    let len = read.with_context(|| format!("{url} broke off"))?;
    ensure!(
        u64::try_from(len)? <= MAX_ANSWER_LEN,
        "{url} sends more than {MAX_ANSWER_LEN} bytes, which no answer has"
    );
    Ok(body)
}
