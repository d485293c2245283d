//! The command line, of ffmpeg mostly, that makes a file that can be served of one that is refused.

use crate::assemble::{AssembleError, Followed};
use crate::index::StreamKind;
use crate::isobmff::BoxType;
use crate::library::build::BuildError;
use crate::scan::{Foreign, LeftOut, ScanError, Scanned, ScannedTrack};
use crate::text::TextError;
use std::path::Path;

/// A way to fix the media.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mend {
    /// They are put into new boxes as they are.
    Wrap,
    /// They are encoded anew, or what is not stays as it is.
    Encode { video: bool, audio: bool },
    /// They are decrypted, with a key that whoever has it puts in.
    Decrypt,
    /// A text file is written in UTF-8; what it is in, whoever knows its language puts in.
    Recode,
}

impl Mend {
    pub(super) const VIDEO: Self = Self::Encode { video: true, audio: false };

    /// What mends a file in which there is `scanned`, as far as that is known, and that is refused for `error`.
    pub(super) fn of(error: &BuildError, scanned: &Scanned) -> Option<Self> {
        match error {
            BuildError::Scan { cause, .. } => Self::of_scan(cause),
            BuildError::Text { cause: TextError::Encoding { .. }, .. } => Some(Self::Recode),
            BuildError::Assemble(error) => Self::of_assembly(error, scanned),
            _ => None,
        }
    }

    fn of_scan(error: &ScanError) -> Option<Self> {
        match error {
            ScanError::NoSamples
            | ScanError::Lacking { .. }
            | ScanError::Large { .. }
            | ScanError::Protections(_)
            | ScanError::TooManyFragments
            | ScanError::TooManySamples
            | ScanError::Ended(_) => None,
            ScanError::Protected(_) => Some(Self::Decrypt),
            ScanError::Foreign(kind) => Self::of_foreign(*kind),
            // What is cut off in its media, or has lost its `moov`, nothing can read.
            ScanError::NoMovie => None,
            ScanError::Box(problem) if is_top(problem.kind) => None,
            _ => Some(Self::Wrap),
        }
    }

    /// What makes an MP4 of a file of another kind. Of what is in it mostly, the older kinds have nothing that is served.
    fn of_foreign(kind: Foreign) -> Option<Self> {
        match kind {
            Foreign::Matroska
            | Foreign::WebM
            | Foreign::TransportStream
            | Foreign::Flv
            | Foreign::Adts => Some(Self::Wrap),
            Foreign::Mp3 | Foreign::Flac | Foreign::Wave => {
                Some(Self::Encode { video: false, audio: true })
            }
            kind => kind.holds_media().then_some(Self::Encode { video: true, audio: true }),
        }
    }

    fn of_assembly(error: &AssembleError, scanned: &Scanned) -> Option<Self> {
        match error {
            AssembleError::LeftOut { .. } | AssembleError::Nothing(_) => {
                Self::of_left_out(&scanned.left_out)
            }
            AssembleError::EditList { place, .. } | AssembleError::Edit { place, .. } => {
                Some(Self::encode(kind(scanned, place.track_id)))
            }
            AssembleError::NoSync { .. } | AssembleError::Long { .. } => Some(Self::VIDEO),
            AssembleError::Mixed { .. }
            | AssembleError::Unsendable { .. }
            | AssembleError::Order { .. }
            | AssembleError::Extent { .. }
            | AssembleError::Misaligned { other: Followed::Level(_), .. } => Some(Self::Wrap),
            _ => None,
        }
    }

