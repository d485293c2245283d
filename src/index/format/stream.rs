//! A stream of an index as it is stored, and in which sources its tracks lie.

use super::track::{put_track, track};
use crate::base::time::Timescale;
use crate::index::wire::{Reader, Writer};
use crate::index::{Attribute, FormatError, Labels, Media, Source, Stream, StreamKind, Timeline};

pub(super) fn put_stream(out: &mut Writer, stream: &Stream) {
    out.u8(match stream.kind {
        StreamKind::Video => 0,
        StreamKind::Audio => 1,
        StreamKind::Text => 2,
    });
    out.string(&stream.name);
    out.string(&stream.subtype);
    out.string(&stream.language);
    stream.labels.encode(out);
    out.varint(stream.timescale.ticks_per_second().into());
    stream.timeline.encode(out);
    out.list(&stream.attributes, |out, attribute| attribute.encode(out));
    out.list(&stream.tracks, put_track);
}

pub(super) fn stream(from: &mut Reader<'_>, sources: &[Source]) -> Result<Stream, FormatError> {
    let kind = match from.u8()? {
        0 => StreamKind::Video,
        1 => StreamKind::Audio,
        2 => StreamKind::Text,
        _ => return Err(FormatError::Malformed("a stream is of no known kind")),
    };
    let name = from.string()?;
    let subtype = from.string()?;
    let language = from.string()?;
    let labels = Labels::decode(from)?;
    let timescale =
        Timescale::new(from.narrow()?).ok_or(FormatError::Malformed("a timescale is zero"))?;
    let timeline = Timeline::decode(from)?;
    let attributes = from.list(Attribute::decode)?;
    let tracks = from.list(|from| {
        let track = track(from, kind, timeline.len())?;
        let lies_in = sources.get(track.source);
        let lies_in = lies_in.ok_or(FormatError::Malformed("a track lies in no source"))?;
        match is_torn(&track.media, lies_in) {
            true => Err(FormatError::Malformed("a fragment lies in several objects")),
            false => Ok(track),
        }
    })?;
    if tracks.is_empty() {
        return Err(FormatError::Malformed("a stream has no track"));
    }
    Ok(Stream { kind, name, subtype, language, labels, timescale, timeline, attributes, tracks })
}

/// Whether a stored fragment of a folder does not lie in one of its objects.
fn is_torn(media: &Media, source: &Source) -> bool {
    match media {
        Media::Fragments { extents, .. } if source.folder.is_some() => {
            extents.iter().any(|range| !range.is_empty() && !source.is_of_one_object(range))
        }
        Media::Fragments { .. } | Media::Samples(_) | Media::Cues(_) => false,
    }
}
