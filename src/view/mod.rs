//! What of an index one client is shown: which streams and levels, under which labels and in which roles.
//!
//! Writers of manifests ask a [`View`] and never the index. A selection of tracks and time, or a label of an audio
//! description is another way to make one.

mod audio;
mod carried;
mod codecs;
mod encrypted;
mod error;
#[cfg(test)]
pub(crate) mod fixture;
mod label;
mod language;
mod range;
mod rendition;
mod role;
mod selected;
mod shown;
mod stretch;
mod texts;

pub use audio::{Audio, Layout};
pub use error::ViewError;
pub use label::told_apart;
pub use language::shortest_tag;
pub use range::VideoRange;
pub use rendition::{Level, Rendition};
pub use role::{ROLE_SCHEME, default_of, known_role};
pub use shown::{Shown, TextRole};
pub use stretch::Stretch;

use crate::base::target::SegmentTarget;
use crate::index::{Attribute, Extras, Generation, Index, Protection, Stream};
use crate::protection::Systems;
use crate::selection::{Clip, Selection};

/// The part of an index that a client is shown, under that index's generation.
#[derive(Clone, Debug)]
pub struct View<'a> {
    index: &'a Index,
    streams: Vec<Shown<'a>>,
    clip: Option<Clip>,
    first: Option<u32>,
    has_audio_alone: bool,
    target: SegmentTarget,
}

impl<'a> View<'a> {
    /// All of `index`, in HLS and DASH with each chunk as a segment of its own.
    pub fn whole(index: &'a Index) -> Self {
        let shown = |stream| Shown::whole(index.generation, stream);
        let streams = index.streams.iter().map(shown).collect();
        let target = SegmentTarget::CHUNK;
        Self { index, streams, clip: None, first: None, has_audio_alone: false, target }
    }

    /// The same view in segments that last about as long as `target`, unless the presentation has a target of its
    /// own.
    #[must_use]
    pub fn in_segments_of(self, target: SegmentTarget) -> Self {
        Self { target: self.index.extras.target.unwrap_or(target), ..self }
    }

    /// What `selection` leaves of it.
    pub fn selected(self, selection: &Selection) -> Result<Self, ViewError> {
        if selection.is_all() {
            return Ok(self);
        }
        let streams = selected::selected(self.streams, selection)?;
        let Selection { clip, first, has_audio_alone, .. } = *selection;
        Ok(Self { streams, clip, first, has_audio_alone, ..self })
    }

    /// The stretch of time that is shown; `None` is all of it.
    pub fn clip(&self) -> Option<Clip> {
        self.clip
    }

    /// The most bits a second of the level that clients are to begin with, if one is chosen for them.
    pub fn first(&self) -> Option<u32> {
        self.first
    }

    /// Whether audio can be chosen without video.
    pub fn has_audio_alone(&self) -> bool {
        self.has_audio_alone
    }

    /// When what is shown of `stream` plays.
    pub fn stretch<'b>(&self, stream: &'b Stream) -> Stretch<'b> {
        Stretch::of(stream, self.clip)
    }

    /// Attributes of the `.ismc`'s root that millrace does not itself write.
    pub fn attributes(&self) -> &'a [Attribute] {
        &self.index.attributes
    }

    /// What clients hand to licence systems.
    pub fn protections(&self) -> &'a [Protection] {
        &self.index.protections
    }

    /// The build that its URLs name.
    pub fn generation(&self) -> Generation {
        self.index.generation
    }

    /// All streams of the presentation, whether they are shown or not: its time counts from the start of them all.
    pub fn streams(&self) -> std::slice::Iter<'a, Stream> {
        self.index.streams.iter()
    }

    /// What it has beside streams of media.
    pub fn extras(&self) -> &'a Extras {
        &self.index.extras
    }

    /// The licence systems, each with the keys that it has a word for.
    pub fn systems(&self) -> Systems<'a> {
        Systems::of(self.index)
    }

    /// The streams that Smooth Streaming can carry, with those levels that it can; in the index's order. What is
    /// coded as the protocol has no name for is left out, unless neither video nor audio would remain.
    pub fn smooth(&self) -> Result<Vec<Shown<'a>>, ViewError> {
        carried::carried(&self.streams)
    }

    /// The video and audio that HLS and DASH can carry, by levels that a player can switch between; in the
    /// index's order. What they cannot carry is left out, unless nothing remains.
    pub fn renditions(&self) -> Result<Vec<Rendition<'a>>, ViewError> {
        rendition::renditions(&self.streams, self.target)
    }

    /// The captions and subtitles that HLS and DASH can carry, in the index's order.
    pub fn texts(&self) -> Vec<Rendition<'a>> {
        texts::texts(&self.streams, self.target)
    }
}
