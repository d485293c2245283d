//! From manifests and scanned files to an index: which tracks are one stream, what it is called,
//! and when its chunks start.
//!
//! The files say how a track is coded and where its fragments lie; the server manifest, which
//! tracks there are; the client manifest, if there is one, when chunks start and what else players
//! were told. What contradicts itself is refused here, with file, track and time, rather than
//! served.

mod error;
mod group;
mod level;
mod pick;
mod timeline;

use crate::index::{Attribute, Index, Source, Stream};
use crate::ism::ServerManifest;
use crate::ismc::ClientManifest;
use crate::scan::ScannedTrack;
use group::Group;
use pick::Picked;

pub use error::{AssembleError, Choices, Kind, Moment, Place};

/// What was read from a stored object, and which object it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sourced<T> {
    /// The object.
    pub source: Source,
    /// What it says.
    pub content: T,
}

/// The index of the presentation that `server` names.
///
/// `media` are the scans of [`ServerManifest::media`], in that order. The index lists its sources
/// as they are given here.
pub fn assemble(
    server: &Sourced<ServerManifest>,
    client: Option<&Sourced<ClientManifest>>,
    media: &[Sourced<Vec<ScannedTrack>>],
) -> Result<Index, AssembleError> {
    let pick = |entry| Picked::pick(entry, &server.content, media);
    let picked = server.content.tracks.iter().map(pick).collect::<Result<_, _>>()?;
    let manifests = [Some(&server.source), client.map(|client| &client.source)];
    let files = media.iter().map(|file| &file.source);
    let sources: Vec<Source> = manifests.into_iter().flatten().chain(files).cloned().collect();
    let first_file = sources.len().saturating_sub(media.len());
    let streams = group::group(picked, client)
        .iter()
        .map(|group| stream(group, first_file))
        .collect::<Result<_, _>>()?;
    let attributes = client.map(|client| client.content.attributes.clone()).unwrap_or_default();
    Ok(Index::new(attributes, sources, streams))
}

fn stream(group: &Group<'_>, first_file: usize) -> Result<Stream, AssembleError> {
    let timeline = timeline::timeline(group)?;
    let tracks = level::tracks(group, &timeline, first_file)?;
    let listed = group.listed.map(|listed| listed.stream);
    let mut attributes = listed.map(|listed| listed.attributes.clone()).unwrap_or_default();
    if let Some(label) = group.label {
        attributes.push(Attribute { name: "Name".to_owned(), value: label.to_owned() });
    }
    let from_member = |field: fn(&Picked<'_>) -> Option<String>| {
        group.members.iter().find_map(|member| field(member).filter(|said| said != "und"))
    };
    let subtype = from_member(|member| member.entry.subtype.clone())
        .or_else(|| listed?.subtype.clone())
        .unwrap_or_default();
    let language = from_member(|member| member.entry.language.clone())
        .or_else(|| listed?.language.clone().filter(|language| language != "und"))
        .or_else(|| from_member(|member| member.track.language.clone()))
        .unwrap_or_default();
    let (kind, timescale) = (group.first.kind(), group.first.track.timescale);
    let name = group.name.clone();
    Ok(Stream { kind, name, subtype, language, timescale, timeline, attributes, tracks })
}

#[cfg(test)]
mod tests;
