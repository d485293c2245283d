//! What a plan may lack of storage: the front of a stored fragment, or bytes to be looked into.

use super::error::Error;
use super::plan::{StoredRead, StoredTransfer};
use super::serve::Origin;
use super::stopwatch::Stopwatch;
use crate::base::settled::all_settled;
use crate::fragment::{Head, HeadReader, Progress};
use crate::store::{Body, MediaStore, StoreError};

impl<O: MediaStore, I, R> Origin<'_, O, I, R> {
    /// Stored bytes, once storage has begun to answer.
    pub(super) async fn open(
        &self,
        wanted: &StoredRead,
        watch: &Stopwatch<'_>,
    ) -> Result<O::Body, StoreError> {
        let StoredRead { key, etag, read } = wanted;
        let opened = self.library.objects.open(key, read.range(), etag).await;
        watch.storage();
        opened
    }

    /// Stored bytes of each read, once storage has begun to answer all.
    pub(super) async fn begin(
        &self,
        wanted: Vec<StoredRead>,
        watch: &Stopwatch<'_>,
    ) -> Result<Vec<(StoredRead, O::Body)>, StoreError> {
        let opened = wanted.into_iter().map(async |wanted| {
            let body = self.open(&wanted, watch).await?;
            Ok((wanted, body))
        });
        all_settled(opened).await
    }

    /// The boxes at the front of each fragment of all `transfers`, in order, each with a body of the rest of its
    /// fragment.
    pub(super) async fn heads(
        &self,
        transfers: &[StoredTransfer],
        watch: &Stopwatch<'_>,
    ) -> Result<Vec<(Head, O::Body)>, Error> {
        let heads = transfers.iter().map(|transfer| self.heads_of(transfer, watch));
        Ok(all_settled(heads).await?.into_iter().flatten().collect())
    }

    /// The heads of the fragments of one transfer, which waits for the bytes of all fragments but the last.
    async fn heads_of(
        &self,
        transfer: &StoredTransfer,
        watch: &Stopwatch<'_>,
    ) -> Result<Vec<(Head, O::Body)>, Error> {
        let StoredTransfer { read, fragments, may_lead, .. } = transfer;
        let mut body = self.open(read, watch).await?;
        let mut heads = Vec::new();
        let mut rest = fragments.as_slice();
        // Where the first of them lies in the object, and in the source.
        let (here, there) =
            (read.read.range().start(), fragments.first().map_or(0, |it| it.start()));
        while let Some((&fragment, behind)) = rest.split_first() {
            let offset = fragment.start().saturating_sub(there).saturating_add(here);
            let reader = HeadReader::new(fragment, *may_lead);
            let head = Self::head(&mut body, (&read.key, offset), reader).await?;
            let Some(next) = behind.first() else {
                heads.push((head, body));
                break;
            };
            let samples = body.part(head.payload.length()).await?;
            let between = next.start().saturating_sub(fragment.end());
            if between > 0 {
                drop(body.part(between).await?);
            }
            heads.push((head, samples));
            rest = behind;
        }
        Ok(heads)
    }

    /// The boxes at the front of the stored fragment that `reader` reads, taken off the transfer that gives it next. It lies
    /// at `offset` of the object under `key`.
    async fn head(
        body: &mut O::Body,
        (key, offset): (&str, u64),
        mut reader: HeadReader,
    ) -> Result<Head, Error> {
        loop {
            let progress = reader.progress().map_err(|cause| Error::Fragment {
                key: key.to_owned(),
                offset,
                cause,
            })?;
            match progress {
                Progress::Wants(len) => reader.feed(&body.take(len).await?),
                Progress::Done(head) => return Ok(head),
            }
        }
    }

    /// The kept bytes of all reads, one behind the other.
    pub(super) async fn bytes(
        &self,
        wanted: &[StoredRead],
        watch: &Stopwatch<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        let kept = wanted.iter().map(async |StoredRead { key, etag, read }| {
            let bytes = self.library.objects.read(key, read.range(), etag).await;
            watch.storage();
            Ok::<_, StoreError>(read.cut(&bytes?))
        });
        Ok(all_settled(kept).await?.concat())
    }
}
