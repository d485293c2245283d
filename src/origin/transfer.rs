//! A fragment on its way from storage to the client.

use super::answer::{Answer, Piece};
use super::asked::Asked;
use super::representation::Representation;
use crate::error::Error;
use crate::fragment::{BrokenFragment, Head, HeadReader, Part, Progress, Recipe};
use crate::index::Source;
use crate::range::ByteRange;
use crate::store::{Body, MediaStore};

/// Answers with the fragment stored at `fragment` in `source`, made by `recipe`.
///
/// One read of storage. Only a `Range` over an answer whose front is made here takes a second.
pub(super) async fn send<O: MediaStore>(
    objects: &O,
    asked: &Asked<'_>,
    representation: &Representation,
    source: &Source,
    fragment: ByteRange,
    recipe: Recipe,
) -> Result<Answer<O::Body>, Error> {
    let (key, etag) = (&source.key, &source.etag);
    // What is left of a transfer that had to begin before the parts were known.
    let mut begun = None;
    let parts = match recipe.ahead(fragment) {
        Some(parts) => parts,
        None => {
            let mut body = objects.open(key, fragment, etag).await?;
            let broken =
                |cause| Error::Fragment { key: key.clone(), offset: fragment.start(), cause };
            let head = take_head(&mut body, fragment).await?.map_err(broken)?;
            begun = Some((head.payload, body));
            recipe.parts(head).map_err(broken)?
        }
    };
    let length = parts.length();
    if asked.is_head() {
        return Ok(representation.head(length));
    }
    let wanted = asked.wanted(&representation.etag, length)?;
    let parts = match wanted {
        Some(range) => parts.slice(range).ok_or(Error::Range { length })?,
        None => parts,
    };
    let mut pieces = Vec::new();
    for part in parts {
        pieces.push(match part {
            Part::Generated(bytes) => Piece::Bytes(bytes),
            Part::Stored(range) => {
                let body = match begun.take() {
                    Some((left, body)) if left == range => body,
                    _ => objects.open(key, range, etag).await?,
                };
                Piece::Stored { body, length: range.length() }
            }
        });
    }
    Ok(representation.body(length, wanted, pieces))
}

/// Takes the boxes before the media off the front of `body`.
async fn take_head<B: Body>(
    body: &mut B,
    fragment: ByteRange,
) -> Result<Result<Head, BrokenFragment>, Error> {
    let mut reader = HeadReader::new(fragment);
    loop {
        match reader.progress() {
            Ok(Progress::Wants(len)) => reader.feed(&body.take(len).await?),
            Ok(Progress::Done(head)) => return Ok(Ok(head)),
            Err(broken) => return Ok(Err(broken)),
        }
    }
}
