//! Objects in memory.

use super::{Call, Memory, Object};
use millrace::base::range::ByteRange;
use millrace::store::{
    Body, LISTED_AT_ONCE, ListPart, Listed, MediaStore, Meta, ObjectStore, Start, StoreError,
};

impl Memory {
    fn version(&self, key: &str) -> Result<Object, StoreError> {
        if self.objects_fail.get() {
            let cause = "secret-bucket is on fire".to_owned();
            return Err(StoreError::Unavailable { key: key.to_owned(), cause });
        }
        let objects = self.objects.borrow();
        objects.get(key).cloned().ok_or_else(|| StoreError::NotFound(key.to_owned()))
    }

    fn meta(&self, key: &str) -> Result<Meta, StoreError> {
        if let Some(file) = self.files.borrow().get(key) {
            return Ok(Meta { size: file.size(), etag: "boxes".to_owned() });
        }
        let (bytes, etag) = self.version(key)?;
        Ok(Meta { size: u64::try_from(bytes.len()).unwrap(), etag })
    }

    fn slice(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        let (bytes, current) = self.version(key)?;
        if current != etag {
            return Err(StoreError::Changed(key.to_owned()));
        }
        let place = |offset| usize::try_from(offset).unwrap();
        let part = bytes.get(place(range.start())..place(range.end()));
        part.map(<[u8]>::to_vec).ok_or_else(|| StoreError::Changed(key.to_owned()))
    }
}

impl ObjectStore for Memory {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Head(key.to_owned()));
        self.meta(key)
    }

    async fn start(&self, key: &str, most: u64) -> Result<Start, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Start(key.to_owned(), most));
        let meta = self.meta(key)?;
        let first = ByteRange::first(meta.size.min(most));
        let bytes = match self.files.borrow().get(key) {
            Some(file) => file.read(first.start(), first.end()),
            None => self.slice(key, first, &meta.etag)?,
        };
        Ok(Start { meta, bytes })
    }

    /// A thousand objects at a time; the cursor is the name behind which it goes on.
    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::ListFolder(folder.to_owned()));
        if self.lists_none.get() {
            return Err(StoreError::Unlisted(folder.to_owned()));
        }
        let objects = self.objects.borrow();
        let from = format!("{folder}{}", cursor.unwrap_or_default());
        let below = objects.range(from..).take_while(|(key, _)| key.starts_with(folder));
        let below = below.filter_map(|(key, (bytes, etag))| {
            let name = key.strip_prefix(folder).filter(|name| !name.contains('/'))?.to_owned();
            let (size, etag) = (u64::try_from(bytes.len()).unwrap(), etag.clone());
            Some(Listed { name, meta: Meta { size, etag } })
        });
        let mut rest = below.skip_while(|it| cursor.is_some_and(|last| it.name.as_str() <= last));
        let listed: Vec<Listed> = rest.by_ref().take(LISTED_AT_ONCE).collect();
        let cursor = rest.next().and(listed.last()).map(|last| last.name.clone());
        Ok(ListPart { listed, cursor })
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Read(key.to_owned(), range));
        if let Some(file) = self.files.borrow().get(key) {
            return Ok(file.read(range.start(), range.end()));
        }
        self.slice(key, range, etag)
    }
}

impl MediaStore for Memory {
    type Body = MemoryBody;

    async fn open(
        &self,
        key: &str,
        range: ByteRange,
        etag: &str,
    ) -> Result<Self::Body, StoreError> {
        self.calls.borrow_mut().push(Call::Open(key.to_owned(), range));
        if self.restless.get() {
            let (bytes, _) = self.version(key)?;
            self.put_object(key, &bytes);
        }
        self.slice(key, range, etag).map(MemoryBody)
    }
}

/// What is left to send.
#[derive(Debug)]
pub(crate) struct MemoryBody(pub(crate) Vec<u8>);

impl Body for MemoryBody {
    async fn take(&mut self, len: usize) -> Result<Vec<u8>, StoreError> {
        if len > self.0.len() {
            let cause = "it ends too early".to_owned();
            return Err(StoreError::Unavailable { key: "a body".to_owned(), cause });
        }
        Ok(self.0.drain(..len).collect())
    }

    async fn part(&mut self, length: u64) -> Result<Self, StoreError> {
        Ok(Self(self.take(usize::try_from(length).unwrap()).await?))
    }
}
