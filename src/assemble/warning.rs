//! What an index was made without, or in another way, and why: for whoever had it made. It is kept nowhere.

use super::error::{AssembleError, Moment, Place};
use crate::base::quoted::Quoted;
use crate::index::StreamKind;
use crate::scan::{LeftOut, ScanError};
use std::fmt;
use thiserror::Error;

/// A loss or a cost at which a presentation is served.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Warning {
    /// A track that cannot be served, where there is other video or audio.
    #[error("{file} is served without a track, {why}")]
    LeftOut {
        /// The file.
        file: String,
        /// Which track, and why.
        why: ScanError,
    },
    /// A client manifest that cannot be read.
    #[error(
        "{manifest} is served without its client manifest: {why}; mend it, or delete it: what players need of it is made of \
         the media"
    )]
    BrokenClient {
        /// The server manifest.
        manifest: String,
        /// The client manifest.
        key: String,
        /// Which file, and what is wrong with it.
        why: String,
    },
    /// A file that the server manifest does not say how to find, and that is not missed.
    #[error("{manifest} is served without {what}: {why}")]
    Astray {
        /// The server manifest.
        manifest: String,
        /// What the file is.
        what: &'static str,
        /// What is wrong with its path.
        why: String,
    },
    /// A text file that is not there.
    #[error("{manifest} names {key}, which is not there: it is served without that text")]
    MissingText {
        /// The server manifest.
        manifest: String,
        /// The file.
        key: String,
    },
    /// A file of text, by itself or in MP4, that cannot be read.
    #[error("{manifest} is served without a text: {why}")]
    BrokenText {
        /// The server manifest.
        manifest: String,
        /// The file.
        key: String,
        /// Which file, and what is wrong with it.
        why: String,
    },
    /// A text file that does not say what it is coded in.
    #[error(
        "{file} is not UTF-8, and is read as Windows-1252, in which its letters may be wrong: save it as UTF-8 \
         (iconv -f WINDOWS-1252 -t UTF-8, if that is what it is in)"
    )]
    GuessedText {
        /// The file.
        file: String,
    },
    /// A text file no cue of which is ever shown.
    #[error("{file} is announced as a text that says nothing: {}", Silence(*cues))]
    SilentText {
        /// The file.
        file: String,
        /// How many cues it has.
        cues: usize,
    },
    /// Chunks that a client manifest lists and their folder lacks.
    #[error(
        "{folder} lacks {count} of the chunks that the client manifest lists, the first at {first}: they are answered \
         with 404"
    )]
    MissingChunks {
        /// The folder.
        folder: String,
        /// How many.
        count: usize,
        /// When the first of them starts.
        first: Moment,
    },
    /// A fragmented file behind whose fragments something lies.
    #[error(
        "{file} ends in {length} bytes that are no box, from {offset} on, and are passed over: if it was cut short, upload \
         it again"
    )]
    Junk {
        /// The file.
        file: String,
        /// Where they begin.
        offset: u64,
        /// How many they are.
        length: u64,
    },
    /// A fragmented file that is indexed by its samples.
    #[error(
        "{file} is indexed by its samples: {why}. A deployment cannot do so itself: publish it again \
         whenever a file is replaced"
    )]
    BySamples {
        /// The file.
        file: String,
        /// Why its fragments are of no use.
        why: String,
    },
    /// A track some of whose fragments are coded otherwise than its init segment says.
    #[error(
        "{place} has fragments of a further sample entry than the first, coded otherwise: they are answered with 501 in \
         HLS and DASH, and wherever fragments are rewritten; package it with one sample entry"
    )]
    OtherEntry {
        /// The track.
        place: Place,
    },
    /// A setting that is passed over.
    #[error("{manifest} sets millrace:{name} to {}, which is passed over: {why}", Quoted(value))]
    Setting {
        /// The server manifest.
        manifest: String,
        /// The setting's name.
        name: String,
        /// As written.
        value: String,
        /// What is wrong with it.
        why: String,
    },
    /// What a stream is said to be, and HLS and DASH have no word for.
    #[error(
        "{manifest} gives stream {stream} the {what} {quoted}, which HLS and DASH have no word for: clients of \
         Smooth Streaming alone are told",
        quoted = Quoted(value)
    )]
    Label {
        /// The server manifest.
        manifest: String,
        /// The stream.
        stream: String,
        /// Role, accessibility or language.
        what: &'static str,
        /// As written.
        value: String,
    },
    /// A stream whose samples stand in the client manifest, and that is too large to be kept.
    #[error(
        "the samples that {manifest} has of stream {stream} are left out: with those before them they are more than \
         {max_bytes} bytes or {max_samples} entries"
    )]
    TooMuchControl {
        /// The client manifest.
        manifest: String,
        /// The stream.
        stream: String,
        /// The most bytes that are kept.
        max_bytes: usize,
        /// The most samples.
        max_samples: usize,
    },
    /// Samples in the client manifest that clients of HLS and DASH do not get.
    #[error(
        "{count} of the samples that {manifest} has of stream {stream} are told to clients of Smooth Streaming alone: \
         they are neither titles of chapters nor sections of SCTE 35"
    )]
    Untold {
        /// The client manifest.
        manifest: String,
        /// The stream.
        stream: String,
        /// How many.
        count: usize,
    },
}

