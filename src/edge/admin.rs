//! An operator's request, from the runtime to [`Admin`] and back.

use super::cache::Front;
use super::host::Host;
use super::isolate;
use super::kv::Indexes;
use super::log;
use super::settings::Deployment;
use super::stores::Objects;
use super::sweep::Sweep;
use crate::admin::{Admin, AdminAsked, AdminError, MAX_BODY_LEN, Token};
use crate::library::Library;
use futures_util::StreamExt;
use serde_json::json;
use worker::{ByteStream, Date, Env, web_sys};

/// A deployment at work on an operator's request: its settings, its library, its bindings and its cache.
pub(super) struct Operated<'a> {
    pub(super) deployment: &'a Deployment,
    pub(super) library: &'a Library<Objects, Indexes, Host>,
    pub(super) env: &'a Env,
    pub(super) front: Front<'a>,
}

impl Operated<'_> {
    /// The answer to `request`, which has this method and path.
    pub(super) async fn answer(
        &self,
        request: &web_sys::Request,
        method: &http::Method,
        path: &str,
    ) -> worker::Result<http::Response<Vec<u8>>> {
        let Self { deployment, library, env, front } = self;
        let url = request.url();
        let authorization = request.headers().get("authorization")?;
        let asked = AdminAsked {
            method,
            path,
            query: url
                .split('#')
                .next()
                .and_then(|url| url.split_once('?'))
                .map(|(_, query)| query),
            authorization: authorization.as_deref(),
            now_ms: Date::now().as_millis(),
        };
        let token = env.secret("ADMIN_TOKEN").ok().and_then(|it| Token::new(&it.to_string()));
        let (sweeper, stores) = (Sweep(Env::clone(env)), isolate::stores(env)?);
        let admin = Admin {
            library,
            cache: front,
            sweeper: &sweeper,
            stores: &stores,
            sources: &deployment.sources,
            token: token.as_ref(),
            shows_library: deployment.shows_experience,
            report: &|error: &AdminError| {
                let status = error.status().as_u16();
                let asked = format!("{method} {path}");
                log::warn(&json!({ "status": status, "error": error.to_string(), "admin": asked }));
            },
        };
        Ok(admin.answer(&asked, async || read(request).await).await)
    }
}

async fn read(request: &web_sys::Request) -> Result<Vec<u8>, AdminError> {
    let mut body = Vec::new();
    let Some(stream) = request.body() else { return Ok(body) };
    let mut stream = ByteStream::from(stream);
    while let Some(chunk) = stream.next().await {
        body.extend(chunk.map_err(|_| AdminError::BrokenOff)?);
        if body.len() > MAX_BODY_LEN {
            return Err(AdminError::TooLarge);
        }
    }
    Ok(body)
}
