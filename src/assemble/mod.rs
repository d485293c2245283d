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
mod timeline;
mod warning;

use crate::base::order::order;
use crate::base::time::Timescale;
use crate::base::turns::Turns;
use crate::index::{
    Attribute, Bundle, Extras, Index, PageValue, Source, Stream, StreamKind, Timeline,
};
use crate::ism::ServerManifest;
use crate::ismc::ClientManifest;
use crate::scan::Scanned;
use cues::Guide;
use group::Group;
use level::Part;
use pages::Values;
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
    let cuts = settings.cuts(cuts);
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
    let sources = sources(server, client, media);
    let groups = group::group(picked, client);
    let is_video = |group: &Group<'_>| group.first.kind() == StreamKind::Video;
    let first = (0_u64..).zip(&groups).find(|(_, group)| is_video(group));
    let pictures = match first {
        Some((_, group)) => Some(made(group, &sources, None, cuts, turns).await?),
        None => None,
    };
    let first = first.map(|(at, _)| at);
    let of_pictures = pictures.as_ref().map(|(stream, _)| stream);
    // Text files come last, as they are cut where all others are.
    let (mut streams, mut texts) = (Vec::new(), Vec::new());
    for (at, group) in (0_u64..).zip(&groups).filter(|&(at, _)| Some(at) != first) {
        match cues::is_of_cues(group)? {
            true => texts.push((at, group)),
            false => streams.push((at, made(group, &sources, of_pictures, cuts, turns).await?)),
        }
    }
    streams.extend(first.zip(pictures));
    order(&mut streams, |&(at, _)| (at, 0));
    if let Some((_, text)) = texts.first() {
        let guide = Guide::new(streams.iter().map(|(_, (stream, _))| stream));
        let guide =
            guide.ok_or_else(|| AssembleError::Alone(text.first.file.source.key.clone()))?;
        for (at, group) in texts {
            let parts = match cues::parts(group, &guide) {
                Ok(parts) => parts,
                Err(crowded) => {
                    warnings.push(Warning::BrokenText {
                        manifest: server.source.key.clone(),
                        why: crowded.to_string(),
                        key: crowded.file,
                    });
                    continue;
                }
            };
            warnings.extend(cues::warnings(group, &parts));
            let cut = (guide.timescale, guide.timeline.clone());
            streams.push((at, stream(group, cut, parts, &sources)));
        }
        order(&mut streams, |&(at, _)| (at, 0));
    }
    let (streams, pages): (Vec<Stream>, Vec<_>) = streams.into_iter().map(|(_, made)| made).unzip();
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

/// Every object once, the manifests first. A file that implies its server manifest is one object.
fn sources(
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

/// A stream, and of each of its tracks the pages.
type Made = (Stream, Vec<Values>);

async fn made(
    group: &Group<'_>,
    sources: &[Source],
    pictures: Option<&Stream>,
    cuts: Cuts,
    turns: &Turns<'_>,
) -> Result<Made, AssembleError> {
    let (timescale, timeline, parts) = match plain::plain(group, pictures, cuts, turns).await? {
        Some((timeline, parts)) => (Timescale::SMOOTH, timeline, parts),
        None => {
            let levels = timeline::levels(group)?;
            let timescale = timeline::timescale(group);
            let timeline = timeline::timeline(group, &levels, timescale)?;
            let parts = level::fragmented(&levels, (&timeline, timescale))?;
            (timescale, timeline, parts)
        }
    };
    Ok(stream(group, (timescale, timeline), parts, sources))
}

/// The stream of `group`, whose tracks have these parts to send.
fn stream(
    group: &Group<'_>,
    (timescale, timeline): (Timescale, Timeline),
    parts: Vec<Part>,
    sources: &[Source],
) -> Made {
    let (tracks, pages) = level::tracks(group, parts, (&timeline, timescale), sources);
    let listed = group.listed.map(|listed| listed.stream);
    let mut attributes = listed.map(|listed| listed.attributes.clone()).unwrap_or_default();
    if let Some(label) = group.label {
        attributes.push(Attribute { name: "Name".to_owned(), value: label.to_owned() });
    }
    let from_member = |field: fn(&Picked<'_>) -> Option<String>| {
        group
            .members
            .iter()
            .find_map(|member| field(member).filter(|said| !said.eq_ignore_ascii_case("und")))
    };
    let subtype = from_member(|member| member.entry.subtype.clone())
        .or_else(|| listed?.subtype.clone())
        .unwrap_or_default();
    let language = from_member(|member| member.entry.language.clone())
        .or_else(|| listed?.language.clone().filter(|said| !said.eq_ignore_ascii_case("und")))
        .or_else(|| from_member(|member| member.track.language.clone()))
        .unwrap_or_default();
    let (kind, name) = (group.first.kind(), group.name.clone());
    let labels = labels::labels(group);
    let stream =
        Stream { kind, name, subtype, language, labels, timescale, timeline, attributes, tracks };
    (stream, pages)
}

#[cfg(test)]
mod tests;
