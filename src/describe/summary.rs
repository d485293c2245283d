//! A presentation in one line of a list.

use crate::base::date::rfc3339;
use crate::base::time::Timescale;
use crate::index::{Generation, Index, span};
use serde_json::{Value, json};

/// A summary of an index, for lists. It lies beside the value, so that lists need not read the values: in KV as
/// metadata, which has room for 1024 bytes of JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The build.
    pub generation: Generation,
    /// Quality levels of all streams together.
    pub tracks: u64,
    /// How long video and audio last, from the earliest start to the latest end; of text alone, that.
    pub duration_ms: u64,
    /// What the sources have together.
    pub bytes: u64,
    /// What the index takes with its pages; `None` where a version that did not say stored it.
    pub index_bytes: Option<u64>,
    /// When the value was stored, as RFC 3339 writes it.
    pub built_at: String,
}

impl Summary {
    /// The summary of `index`, which is stored at `now_ms` and takes `index_bytes` with its pages.
    pub fn new(index: &Index, index_bytes: u64, now_ms: u64) -> Self {
        let tracks = index.streams.iter().map(|stream| stream.tracks.len()).sum::<usize>();
        Self {
            generation: index.generation,
            tracks: u64::try_from(tracks).unwrap_or(u64::MAX),
            duration_ms: duration_ms(index),
            bytes: index.sources.iter().fold(0, |sum, source| sum.saturating_add(source.size)),
            index_bytes: Some(index_bytes),
            built_at: rfc3339(now_ms),
        }
    }

    /// An object with a member for each field.
    pub fn to_json(&self) -> Value {
        json!({
            "generation": self.generation.to_string(),
            "tracks": self.tracks,
            "duration_ms": self.duration_ms,
            "bytes": self.bytes,
            "index_bytes": self.index_bytes,
            "built_at": self.built_at,
        })
    }

    /// What [`Summary::to_json`] wrote; `None` if something else did.
    pub fn from_json(value: &Value) -> Option<Self> {
        let number = |name| value.get(name)?.as_u64();
        let text = |name| value.get(name)?.as_str();
        Some(Self {
            generation: Generation::parse(text("generation")?)?,
            tracks: number("tracks")?,
            duration_ms: number("duration_ms")?,
            bytes: number("bytes")?,
            index_bytes: number("index_bytes"),
            built_at: text("built_at")?.to_owned(),
        })
    }
}

fn duration_ms(index: &Index) -> u64 {
    const A_MILLISECOND: u64 = 10_000;
    let each = index.streams.iter();
    let span = span(each.map(|stream| (stream.kind, stream.span(Timescale::SMOOTH))));
    span.end.saturating_sub(span.start) / A_MILLISECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_and_has_room_as_metadata() {
        let index = Index::new(Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let summary = Summary {
            tracks: u64::MAX,
            duration_ms: u64::MAX,
            bytes: u64::MAX,
            ..Summary::new(&index, u64::MAX, 1_795_366_999_000)
        };
        assert_eq!(Summary::from_json(&summary.to_json()), Some(summary.clone()));
        assert!(summary.to_json().to_string().len() <= 1024);
        assert_eq!(summary.built_at, "2026-11-22T17:03:19Z");
    }

    #[test]
    fn an_earlier_version_did_not_say_what_the_index_takes() {
        let index = Index::new(Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let summary = Summary::new(&index, 7, 0);
        let mut value = summary.to_json();
        value.as_object_mut().unwrap().remove("index_bytes");
        let earlier = Summary { index_bytes: None, ..summary };
        assert_eq!(Summary::from_json(&value), Some(earlier));
    }

    #[test]
    fn what_something_else_wrote_is_none() {
        for value in [json!(null), json!({ "generation": "x" }), json!([1])] {
            assert_eq!(Summary::from_json(&value), None);
        }
    }
}
