//! What a plan may lack of storage: the front of a stored fragment, or bytes to be looked into.

use super::error::Error;
use super::plan::StoredRead;
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

    /// The boxes at the front of a stored fragment, taken off a transfer of all of it; and that transfer.
    pub(super) async fn head(
        &self,
        wanted: &StoredRead,
        watch: &Stopwatch<'_>,
    ) -> Result<(Head, O::Body), Error> {
        let fragment = wanted.read.range();
        let mut body = self.open(wanted, watch).await?;
        let mut reader = HeadReader::new(fragment);
        loop {
            let progress = reader.progress().map_err(|cause| Error::Fragment {
                key: wanted.key.clone(),
                offset: fragment.start(),
                cause,
            })?;
            match progress {
                Progress::Wants(len) => reader.feed(&body.take(len).await?),
                Progress::Done(head) => return Ok((head, body)),
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
