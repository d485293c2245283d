//! The quality levels of a stream: how each is coded, what URLs call it, where its fragments lie.

use super::carried::Carried;
use super::error::AssembleError;
use super::group::Group;
use super::pages::Values;
use super::pick::Picked;
use crate::base::range::ByteRange;
use crate::base::time::Timescale;
use crate::fragment::growth;
use crate::index::{
    Attribute, BitRates, Extents, Format, Media, Source, Timeline, Track, bits_a_second,
};
use crate::ismc::QualityLevel;
use crate::scan::ScannedFragment;

/// What there is to send of a track.
pub(super) struct Part {
    pub(super) media: Media,
    pub(super) rates: BitRates,
    /// All of it together.
    pub(super) bytes: u128,
    /// The pages that the media names.
    pub(super) pages: Values,
}

/// What there is to send of the tracks of a stream of fragments that play at the chunks of `timeline`.
pub(super) fn fragmented(
    levels: &[Carried<'_>],
    timeline: (&Timeline, Timescale),
) -> Result<Vec<Part>, AssembleError> {
    let part = |level: &Carried<'_>| {
        let extents = extents(level)?;
        let sizes = || level.fragments.iter().map(|fragment| level.bytes(fragment));
        let rates = rates(level.picked, sizes(), timeline);
        let bytes = sizes().map(u128::from).sum();
        let (carriage, clear) = (level.carriage(timeline.1), level.clear());
        let media = Media::Fragments { carriage, clear, extents };
        Ok(Part { media, rates, bytes, pages: Values::new() })
    };
    levels.iter().map(part).collect()
}

/// What it takes to send a track of which so many bytes are stored for the chunks of a timeline.
pub(super) fn rates(
    member: &Picked<'_>,
    stored: impl Iterator<Item = u64>,
    (timeline, timescale): (&Timeline, Timescale),
) -> BitRates {
    let growth = growth(&member.track.format, &member.track.sample_entry, timescale);
    let longest = |(stored, chunk): (u64, _)| stored.saturating_add(growth(chunk));
    let segments: Vec<u64> = stored.zip(timeline.iter()).map(longest).collect();
    BitRates::of(timeline, timescale, &segments)
}

/// The tracks of a stream, in the order of the server manifest, and the pages of each. Their
/// files are among `sources`.
pub(super) fn tracks(
    group: &Group<'_>,
    parts: Vec<Part>,
    (timeline, timescale): (&Timeline, Timescale),
    sources: &[Source],
) -> (Vec<Track>, Vec<Values>) {
    let levels: Vec<_> =
        group.members.iter().enumerate().map(|(at, member)| listed(group, at, member)).collect();
    let said: Vec<_> =
        group.members.iter().zip(&levels).map(|(m, level)| said(m, *level)).collect();
    let ticks = timeline.end().saturating_sub(timeline.start());
    let mut tracks: Vec<Track> = Vec::with_capacity(group.members.len());
    let mut pages = Vec::with_capacity(group.members.len());
    let members = group.members.iter().zip(&levels).zip(&said).zip(parts);
    for (((member, &level), &bitrate), part) in members {
        let taken = |bitrate| tracks.iter().any(|track| track.bitrate == bitrate);
        let bitrate = bitrate.filter(|&bitrate| !taken(bitrate)).unwrap_or_else(|| {
            let average = || bits_a_second(part.bytes, ticks.into(), timescale);
            free(bitrate.unwrap_or_else(average), |b| taken(b) || said.contains(&Some(b)))
        });
        let is_its = |source: &Source| source.key == member.file.source.key;
        tracks.push(Track {
            bitrate,
            source: sources.iter().position(is_its).unwrap_or(sources.len()),
            track_id: member.track.track_id,
            format: complete(&member.track.format, level),
            sample_entry: member.track.sample_entry.clone(),
            custom_attributes: custom_attributes(member, level),
            attributes: level.map(|level| level.attributes.clone()).unwrap_or_default(),
            rates: part.rates,
            media: part.media,
        });
        pages.push(part.pages);
    }
    (tracks, pages)
}

