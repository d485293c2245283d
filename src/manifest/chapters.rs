//! Chapters as Apple's players read them (HLS Authoring Specification, *Chapters*): a list in JSON.

use super::attributes::put;
use crate::base::time::Timescale;
use crate::index::{Chapter, span};
use crate::view::{View, shortest_tag};
use serde_json::json;

/// The chapters of `view`, each with when it starts, in seconds from the start of the presentation, and its titles;
/// `None` if it has none.
pub fn render(view: &View<'_>) -> Option<String> {
    let chapters = &view.extras().chapters;
    let zero =
        span(view.streams().map(|stream| (stream.kind, stream.span(Timescale::SMOOTH)))).start;
    let second = u64::from(Timescale::SMOOTH.ticks_per_second());
    let mut out = String::new();
    for (at, same) in chapters.chunk_by(|one, other| one.start == other.start).enumerate() {
        let start = same.first()?.start.saturating_sub(zero);
        let titles: Vec<_> = same.iter().map(title).collect();
        out.push_str(if at == 0 { "[" } else { "," });
        let (seconds, rest) = (start / second, start % second);
        put(
            &mut out,
            format_args!(
                "\n{{\"chapter\":{},\"start-time\":{seconds}.{rest:07},\"titles\":{}}}",
                at.saturating_add(1),
                json!(titles)
            ),
        );
    }
    out.push_str("\n]\n");
    (!chapters.is_empty()).then_some(out)
}

fn title(Chapter { language, title, .. }: &Chapter) -> serde_json::Value {
    let language = shortest_tag(language).unwrap_or_else(|| "und".to_owned());
    json!({ "language": language, "title": title })
}
