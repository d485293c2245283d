//! The library, run by its operator: indexes, filters and locators as resources under `/_millrace/`.
//!
//! Nobody gets further than the token without it, and no store is touched before method, path and
//! query are in order. Beside it is a door for the Experience page, which has no token: it lets look,
//! not touch, and only where it has been opened. `docs/openapi.yaml` says what is answered to what.

mod answer;
mod error;
mod filters;
mod indexes;
mod limits;
mod locators;
mod look;
mod query;
mod route;
mod runs;
mod sources;
mod sweep;
mod token;

pub use error::AdminError;
pub use limits::MAX_BODY_LEN;
pub use route::claims;
pub use sources::{Sources, SourcesError};
pub use token::Token;

use crate::describe::whole;
use crate::index::FORMAT_VERSION;
use crate::library::{Library, Runtime};
use crate::remote::Stores;
use crate::store::{Cache, IndexStore, ObjectStore, Purged};
use crate::sweep::Sweeper;
use http::{Method, Response};
use query::Query;
use route::Route;
use serde_json::{Value, json};

/// An operator's request, as far as it matters here. The body is read only once it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct AdminAsked<'a> {
    /// GET, HEAD, PUT, DELETE, or one that is refused.
    pub method: &'a Method,
    /// The path, percent-encoded as it came.
    pub path: &'a str,
    /// What follows the `?`.
    pub query: Option<&'a str>,
    /// `Authorization`, `RFC 9110` 11.6.2.
    pub authorization: Option<&'a str>,
    /// The time now, in milliseconds since 1970.
    pub now_ms: u64,
}

/// Answers an operator, through the doors of the deployment.
pub struct Admin<'a, O, I, R, C, S> {
    /// Presentations, and their indexes.
    pub library: &'a Library<O, I, R>,
    /// What stands in front.
    pub cache: &'a C,
    /// What a whole library is sent through.
    pub sweeper: &'a S,
    /// Where objects lie.
    pub stores: &'a Stores,
    /// What an index that is handed in may name, beside what is its presentation's own.
    pub sources: &'a Sources,
    /// Who may come in. With `None` there is nothing to come in to.
    pub token: Option<&'a Token>,
    /// Whether anybody may look at the library.
    pub shows_library: bool,
    /// Is called with everything that was refused or went wrong.
    pub report: &'a dyn Fn(&AdminError),
}

impl<O, I, R, C, S> Admin<'_, O, I, R, C, S>
where
    O: ObjectStore + 'static,
    I: IndexStore + 'static,
    R: Runtime,
    C: Cache,
    S: Sweeper,
{
    /// The answer to `asked`, whose body `read` gives: [`AdminError::TooLarge`] if it is longer than [`MAX_BODY_LEN`],
    /// [`AdminError::BrokenOff`] if its end does not come.
    pub async fn answer(
        &self,
        asked: &AdminAsked<'_>,
        read: impl AsyncFnOnce() -> Result<Vec<u8>, AdminError>,
    ) -> Response<Vec<u8>> {
        let answer = match self.try_answer(asked, read).await {
            Ok(value) => answer::json(&value),
            Err(error) => {
                (self.report)(&error);
                answer::refusal(&error)
            }
        };
        if *asked.method == Method::HEAD { answer.map(|_| Vec::new()) } else { answer }
    }

    async fn try_answer(
        &self,
        asked: &AdminAsked<'_>,
        read: impl AsyncFnOnce() -> Result<Vec<u8>, AdminError>,
    ) -> Result<Value, AdminError> {
        let route = Route::parse(asked.path);
        if route::is_in_library(asked.path) {
            self.shows_library.then_some(()).ok_or(AdminError::Hidden)?;
        } else if !matches!(route, Ok(Route::Health)) {
            self.check_token(asked.authorization)?;
        }
        let route = route?;
        match (route.allows(asked.method)?, &route) {
            (_, Route::Health) => Ok(health()),
            (_, Route::Indexes | Route::Library) => self.list(&Query::parse(asked.query)?).await,
            (_, Route::Shown(presentation)) => {
                self.look(presentation, asked.query, asked.now_ms).await
            }
            (&Method::PUT, Route::Index(presentation)) => {
                let body = read().await?;
                self.publish(presentation, body).await
            }
            (&Method::DELETE, Route::Index(presentation)) => self.purge(presentation).await,
            (&Method::PUT, Route::Filter(presentation, name)) => {
                let body = read().await?;
                self.store_filter(presentation.as_deref(), name, &body).await
            }
            (&Method::DELETE, Route::Filter(presentation, name)) => {
                self.forget_filter(presentation.as_deref(), name).await
            }
            (_, Route::Filter(presentation, name)) => {
                self.show_filter(presentation.as_deref(), name).await
            }
            (_, Route::Locators) => self.list_locators(&Query::parse(asked.query)?).await,
            (&Method::PUT, Route::Locator(name)) => {
                let body = read().await?;
                self.store_locator(name, &body).await
            }
            (&Method::DELETE, Route::Locator(name)) => self.forget_locator(name).await,
            (_, Route::Locator(name)) => self.show_locator(name).await,
            (&Method::POST, Route::Sweep) => {
                let body = read().await?;
                self.sweep(&body, asked.now_ms).await
            }
            (_, Route::Sweep) => self.show_sweep().await,
            (_, Route::Index(presentation)) => Ok(whole(&self.stored(presentation).await?.0)),
        }
    }

    fn check_token(&self, authorization: Option<&str>) -> Result<(), AdminError> {
        let token = self.token.ok_or(AdminError::Hidden)?;
        let is_right = authorization.is_some_and(|given| token.is_in(given));
        is_right.then_some(()).ok_or(AdminError::Unauthorised)
    }
}

/// What purging has come to, in a word.
fn about_cache(purged: Purged) -> &'static str {
    match purged {
        Purged::Everywhere => "purged",
        Purged::ManifestsHere => "manifests-here",
        Purged::NoCache => "none",
    }
}

fn health() -> Value {
    json!({ "version": env!("CARGO_PKG_VERSION"), "format_version": FORMAT_VERSION })
}

/// `about`, an object, with the presentation's name in it.
fn named(presentation: &str, mut about: Value) -> Value {
    if let Some(members) = about.as_object_mut() {
        members.insert("presentation".to_owned(), presentation.into());
    }
    about
}
