//! Findings about files as JSON, for the command line and the Experience page.

use super::looked::{Advice, Looked, Spread, TrackLooked};
use super::presentation::Presented;
use serde_json::{Value, json};

/// What there is to say of a file.
pub fn file(looked: &Looked) -> Value {
    json!({
        "file": looked.name,
        "bytes": looked.size,
        "verdict": looked.verdict(),
        "served": looked.refusal.is_none(),
        "refused": looked.refusal.as_ref().map(advice),
        "advice": looked.advice.as_ref().map(advice),
        "warnings": looked.warnings,
        "tracks": looked.tracks.iter().map(track).collect::<Vec<_>>(),
    })
}

/// What there is to say of a presentation. Its tracks also say in which `source` they are.
pub(super) fn presentation(presented: &Presented) -> Value {
    let source = |(key, bytes): &(String, u64)| json!({ "key": key, "bytes": bytes });
    let named = |(at, looked): &(usize, TrackLooked)| {
        let mut value = track(looked);
        let key = presented.sources.get(*at).map(|(key, _)| key.clone());
        if let Some(members) = value.as_object_mut() {
            members.insert("source".to_owned(), key.into());
        }
        value
    };
    json!({
        "presentation": presented.key,
        "verdict": presented.verdict(),
        "served": presented.refusal.is_none(),
        "refused": presented.refusal.as_ref().map(|why| json!({ "why": why, "mend": null })),
        "missing": presented.missing,
        "duration_ms": presented.duration_ms,
        "warnings": presented.warnings,
        "sources": presented.sources.iter().map(source).collect::<Vec<_>>(),
        "tracks": presented.tracks.iter().map(named).collect::<Vec<_>>(),
    })
}

fn track(track: &TrackLooked) -> Value {
    json!({
        "track_id": track.id,
        "type": track.kind,
        "coding": track.coding,
        "codec": track.codec,
        "details": track.details,
        "language": track.language,
        "bitrate": track.bitrate,
        "way": track.way,
        "chunks": track.chunks.map(spread),
        "keyframes": track.keyframes.map(spread),
    })
}

fn spread(spread: Spread) -> Value {
    json!({
        "count": spread.count,
        "shortest_ms": spread.shortest_ms,
        "longest_ms": spread.longest_ms,
    })
}

fn advice(advice: &Advice) -> Value {
    json!({ "why": advice.why, "mend": advice.mend })
}
