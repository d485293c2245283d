//! Content that was read, and the object that it was read from.

use crate::index::Source;
use crate::ism::ServerManifest;
use crate::ismc::ClientManifest;
use crate::scan::Scanned;

/// Content that was read from a stored object, and the object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sourced<T> {
    /// The object.
    pub source: Source,
    /// What it says.
    pub content: T,
}

/// Every object once, the manifests first. A file that implies its server manifest is one object.
pub(super) fn sources(
    server: &Sourced<ServerManifest>,
    client: Option<&Sourced<ClientManifest>>,
    media: &[Sourced<Scanned>],
) -> Vec<Source> {
    let mut sources = vec![server.source.clone()];
    sources.extend(client.map(|client| client.source.clone()));
    for Sourced { source, .. } in media {
        if !sources.contains(source) {
            sources.push(source.clone());
        }
    }
    sources
}
