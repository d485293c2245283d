//! The plan of a fragment, or of what is made of one.

use super::representation::Representation;
use super::send::{Sent, send};
use super::step::{Facts, Step};
use super::{segment, text};
use crate::base::range::ByteRange;
use crate::fragment::{
    LocateError, Located, LocatedSegment, Place, Recipe, Synthesis, Text, locate,
};
use crate::index::{Carriage, Index, Source};
use crate::library::Known;
use crate::origin::asked::Asked;
use crate::origin::error::Error;
use crate::origin::settings::Settings;
use crate::url::{FragmentRequest, Noun};

/// The next step towards the fragment of an index that `request` names.
pub(super) fn fragment(
    asked: &Asked<'_>,
    settings: &Settings,
    request: &FragmentRequest<'_>,
    known: &Known,
    facts: &Facts,
) -> Result<Step, Error> {
    let index = &*known.index;
    let located = locate(index, request)?;
    if let Some(segment) = LocatedSegment::of(&located, request.target)? {
        return segment::segment(asked, settings, request, &segment, (known, facts));
    }
    let next = settings.names_next.then(|| located.next_start(1)).flatten();
    let represented = |etag| Representation::of_fragment(etag, &located, request, next);
    if let Some(text) = Text::new(request.noun, &located) {
        let etag = made(index, &located, text.tag());
        return text::text(asked, represented(etag), &text, known, facts);
    }
    match located.place {
        Place::Stored { range, carriage } => {
            let recipe = Recipe::new(request.noun, &located, carriage, settings.time_untimed);
            let etag = match carriage {
                Carriage::Stored { .. } => of_stored(located.source, range, recipe),
                Carriage::Rewritten(_) => made(index, &located, recipe.tag()),
            };
            stored(asked, &represented(etag), located.source, (range, carriage), recipe, facts)
        }
        Place::Sampled { page, at, timescale, early } => {
            let synthesis = Synthesis::new(request.noun, &located, (timescale, early));
            let etag = made(index, &located, synthesis.tag());
            let representation = represented(etag);
            if asked.has_current(&representation.etag)? {
                return Ok(Step::Answer(representation.not_modified()));
            }
            let Some(sampled) = facts.sampled.first() else {
                return Ok(Step::NeedsPage { known: known.clone(), page, at });
            };
            let offset = sampled.runs.first().map_or(0, |run| run.range.start());
            let parts = synthesis.parts(sampled);
            let parts = parts.map_err(|why| Error::unmade(located.source, offset, why))?;
            let sent = Sent { parts, rests: Vec::new() };
            send(asked, &representation, located.source, sent).map(Step::Answer)
        }
        Place::Cues { .. } => Err(LocateError::NoText(located.stream.name.clone()).into()),
    }
}

/// Where a fragment lies that clients of Smooth Streaming are sent as it is stored, and the entity tag of that; `None` of any
/// other.
pub(crate) fn as_stored(located: &Located<'_>, settings: &Settings) -> Option<(ByteRange, String)> {
    let Place::Stored { range, carriage } = located.place else { return None };
    if Text::new(Noun::Fragments, located).is_some() {
        return None;
    }
    let recipe = Recipe::new(Noun::Fragments, located, carriage, settings.time_untimed);
    let is_sent_so = !range.is_empty() && recipe.ahead(range).is_some();
    is_sent_so.then(|| (range, of_stored(located.source, range, recipe)))
}

/// The entity tag of what is made of the fragment stored at `range`. It names the stored bytes, so it is known without
/// asking storage, and two generations that share a file share it.
fn of_stored(source: &Source, range: ByteRange, recipe: Recipe<'_>) -> String {
    let (start, end) = (range.start(), range.end());
    format!("{}-{start:x}-{end:x}{}", source.etag, recipe.tag())
}

/// The entity tag of what is made of a fragment. The generation stands for all that it is made of: samples
/// and times.
fn made(index: &Index, located: &Located<'_>, tag: &str) -> String {
    let (generation, track, number) = (index.generation, located.track_number, located.number);
    format!("{generation}-{track:x}-{number:x}{tag}")
}

/// The fragment stored at `range` and carried like this, made by `recipe`.
///
/// One read of storage, if not for a `Range` that begins far behind the front of an answer whose front is made
/// here.
fn stored(
    asked: &Asked<'_>,
    representation: &Representation,
    source: &Source,
    (range, carriage): (ByteRange, Carriage),
    recipe: Recipe<'_>,
    facts: &Facts,
) -> Result<Step, Error> {
    if asked.has_current(&representation.etag)? {
        return Ok(Step::Answer(representation.not_modified()));
    }
    if asked.is_head()
        && let Some(length) = recipe.length(range)
    {
        return Ok(Step::Answer(representation.head(length)));
    }
    let sent = match (recipe.ahead(range), facts.heads.first()) {
        (Some(parts), _) => Sent { parts, rests: Vec::new() },
        // The transfer has to begin before the parts are known; what is left of it is one of them.
        (None, None) => return Ok(Step::needs_head(source, carriage, range)),
        (None, Some(head)) => {
            let parts = recipe.parts(head);
            let parts = parts.map_err(|why| Error::unmade(source, range.start(), why))?;
            Sent { parts, rests: vec![head.payload] }
        }
    };
    send(asked, representation, source, sent).map(Step::Answer)
}
