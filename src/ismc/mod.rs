//! The client manifest, `.ismc` or the answer to `/Manifest`, as an encoder left it beside the
//! files (`[MS-SSTR]` 2.2.2).
//!
//! What is served is rendered from the index; this is where its names, chunk times, languages and
//! additional attributes come from.

mod chunks;
mod control;
mod error;
mod level;
mod model;
pub mod names;
mod protection;
mod read;
mod sample;
mod splice;

use crate::base::xml::{self, Elements};
use read::Reading;

pub use chunks::{ChunkError, MAX_CHUNKS};
pub use control::Controls;
pub use error::ClientManifestError;
pub use level::QualityLevel;
pub use model::{ClientManifest, StreamIndex};
pub use sample::{Sample, SampleContent};
pub use splice::{SpliceInfo, section};

impl ClientManifest {
    /// The client manifest in `bytes`, in UTF-8 or UTF-16.
    pub fn parse(bytes: &[u8]) -> Result<Self, ClientManifestError> {
        let text = xml::decode(bytes)?;
        let mut elements = Elements::new(&text);
        let mut reading = Reading::default();
        while let Some(element) = elements.read()? {
            reading.element(&element)?;
        }
        reading.finish()
    }
}

#[cfg(test)]
mod tests;
