//! The streams of an index: where each is cut, and how it is called.

use super::cues::{self, Guide};
use super::cuts::Cuts;
use super::error::AssembleError;
use super::group::Group;
use super::level::{self, Part};
use super::pages::Values;
use super::pick::Picked;
use super::warning::Warning;
use super::{labels, plain, timeline};
use crate::base::order::order;
use crate::base::time::Timescale;
use crate::base::turns::Turns;
use crate::index::{Attribute, Source, Stream, StreamKind, Timeline};

/// A stream, and of each of its tracks the pages.
pub(super) type Made = (Stream, Vec<Values>);

/// The streams of these `groups`, which `manifest` names, in their order, and what of text files is not served. The first video
/// is cut first, as others are cut where it is, and text files come last, as they are cut where all others are.
pub(super) async fn streams(
    groups: &[Group<'_>],
    sources: &[Source],
    (manifest, cuts): (&str, Cuts),
    turns: &Turns<'_>,
) -> Result<(Vec<Made>, Vec<Warning>), AssembleError> {
    let numbered = || (0_u64..).zip(groups);
    let video = numbered().find(|(_, group)| group.first.kind() == StreamKind::Video);
    let (mut made, mut texts) = (Vec::new(), Vec::new());
    if let Some((at, group)) = video {
        made.push((at, media(group, sources, None, cuts, turns).await?));
    }
    for (at, group) in numbered().filter(|&(at, _)| video.is_none_or(|(video, _)| at != video)) {
        let pictures = video.and(made.first()).map(|(_, (stream, _))| stream);
        match cues::is_of_cues(group)? {
            true => texts.push((at, group)),
            false => made.push((at, media(group, sources, pictures, cuts, turns).await?)),
        }
    }
    let mut warnings = Vec::new();
    if let Some((_, text)) = texts.first() {
        let guide = Guide::new(made.iter().map(|(_, (stream, _))| stream));
        let guide =
            guide.ok_or_else(|| AssembleError::Alone(text.first.file.source.key.clone()))?;
        for (at, group) in texts {
            let parts = match cues::parts(group, &guide) {
                Ok(parts) => parts,
                Err(crowded) => {
                    let (manifest, why) = (manifest.to_owned(), crowded.to_string());
                    warnings.push(Warning::BrokenText { manifest, why, key: crowded.file });
                    continue;
                }
            };
            warnings.extend(cues::warnings(group, &parts));
            let cut = (guide.timescale, guide.timeline.clone());
            made.push((at, stream(group, cut, parts, sources)));
        }
    }
    order(&mut made, |&(at, _)| (at, 0));
    Ok((made.into_iter().map(|(_, made)| made).collect(), warnings))
}

/// The stream of `group`, which is of video, audio or fragments of text: as its samples are cut, or as it is fragmented.
async fn media(
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
