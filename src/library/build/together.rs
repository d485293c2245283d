//! The files that a server manifest names, read side by side.

use super::BuildError;
use super::lost::Lost;
use super::reader::Reader;
use crate::assemble::Sourced;
use crate::base::settled::all;
use crate::ism::beside;
use crate::ismc::ClientManifest;
use crate::scan::Scanned;
use futures_util::future::join;

/// The files that a server manifest names.
pub(super) struct Named {
    /// The client manifest, if there is one.
    pub(super) client: Option<Sourced<ClientManifest>>,
    /// What there is in each media file, in order, or why there is nothing of it.
    pub(super) media: Vec<Result<Sourced<Scanned>, Lost>>,
}

impl Reader<'_> {
    /// What there is in the `client` manifest and in each of the `media` files that the server manifest `presentation` names,
    /// read side by side. Those that are `texts` are named for text alone.
    ///
    /// Where one fails, the reads of the others that are under way are waited for, and no more are begun: a read
    /// that is dropped while its promise is pending is never freed by the Worker's runtime.
    pub(super) async fn all_named(
        &self,
        presentation: &str,
        client: Option<&str>,
        media: &[String],
        texts: &[String],
    ) -> Result<Named, BuildError> {
        let client = async {
            let key = beside(presentation, client?);
            self.unless_failed(self.client_manifest(presentation, &key).await).flatten()
        };
        let scans = media.iter().map(async |name| {
            let scanned = self.media(beside(presentation, name), texts.contains(name)).await;
            self.unless_failed(scanned)
        });
        let (client, media) = join(client, all(scans)).await;
        match self.failure.take() {
            Some(error) => Err(error),
            None => Ok(Named { client, media: media.into_iter().flatten().collect() }),
        }
    }

    /// What was found; takes note of an error.
    fn unless_failed<T>(&self, found: Result<T, BuildError>) -> Option<T> {
        found.map_err(|error| _ = self.failure.borrow_mut().get_or_insert(error)).ok()
    }
}
