//! Chapters and splices in an MPD: streams of events (`ISO/IEC 23009-1` 5.10.2).

use crate::base::time::Timescale;
use crate::base::xml;
use crate::index::{Chapter, Extras, Splice};
use crate::manifest::attributes::{integer, number, put, text};
use crate::view::{View, shortest_tag};
use base64::prelude::{BASE64_STANDARD, Engine};
use std::ops::Range;

/// The scheme of chapters, for which there is no common one: an event's message is its title, the stream's value its
/// language.
const CHAPTERS: &str = "urn:millrace:chapters:2026";
/// The scheme of splices (SCTE 214-1, 6.7.4).
const SPLICES: &str = "urn:scte:scte35:2014:xml+bin";

/// The events of a period of this `time`, in Smooth Streaming's ticks; of a clip only those that lie in it.
pub(super) fn write(out: &mut String, view: &View<'_>, time: Range<u64>) {
    let Extras { chapters, splices, .. } = view.extras();
    let is_shown = |start: u64| view.clip().is_none() || time.contains(&start);
    let chapters: Vec<_> = chapters.iter().filter(|chapter| is_shown(chapter.start)).collect();
    let splices: Vec<_> = splices.iter().filter(|splice| is_shown(splice.start)).collect();
    let mut languages: Vec<&str> = Vec::new();
    for Chapter { language, .. } in &chapters {
        if !languages.contains(&language.as_str()) {
            languages.push(language);
        }
    }
    for language in languages {
        let chapters = chapters.iter().filter(|chapter| chapter.language == language);
        open(out, CHAPTERS, shortest_tag(language).as_deref(), time.start);
        for (at, chapter) in chapters.enumerate() {
            event(out, at, chapter.start, 0);
            xml::escape(&chapter.title, out);
            out.push_str("</Event>\n");
        }
        out.push_str("    </EventStream>\n");
    }
    if !splices.is_empty() {
        open(out, SPLICES, None, time.start);
        for (at, Splice { start, duration, section, .. }) in splices.into_iter().enumerate() {
            event(out, at, *start, *duration);
            out.push_str("<Signal xmlns=\"http://www.scte.org/schemas/35/2016\"><Binary>");
            BASE64_STANDARD.encode_string(section, out);
            out.push_str("</Binary></Signal></Event>\n");
        }
        out.push_str("    </EventStream>\n");
    }
}

fn open(out: &mut String, scheme: &str, value: Option<&str>, start: u64) {
    out.push_str("    <EventStream");
    text(out, "schemeIdUri", scheme);
    if let Some(value) = value {
        text(out, "value", value);
    }
    number(out, "timescale", Timescale::SMOOTH.ticks_per_second());
    if start > 0 {
        integer(out, "presentationTimeOffset", start);
    }
    out.push_str(">\n");
}

fn event(out: &mut String, at: usize, start: u64, duration: u64) {
    out.push_str("      <Event");
    integer(out, "presentationTime", start);
    if duration > 0 {
        integer(out, "duration", duration);
    }
    put(out, format_args!(" id=\"{at}\">"));
}
