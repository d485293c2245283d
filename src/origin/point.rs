//! A request as a data point of Workers Analytics Engine; `docs/monitor.md` has the table.

use super::record::AccessRecord;

/// What the engine indexes by may have so many bytes.
const MAX_INDEX_LEN: usize = 96;

/// One data point: what it is indexed by, its words, and its numbers.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// `index1`: the presentation, or where that is too long, its end.
    pub index: String,
    /// `blob1` to `blob4`.
    pub blobs: [String; 4],
    /// `double1` to `double6`.
    pub doubles: [f64; 6],
}

impl AccessRecord<'_> {
    /// The point to count this request by, which took `duration_ms` in all.
    pub fn point(&self, duration_ms: u64) -> Point {
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
            ],
            doubles: [
                f64::from(self.status.as_u16()),
                self.bytes as f64,
                duration_ms as f64,
                self.spent.index_ms as f64,
                self.spent.storage_ms.unwrap_or(0) as f64,
                fragment.map_or(0.0, |fragment| f64::from(fragment.bitrate)),
            ],
        }
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
    use crate::origin::{FragmentName, Spent, Subject};
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
        let point = record.point(51);
        assert_eq!(point.index, "films/a.ism");
        assert_eq!(point.blobs, ["films/a.ism", "fragment", "video", "kv"]);
        assert_eq!(point.doubles, [200.0, 4567.0, 51.0, 20.0, 30.0, 300_000.0]);
        let hit = AccessRecord { is_hit: true, spent: Spent::default(), ..record };
        assert_eq!(hit.point(1).blobs[3], "cache");
    }

    #[test]
    fn a_long_name_is_indexed_by_its_end() {
        let name = format!("{}ö.ism", "x".repeat(100));
        assert_eq!(end_of(&name, 5), ".ism");
        assert_eq!(end_of(&name, 6), "ö.ism");
        assert_eq!(end_of("a.ism", 96), "a.ism");
    }
}
