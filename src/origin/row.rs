//! Stored fragments in a row: what is answered to whoever asks for one of them, and for nothing special.
//!
//! Where one fragment is asked for, its neighbours will be. Their answers differ in little, so they are planned together.

use super::asked::Asked;
use super::at_once::{AtOnce, plan_at_once};
use super::plan::{Plan, as_stored};
use super::settings::Settings;
use crate::base::range::ByteRange;
use crate::fragment::locate;
use crate::library::memo::{Memo, Recall};
use crate::url::{Noun, Request};
use http::header::{self, HeaderMap};
use http::{HeaderName, Method};

/// Fragments in a row: half a minute of a film, as most are cut.
const LEN: usize = 16;

/// Headers in which the answers for the fragments of a row differ.
const OWN: [HeaderName; 2] = [header::ETAG, header::CONTENT_LENGTH];

/// Fragments of one level, one after the other, that clients are sent as they are stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The object's key.
    pub key: String,
    /// The version's entity tag, unquoted: bytes of another are refused.
    pub etag: String,
    /// The headers of each answer, but for its entity tag and its length.
    pub headers: HeaderMap,
    /// The headers of each 304, but for its entity tag.
    pub unchanged: HeaderMap,
    /// The fragments.
    pub fragments: Vec<InRow>,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InRow {
    /// When it starts, in ticks, as its URL says.
    pub start: u64,
    /// Where it lies in the object.
    pub range: ByteRange,
    /// The entity tag of the answer, unquoted.
    pub etag: String,
}

impl Row {
    /// The row of the fragment that `asked` names, if the index is in memory, and all of it is asked for, or its headers.
    ///
    /// `None` if the URL names no generation, for then it stands for something else in a moment; or if the answers would
    /// differ in more, or are made and not stored.
    pub fn at_once(asked: &Asked<'_>, settings: &Settings, memo: &Memo) -> Option<Self> {
        let Ok(Request::Fragment(request)) = &asked.request else { return None };
        let is_for_all = asked.range.is_none() && asked.if_match.is_none();
        let is_lasting = request.noun == Noun::Fragments && request.generation.is_some();
        if !is_for_all || !is_lasting || settings.names_next {
            return None;
        }
        let recalled = memo.recall(&request.presentation, request.generation, asked.now_ms);
        let Recall::Index(index) = recalled else { return None };
        let located = locate(&index, request).ok()?;
        let source = located.source;
        let first = located.number.saturating_sub(located.number % LEN);
        let fragments = (first..first.saturating_add(LEN)).filter_map(|number| {
            let located = located.fragment_at(number)?;
            let (range, etag) = as_stored(&located, settings)?;
            Some(InRow { start: located.chunk.start, range, etag })
        });
        let fragments: Vec<_> = fragments.collect();
        if !fragments.iter().any(|each| each.start == request.start) {
            return None;
        }
        let get = Asked { method: &Method::GET, if_none_match: None, ..asked.clone() };
        let of_known = Asked { if_none_match: Some("*"), ..get.clone() };
        let headers = |asked| Some(shared(planned(asked, settings, memo)?));
        Some(Self {
            key: source.key.clone(),
            etag: source.etag.clone(),
            headers: headers(&get)?,
            unchanged: headers(&of_known)?,
            fragments,
        })
    }
}

fn planned(asked: &Asked<'_>, settings: &Settings, memo: &Memo) -> Option<Plan> {
    match plan_at_once(asked, settings, memo, None)? {
        AtOnce::Answer(plan) => Some(plan),
        AtOnce::NeedsFronts(..) => None,
    }
}

/// The headers of a plan that those of its neighbours have too.
fn shared(plan: Plan) -> HeaderMap {
    let mut headers = plan.into_parts().0.headers;
    for own in OWN {
        headers.remove(own);
    }
    headers
}
