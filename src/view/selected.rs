//! The streams and levels that a selection leaves of a presentation.

use super::language::shortest_tag;
use super::{Audio, Shown, Stretch, ViewError, codecs, encrypted, texts};
use crate::index::{Format, Stream, StreamKind, Track};
use crate::protection::sample_entry;
use crate::selection::{Described, Number, Selection, Word};
use std::cell::OnceCell;

/// The streams of `shown` of which `selection` leaves something; an error if a presentation that has video or audio
/// is left with neither.
pub(super) fn selected<'a>(
    mut shown: Vec<Shown<'a>>,
    Selection { filter, clip, audio, encryption, .. }: &Selection,
) -> Result<Vec<Shown<'a>>, ViewError> {
    let is_media = |shown: &Shown<'_>| shown.stream.kind != StreamKind::Text;
    let had_media = shown.iter().any(is_media);
    for each in &mut shown {
        let stream = each.stream;
        each.stretch = Stretch::of(stream, *clip);
        if let Some(filter) = filter {
            each.tracks.retain(|track| filter.holds(&Candidate::new(stream, track)));
        }
    }
    shown.retain(|each| !each.tracks.is_empty() && !each.stretch.is_empty());
    if let Some(name) = audio {
        shown = with_audio(shown, name)?;
    }
    let has_some = if had_media { shown.iter().any(is_media) } else { !shown.is_empty() };
    if !has_some {
        return Err(ViewError::NothingLeft);
    }
    if let Some(required) = encryption {
        encrypted::check(&shown, *required)?;
    }
    Ok(shown)
}

/// `shown` without all audio but that of this name: the one in URLs, or the one that Smooth Streaming shows.
fn with_audio<'a>(mut shown: Vec<Shown<'a>>, name: &str) -> Result<Vec<Shown<'a>>, ViewError> {
    let is_audio = |each: &Shown<'_>| each.stream.kind == StreamKind::Audio;
    let is_named = |each: &Shown<'_>| {
        let mut names = [&*each.stream.name, each.name()].into_iter();
        names.any(|own| own.eq_ignore_ascii_case(name))
    };
    shown.retain(|each| !is_audio(each) || is_named(each));
    match shown.iter().any(is_audio) {
        true => Ok(shown),
        false => Err(ViewError::NoAudio(name.to_owned())),
    }
}

/// A track that may be shown. What its sample entry says is read once, however often an expression asks for it.
struct Candidate<'a> {
    stream: &'a Stream,
    track: &'a Track,
    audio: OnceCell<Option<Audio>>,
    codec: OnceCell<Option<String>>,
}

impl Described for Candidate<'_> {
    fn number(&self, number: Number) -> Option<u64> {
        let shown = match &self.track.format {
            Format::Video(video) => Some(video.matrix.shown((video.width, video.height))),
            Format::Audio(_) | Format::Text(_) => None,
        };
        let audio = || *self.audio.get_or_init(|| Audio::of(self.track));
        match number {
            Number::Bitrate => Some(self.track.bitrate.into()),
            Number::Width => shown.map(|(width, _)| width.into()),
            Number::Height => shown.map(|(_, height)| height.into()),
            Number::Channels => audio().map(|audio| audio.channels.into()),
            Number::SamplingRate => audio().map(|audio| audio.sampling_rate.into()),
        }
    }

    fn goes_by(&self, word: Word, value: &str) -> bool {
        let is = |own: &str| !own.is_empty() && own.eq_ignore_ascii_case(value);
        match word {
            Word::Type if self.stream.kind == StreamKind::Text => is("text") || is("textstream"),
            Word::Type => is(self.stream.kind.as_str()),
            Word::Language => {
                let tag = shortest_tag(&self.stream.language);
                is(&self.stream.language) || tag.is_some() && tag == shortest_tag(value)
            }
            Word::Name => is(&self.stream.name),
            Word::FourCc => {
                let codec = self.codec.get_or_init(|| self.codec());
                is(self.four_cc()) || codec.as_deref().is_some_and(is)
            }
        }
    }
}

impl<'a> Candidate<'a> {
    fn new(stream: &'a Stream, track: &'a Track) -> Self {
        Self { stream, track, audio: OnceCell::new(), codec: OnceCell::new() }
    }

