//! The plan of a segment of several chunks.

use super::representation::Representation;
use super::send::{Sent, send};
use super::step::{Facts, Step, StoredTransfer};
use super::text;
use crate::fragment::{
    LocateError, Located, LocatedSegment, Parts, Place, Recipe, Synthesis, Text, transfers,
};
use crate::index::{Carriage, SampledFragment};
use crate::library::Known;
use crate::origin::asked::Asked;
use crate::origin::error::Error;
use crate::origin::settings::Settings;
use crate::url::{FragmentRequest, Noun};
use std::ops::ControlFlow;

/// The next step towards `segment`, which `request` names.
pub(super) fn segment(
    asked: &Asked<'_>,
    settings: &Settings,
    request: &FragmentRequest<'_>,
    segment: &LocatedSegment<'_>,
    (known, facts): (&Known, &Facts),
) -> Result<Step, Error> {
    let whole = &segment.whole;
    let next = settings.names_next.then(|| whole.next_start(segment.chunks())).flatten();
    let representation = |tag: &str| {
        let Located { track_number, number, .. } = whole;
        let (generation, chunks) = (known.index.generation, segment.chunks());
        let etag = format!("{generation}-{track_number:x}-{number:x}{tag}{chunks}");
        Representation::of_fragment(etag, whole, request, next)
    };
    if let Some(text) = Text::new(request.noun, whole) {
        return text::text(asked, representation(text.tag()), &text, known, facts);
    }
    let representation = representation("-c");
    if asked.has_current(&representation.etag)? {
        return Ok(Step::Answer(representation.not_modified()));
    }
    let made = match whole.place {
        Place::Stored { carriage, .. } => stored(request.noun, segment, carriage, facts)?,
        Place::Sampled { timescale, early, .. } => {
            let synthesis = Synthesis::new(request.noun, whole, (timescale, early));
            sampled(synthesis, segment, known, facts)?
        }
        Place::Cues { .. } => return Err(LocateError::NoText(whole.stream.name.clone()).into()),
    };
    match made {
        ControlFlow::Break(needs) => Ok(needs),
        ControlFlow::Continue(sent) => {
            send(asked, &representation, whole.source, sent).map(Step::Answer)
        }
    }
}

/// Each stored fragment under a `moof` of its own, one behind the other; or what has to be known first.
fn stored(
    noun: Noun,
    segment: &LocatedSegment<'_>,
    carriage: Carriage,
    facts: &Facts,
) -> Result<ControlFlow<Step, Sent>, Error> {
    let source = segment.whole.source;
    let stored = segment.fragments.iter().filter_map(|located| match located.place {
        Place::Stored { range, .. } => Some((located, range)),
        Place::Sampled { .. } | Place::Cues { .. } => None,
    });
    if facts.heads.is_empty() {
        let lists = transfers(source, carriage, stored.map(|(_, range)| range)).into_iter();
        let transfers =
            lists.filter_map(|fragments| StoredTransfer::new(source, carriage, fragments));
        return Ok(ControlFlow::Break(Step::NeedsHeads(transfers.collect())));
    }
    let mut parts = Parts::default();
    for ((located, range), head) in stored.zip(&facts.heads) {
        // CMAF states times in its own way, whatever clients of Smooth Streaming are sent.
        let time_untimed = false;
        let made = Recipe::new(noun, located, carriage, time_untimed).parts(head);
        let made = made.map_err(|why| Error::unmade(source, range.start(), why))?;
        parts = parts.then(made);
    }
    let rests = facts.heads.iter().map(|head| head.payload).collect();
    Ok(ControlFlow::Continue(Sent { parts, rests }))
}

/// All samples under one `moof`; or what has to be known first.
fn sampled(
    synthesis: Synthesis,
    segment: &LocatedSegment<'_>,
    known: &Known,
    facts: &Facts,
) -> Result<ControlFlow<Step, Sent>, Error> {
    let next = segment.fragments.get(facts.sampled.len());
    if let Some(Place::Sampled { page, at, .. }) = next.map(|located| located.place) {
        let known = known.clone();
        return Ok(ControlFlow::Break(Step::NeedsPage { known, page, at }));
    }
    let joined = SampledFragment::joined(&facts.sampled);
    let offset = joined.runs.first().map_or(0, |run| run.range.start());
    let source = segment.whole.source;
    let parts = synthesis.parts(&joined).map_err(|why| Error::unmade(source, offset, why))?;
    Ok(ControlFlow::Continue(Sent { parts, rests: Vec::new() }))
}