/// The level of the client manifest that is the group's member at place `at`: one of its bitrate,
/// and rather the one in its place; or just the one in its place, if its bitrate is not known.
fn listed<'a>(group: &Group<'a>, at: usize, member: &Picked<'_>) -> Option<&'a QualityLevel> {
    let levels = &group.listed?.stream.levels;
    let in_place = levels.get(at).filter(|_| levels.len() == group.members.len());
    let Some(bitrate) = member.entry.bitrate.filter(|&bitrate| bitrate > 0) else {
        return in_place;
    };
    let same = |level: &&QualityLevel| level.bitrate == Some(bitrate);
    in_place.filter(same).or_else(|| levels.iter().find(same))
}

/// The bitrate that the manifests give a track. 0 says nothing: URLs need a number of its own.
fn said(member: &Picked<'_>, level: Option<&QualityLevel>) -> Option<u32> {
    let known = |&bitrate: &u32| bitrate > 0;
    member.entry.bitrate.filter(known).or_else(|| level?.bitrate.filter(known))
}

/// The first bitrate from `bitrate` on that is not `taken`: URLs tell levels apart by it.
fn free(mut bitrate: u32, taken: impl Fn(u32) -> bool) -> u32 {
    while taken(bitrate) {
        bitrate = bitrate.checked_add(1).unwrap_or(1);
    }
    bitrate
}

fn extents(level: &Carried<'_>) -> Result<Extents, AssembleError> {
    let (member, fragments) = (level.picked, &level.fragments);
    let size = member.file.source.size;
    let misplaced = |fragment: &ScannedFragment| AssembleError::Extent {
        place: member.place(),
        at: member.moment(fragment.chunk.start),
        range: fragment.range,
        size,
    };
    if let Some(beyond) = fragments.iter().find(|fragment| fragment.range.end() > size) {
        return Err(misplaced(beyond));
    }
    let is_torn = |range| !member.file.source.is_of_one_object(range);
    if let Some(torn) = fragments.iter().find(|it| !it.range.is_empty() && is_torn(it.range)) {
        let at = member.moment(torn.chunk.start);
        return Err(AssembleError::Torn { place: member.place(), at });
    }
    let ranges: Vec<ByteRange> = fragments.iter().map(|fragment| fragment.range).collect();
    let nowhere = || AssembleError::Empty(member.place());
    Extents::new(&ranges).map_err(|at| fragments.get(at).map_or_else(nowhere, misplaced))
}

/// The format as the file has it; the client manifest stands in only where the file says nothing.
fn complete(format: &Format, level: Option<&QualityLevel>) -> Format {
    fn fill<T: Default + PartialEq + Clone>(own: &mut T, other: &T) {
        if *own == T::default() {
            own.clone_from(other);
        }
    }
    let mut format = format.clone();
    let Some(level) = level else { return format };
    match &mut format {
        Format::Video(video) => {
            fill(&mut video.width, &level.width);
            fill(&mut video.height, &level.height);
            fill(&mut video.codec_private_data, &level.codec_private_data);
        }
        Format::Audio(audio) => {
            fill(&mut audio.sampling_rate, &level.sampling_rate);
            fill(&mut audio.channels, &level.channels);
            fill(&mut audio.bits_per_sample, &level.bits_per_sample);
            fill(&mut audio.packet_size, &level.packet_size);
            fill(&mut audio.audio_tag, &level.audio_tag);
            fill(&mut audio.codec_private_data, &level.codec_private_data);
        }
        Format::Text(_) => {}
    }
    format
}

/// The custom attributes of both manifests; where they differ, the client manifest's, which URLs were made from.
fn custom_attributes(member: &Picked<'_>, level: Option<&QualityLevel>) -> Vec<Attribute> {
    let mut all = level.map(|level| level.custom_attributes.clone()).unwrap_or_default();
    for attribute in &member.entry.custom_attributes {
        if !all.iter().any(|known| known.name == attribute.name) {
            all.push(attribute.clone());
        }
    }
    all
}
