//! The Experience page, a static file that the runtime has.
//!
//! What the page is made of is answered without the Worker; the page itself passes through it, so that
//! there is none where it has not been switched on.

use worker::{Env, Request, web_sys};

/// Where the page is.
pub(super) const PATH: &str = "/";

/// The page as `request` asks for it.
pub(super) async fn fetch(
    env: &Env,
    request: web_sys::Request,
) -> worker::Result<web_sys::Response> {
    let answer = env.assets("ASSETS")?.fetch_request(Request::from(request)).await?;
    Ok(answer.into())
}
