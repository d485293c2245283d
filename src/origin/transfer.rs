//! A fragment on its way from storage to the client.

use super::answer::{Answer, Content, Piece};
use super::asked::Asked;
use super::error::Error;
use super::representation::Representation;
use super::stopwatch::Stopwatch;
use crate::base::range::ByteRange;
use crate::base::settled::all_settled;
use crate::fragment::{
    BrokenFragment, Head, HeadReader, Part, Parts, Progress, Read, Recipe, Synthesis, Unmade,
};
use crate::index::{SampledFragment, Source};
use crate::store::{Body, MediaStore, StoreError};

/// Sends what a URL stands for out of one source.
pub(super) struct Sender<'a, O> {
    pub(super) objects: &'a O,
    pub(super) asked: &'a Asked<'a>,
    pub(super) watch: &'a Stopwatch<'a>,
    pub(super) representation: &'a Representation,
    pub(super) source: &'a Source,
}

/// A transfer whose front has been taken off.
struct Begun<B> {
    left: ByteRange,
    body: B,
}

impl<O: MediaStore> Sender<'_, O> {
    /// The fragment stored at `fragment`, made by `recipe`.
    ///
    /// One read of storage, if not for a `Range` that begins far behind the front of an answer whose
    /// front is made here.
    pub(super) async fn stored(
        &self,
        fragment: ByteRange,
        recipe: Recipe<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        if let Some(parts) = recipe.ahead(fragment) {
            return self.send(parts, None).await;
        }
        // The transfer has to begin before the parts are known; what is left of it is one of them.
        let mut body = self.open(fragment).await?;
        let broken = |cause| self.unmade(fragment.start(), Unmade::Broken(cause));
        let head = take_head(&mut body, fragment).await?.map_err(broken)?;
        let begun = Begun { left: head.payload, body };
        let parts = recipe.parts(head).map_err(|why| self.unmade(fragment.start(), why))?;
        self.send(parts, Some(begun)).await
    }

    /// The fragment that `sampled` tells of, made by `synthesis`.
    pub(super) async fn made(
        &self,
        sampled: &SampledFragment,
        synthesis: Synthesis,
    ) -> Result<Answer<O::Body>, Error> {
        let offset = sampled.runs.first().map_or(0, |run| run.range.start());
        let parts = synthesis.parts(sampled).map_err(|why| self.unmade(offset, why))?;
        self.send(parts, None).await
    }

    /// Stored bytes, once storage has begun to answer.
    async fn open(&self, range: ByteRange) -> Result<O::Body, StoreError> {
        let opened = self.objects.open(&self.source.key, range, &self.source.etag).await;
        self.watch.storage();
        opened
    }

    /// The answer made of `parts`, or of those bytes of them that are asked for. Every read of
    /// storage is begun before the first byte is sent, so that whatever keeps one from beginning
    /// still has a status.
    async fn send(
        &self,
        parts: Parts,
        begun: Option<Begun<O::Body>>,
    ) -> Result<Answer<O::Body>, Error> {
        let length = parts.length();
        if self.asked.is_head() {
            return Ok(self.representation.head(length));
        }
        let wanted = self.asked.wanted(&self.representation.etag, length)?;
        let parts = match wanted {
            Some(range) => parts.slice(range).ok_or(Error::Range { length })?,
            None => parts,
        };
        let pieces = self.pieces(parts, begun).await?;
        Ok(self.representation.body(length, wanted, pieces))
    }

    /// `parts` as pieces, with all that is read of storage under way at once.
    async fn pieces(
        &self,
        parts: Parts,
        mut begun: Option<Begun<O::Body>>,
    ) -> Result<Content<O::Body>, Error> {
        let mut planned = Vec::new();
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            let mut stored = match part {
                Part::Generated(bytes) => {
                    planned.push(Planned::Ready(Piece::Bytes(bytes)));
                    continue;
                }
                Part::Stored(range) => vec![range],
            };
            while let Some(Part::Stored(range)) =
                parts.next_if(|part| matches!(part, Part::Stored(_)))
            {
                stored.push(range);
            }
            let offset = stored.first().map_or(0, |range| range.start());
            let scattered = || self.unmade(offset, BrokenFragment::Scattered.into());
            let reads = Read::plan(&stored).ok_or_else(scattered)?;
            match begun.take().and_then(|begun| begun.piece(&stored, &reads)) {
                Some(piece) => planned.push(Planned::Ready(piece)),
                None => planned.extend(reads.into_iter().map(Planned::Read)),
            }
        }
        let pieces = planned.into_iter().map(async |planned| match planned {
            Planned::Ready(piece) => Ok(piece),
            Planned::Read(read) => {
                let body = self.open(read.range()).await?;
                Ok::<_, StoreError>(Piece::Stored { body, read })
            }
        });
        Ok(all_settled(pieces).await?)
    }

    /// That no answer can be made of what lies at `offset`.
    fn unmade(&self, offset: u64, why: Unmade) -> Error {
        match why {
            Unmade::Broken(cause) => {
                Error::Fragment { key: self.source.key.clone(), offset, cause }
            }
            Unmade::NotMade(why) => why.into(),
        }
    }
}

impl<B> Begun<B> {
    /// All of `stored` out of what is left of this transfer, if that costs no more than `reads`.
    fn piece(self, stored: &[ByteRange], reads: &[Read]) -> Option<Piece<B>> {
        let anew = reads.iter().map(|read| Read::COST.saturating_add(read.waste()));
        let anew = anew.fold(0, u64::saturating_add);
        let read = Read::of(self.left, stored).filter(|read| read.waste() <= anew)?;
        Some(Piece::Stored { body: self.body, read })
    }
}

/// A piece, or what is to be read for one.
enum Planned<B> {
    Ready(Piece<B>),
    Read(Read),
}

/// Takes the boxes before the media off the front of `body`.
pub(super) async fn take_head<B: Body>(
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