    fn four_cc(&self) -> &str {
        match &self.track.format {
            Format::Video(video) => video.four_cc.as_str(),
            Format::Audio(audio) => audio.four_cc.as_str(),
            Format::Text(text) => text.four_cc.as_str(),
        }
    }

    /// The codec's name in HLS and DASH, without its profile.
    fn codec(&self) -> Option<String> {
        let codec = match self.stream.kind {
            StreamKind::Text => texts::codec(self.track),
            kind => {
                sample_entry(kind, &self.track.sample_entry).and_then(|entry| codecs::codec(&entry))
            }
        };
        codec.and_then(|codec| Some(codec.split('.').next()?.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Index;
    use crate::selection::{Clip, Expression};
    use crate::view::View;
    use crate::view::fixture::{CHUNKS, audio_level, av1_level, index, stream, video_level};

    fn presentation() -> Index {
        let video = vec![video_level(300_000, (640, 360)), video_level(3_000_000, (1920, 1080))];
        index(vec![
            stream("video", "", &CHUNKS, video),
            stream("open", "", &CHUNKS, vec![av1_level(200_000)]),
            stream("Ton", "deu", &CHUNKS, vec![audio_level(64_000)]),
            stream("sound", "eng", &[(0, 20_000_000)], vec![audio_level(64_000)]),
        ])
    }

    /// The levels that are left, by stream and bitrate.
    fn left(filter: Option<&str>, clip: Option<&str>) -> Result<Vec<String>, ViewError> {
        let filter = filter.map(|filter| Expression::parse(filter).unwrap());
        let clip = clip.and_then(|clip| Clip::parse(clip, ';').unwrap());
        let index = presentation();
        let view =
            View::whole(&index).selected(&Selection { filter, clip, ..Selection::default() })?;
        let levels = view.streams.iter().flat_map(|shown| {
            let name = |track: &&Track| format!("{}/{}", shown.stream.name, track.bitrate);
            shown.tracks.iter().map(name).collect::<Vec<_>>()
        });
        Ok(levels.collect())
    }

    #[test]
    fn tracks_of_which_it_holds_stay() {
        let left = |filter| left(Some(filter), None).unwrap();
        assert_eq!(left("MaxHeight<=360"), ["video/300000", "open/200000"]);
        assert_eq!(left("MaxWidth==1920||type==\"audio\"").len(), 3);
        assert_eq!(left("FourCC==\"avc1\""), left("FourCC==\"h264\""));
        assert_eq!(left("FourCC==\"av01\""), ["open/200000"]);
        assert_eq!(left("FourCC==\"mp4a\""), ["Ton/64000", "sound/64000"]);
        assert_eq!(left("systemLanguage==\"DEU\""), ["Ton/64000"]);
        assert_eq!(left("systemLanguage==\"de\""), ["Ton/64000"]);
        assert_eq!(left("systemLanguage==\"ger\""), ["Ton/64000"]);
        assert_eq!(left("trackName!=\"ton\"&&channels==2"), ["sound/64000"]);
        assert_eq!(left("samplingRate==48000&&systemBitrate<64001").len(), 2);
    }

    #[test]
    fn streams_that_play_at_another_time_go() {
        assert_eq!(left(None, Some("1;3")).unwrap().len(), 5);
        let late = left(None, Some("2;3")).unwrap();
        assert_eq!(late, ["video/300000", "video/3000000", "open/200000", "Ton/64000"]);
    }

    #[test]
    fn one_stream_of_audio_stays() {
        let index = presentation();
        let shown = |name: &str| {
            let selection = Selection { audio: Some(name.to_owned()), ..Selection::default() };
            let view = View::whole(&index).selected(&selection)?;
            Ok(view.streams.iter().map(|shown| shown.stream.name.clone()).collect::<Vec<_>>())
        };
        assert_eq!(shown("TON").unwrap(), ["video", "open", "Ton"]);
        for none in ["video", "English", ""] {
            assert_eq!(shown(none), Err(ViewError::NoAudio(none.to_owned())));
        }
    }

    #[test]
    fn nothing_is_no_view() {
        for (filter, clip) in [
            (Some("systemBitrate<1"), None),
            (Some("type==\"text\""), None),
            (None, Some("5;6")),
            (Some("trackName==\"sound\""), Some("3;4")),
        ] {
            assert_eq!(left(filter, clip), Err(ViewError::NothingLeft), "{filter:?} {clip:?}");
        }
    }
}
