//! The index of what was scanned.

use super::BuildError;
use super::reader::Reader;
use crate::assemble::{Built, Cuts, Sourced, assemble};
use crate::ism::ServerManifest;
use crate::ismc::ClientManifest;
use crate::scan::{ScanError, Scanned, Way};

impl Reader<'_> {
    /// The index of what was scanned. Where the quality levels of a stream do not line up as they are
    /// fragmented, or are not all, files are scanned again by their samples, one after the other.
    pub(super) async fn assembled(
        &self,
        server: &Sourced<ServerManifest>,
        client: Option<&Sourced<ClientManifest>>,
        mut media: Vec<Sourced<Scanned>>,
        cuts: Cuts,
    ) -> Result<Built, BuildError> {
        let mut left = media.len();
        loop {
            let error = match assemble(server, client, &media, cuts, self.turns).await {
                Ok(mut built) => {
                    built.warnings.extend(self.warnings.take());
                    return Ok(built);
                }
                Err(error) => error,
            };
            let unfit = error.by_samples().filter(|_| self.limits.by_samples && left > 0);
            let unfit = media.iter_mut().find(|file| Some(file.source.key.as_str()) == unfit);
            let Some(file) = unfit else { return Err(error.into()) };
            *file = match self.scan_by(Way::Samples, file.source.clone().into()).await {
                Err(BuildError::Scan { cause: ScanError::Protected(_), .. }) => {
                    return Err(error.into());
                }
                scanned => scanned?,
            };
            let why = "the quality levels of its stream do not line up as they are fragmented";
            self.warn_by_samples(&file.source.key, &why);
            left -= 1;
        }
    }
}
