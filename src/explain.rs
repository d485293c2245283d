//! What the Experience page runs in the browser: files that a visitor hands over are explained by the code that would index
//! them, and are sent nowhere. A script of its own, without the Worker.

use crate::assemble::Cuts;
use crate::base::range::ByteRange;
use crate::check::handed;
use crate::store::{LISTED_AT_ONCE, ListPart, Listed, Meta, ObjectStore, StoreError};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The files, as `experience/explain/handed.js` holds them.
    pub type Handed;

    /// Their names, which are paths within what was handed over.
    #[wasm_bindgen(method)]
    fn names(this: &Handed) -> Array;

    /// The size in bytes of the one called `name`, if there is such a file.
    #[wasm_bindgen(method)]
    fn size(this: &Handed, name: &str) -> Option<u64>;

    /// An `ArrayBuffer` with exactly these bytes of it. Rejects with words.
    #[wasm_bindgen(method, catch)]
    fn read(this: &Handed, name: &str, start: u64, end: u64) -> Result<Promise, JsValue>;

    /// Takes what was found, as JSON.
    #[wasm_bindgen(method)]
    fn found(this: &Handed, json: &str);
}

/// Looks at the files, and hands each finding on as it is found.
#[wasm_bindgen]
#[allow(unreachable_pub, reason = "JavaScript calls it")]
pub async fn explain(files: Handed) {
    let names: Vec<String> = files.names().iter().filter_map(|name| name.as_string()).collect();
    let tell = |value: &serde_json::Value| files.found(&value.to_string());
    handed(&files, &names, Cuts::default(), &tell).await;
}

impl ObjectStore for Handed {
    /// A file that has changed cannot be read any more, so that no tag has to tell its versions apart.
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let size = self.size(key).ok_or_else(|| StoreError::NotFound(key.to_owned()))?;
        Ok(Meta { size, etag: String::new() })
    }

    async fn list_folder(
        &self,
        folder: &str,
        cursor: Option<&str>,
    ) -> Result<ListPart, StoreError> {
        let begun = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let names = self.names();
        let names = names.iter().filter_map(|name| name.as_string()).filter_map(|key| {
            let name = key.strip_prefix(folder).filter(|name| !name.contains('/'))?;
            Some(name.to_owned())
        });
        let mut part = ListPart::default();
        for name in names.skip(begun).take(LISTED_AT_ONCE) {
            let meta = self.head(&format!("{folder}{name}")).await?;
            part.listed.push(Listed { name, meta });
        }
        let is_full = part.listed.len() == LISTED_AT_ONCE;
        part.cursor = is_full.then(|| begun.saturating_add(LISTED_AT_ONCE).to_string());
        Ok(part)
    }

    async fn read(&self, key: &str, range: ByteRange, _: &str) -> Result<Vec<u8>, StoreError> {
        let broken = |why: JsValue| unavailable(key, why.as_string().unwrap_or_default());
        let promised = Handed::read(self, key, range.start(), range.end());
        let buffer = JsFuture::from(promised.map_err(broken)?).await.map_err(broken)?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        match u64::try_from(bytes.len()) {
            Ok(len) if len == range.length() => Ok(bytes),
            _ => Err(unavailable(key, "it is shorter than it was".to_owned())),
        }
    }
}

fn unavailable(key: &str, cause: String) -> StoreError {
    StoreError::Unavailable { key: key.to_owned(), cause }
}
