//! The Experience page: static files that the runtime has.
//!
//! They pass through the Worker, so that there are none where the page has not been switched on.

use worker::{Env, Request, web_sys};

/// Path of the page.
const PAGE: &str = "/";
/// Prefix of the files of the page, where no presentation can lie.
const PARTS: &str = "/_millrace/experience/";

/// Whether `path` is the page's, where there is one.
pub(super) fn claims(path: &str) -> bool {
    path == PAGE || path.starts_with(PARTS)
}

/// The file that `request` asks for.
pub(super) async fn fetch(
    env: &Env,
    request: web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let answer = env.assets("ASSETS")?.fetch_request(Request::from(request)).await?;
    Ok(answer.into())
}
