//! The plan of a fragment, or of what is made of one.

use super::representation::Representation;
use super::step::{Facts, Plan, Planned, Step, StoredRead};
use super::text;
use crate::base::range::ByteRange;
use crate::fragment::{
    FragmentError, LocateError, Located, Part, Parts, Place, Read, Recipe, Synthesis, Text, locate,
};
use crate::index::{Carriage, Index, Source};
use crate::library::Known;
use crate::origin::asked::Asked;
use crate::origin::error::Error;
use crate::origin::settings::Settings;
use crate::url::FragmentRequest;

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
    if let Some(text) = Text::new(request.noun, &located) {
        let etag = made(index, &located, text.tag());
        let representation = Representation::of_fragment(etag, &located, request);
        return text::text(asked, representation, &text, known, facts);
    }
    match located.place {
        Place::Stored { range, carriage } => {
            let recipe = Recipe::new(request.noun, &located, carriage, settings.time_untimed);
            let etag = match carriage {
                // It names the stored bytes, so it can be told without asking storage, and two generations
                // that share a file share it.
                Carriage::Stored { .. } => {
                    let (start, end) = (range.start(), range.end());
                    format!("{}-{start:x}-{end:x}{}", located.source.etag, recipe.tag())
                }
                Carriage::Rewritten(_) => made(index, &located, recipe.tag()),
            };
            let representation = Representation::of_fragment(etag, &located, request);
            stored(asked, &representation, located.source, range, recipe, facts)
        }
        Place::Sampled { page, at, timescale, early } => {
            let synthesis = Synthesis::new(request.noun, &located, (timescale, early));
            let etag = made(index, &located, synthesis.tag());
            let representation = Representation::of_fragment(etag, &located, request);
            if asked.has_current(&representation.etag)? {
                return Ok(Step::Answer(representation.not_modified()));
            }
            let Some(sampled) = &facts.sampled else {
                let meanwhile = match asked.is_for_all() && synthesis.is_of_all_samples() {
                    true => located.reads(),
                    false => Vec::new(),
                };
                let meanwhile = meanwhile.into_iter();
                let meanwhile = meanwhile.map(|it| StoredRead::whole(located.source, it)).collect();
                return Ok(Step::NeedsPage { known: known.clone(), page, at, meanwhile });
            };
            let offset = sampled.runs.first().map_or(0, |run| run.range.start());
            let key = &located.source.key;
            let parts = synthesis.parts(sampled);
            let parts = parts.map_err(|why| Error::unmade(key, offset, why))?;
            let sent = Sent { parts, rest: None };
            send(asked, &representation, located.source, sent).map(Step::Answer)
        }
        Place::Cues { .. } => Err(LocateError::NoText(located.stream.name.clone()).into()),
    }
}

/// The entity tag of what is made of a fragment. The generation stands for all that it is made of: samples
/// and times.
fn made(index: &Index, located: &Located<'_>, tag: &str) -> String {
    let (generation, track, number) = (index.generation, located.track_number, located.number);
    format!("{generation}-{track:x}-{number:x}{tag}")
}

/// The fragment stored at `range`, made by `recipe`.
///
/// One read of storage, if not for a `Range` that begins far behind the front of an answer whose front is made
/// here.
fn stored(
    asked: &Asked<'_>,
    representation: &Representation,
    source: &Source,
    range: ByteRange,
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
    let sent = match (recipe.ahead(range), &facts.head) {
        (Some(parts), _) => Sent { parts, rest: None },
        // The transfer has to begin before the parts are known; what is left of it is one of them.
        (None, None) => return Ok(Step::NeedsHead(StoredRead::whole(source, range))),
        (None, Some(head)) => {
            let parts = recipe.parts(head);
            let parts = parts.map_err(|why| Error::unmade(&source.key, range.start(), why))?;
            Sent { parts, rest: Some(head.payload) }
        }
    };
    send(asked, representation, source, sent).map(Step::Answer)
}

/// What an answer is made of.
struct Sent {
    parts: Parts,
    /// What a transfer that has begun will still give of the source.
    rest: Option<ByteRange>,
}

/// The answer made of all that is sent, or of those bytes of it that are asked for.
fn send(
    asked: &Asked<'_>,
    representation: &Representation,
    source: &Source,
    Sent { parts, rest }: Sent,
) -> Result<Plan, Error> {
    let length = parts.length();
    if asked.is_head() {
        return Ok(representation.head(length));
    }
    let wanted = asked.wanted(&representation.etag, length)?;
    let parts = match wanted {
        Some(range) => parts.slice(range).ok_or(Error::Range { length })?,
        None => parts,
    };
    Ok(representation.body(length, wanted, body(source, parts, rest)?))
}

/// `parts` of `source` as a body, in the fewest reads; out of the `rest` of a transfer where that costs no more.
fn body(source: &Source, parts: Parts, mut rest: Option<ByteRange>) -> Result<Vec<Planned>, Error> {
    let mut body = Vec::new();
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let mut stored = match part {
            Part::Generated(bytes) => {
                body.push(Planned::Bytes(bytes));
                continue;
            }
            Part::Stored(range) => vec![range],
        };
        while let Some(Part::Stored(range)) = parts.next_if(|part| matches!(part, Part::Stored(_)))
        {
            stored.push(range);
        }
        let offset = stored.first().map_or(0, |range| range.start());
        let reads = Read::plan(&stored);
        let scattered = || Error::unmade(&source.key, offset, FragmentError::Scattered.into());
        let reads = reads.ok_or_else(scattered)?;
        match rest.take().and_then(|rest| out_of(rest, &stored, &reads)) {
            Some(read) => body.push(Planned::Rest(StoredRead::new(source, read))),
            None => body
                .extend(reads.into_iter().map(|it| Planned::Stored(StoredRead::new(source, it)))),
        }
    }
    Ok(body)
}

/// All of `stored` out of the `rest` of a transfer, if that costs no more than `reads`.
fn out_of(rest: ByteRange, stored: &[ByteRange], reads: &[Read]) -> Option<Read> {
    let anew = reads.iter().map(|read| Read::COST.saturating_add(read.waste()));
    let anew = anew.fold(0, u64::saturating_add);
    Read::of(rest, stored).filter(|read| read.waste() <= anew)
}
