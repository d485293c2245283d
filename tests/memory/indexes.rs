//! Indexes in memory, and links to them.

use super::{Call, Memory};
use millrace::describe::Summary;
use millrace::index::{Digest, PageValue};
use millrace::store::{IndexStore, LinkStore, Listing, StoreError, page_at, page_key};
use std::collections::BTreeSet;

impl Memory {
    pub(super) fn index(&self, key: &str) -> Result<(), StoreError> {
        if self.indexes_fail.get() {
            let cause = "secret-namespace is on fire".to_owned();
            return Err(StoreError::Unavailable { key: key.to_owned(), cause });
        }
        Ok(())
    }
}

impl IndexStore for Memory {
    async fn get(&self, presentation: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.wait().await;
        self.calls.borrow_mut().push(Call::Get(presentation.to_owned()));
        self.index(presentation)?;
        Ok(self.values.borrow().get(presentation).cloned())
    }

    async fn put(
        &self,
        presentation: &str,
        value: &[u8],
        summary: &Summary,
    ) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Put(presentation.to_owned()));
        self.index(presentation)?;
        self.values.borrow_mut().insert(presentation.to_owned(), value.to_vec());
        self.summaries.borrow_mut().insert(presentation.to_owned(), summary.clone());
        Ok(())
    }

    async fn delete(&self, presentation: &str) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Delete(presentation.to_owned()));
        self.index(presentation)?;
        self.values.borrow_mut().remove(presentation);
        self.summaries.borrow_mut().remove(presentation);
        Ok(())
    }

    async fn page(
        &self,
        presentation: &str,
        digest: Digest,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.wait().await;
        let key = page_key(presentation, digest);
        self.calls.borrow_mut().push(Call::Page(key.clone()));
        self.index(presentation)?;
        Ok(self.pages.borrow().get(&key).cloned())
    }

    async fn put_page(&self, presentation: &str, page: &PageValue) -> Result<(), StoreError> {
        let key = page_key(presentation, page.digest);
        self.calls.borrow_mut().push(Call::PutPage(key.clone()));
        self.index(presentation)?;
        self.pages.borrow_mut().insert(key, page.value.to_vec());
        Ok(())
    }

    async fn delete_page(&self, presentation: &str, digest: Digest) -> Result<(), StoreError> {
        let key = page_key(presentation, digest);
        self.calls.borrow_mut().push(Call::DeletePage(key.clone()));
        self.index(presentation)?;
        self.pages.borrow_mut().remove(&key);
        Ok(())
    }

    async fn pages(&self, presentation: &str) -> Result<BTreeSet<Digest>, StoreError> {
        self.calls.borrow_mut().push(Call::Pages(presentation.to_owned()));
        self.index(presentation)?;
        Ok(self.pages.borrow().keys().filter_map(|key| page_at(key, presentation)).collect())
    }

    /// The cursor is the last key of the part before.
    async fn list(
        &self,
        prefix: &str,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Listing, StoreError> {
        self.calls.borrow_mut().push(Call::List(cursor.map(str::to_owned), limit));
        self.index("the list")?;
        let (values, summaries) = (self.values.borrow(), self.summaries.borrow());
        let mut keys = values
            .keys()
            .filter(|key| key.starts_with(prefix) && cursor.is_none_or(|last| key.as_str() > last));
        let part: Vec<&String> = keys.by_ref().take(usize::try_from(limit).unwrap()).collect();
        let cursor = keys.next().and(part.last()).map(|&last| last.clone());
        let entries = part.into_iter().map(|key| (key.clone(), summaries.get(key).cloned()));
        Ok(Listing { entries: entries.collect(), cursor })
    }
}

impl LinkStore for Memory {
    async fn link(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Link(source.to_owned(), presentation.to_owned()));
        self.index("the links")?;
        self.links.borrow_mut().insert((source.to_owned(), presentation.to_owned()));
        Ok(())
    }

    async fn unlink(&self, source: &str, presentation: &str) -> Result<(), StoreError> {
        self.calls.borrow_mut().push(Call::Unlink(source.to_owned(), presentation.to_owned()));
        self.index("the links")?;
        self.links.borrow_mut().remove(&(source.to_owned(), presentation.to_owned()));
        Ok(())
    }

    async fn linked(&self, source: &str) -> Result<Vec<String>, StoreError> {
        self.calls.borrow_mut().push(Call::Linked(source.to_owned()));
        self.index("the links")?;
        let links = self.links.borrow();
        let from = links.iter().filter(|(from, _)| from == source);
        Ok(from.map(|(_, presentation)| presentation.clone()).collect())
    }
}
