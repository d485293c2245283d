//! The plan of a fragment of text. Unlike media, its bytes are looked into, and written anew.

use super::representation::Representation;
use super::step::{Facts, Step, StoredRead};
use crate::base::range::ByteRange;
use crate::fragment::{
    Documents, FragmentError, Head, HeadReader, Located, MAX_HELD_TEXT, MakeError, Place, Read,
    Text,
};
use crate::index::{Carriage, Source};
use crate::library::Known;
use crate::origin::asked::Asked;
use crate::origin::error::Error;
use crate::text::Cue;
use std::ops::ControlFlow;

/// The next step towards the answer that `text` makes of its fragment.
pub(super) fn text(
    asked: &Asked<'_>,
    representation: Representation,
    text: &Text<'_>,
    known: &Known,
    facts: &Facts,
) -> Result<Step, Error> {
    if asked.has_current(&representation.etag)? {
        return Ok(Step::Answer(representation.not_modified()));
    }
    let located = text.located();
    let refused = |why| Error::unmade(located.source, offset(located), why);
    match cues(text, known, facts).map_err(refused)? {
        ControlFlow::Break(needs) => Ok(needs),
        ControlFlow::Continue(cues) => {
            let bytes = text.answer(cues).map_err(|why| refused(why.into()))?;
            representation.bytes(bytes).send(asked).map(Step::Answer)
        }
    }
}

/// The cues of the fragment; or what has to be known first.
fn cues(
    text: &Text<'_>,
    known: &Known,
    facts: &Facts,
) -> Result<ControlFlow<Step, Vec<Cue>>, MakeError> {
    let located = text.located();
    let source = located.source;
    let whole = |range| Step::NeedsBytes(StoredRead::whole(source, range));
    let documents = match located.place {
        Place::Cues { range, .. } if range.is_empty() => {
            return Ok(ControlFlow::Continue(Vec::new()));
        }
        Place::Cues { range, syntax, zero } => {
            let Some(stretch) = &facts.bytes else { return Ok(ControlFlow::Break(whole(range))) };
            return text.of_file(stretch, syntax, zero).map(ControlFlow::Continue);
        }
        Place::Stored { range, carriage: carriage @ Carriage::Stored { .. } } => {
            let range = bounded(range)?;
            let Some(fragment) = &facts.bytes else { return Ok(ControlFlow::Break(whole(range))) };
            let reader = HeadReader::new(range, located.may_lead());
            let documents = Documents::stored(&Head::of(fragment, reader)?, located, carriage)?;
            let read = Read::of(range, &documents.ranges()).ok_or(FragmentError::Scattered)?;
            return text.of_documents(&documents, &read.cut(fragment)).map(ControlFlow::Continue);
        }
        // Most of such a fragment is other tracks' media, which is not read.
        Place::Stored { range, carriage } => match facts.heads.first() {
            Some(head) => Documents::stored(head, located, carriage)?,
            None => return Ok(ControlFlow::Break(Step::needs_head(source, carriage, range))),
        },
        Place::Sampled { page, at, timescale, .. } => match facts.sampled.first() {
            Some(sampled) => Documents::sampled(sampled, timescale)?,
            None => {
                let known = known.clone();
                return Ok(ControlFlow::Break(Step::NeedsPage { known, page, at }));
            }
        },
    };
    match &facts.bytes {
        Some(bytes) => text.of_documents(&documents, bytes).map(ControlFlow::Continue),
        None => Ok(ControlFlow::Break(Step::NeedsBytes(reads(source, &documents)?))),
    }
}

/// The reads that give `documents`, in their order.
fn reads(source: &Source, documents: &Documents) -> Result<Vec<StoredRead>, MakeError> {
    let reads = Read::plan(&documents.ranges()).ok_or(FragmentError::Scattered)?;
    for read in &reads {
        bounded(read.range())?;
    }
    Ok(reads.iter().flat_map(|read| StoredRead::of(source, read)).collect())
}

fn bounded(range: ByteRange) -> Result<ByteRange, FragmentError> {
    match range.length() {
        ..=MAX_HELD_TEXT => Ok(range),
        length => Err(FragmentError::LongText { length, limit: MAX_HELD_TEXT }),
    }
}

/// Where in its source the text lies.
fn offset(located: &Located<'_>) -> u64 {
    match located.place {
        Place::Stored { range, .. } | Place::Cues { range, .. } => range.start(),
        Place::Sampled { .. } => 0,
    }
}
