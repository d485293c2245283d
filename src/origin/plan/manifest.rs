//! The plan of what is made of an index alone: manifests, playlists, and init segments.

use super::representation::{Freshness, Representation};
use super::step::Plan;
use crate::fragment::{LocateError, LocatedLevel, init_segment, locate_level};
use crate::index::{Digest, FormatError, Generation, Index};
use crate::library::LibraryError;
use crate::manifest::{chapters as chapter_list, dash, hls, smooth};
use crate::origin::asked::Asked;
use crate::origin::error::Error;
use crate::origin::settings::Settings;
use crate::selection::Selection;
use crate::url::{
    ChaptersRequest, Form, Frames, LevelPart, LevelRequest, ManifestFormat, ManifestRequest,
};
use crate::view::{View, ViewError};

/// The media type of playlists (`RFC 8216` 4).
const PLAYLIST: &str = "application/vnd.apple.mpegurl";

/// A manifest of the presentation as it is now, of what the request and the stored `filters` that it names all show.
pub(super) fn manifest(
    asked: &Asked<'_>,
    settings: &Settings,
    (request, filters): (&ManifestRequest<'_>, &[Selection]),
    index: &Index,
) -> Result<Plan, Error> {
    let selection = filters.iter().cloned().try_fold(request.selection.clone(), Selection::and);
    let selection = selection.ok_or(ViewError::NothingLeft)?;
    let view = View::whole(index).selected(&selection)?;
    let version = version(index.generation, &selection);
    match request.format {
        ManifestFormat::Smooth(form) => {
            let form = form.unwrap_or(settings.form);
            let tag = match form {
                Form::Compact => "compact",
                Form::Legacy => "legacy",
            };
            let kind = (tag, "text/xml; charset=utf-8");
            renewed(asked, &version, kind, || smooth::render(&view, form))
        }
        ManifestFormat::Hls => {
            let tag = format!("hls-{}", settings.target);
            let view = view.in_segments_of(settings.target);
            renewed(asked, &version, (&tag, PLAYLIST), || hls::master(&view))
        }
        ManifestFormat::Dash => {
            let tag = format!("dash-{}", settings.target);
            let view = view.in_segments_of(settings.target);
            renewed(asked, &version, (&tag, "application/dash+xml"), || dash::render(&view))
        }
    }
}

/// Names what of which generation is shown.
fn version(generation: Generation, selection: &Selection) -> String {
    match selection.is_all() {
        true => generation.to_string(),
        false => format!("{generation}-{}", Digest::of(selection.canonical().as_bytes())),
    }
}

/// The chapters of one build of the presentation.
pub(super) fn chapters(
    asked: &Asked<'_>,
    request: &ChaptersRequest<'_>,
    index: &Index,
) -> Result<Plan, Error> {
    if request.generation != index.generation {
        return Err(LocateError::OtherGeneration.into());
    }
    let chapters = chapter_list::render(&View::whole(index));
    let chapters = chapters.ok_or_else(|| Error::NoChapters(request.presentation.to_string()))?;
    let etag = format!("{}-chapters", index.generation);
    let representation = Representation::new(etag, "application/json", Freshness::Immutable);
    representation.bytes(chapters.into_bytes()).send(asked)
}

/// What clients of HLS and DASH want of a level before its segments.
pub(super) fn level(
    asked: &Asked<'_>,
    request: &LevelRequest<'_>,
    index: &Index,
) -> Result<Plan, Error> {
    let LevelRequest { generation, bitrate, part, .. } = *request;
    let level = locate_level(index, Some(generation), &request.stream, bitrate)?;
    let LocatedLevel { stream, track, number } = level;
    let (tag, content_type, bytes) = match part {
        LevelPart::Playlist(frames, clip) => {
            let mut tag = match frames {
                Frames::All(target) => {
                    level.check_target(target)?;
                    format!("p{target}")
                }
                Frames::Key => {
                    level.check_key_frames()?;
                    "pk".to_owned()
                }
            };
            if let Some(clip) = clip {
                tag.push('-');
                tag.push_str(&clip.written('-'));
            }
            let selection = Selection { clip, ..Selection::default() };
            let view = View::whole(index).selected(&selection)?;
            (tag, PLAYLIST, hls::playlist(&view, stream, track, frames)?.into_bytes())
        }
        LevelPart::Init => {
            let init = init_segment(index, stream, track)
                .map_err(|cause| ViewError::protection(stream, track, cause))?;
            let init = init.ok_or_else(|| {
                let cause = FormatError::Malformed("a track has no sample entry");
                LibraryError::Index { presentation: request.presentation.to_string(), cause }
            })?;
            ("h".to_owned(), stream.kind.media_type(), init)
        }
    };
    let etag = format!("{generation}-{number:x}-{tag}");
    let representation = Representation::new(etag, content_type, Freshness::Immutable);
    representation.bytes(bytes).send(asked)
}

/// Text that is of this `version`, under a URL that is not; it is not made for a client that has it.
fn renewed(
    asked: &Asked<'_>,
    version: &str,
    (tag, content_type): (&str, &'static str),
    text: impl FnOnce() -> Result<String, ViewError>,
) -> Result<Plan, Error> {
    let etag = format!("{version}-{tag}");
    let representation = Representation::new(etag, content_type, Freshness::Renewed);
    if asked.has_current(&representation.etag)? {
        return Ok(representation.not_modified());
    }
    representation.bytes(text()?.into_bytes()).send(asked)
}
