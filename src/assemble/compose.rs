//! The server manifest that files would have, if somebody wrote one for them.

use super::cheapest::spanned;
use super::error::AssembleError;
use super::warning::{self, Missed, Warning};
use crate::index::{Format, FourCc, StreamKind, bits_a_second};
use crate::ism::{Entry, ServerManifest};
use crate::scan::{Scanned, ScannedMedia, ScannedTrack};
use crate::text;

/// What names all that can be played of `files`, which are paths as the manifest is to have them, and what
/// was found in each; and what it names none of.
///
/// Every file's video is a quality level of the one video stream; a second video track of a file is
/// something else to look at, and of another stream. Audio has a stream for each language
/// and way of coding. Files with nothing but audio are its quality levels; where there are none, it
/// is taken from that one of the files which reads it cheapest. Every text has a stream of its own; of text files,
/// in the language that their names say.
pub fn compose(
    files: &[(&str, &Scanned)],
) -> Result<(ServerManifest, Vec<Warning>), AssembleError> {
    let tracks = files.iter().flat_map(|(_, scanned)| &scanned.tracks);
    let kept: Vec<StreamKind> = tracks.map(|track| track.format.kind()).collect();
    let missed = files.iter().flat_map(|&(file, scanned)| {
        let missed = |track| Missed { file, track, kind: track.kind };
        scanned.left_out.iter().map(missed)
    });
    let warnings = warning::warnings(missed, &kept)?;
    if kept.is_empty() {
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        return Err(AssembleError::Nothing(names.join(", ")));
    }
    Ok((manifest(files), warnings))
}

fn manifest(files: &[(&str, &Scanned)]) -> ServerManifest {
    let mut manifest = ServerManifest::default();
    let mut named = Named { files, manifest: &mut manifest, names: Vec::new() };
    let mut videos: Vec<Vec<Found<'_>>> = Vec::new();
    for found in named.all(StreamKind::Video) {
        let number = number(&found, files, |track| track.format.kind() == StreamKind::Video);
        videos.resize_with(videos.len().max(number.saturating_add(1)), Vec::new);
        if let Some(same) = videos.get_mut(number) {
            same.push(found);
        }
    }
    let mut sounds: Vec<(Sound<'_>, Vec<Found<'_>>)> = Vec::new();
    for found in named.all(StreamKind::Audio) {
        let sound = Sound::of(&found, files);
        match sounds.iter_mut().find(|(known, _)| *known == sound) {
            Some((_, same)) => same.push(found),
            None => sounds.push((sound, vec![found])),
        }
    }
    for found in videos {
        let name = named.name("video", None);
        found.iter().for_each(|found| named.add(found, &name));
    }
    for (sound, mut found) in sounds {
        let name = named.name("audio", sound.language);
        if found.iter().any(|found| !found.is_muxed) {
            found.retain(|found| !found.is_muxed);
        } else {
            found =
                found.into_iter().min_by_key(|found| spanned(found.track)).into_iter().collect();
        }
        found.iter().for_each(|found| named.add(found, &name));
    }
    for found in named.all(StreamKind::Text) {
        let name = named.name("textstream", named.language(&found));
        named.add(&found, &name);
    }
    manifest
}

/// A track, and where it was found.
struct Found<'a> {
    file: usize,
    track: &'a ScannedTrack,
    /// Whether there is video in that file too.
    is_muxed: bool,
}

/// How many tracks that are `alike` come before this one in its file.
fn number<'a>(
    found: &Found<'a>,
    files: &[(&str, &'a Scanned)],
    alike: impl Fn(&'a ScannedTrack) -> bool,
) -> usize {
    let in_file = files.get(found.file).map_or(&[][..], |(_, scanned)| &scanned.tracks);
    let before = in_file.iter().take_while(|track| track.track_id != found.track.track_id);
    before.filter(|track| alike(track)).count()
}

/// Properties by which two tracks are the same audio, as far as that can be known.
#[derive(PartialEq)]
struct Sound<'a> {
    language: Option<&'a str>,
    four_cc: Option<FourCc>,
    sampling_rate: u32,
    channels: u16,
    /// How many like it come before it in its file: a commentary has everything else in common.
    number: usize,
}

impl<'a> Sound<'a> {
    fn of(found: &Found<'a>, files: &[(&str, &'a Scanned)]) -> Self {
        let mut sound = Self::alike(found.track);
        sound.number = number(found, files, |track| Self::alike(track) == sound);
        sound
    }

    fn alike(track: &'a ScannedTrack) -> Self {
        let language = track.language.as_deref();
        let (four_cc, sampling_rate, channels) = match &track.format {
            Format::Audio(audio) => (Some(audio.four_cc), audio.sampling_rate, audio.channels),
            Format::Video(_) | Format::Text(_) => (None, 0, 0),
        };
        Self { language, four_cc, sampling_rate, channels, number: 0 }
    }
}