impl Warning {
    /// The key of the file that is done without until there is another under it, if that is what it is about.
    pub fn missing(&self) -> Option<&str> {
        match self {
            Self::BrokenClient { key, .. }
            | Self::MissingText { key, .. }
            | Self::BrokenText { key, .. } => Some(key),
            _ => None,
        }
    }
}

/// Why a file with so many cues says nothing.
struct Silence(usize);

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("it has no cues"),
            1 => f.write_str(
                "its one cue is shown before the start or behind the end of the presentation",
            ),
            cues => write!(
                f,
                "all of its {cues} cues are shown before the start or behind the end of the presentation"
            ),
        }
    }
}

/// A track that was asked for, in this file, and is left out.
pub(super) struct Missed<'a> {
    pub(super) file: &'a str,
    pub(super) track: &'a LeftOut,
    /// What the track holds, if that is known.
    pub(super) kind: Option<StreamKind>,
}

/// A warning for each of the tracks that are `missed`, if what is `kept` can be served without them: not
/// without a track that is damaged, unless it is of text, nor without the only video or the only audio, nor if nothing
/// else is kept.
pub(super) fn warnings<'a>(
    missed: impl Iterator<Item = Missed<'a>>,
    kept: &[StreamKind],
) -> Result<Vec<Warning>, AssembleError> {
    let warning = |Missed { file, track, kind }: Missed<'a>| {
        let (file, why) = (file.to_owned(), track.why.clone());
        let is_spare = match kind {
            Some(kind @ (StreamKind::Video | StreamKind::Audio)) => kept.contains(&kind),
            Some(StreamKind::Text) | None => !kept.is_empty(),
        };
        let may_be_damaged = kind == Some(StreamKind::Text);
        match is_spare && (may_be_damaged || !track.is_damaged) {
            true => Ok(Warning::LeftOut { file, why }),
            false => Err(AssembleError::LeftOut { file, why }),
        }
    };
    missed.map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_intact_and_stood_in_for_is_left_out() {
        let fits = |kind, is_damaged, kept: &[StreamKind]| {
            let why = ScanError::NoSamples;
            let track = LeftOut { track_id: 2, kind, is_damaged, why };
            warnings([Missed { file: "a.mp4", track: &track, kind }].into_iter(), kept).is_ok()
        };
        let (video, audio) = (Some(StreamKind::Video), Some(StreamKind::Audio));
        let both = [StreamKind::Video, StreamKind::Audio];
        assert!(fits(video, false, &both) && fits(audio, false, &both));
        assert!(!fits(audio, false, &[StreamKind::Video]), "the only audio");
        assert!(!fits(audio, true, &both), "damaged");
        assert!(fits(Some(StreamKind::Text), false, &[StreamKind::Video]));
        assert!(fits(Some(StreamKind::Text), true, &[StreamKind::Video]));
        assert!(!fits(Some(StreamKind::Text), true, &[]), "nothing else");
        assert!(!fits(None, true, &[StreamKind::Video]), "it may be of anything");
        assert!(!fits(Some(StreamKind::Text), false, &[]), "nothing else");
    }
}
