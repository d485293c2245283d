//! Properties of a track that an expression can compare, under the names that Unified's server manifests have for them.

/// A property that is a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// Bits a second, as manifests and URLs name the level.
    Bitrate,
    /// Width of video, in pixels as they are shown.
    Width,
    /// Height of video, in pixels as they are shown.
    Height,
    /// Channels of audio, as they come out of a decoder.
    Channels,
    /// Samples of audio a second, as they come out of a decoder.
    SamplingRate,
}

/// A property that is a word, or several that mean the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// `video`, `audio` or `text`.
    Type,
    /// The language's tag as manifests have it.
    Language,
    /// The stream's name as URLs have it.
    Name,
    /// The codec, as Smooth Streaming (`H264`) or the file (`avc1`) calls it.
    FourCc,
}

/// Either.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Property {
    Number(Number),
    Word(Word),
}

const NUMBERS: [(Number, &str); 5] = [
    (Number::Bitrate, "systemBitrate"),
    (Number::Width, "MaxWidth"),
    (Number::Height, "MaxHeight"),
    (Number::Channels, "channels"),
    (Number::SamplingRate, "samplingRate"),
];

const WORDS: [(Word, &str); 4] = [
    (Word::Type, "type"),
    (Word::Language, "systemLanguage"),
    (Word::Name, "trackName"),
    (Word::FourCc, "FourCC"),
];

/// The words that a [`Word::Type`] can be.
const TYPES: [&str; 4] = ["video", "audio", "text", "textstream"];

impl Number {
    pub(super) fn name(self) -> &'static str {
        NUMBERS.iter().find(|(number, _)| *number == self).map_or("", |(_, name)| name)
    }
}

impl Word {
    pub(super) fn name(self) -> &'static str {
        WORDS.iter().find(|(word, _)| *word == self).map_or("", |(_, name)| name)
    }

    /// Whether a track could have this `value`.
    pub(super) fn can_be(self, value: &str) -> bool {
        self != Self::Type || TYPES.iter().any(|word| word.eq_ignore_ascii_case(value))
    }
}

impl Property {
    /// The one of this name, whatever its case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let number = NUMBERS.iter().find(|(_, name)| is(name));
        let word = || WORDS.iter().find(|(_, name)| is(name));
        match number {
            Some((number, _)) => Some(Self::Number(*number)),
            None => word().map(|(word, _)| Self::Word(*word)),
        }
    }
}
