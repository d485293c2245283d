//! An answer that is planned from memory alone.

use super::asked::Asked;
use super::error::Error;
use super::plan::{Facts, Plan, Step, StoredTransfer, plan, refusal, tag};
use super::settings::Settings;
use super::stopwatch::Spent;
use crate::fragment::{Head, HeadReader};
use crate::index::Generation;
use crate::library::memo::{Memo, Recall};
use crate::library::{Found, Known};
use crate::url::{Noun, Request};
use http::Response;

/// The next step of a request that memory knows enough of.
#[derive(Clone, Debug)]
pub enum AtOnce {
    /// The answer.
    Answer(Plan),
    /// The front of each stored fragment of these transfers is wanted, and all of them will be sent; the index is of this
    /// generation.
    NeedsFronts(Generation, Vec<StoredTransfer>),
}

/// The fronts of stored fragments: at least a `moof` and the header of its `mdat`, as [`AtOnce::NeedsFronts`]
/// wanted them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fronts {
    /// The generation of the index that said where the fragments lie.
    pub generation: Generation,
    /// The first bytes of each of them, in order.
    pub fronts: Vec<Vec<u8>>,
}

/// The next step towards the fragment, manifest, playlist, list of chapters or init segment that `asked` is about, if its
/// index and pages are in memory and nothing but the `fronts` of stored fragments is needed to make it. `None` says that
/// [`super::Origin`] has the answer, which may be an error.
pub fn plan_at_once(
    asked: &Asked<'_>,
    settings: &Settings,
    memo: &Memo,
    mut fronts: Option<Fronts>,
) -> Option<AtOnce> {
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
    let generation = index.generation;
    let known = Known::stored(index, Found::Memory);
    let mut facts = Facts { index: Some(known.clone()), ..Facts::default() };
    loop {
        match plan(asked, settings, &facts).ok()? {
            Step::Answer(mut plan) => {
                tell(&mut plan, presentation);
                return Some(AtOnce::Answer(plan));
            }
            Step::NeedsPage { page, at, .. } => {
                facts.sampled.push(known.sampled_in(memo, page, at)?);
            }
            Step::NeedsHeads(transfers) if sends_all(asked, &transfers) => match fronts.take() {
                Some(fronts) => facts.heads = fronts.heads(generation, &transfers)?,
                None if facts.heads.is_empty() => {
                    return Some(AtOnce::NeedsFronts(generation, transfers));
                }
                None => return None,
            },
            _ => return None,
        }
    }
}

/// Whether all that `transfers` give is sent but for what the fragments begin with.
fn sends_all(asked: &Asked<'_>, transfers: &[StoredTransfer]) -> bool {
    let is_whole = matches!(&asked.request, Ok(Request::Fragment(request))
        if matches!(request.noun, Noun::Segment | Noun::Fragments));
    let is_plain = |transfer: &StoredTransfer| !transfer.is_shared && !transfer.may_lead;
    is_whole && asked.is_for_all() && transfers.iter().all(is_plain)
}

impl Fronts {
    /// The boxes that the fragments of these `transfers` begin with; `None` if these fronts are of other fragments, or do not
    /// begin as fragments do.
    fn heads(self, generation: Generation, transfers: &[StoredTransfer]) -> Option<Vec<Head>> {
        let fragments: Vec<_> = transfers.iter().flat_map(|it| &it.fragments).collect();
        let is_of_them = self.generation == generation && self.fronts.len() == fragments.len();
        let read = |(fragment, front): (_, Vec<u8>)| {
            Head::of(&front, HeadReader::new(fragment, false)).ok()
        };
        let fragments = fragments.into_iter().copied();
        is_of_them.then(|| fragments.zip(self.fronts).map(read).collect())?
    }
}

/// What is answered in place of such a plan if what it reads cannot be had because of `error`.
pub fn refusal_at_once(asked: &Asked<'_>, error: &Error) -> Response<Vec<u8>> {
    let mut refused = refusal(error);
    tell(&mut refused, asked.presentation());
    refused
}

fn tell<B>(answer: &mut Response<B>, presentation: &str) {
    tag(answer.headers_mut(), presentation);
    Spent { index: Some(Found::Memory), ..Spent::default() }.tell(answer);
}
