//! A request as a data point of Workers Analytics Engine; `docs/monitor.md` has the table.

use super::audience::Audience;
use super::record::{AccessRecord, Subject};

/// Bytes that the index of a point may have.
const MAX_INDEX_LEN: usize = 96;

/// One data point: what it is indexed by, its words, and its numbers.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// `index1`: the presentation, or where that is too long, its end.
    pub index: String,
    /// `blob1` to `blob8`.
    pub blobs: [String; 8],
    /// `double1` to `double8`.
    pub doubles: [f64; 8],
}

impl AccessRecord<'_> {
    /// The point to count this request of `audience` by, which took `duration_ms` in all.
    pub fn point(&self, duration_ms: u64, audience: &Audience) -> Point {
        let Audience { country, player } = audience;
        let presentation = self.subject.map_or("", |subject| subject.presentation);
        let fragment = self.subject.and_then(|subject| subject.fragment);
        let found = match (self.is_hit, self.spent.index) {
            (true, _) => "cache",
            (false, Some(found)) => found.name(),
            (false, None) => "",
        };
        Point {
            index: end_of(presentation, MAX_INDEX_LEN).to_owned(),
            blobs: [
                presentation.to_owned(),
                self.subject.map_or("", |subject| subject.kind).to_owned(),
                fragment.map_or("", |fragment| fragment.stream).to_owned(),
                found.to_owned(),
                self.subject.map_or("", |subject| protocol(&subject, &player.format)).to_owned(),
                country.clone(),
                player.session.clone(),
                player.object.clone(),
            ],
            doubles: [
                f64::from(self.status.as_u16()),
                self.bytes as f64,
                duration_ms as f64,
                self.spent.index_ms as f64,
                self.spent.storage_ms.unwrap_or(0) as f64,
                fragment.map_or(0.0, |fragment| f64::from(fragment.bitrate)),
                f64::from(player.bitrate_kbps) * 1000.0,
                f64::from(player.buffer_ms),
            ],
        }
    }
}

/// The protocol of a request, which for what HLS and DASH share only the player can tell: it says that its format is `said`.
fn protocol(subject: &Subject<'_>, said: &str) -> &'static str {
    match (subject.kind, said) {
        ("manifest" | "fragment" | "info" | "raw" | "keys", _) => "smooth",
        ("hls" | "playlist" | "key-playlist" | "webvtt" | "chapters", _) => "hls",
        ("dash", _) => "dash",
        ("init" | "segment" | "key-segment", "h") => "hls",
        ("init" | "segment" | "key-segment", "d") => "dash",
        _ => "",
    }
}

/// The last bytes of `text`, at most `len` of them.
fn end_of(text: &str, len: usize) -> &str {
    let mut from = text.len().saturating_sub(len);
    loop {
        match text.get(from..) {
            Some(end) => return end,
            None => from = from.saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Found;
    use crate::origin::{ClientData, FragmentName, Spent, Subject};
    use http::StatusCode;

    #[test]
    fn columns() {
        let fragment = FragmentName { stream: "video", bitrate: 300_000, start: 20_000_000 };
        let subject =
            Subject { presentation: "films/a.ism", kind: "fragment", fragment: Some(fragment) };
        let spent = Spent { index: Some(Found::Kv), index_ms: 20, storage_ms: Some(30) };
        let status = StatusCode::OK;
        let record =
            AccessRecord { subject: Some(subject), status, bytes: 4567, spent, is_hit: false };
        let player =
            ClientData { session: "x".to_owned(), object: "v".to_owned(), ..ClientData::default() };
        let player = ClientData { bitrate_kbps: 300, buffer_ms: 2500, ..player };
        let audience = Audience { country: "NO".to_owned(), player };
        let point = record.point(51, &audience);
        assert_eq!(point.index, "films/a.ism");
        assert_eq!(
            point.blobs,
            ["films/a.ism", "fragment", "video", "kv", "smooth", "NO", "x", "v"]
        );
        assert_eq!(point.doubles, [200.0, 4567.0, 51.0, 20.0, 30.0, 300_000.0, 300_000.0, 2500.0]);
        let hit = AccessRecord { is_hit: true, spent: Spent::default(), ..record };
        assert_eq!(hit.point(1, &audience).blobs[3], "cache");
    }

    #[test]
    fn only_players_know_the_protocol_of_what_two_share() {
        let of = |kind, said| protocol(&Subject { presentation: "", kind, fragment: None }, said);
        assert_eq!(["", "h", "d", "x"].map(|said| of("segment", said)), ["", "hls", "dash", ""]);
        assert_eq!(
            ["dash", "playlist", "raw", "file"].map(|kind| of(kind, "h")),
            ["dash", "hls", "smooth", ""]
        );
    }

    #[test]
    fn a_long_name_is_indexed_by_its_end() {
        let name = format!("{}ö.ism", "x".repeat(100));
        assert_eq!(end_of(&name, 5), ".ism");
        assert_eq!(end_of(&name, 6), "ö.ism");
        assert_eq!(end_of("a.ism", 96), "a.ism");
    }
}
