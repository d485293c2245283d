//! The role of a stream, in the words of HLS and DASH.

use super::shown::text_role;
use super::{Rendition, TextRole};
use crate::index::{Labels, Stream, StreamKind};

/// The scheme of roles (`ISO/IEC 23009-1` 5.8.5.5), which accessibility has its words from too.
pub const ROLE_SCHEME: &str = "urn:mpeg:dash:role:2011";

/// Every value of [`ROLE_SCHEME`].
const ROLES: [&str; 16] = [
    "main",
    "alternate",
    "supplementary",
    "commentary",
    "dub",
    "caption",
    "subtitle",
    "sign",
    "metadata",
    "enhanced-audio-intelligibility",
    "description",
    "easyreader",
    "emergency",
    "karaoke",
    "forced-subtitle",
    "transcription",
];

/// The value of [`ROLE_SCHEME`] that `word` is, in any case.
pub fn known_role(word: &str) -> Option<&'static str> {
    ROLES.into_iter().find(|role| role.eq_ignore_ascii_case(word))
}

impl Rendition<'_> {
    /// Its roles, of which there is always one; `is_main` says whether it is what is played unless the viewer chooses.
    pub fn roles(&self, is_main: bool) -> Vec<&'static str> {
        let said = self.said_roles();
        let text = text_role(self.stream).map(TextRole::name);
        match said.is_empty() {
            true => vec![text.unwrap_or(if is_main { "main" } else { "alternate" })],
            false => said,
        }
    }

    /// For whom it is made, if for somebody.
    pub fn accessibility(&self) -> Option<&'static str> {
        known_role(&self.stream.labels.accessibility)
    }

    /// Whether it is shown to viewers who have chosen no text: what translates the parts in another language.
    pub fn is_forced(&self) -> bool {
        self.is("forced-subtitle")
    }

    /// The media characteristics that HLS states (HLS Authoring Specification, 4; `RFC 8216` 4.3.4.1).
    pub fn characteristics(&self) -> Vec<&'static str> {
        let is_of_captions = self.is("caption")
            || self.said_roles().is_empty() && text_role(self.stream) == Some(TextRole::Caption);
        let told: [(bool, &[&str]); 4] = [
            (self.is("description"), &["public.accessibility.describes-video"]),
            (
                is_of_captions,
                &[
                    "public.accessibility.transcribes-spoken-dialog",
                    "public.accessibility.describes-music-and-sound",
                ],
            ),
            (
                self.is("enhanced-audio-intelligibility"),
                &["public.accessibility.enhances-speech-intelligibility"],
            ),
            (self.is("easyreader"), &["public.easy-to-read"]),
        ];
        told.into_iter().filter(|(is, _)| *is).flat_map(|(_, told)| told).copied().collect()
    }

    /// Whether it is audio that only viewers who choose it hear, such as a description.
    pub(super) fn is_aside(&self) -> bool {
        let Stream { kind, labels, .. } = self.stream;
        *kind == StreamKind::Audio && !labels.is_default && !self.is_for_all()
    }

    /// Whether it is for everybody, and not said to be anything but the main one.
    fn is_for_all(&self) -> bool {
        let Labels { accessibility, roles, .. } = &self.stream.labels;
        let is_main = |role: &String| role.eq_ignore_ascii_case("main");
        accessibility.is_empty() && (roles.is_empty() || roles.iter().any(is_main))
    }

    fn is(&self, role: &str) -> bool {
        self.said_roles().contains(&role) || self.accessibility() == Some(role)
    }

    fn said_roles(&self) -> Vec<&'static str> {
        self.stream.labels.roles.iter().filter_map(|role| known_role(role)).collect()
    }
}

/// The place of what plays unless the viewer chooses: the first that is said to be, else the first main one that is for
/// everybody, else the first.
pub fn default_of<'r, 'a: 'r>(
    renditions: impl Iterator<Item = &'r Rendition<'a>> + Clone,
) -> usize {
    let said = renditions.clone().position(|it| it.stream.labels.is_default);
    said.or_else(|| renditions.clone().position(Rendition::is_for_all)).unwrap_or(0)
}
