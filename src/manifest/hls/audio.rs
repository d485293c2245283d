//! Audio in HLS: groups of renditions, one of which is heard with the video (`RFC 8216` 4.3.4.1).

use super::parts::{characteristics, language, names, uri};
use crate::manifest::attributes::put;
use crate::view::{Audio, Level, Rendition, default_of};

/// Audio of which one track is heard with the video.
pub(super) struct Group<'a> {
    pub(super) id: String,
    /// One level of each stream.
    pub(super) members: Vec<(&'a Rendition<'a>, &'a Level<'a>)>,
}

/// A group for each way of coding and each rank of quality in it: a group may not have a stream twice.
pub(super) fn groups<'a>(renditions: &[&'a Rendition<'a>]) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    for (at, first) in renditions.iter().enumerate() {
        let coding = first.coding();
        if renditions.iter().take(at).any(|rendition| rendition.coding() == coding) {
            continue;
        }
        let alike = || renditions.iter().filter(move |rendition| rendition.coding() == coding);
        let ranks = alike().map(|rendition| rendition.levels.len()).max().unwrap_or(0);
        for rank in 0..ranks {
            let level = |rendition: &&'a Rendition<'a>| {
                Some((*rendition, rendition.levels.get(rank).or(rendition.levels.last())?))
            };
            let number = groups.len() + 1;
            let id = if number == 1 { "audio".to_owned() } else { format!("audio-{number}") };
            groups.push(Group { id, members: alike().filter_map(level).collect() });
        }
    }
    groups
}

impl Group<'_> {
    /// Whether there are others to choose, or objects, which only a group has a place for.
    pub(super) fn says_more(&self) -> bool {
        let has_objects =
            |level: &Level<'_>| Audio::of(level.track).is_some_and(|audio| audio.objects.is_some());
        self.members.len() > 1 || self.members.iter().any(|(_, level)| has_objects(level))
    }

    /// Each of its members, as a rendition of audio.
    pub(super) fn write(&self, out: &mut String) {
        let renditions = self.members.iter().map(|(rendition, _)| *rendition);
        let (default, names) = (default_of(renditions.clone()), names(renditions));
        for (at, ((rendition, level), name)) in self.members.iter().zip(names).enumerate() {
            put(out, format_args!("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{}\"", self.id));
            put(out, format_args!(",NAME=\"{name}\""));
            language(out, rendition);
            let is_default = if at == default { "YES" } else { "NO" };
            put(out, format_args!(",DEFAULT={is_default},AUTOSELECT=YES"));
            characteristics(out, rendition);
            if let Some(audio) = Audio::of(level.track) {
                put(out, format_args!(",CHANNELS=\"{}\"", channels(&audio)));
            }
            out.push_str(",URI=\"");
            uri(out, rendition, level);
            out.push_str("\"\n");
        }
    }
}

/// `CHANNELS`: how many channels come out of a decoder, or how many objects may (HLS Authoring Specification,
/// appendixes).
fn channels(audio: &Audio) -> String {
    match audio.objects {
        Some(complexity) => format!("{complexity}/JOC"),
        None => audio.channels.to_string(),
    }
}
