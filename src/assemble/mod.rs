//! From manifests and scanned files to an index: which tracks are one stream, what it is called,
//! and when its chunks start.
//!
//! The files say how a track is coded and where its fragments lie; the server manifest, which
//! tracks there are; the client manifest, if there is one, when chunks start and what else players
//! are to know. Progressive MP4s are cut into fragments here, wherever their client manifest has chunks start,
//! unless they are an archive's. What contradicts itself is refused here, with file, track and time, rather than
//! served.

mod archive;
mod beside;
mod carried;
mod cheapest;
mod clock;
mod compose;
mod cues;
mod cut;
mod cuts;
mod entries;
mod error;
mod group;
mod labels;
mod level;
mod lost;
mod pages;
mod pick;
mod plain;
mod protections;
mod settings;
mod shown;
mod sourced;
mod streams;
mod timeline;
mod warning;

use crate::base::turns::Turns;
use crate::index::{Bundle, Extras, Index, PageValue, Stream, StreamKind};
use crate::ism::ServerManifest;
use crate::ismc::ClientManifest;
use crate::scan::Scanned;
use pick::{Pick, Picked};
use settings::Settings;

pub use compose::compose;
pub use cuts::Cuts;
pub use error::{AssembleError, Choices, EditError, Followed, Kind, Moment, Place};
pub use sourced::Sourced;
pub use warning::Warning;

/// The index of a presentation with its pages, and what it was made without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Built {
    /// The index and its pages.
    pub bundle: Bundle,
    /// What was asked for and is not in it.
    pub warnings: Vec<Warning>,
}

/// The index of the presentation that `server` names, and the pages of what lies in progressive MP4s,
/// which are cut as `cuts` says. A track that cannot be served is left out where there is other video or
/// audio.
///
/// `media` are the scans of [`ServerManifest::media`], in that order. The index lists its sources
/// as they are given here, each once. Sample tables of long files take a while, which is spent by `turns` with
/// others.
pub async fn assemble(
    server: &Sourced<ServerManifest>,
    client: Option<&Sourced<ClientManifest>>,
    media: &[Sourced<Scanned>],
    cuts: Cuts,
    turns: &Turns<'_>,
) -> Result<Built, AssembleError> {
    let settings = Settings::of(server);
    let (mut picked, mut missed) = (Vec::new(), Vec::new());
    for entry in &server.content.tracks {
        match Picked::pick(entry, &server.content, media)? {
            Pick::Track(track) => picked.push(cheapest::cheapest(track, media, turns).await),
            Pick::Missed(track) => missed.push(track),
        }
    }
    let kept: Vec<StreamKind> = picked.iter().map(Picked::kind).collect();
    let mut warnings = warning::warnings(missed.into_iter(), &kept)?;
    let protections = protections::protections(&picked, client);
    let sources = sourced::sources(server, client, media);
    let groups = group::group(picked, client);
    let manifest = &server.source.key;
    let made = streams::streams(&groups, &sources, (manifest, settings.cuts(cuts)), turns);
    let (made, told) = made.await?;
    warnings.extend(told);
    warnings.extend(astray(server));
    let (streams, pages): (Vec<Stream>, Vec<_>) = made.into_iter().unzip();
    let attributes = client.map(|client| client.content.attributes.clone()).unwrap_or_default();
    let beside = client.map(|client| beside::beside(client, &groups)).unwrap_or_default();
    let extras = Extras { target: settings.target, ..beside.extras };
    let index = Index::new(attributes, protections, sources, streams).with(extras);
    warnings.extend(settings.warnings);
    warnings.extend(labels::warnings(&index, &server.source.key));
    warnings.extend(beside.warnings);
    warnings.extend(archive::warnings(&index));
    warnings.extend(groups.iter().flat_map(lost::warnings));
    warnings.extend(groups.iter().flat_map(entries::warnings));
    let values = pages.into_iter().flatten().flatten();
    let pages = index.pages().zip(values);
    let pages = pages.map(|(page, value)| PageValue { digest: page.digest, value: value.into() });
    let pages = pages.collect();
    Ok(Built { bundle: Bundle { index, pages }, warnings })
}

/// A warning for each path of the server manifest that is not followed, where it is not missed.
fn astray(server: &Sourced<ServerManifest>) -> impl Iterator<Item = Warning> {
    let ServerManifest { client_refused, texts_refused, .. } = &server.content;
    let client = client_refused.iter().map(|why| ("its client manifest", why));
    let texts = texts_refused.iter().map(|why| ("a text", why));
    client.chain(texts).map(|(what, why)| Warning::Astray {
        manifest: server.source.key.clone(),
        what,
        why: why.clone(),
    })
}

#[cfg(test)]
mod tests;