    /// What mends a file of which these tracks cannot be served.
    fn of_left_out(left_out: &[LeftOut]) -> Option<Self> {
        let is_protected = |left: &LeftOut| match &left.why {
            ScanError::Track { problem, .. } => {
                matches!(problem.kind, BoxType::Code([b'e', b'n', b'c', _]))
            }
            _ => false,
        };
        let is = |wanted| left_out.iter().any(|left| left.kind == Some(wanted));
        match left_out {
            [] => None,
            _ if left_out.iter().any(is_protected) => Some(Self::Decrypt),
            _ if left_out.iter().any(|left| left.is_damaged) => Some(Self::Wrap),
            // Of text there is nothing to encode.
            _ => match (is(StreamKind::Video), is(StreamKind::Audio)) {
                (false, false) => None,
                (video, audio) => Some(Self::Encode { video, audio }),
            },
        }
    }

    fn encode(kind: Option<StreamKind>) -> Self {
        let is = |wanted| kind.is_none_or(|kind| kind == wanted);
        Self::Encode { video: is(StreamKind::Video), audio: is(StreamKind::Audio) }
    }

    /// The command line, for the file called `name`.
    pub(super) fn line(self, name: &str) -> String {
        let file = quoted(name);
        let path = Path::new(name);
        let made = match (self, path.file_name()) {
            // The language in the name stays where it is.
            (Self::Recode, Some(own)) => path.with_file_name(format!("mended.{}", own.display())),
            _ => path.with_extension("mended.mp4"),
        };
        let made = quoted(&made.display().to_string());
        // Attached images, such as covers, are no video.
        let all = "-map '0:V?' -map '0:a?'";
        match self {
            Self::Wrap => format!("ffmpeg -i {file} {all} -c copy -movflags +faststart {made}"),
            Self::Decrypt => {
                format!(
                    "ffmpeg -decryption_key KEY -i {file} {all} -c copy -movflags +faststart {made}"
                )
            }
            Self::Encode { video, audio } => {
                let video = match video {
                    true => "libx264 -pix_fmt yuv420p -force_key_frames 'expr:gte(t,n_forced*2)'",
                    false => "copy",
                };
                let audio = if audio { "aac -b:a 192k" } else { "copy" };
                format!(
                    "ffmpeg -i {file} {all} -c:v {video} -c:a {audio} -movflags +faststart {made}"
                )
            }
            Self::Recode => format!("iconv -f CODING -t UTF-8 {file} > {made}"),
        }
    }
}

/// Whether a file that is refused for `error` does not even begin as an MP4 does.
pub(super) fn is_of_another_format(error: &BuildError) -> bool {
    match error {
        BuildError::Scan { cause: ScanError::Box(problem), .. } => {
            problem.offset == 0 && !is_top(problem.kind)
        }
        _ => false,
    }
}

fn is_top(kind: BoxType) -> bool {
    matches!(kind, BoxType::Code([b'm', b'o', b'o', b'v' | b'f'] | [b'm', b'd', b'a', b't']))
}

fn kind(scanned: &Scanned, track_id: u32) -> Option<StreamKind> {
    let is_it = |track: &&ScannedTrack| track.track_id == track_id;
    scanned.tracks.iter().find(is_it).map(|track| track.format.kind())
}

/// `text` as a shell takes it for one word.
fn quoted(text: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "._-/+,:@".contains(char);
    match !text.starts_with('-') && text.chars().all(is_plain) {
        true => text.to_owned(),
        // What begins like an option is a path all the same.
        false if text.starts_with('-') => quoted(&format!("./{text}")),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_of_the_shell() {
        for (name, word) in [
            ("film.mov", "film.mov"),
            ("my film.mov", "'my film.mov'"),
            ("it's.mov", "'it'\\''s.mov'"),
            ("-i.mov", "./-i.mov"),
            ("a$(b).mov", "'a$(b).mov'"),
        ] {
            assert_eq!(quoted(name), word);
        }
    }

    #[test]
    fn only_what_has_to_be_encoded_is() {
        let line = Mend::VIDEO.line("a b.mov");
        assert!(
            line.starts_with("ffmpeg -i 'a b.mov' -map '0:V?' -map '0:a?' -c:v libx264 "),
            "{line}"
        );
        assert!(line.ends_with(" -c:a copy -movflags +faststart 'a b.mended.mp4'"), "{line}");
    }
}
