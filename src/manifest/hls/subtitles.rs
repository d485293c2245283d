//! Text in HLS: one group of renditions, each a playlist of segments of `WebVTT` (`RFC 8216` 4.3.4.1).

use super::{quotable, uri};
use crate::index::Generation;
use crate::manifest::attributes::put;
use crate::manifest::cmaf::Rendition;
use crate::manifest::texts::role;

/// What a variant says of the group.
pub(super) fn attribute(texts: &[Rendition<'_>]) -> &'static str {
    if texts.is_empty() { "" } else { ",SUBTITLES=\"text\"" }
}

/// Every text as a member of the group, by its first level: a group may not have a stream twice. A player
/// chooses one by the viewer's language, or none.
pub(super) fn tell(out: &mut String, texts: &[Rendition<'_>], generation: Generation) {
    for text in texts {
        let Some(level) = text.levels.first() else { continue };
        out.push_str("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\"");
        put(out, format_args!(",NAME=\"{}\"", quotable(text.label())));
        if !text.stream.language.is_empty() {
            put(out, format_args!(",LANGUAGE=\"{}\"", quotable(&text.stream.language)));
        }
        out.push_str(",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO");
        if role(text.stream) == Some("caption") {
            out.push_str(",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,");
            out.push_str("public.accessibility.describes-music-and-sound\"");
        }
        out.push_str(",URI=\"");
        uri(out, generation, (text.stream, level));
        out.push_str("\"\n");
    }
}
