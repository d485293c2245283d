//! The answer that parts of a source make up, in the fewest reads.

use super::representation::Representation;
use super::step::{Plan, Planned, StoredRead};
use crate::base::range::{ByteRange, READ_COST};
use crate::fragment::{FragmentError, Part, Parts, Read};
use crate::index::Source;
use crate::origin::asked::Asked;
use crate::origin::error::Error;

/// The material of an answer.
pub(super) struct Sent {
    pub(super) parts: Parts,
    /// What transfers that have begun will still give of the source: one for each head that is known.
    pub(super) rests: Vec<ByteRange>,
}

/// The answer made of all that is sent, or of those bytes of it that are asked for.
pub(super) fn send(
    asked: &Asked<'_>,
    representation: &Representation,
    source: &Source,
    Sent { parts, rests }: Sent,
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
    Ok(representation.body(length, wanted, body(source, parts, &rests)?))
}

/// `parts` of `source` as a body, in the fewest reads; out of the `rests` of transfers where that costs no more.
fn body(source: &Source, parts: Parts, rests: &[ByteRange]) -> Result<Vec<Planned>, Error> {
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
        let scattered = || Error::unmade(source, offset, FragmentError::Scattered.into());
        let reads = reads.ok_or_else(scattered)?;
        let mut rests = rests.iter().enumerate();
        let begun = rests.find_map(|(head, rest)| Some((head, out_of(*rest, &stored, &reads)?)));
        match begun {
            Some((head, read)) => {
                let read = StoredRead::of(source, &read).into_iter();
                body.extend(read.map(|read| Planned::Rest { head, read }));
            }
            None => {
                let reads = reads.iter().flat_map(|read| StoredRead::of(source, read));
                body.extend(reads.map(Planned::Stored));
            }
        }
    }
    Ok(body)
}

/// All of `stored` out of the `rest` of a transfer, if that costs no more than `reads`.
fn out_of(rest: ByteRange, stored: &[ByteRange], reads: &[Read]) -> Option<Read> {
    let anew = reads.iter().map(|read| READ_COST.saturating_add(read.waste()));
    let anew = anew.fold(0, u64::saturating_add);
    Read::of(rest, stored).filter(|read| read.waste() <= anew)
}
