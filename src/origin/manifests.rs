//! What is answered out of an index alone: manifests, playlists, and headers of tracks.

use super::Origin;
use super::answer::Answer;
use super::asked::Asked;
use super::error::Error;
use super::representation::{Freshness, Representation};
use super::stopwatch::Stopwatch;
use crate::fragment::{LocatedLevel, header, locate_level};
use crate::index::{FormatError, Generation};
use crate::library::Runtime;
use crate::manifest::{Untold, dash, hls, smooth};
use crate::store::{IndexStore, MediaStore};
use crate::url::{Form, Frames, LevelPart, LevelRequest, ManifestFormat, ManifestRequest};

/// The media type of playlists (`RFC 8216` 4).
const PLAYLIST: &str = "application/vnd.apple.mpegurl";

impl<O: MediaStore + 'static, I: IndexStore + 'static, R: Runtime> Origin<'_, O, I, R> {
    /// A manifest of the presentation as it is now.
    pub(super) async fn manifest(
        &self,
        asked: &Asked<'_>,
        request: &ManifestRequest<'_>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let index = self.index(&request.presentation, None, asked.now_ms, watch).await?.index;
        let generation = index.generation;
        match request.format {
            ManifestFormat::Smooth(form) => {
                let form = form.unwrap_or(self.settings.form);
                let tag = match form {
                    Form::Compact => "compact",
                    Form::Legacy => "legacy",
                };
                let kind = (tag, "text/xml; charset=utf-8");
                renewed(asked, generation, kind, || smooth::render(&index, form))
            }
            ManifestFormat::Hls => {
                renewed(asked, generation, ("hls", PLAYLIST), || hls::master(&index))
            }
            ManifestFormat::Dash => {
                let kind = ("dash", "application/dash+xml");
                renewed(asked, generation, kind, || dash::render(&index))
            }
        }
    }

    /// What clients of HLS and DASH want of a level before its segments.
    pub(super) async fn level(
        &self,
        asked: &Asked<'_>,
        request: &LevelRequest<'_>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let LevelRequest { presentation, stream, .. } = request;
        let LevelRequest { generation, bitrate, part, .. } = *request;
        let index = self.index(presentation, Some(generation), asked.now_ms, watch).await?.index;
        let level = locate_level(&index, Some(generation), stream, bitrate)?;
        let LocatedLevel { stream, track, number } = level;
        let (tag, content_type, bytes) = match part {
            LevelPart::Playlist(frames) => {
                let tag = match frames {
                    Frames::All => "p",
                    Frames::Key => {
                        level.check_key_frames()?;
                        "pk"
                    }
                };
                (tag, PLAYLIST, hls::playlist(&index, stream, track, frames)?.into_bytes())
            }
            LevelPart::Header => {
                let header = header(&index, stream, track).map_err(Untold::from)?;
                let header = header.ok_or_else(|| {
                    let cause = FormatError::Malformed("a track has no sample entry");
                    Error::Index { presentation: presentation.to_string(), cause }
                })?;
                ("h", stream.kind.media_type(), header)
            }
        };
        let etag = format!("{generation}-{number:x}-{tag}");
        let representation = Representation { etag, content_type, freshness: Freshness::Immutable };
        representation.bytes(bytes).send(asked)
    }
}

/// Text that is of a generation, under a URL that is not; it is not made for a client that has it.
fn renewed<B>(
    asked: &Asked<'_>,
    generation: Generation,
    (tag, content_type): (&str, &'static str),
    text: impl FnOnce() -> Result<String, Untold>,
) -> Result<Answer<B>, Error> {
    let etag = format!("{generation}-{tag}");
    let representation = Representation { etag, content_type, freshness: Freshness::Renewed };
    if asked.has_current(&representation.etag)? {
        return Ok(representation.not_modified());
    }
    representation.bytes(text()?.into_bytes()).send(asked)
}
