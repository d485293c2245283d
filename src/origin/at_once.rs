//! An answer that is planned from memory alone.

use super::asked::Asked;
use super::error::Error;
use super::plan::{Facts, Plan, Step, plan, refusal, tag};
use super::settings::Settings;
use super::stopwatch::Spent;
use crate::library::memo::{Memo, Recall};
use crate::library::{Found, Known};
use crate::url::Request;
use http::{HeaderMap, Response};

/// The whole plan of the fragment, manifest, playlist, list of chapters or init segment that `asked` is about, if its
/// index is in memory and nothing else is needed to make it. `None` says that [`super::Origin`] has the answer, which
/// may be an error.
pub fn plan_at_once(asked: &Asked<'_>, settings: &Settings, memo: &Memo) -> Option<Plan> {
    let (presentation, generation) = match asked.request.as_ref().ok()? {
        Request::Fragment(request) => (&request.presentation, request.generation),
        Request::Manifest(request) => (&request.presentation, None),
        Request::Chapters(request) => (&request.presentation, Some(request.generation)),
        Request::Level(request) => (&request.presentation, Some(request.generation)),
        Request::ClientAccessPolicy
        | Request::CrossDomain
        | Request::Presentation(_)
        | Request::File(_) => return None,
    };
    let recalled = memo.recall(presentation, generation, asked.now_ms);
    let Recall::Index(index) = recalled else { return None };
    let known = Known::stored(index, Found::Memory);
    let facts = Facts { index: Some(known), ..Facts::default() };
    let Ok(Step::Answer(mut plan)) = plan(asked, settings, &facts) else { return None };
    tell(plan.headers_mut(), presentation);
    Some(plan)
}

/// What is answered in place of such a plan if what it reads cannot be had because of `error`.
pub fn refusal_at_once(asked: &Asked<'_>, error: &Error) -> Response<Vec<u8>> {
    let mut refused = refusal(error);
    tell(refused.headers_mut(), asked.presentation());
    refused
}

fn tell(headers: &mut HeaderMap, presentation: &str) {
    tag(headers, presentation);
    Spent { index: Some(Found::Memory), ..Spent::default() }.tell(headers);
}
