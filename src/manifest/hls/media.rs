//! The media playlist of one level: its segments, one by one.

use super::keys::Keys;
use super::parts::{self, HEAD};
use super::splices;
use crate::base::chunk::Chunk;
use crate::base::target::SegmentTarget;
use crate::base::time::Timescale;
use crate::index::{Stream, StreamKind, Track};
use crate::manifest::attributes::put;
use crate::manifest::once::Once;
use crate::manifest::rows::LINES;
use crate::url::{Frames, INIT_FILE, SEGMENT, WEBVTT};
use crate::view::{View, ViewError};

/// The media playlist of `track`, which is one of `stream`'s, and that one of the view's; or that of its key
/// frames (`RFC 8216` 4.3.3.6).
///
/// Each segment lasts until the next one starts, to the nearest ten-millionth of a second from the
/// start of the stream, so that no error adds up.
pub fn playlist(
    view: &View<'_>,
    stream: &Stream,
    track: &Track,
    frames: Frames,
) -> Result<String, ViewError> {
    let ticks = |at| stream.timescale.rescale(at, Timescale::SMOOTH).unwrap_or(u64::MAX);
    let target = match frames {
        Frames::All(target) => target,
        Frames::Key => SegmentTarget::CHUNK,
    };
    let segments = view.stretch(stream).segments(target);
    let spans: Vec<Chunk> = segments.map(|segment| segment.span).collect();
    if view.clip().is_some() && spans.is_empty() {
        return Err(ViewError::NothingLeft);
    }
    let starts = || spans.iter().map(|span| span.start);
    let first = starts().next().map_or(0, ticks);
    let mut begun = first;
    let ends = starts().skip(1).chain(spans.last().and_then(|last| last.end()));
    let durations =
        ends.map(ticks).map(|end| end.saturating_sub(std::mem::replace(&mut begun, end)));
    let durations: Vec<u64> = durations.collect();
    let second = u64::from(Timescale::SMOOTH.ticks_per_second());
    let rounded = |duration: u64| duration.saturating_add(second / 2) / second;
    let longest = durations.iter().copied().map(rounded).max().unwrap_or(0).max(1);
    let mut out = String::from(HEAD);
    put(&mut out, format_args!("#EXT-X-TARGETDURATION:{longest}\n#EXT-X-MEDIA-SEQUENCE:0\n"));
    out.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n");
    out.push_str(match frames {
        Frames::All(_) => "#EXT-X-INDEPENDENT-SEGMENTS\n",
        Frames::Key => "#EXT-X-I-FRAMES-ONLY\n",
    });
    parts::beginning(&mut out, view.clip(), first);
    let (extension, mut keys) = match stream.kind {
        StreamKind::Text => (WEBVTT, Keys::none()),
        StreamKind::Video | StreamKind::Audio => {
            put(&mut out, format_args!("#EXT-X-MAP:URI=\"{INIT_FILE}\"\n"));
            (SEGMENT, Keys::of(view, stream, track)?)
        }
    };
    let tells = stream.kind == StreamKind::Video && frames != Frames::Key;
    splices::write(&mut out, &view.extras().splices, first, tells);
    let (mut tags, mut digits) = (Once::of_last(LINES), itoa::Buffer::new());
    for (&span, duration) in spans.iter().zip(durations) {
        keys.before(span, &mut out);
        tags.append(&mut out, duration, parts::lasting);
        out.push_str(digits.format(span.start));
        out.push_str(extension);
        out.push('\n');
    }
    out.push_str("#EXT-X-ENDLIST\n");
    Ok(out)
}
