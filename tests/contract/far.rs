//! What every store of objects does where offsets take more than 32 bits.

use super::objects::{Kept, Told, hold, range, same, told};
use millrace::store::{Body, MediaStore};

/// Holds a store to it: `bytes` lie at `at` in the object, and end it.
pub(crate) async fn far<S: MediaStore>(store: &S, key: &str, at: u64, bytes: &[u8]) -> Told {
    hold! { offsets_have_64_bits(store, key, at, bytes); }
}

async fn offsets_have_64_bits<S: MediaStore>(store: &S, key: &str, at: u64, bytes: &[u8]) -> Kept {
    let meta = store.head(key).await.map_err(told)?;
    let len = u64::try_from(bytes.len()).map_err(told)?;
    same("the size", meta.size, at.saturating_add(len))?;
    let there = range(at, at.saturating_add(len))?;
    same("read", &store.read(key, there, &meta.etag).await.map_err(told)?[..], bytes)?;
    let mut body = store.open(key, there, &meta.etag).await.map_err(told)?;
    same("open", &body.take(bytes.len()).await.map_err(told)?[..], bytes)
}
