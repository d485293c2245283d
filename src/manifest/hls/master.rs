//! The multivariant playlist: what there is to choose from.

use super::audio::groups;
use super::parts::HEAD;
use super::variant::Variant;
use super::{iframes, subtitles};
use crate::index::StreamKind;
use crate::manifest::attributes::put;
use crate::manifest::protection::{Systems, Tag};
use crate::url;
use crate::view::{Level, Rendition, View, ViewError};

/// The multivariant playlist of what `view` shows: every level of the first stream of video with every group of audio.
pub fn master(view: &View<'_>) -> Result<String, ViewError> {
    let renditions = view.renditions()?;
    let of = |kind| renditions.iter().filter(move |rendition| rendition.stream.kind == kind);
    let groups = groups(&of(StreamKind::Audio).collect::<Vec<_>>());
    let videos: Vec<_> = of(StreamKind::Video).collect();
    // A player takes all variants for the same film, so video of another stream cannot be listed beside the first.
    let main = videos.first().map(|main| main.stream);
    let is_main = |it: &&Rendition<'_>| main.is_some_and(|main| std::ptr::eq(main, it.stream));
    let videos: Vec<_> = videos.into_iter().filter(is_main).collect();
    let mut out = format!("{HEAD}#EXT-X-INDEPENDENT-SEGMENTS\n");
    session_keys(&mut out, view, &renditions);
    // Their times are those of the whole.
    if !view.extras().chapters.is_empty() && view.clip().is_none() {
        let uri = url::chapters(view.generation());
        put(
            &mut out,
            format_args!("#EXT-X-SESSION-DATA:DATA-ID=\"com.apple.hls.chapters\",URI=\"{uri}\"\n"),
        );
    }
    // Audio alone is a variant, and needs no group unless there is more to say of it.
    for group in groups.iter().filter(|group| !videos.is_empty() || group.says_more()) {
        group.write(&mut out);
    }
    let texts = view.texts();
    subtitles::write(&mut out, &texts);
    for video in &videos {
        for level in from_first(&video.levels, view.first()) {
            let alone = Variant { rendition: video, level, group: None, texts: &texts };
            match groups.as_slice() {
                [] => alone.write(&mut out),
                some => some.iter().for_each(|group| {
                    Variant { group: Some(group), ..alone }.write(&mut out);
                }),
            }
        }
    }
    for video in &videos {
        iframes::write(&mut out, video);
    }
    if videos.is_empty() || view.has_audio_alone() {
        for group in &groups {
            if let Some(&(rendition, level)) = group.members.first() {
                let group = (!videos.is_empty() || group.says_more()).then_some(group);
                Variant { rendition, level, group, texts: &texts }.write(&mut out);
            }
        }
    }
    Ok(out)
}

/// `levels`, beginning with the highest of at most `first` bits a second: a player begins with the first variant.
fn from_first<'a>(
    levels: &'a [Level<'a>],
    first: Option<u32>,
) -> impl Iterator<Item = &'a Level<'a>> {
    let fits = |level: &&Level<'_>| first.is_some_and(|most| level.track.bitrate <= most);
    let first = levels.iter().filter(fits).max_by_key(|level| level.track.bitrate);
    let is_first = move |level: &Level<'_>| first.is_some_and(|first| std::ptr::eq(first, level));
    first.into_iter().chain(levels.iter().filter(move |level| !is_first(level)))
}

/// Every key of the presentation, each once.
fn session_keys(out: &mut String, view: &View<'_>, renditions: &[Rendition<'_>]) {
    let systems = Systems::of(view);
    let mut written = Vec::new();
    for level in renditions.iter().flat_map(|rendition| &rendition.levels) {
        let Some(protection) = &level.protection else { continue };
        let tags = systems.tags(Tag::SessionKey, protection);
        if !written.contains(&tags) {
            out.push_str(&tags);
            written.push(tags);
        }
    }
}