/// A manifest under way.
struct Named<'a, 'm> {
    files: &'a [(&'a str, &'a Scanned)],
    manifest: &'m mut ServerManifest,
    /// The names that streams have already.
    names: Vec<String>,
}

impl<'a> Named<'a, '_> {
    fn all(&self, kind: StreamKind) -> Vec<Found<'a>> {
        let found = self.files.iter().enumerate().flat_map(|(file, (_, scanned))| {
            let is = |kind| move |track: &&ScannedTrack| track.format.kind() == kind;
            let is_muxed = scanned.tracks.iter().any(|track| is(StreamKind::Video)(&track));
            scanned.tracks.iter().filter(is(kind)).map(move |track| Found { file, track, is_muxed })
        });
        found.collect()
    }

    /// A name that no other stream has: `audio`, `audio_eng`, `audio_eng_2`.
    fn name(&mut self, kind: &str, language: Option<&str>) -> String {
        let base = language.map_or(kind.to_owned(), |language| format!("{kind}_{language}"));
        let (mut name, mut number) = (base.clone(), 1);
        while self.names.contains(&name) {
            number += 1;
            name = format!("{base}_{number}");
        }
        self.names.push(name.clone());
        name
    }

    /// What the track is in: by itself or, if it is a text file, by that file's name.
    fn language(&self, found: &Found<'a>) -> Option<&'a str> {
        let path = self.files.get(found.file).map(|(path, _)| *path);
        match &found.track.media {
            ScannedMedia::Cues(_) => path.and_then(text::language),
            ScannedMedia::Fragments { .. } | ScannedMedia::Samples(_) => {
                found.track.language.as_deref()
            }
        }
    }

    fn add(&mut self, found: &Found<'a>, name: &str) {
        let Some((path, _)) = self.files.get(found.file) else { return };
        let kind = found.track.format.kind();
        let media = self.manifest.media.iter().position(|known| known == path);
        let media = media.unwrap_or_else(|| {
            self.manifest.media.push((*path).to_owned());
            self.manifest.media.len() - 1
        });
        self.manifest.tracks.push(Entry {
            media,
            kind: Some(kind),
            bitrate: bitrate(found.track),
            track_id: Some(found.track.track_id),
            name: Some(name.to_owned()),
            language: self.language(found).map(str::to_owned),
            subtype: (kind == StreamKind::Text).then(|| "SUBT".to_owned()),
            ..Entry::default()
        });
    }
}

/// Bits a second, over all of a track; `None` of a text file, which does not say how long it lasts.
fn bitrate(track: &ScannedTrack) -> Option<u32> {
    let (bytes, ticks) = match &track.media {
        ScannedMedia::Fragments { fragments, .. } => {
            let start = fragments.first().map_or(0, |first| first.chunk.start);
            let end = fragments.last().and_then(|last| last.chunk.end()).unwrap_or(start);
            let bytes = fragments.iter().map(|fragment| u128::from(track.bytes_of(fragment))).sum();
            (bytes, end.saturating_sub(start))
        }
        ScannedMedia::Cues(_) => return None,
        ScannedMedia::Samples(samples) => samples.iter().fold((0, 0), |(bytes, _), sample| {
            let end = sample.decode.saturating_add(sample.duration.into());
            (bytes + u128::from(sample.range.length()), end)
        }),
    };
    Some(bits_a_second(bytes, ticks.into(), track.timescale))
}
