//! A stream as a client is shown it.

use super::{Stretch, label};
use crate::index::{Generation, Stream, StreamKind, Track};

/// A stream as a client is shown it.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// The build that its URLs name: that of the view which it is of.
    pub generation: Generation,
    /// The stream: its name in URLs, and its language.
    pub stream: &'a Stream,
    /// When what is shown of it plays.
    pub stretch: Stretch<'a>,
    /// The quality levels that are shown.
    pub tracks: Vec<&'a Track>,
}

/// The role of text (`[MS-SSTR]` 2.2.2.3, `ISO/IEC 23009-1` 5.8.5.5).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextRole {
    /// What is said and heard, for those who do not hear it.
    Caption,
    /// What is said, for those who do not understand it.
    Subtitle,
    /// What is seen, for those who do not see it.
    Description,
}

impl TextRole {
    /// As DASH says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caption => "caption",
            Self::Subtitle => "subtitle",
            Self::Description => "description",
        }
    }
}

impl<'a> Shown<'a> {
    /// All of `stream`.
    pub(super) fn whole(generation: Generation, stream: &'a Stream) -> Self {
        let stretch = Stretch::of(stream, None);
        Self { generation, stream, stretch, tracks: stream.tracks.iter().collect() }
    }

    /// The name that Smooth Streaming shows.
    pub fn name(&self) -> &'a str {
        label::name(self.stream)
    }
}

/// What a stream of text is for; `None` if it is no text, or commands, chapters or data. One that does not say counts
/// as captions, as in Smooth Streaming.
pub(super) fn text_role(stream: &Stream) -> Option<TextRole> {
    if stream.kind != StreamKind::Text {
        return None;
    }
    match stream.subtype.to_ascii_uppercase().as_str() {
        "" | "CAPT" => Some(TextRole::Caption),
        "SUBT" => Some(TextRole::Subtitle),
        "DESC" => Some(TextRole::Description),
        _ => None,
    }
}
