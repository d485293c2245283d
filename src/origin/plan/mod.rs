//! What to answer, decided from the request and what is known so far. Nothing here waits, reads or has a clock.
//!
//! [`plan`] is asked again each time more is known, until it has an answer.

mod file;
mod fixed;
mod fragment;
mod headers;
mod manifest;
mod meanwhile;
mod refusal;
mod representation;
mod segment;
mod send;
mod step;
mod text;

pub(super) use fragment::as_stored;
pub(super) use headers::tag;
pub use headers::{also_tag, cache_tag};
pub(super) use meanwhile::meanwhile;
pub use refusal::refusal;
pub use step::{Facts, Plan, Planned, Step, StoredRead, StoredTransfer};

use super::asked::Asked;
use super::error::Error;
use super::settings::Settings;
use crate::url::{Request, RequestError};
use http::Method;

/// The next step towards the answer to `asked`, by what is known.
pub fn plan(asked: &Asked<'_>, settings: &Settings, facts: &Facts) -> Result<Step, Error> {
    match *asked.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return Ok(Step::Answer(fixed::preflight(asked))),
        _ => return Err(Error::Method),
    }
    let request = asked.request.as_ref().map_err(Clone::clone)?;
    let answer = match request {
        Request::ClientAccessPolicy => fixed::client_access_policy().send(asked)?,
        Request::CrossDomain => fixed::cross_domain().send(asked)?,
        Request::Presentation(presentation) => fixed::redirect(asked, presentation),
        Request::Manifest(request) => match (&facts.index, &facts.filters) {
            (None, _) => return Ok(Step::NeedsIndex(None)),
            (Some(_), None) if !request.filters.is_empty() => {
                return Ok(Step::NeedsFilters(request.filters.clone()));
            }
            (Some(known), filters) => {
                let filters = filters.as_deref().unwrap_or_default();
                manifest::manifest(asked, settings, (request, filters), &known.index)?
            }
        },
        Request::File(request) if settings.files.contains(&request.file_type) => {
            match &facts.file {
                Some(meta) => file::file(asked, request, meta)?,
                None => return Ok(Step::NeedsFile(request.key.to_string())),
            }
        }
        Request::File(_) => return Err(RequestError::NoPresentation.into()),
        Request::Chapters(request) => match &facts.index {
            Some(known) => manifest::chapters(asked, request, &known.index)?,
            None => return Ok(Step::NeedsIndex(Some(request.generation))),
        },
        Request::Level(request) => match &facts.index {
            Some(known) => manifest::level(asked, request, &known.index)?,
            None => return Ok(Step::NeedsIndex(Some(request.generation))),
        },
        Request::Fragment(request) => match &facts.index {
            Some(known) => return fragment::fragment(asked, settings, request, known, facts),
            None => return Ok(Step::NeedsIndex(request.generation)),
        },
    };
    Ok(Step::Answer(answer))
}
