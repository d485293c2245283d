//! A fragment of text on its way from storage to the client: unlike media, it is read and written anew.

use super::Origin;
use super::answer::Answer;
use super::asked::Asked;
use super::error::Error;
use super::representation::Representation;
use super::stopwatch::Stopwatch;
use super::transfer::take_head;
use crate::base::range::ByteRange;
use crate::base::settled::all_settled;
use crate::fragment::{
    BrokenFragment, Documents, Head, Located, MAX_TEXT_LENGTH, Place, Read, Text, Unmade,
};
use crate::index::Carriage;
use crate::library::{Known, Runtime};
use crate::store::{IndexStore, MediaStore, StoreError};
use crate::text::Cue;
use crate::url::FragmentRequest;

impl<O: MediaStore + 'static, I: IndexStore + 'static, R: Runtime> Origin<'_, O, I, R> {
    /// The answer that `text` makes of the fragment at `located`.
    pub(super) async fn text(
        &self,
        known: &Known,
        asked: &Asked<'_>,
        request: &FragmentRequest<'_>,
        (located, text): (&Located<'_>, &Text<'_>),
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let etag = super::made(&known.index, located, text.tag());
        let representation = Representation::of_fragment(etag, located, request);
        if asked.has_current(&representation.etag)? {
            return Ok(representation.not_modified());
        }
        let cues = self.cues(known, request, (located, text), watch).await?;
        let bytes = text.answer(cues).map_err(|why| unmade(located, why.into()))?;
        representation.bytes(bytes).send(asked)
    }

    async fn cues(
        &self,
        known: &Known,
        request: &FragmentRequest<'_>,
        (located, text): (&Located<'_>, &Text<'_>),
        watch: &Stopwatch<'_>,
    ) -> Result<Vec<Cue>, Error> {
        let cues = match located.place {
            Place::Cues { range, .. } if range.is_empty() => Ok(Vec::new()),
            Place::Cues { range, syntax, zero } => {
                let stretch = self.small(located, range, watch).await?;
                text.of_file(&stretch, syntax, zero)
            }
            Place::Stored { range, carriage: carriage @ Carriage::Stored { .. } } => {
                let range = bounded(range).map_err(|why| unmade(located, why))?;
                let fragment = self.small(located, range, watch).await?;
                let documents = Head::of(&fragment, range).map_err(Unmade::from);
                let documents =
                    documents.and_then(|head| Documents::stored(&head, located, carriage));
                let documents = documents.map_err(|why| unmade(located, why))?;
                let read = Read::of(range, &documents.ranges()).ok_or(BrokenFragment::Scattered);
                let read = read.map_err(|why| unmade(located, why.into()))?;
                text.of_documents(&documents, &read.cut(&fragment))
            }
            // Most of such a fragment is other tracks' media, which is not read.
            Place::Stored { range, carriage } => {
                let source = located.source;
                let opened = self.library.objects.open(&source.key, range, &source.etag).await;
                watch.storage();
                let head = take_head(&mut opened?, range).await?;
                let documents = head
                    .map_err(Unmade::from)
                    .and_then(|head| Documents::stored(&head, located, carriage));
                let documents = documents.map_err(|why| unmade(located, why))?;
                let bytes = self.scattered(located, &documents.ranges(), watch).await?;
                text.of_documents(&documents, &bytes)
            }
            Place::Sampled { page, at, timescale, .. } => {
                let sampled = self.sampled(&request.presentation, known, page, at, watch).await?;
                let documents = Documents::sampled(&sampled, timescale);
                let documents = documents.map_err(|why| unmade(located, why))?;
                let bytes = self.scattered(located, &documents.ranges(), watch).await?;
                text.of_documents(&documents, &bytes)
            }
        };
        cues.map_err(|why| unmade(located, why))
    }

    /// The bytes in `ranges`, in their order, to be looked into.
    async fn scattered(
        &self,
        located: &Located<'_>,
        ranges: &[ByteRange],
        watch: &Stopwatch<'_>,
    ) -> Result<Vec<u8>, Error> {
        let reads = Read::plan(ranges).ok_or(BrokenFragment::Scattered.into());
        let reads = reads.map_err(|why| unmade(located, why))?;
        let pieces = reads.iter().map(async |read| {
            let range = bounded(read.range()).map_err(|why| unmade(located, why))?;
            Ok::<_, Error>(read.cut(&self.small(located, range, watch).await?))
        });
        Ok(all_settled(pieces).await?.concat())
    }

    /// Stored bytes, to be looked into.
    async fn small(
        &self,
        located: &Located<'_>,
        range: ByteRange,
        watch: &Stopwatch<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        let source = located.source;
        let read = self.library.objects.read(&source.key, range, &source.etag).await;
        watch.storage();
        read
    }
}

fn bounded(range: ByteRange) -> Result<ByteRange, Unmade> {
    let is_small = range.length() <= MAX_TEXT_LENGTH;
    is_small.then_some(range).ok_or(BrokenFragment::Size("text of more than 1 MiB").into())
}

/// That no answer can be made of the text at `located`.
fn unmade(located: &Located<'_>, why: Unmade) -> Error {
    let offset = match located.place {
        Place::Stored { range, .. } | Place::Cues { range, .. } => range.start(),
        Place::Sampled { .. } => 0,
    };
    match why {
        Unmade::Broken(cause) => Error::Fragment { key: located.source.key.clone(), offset, cause },
        Unmade::NotMade(why) => why.into(),
    }
}
