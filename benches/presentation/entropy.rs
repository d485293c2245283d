//! What the columns of an index take beside what they say.

use millrace::index::{Index, Media, Stream};
use std::collections::HashMap;

/// How many of a number's bits are counted: what is below them is taken to be noise, as sizes of fragments have it.
const COUNTED: u32 = 6;

/// The bytes that the columns of `index`, of fragmented files, say: when chunks play, how large fragments are, and how far
/// apart they lie.
///
/// By columns as they are stored, each by itself, as differences from its least number: what the upper [`COUNTED`] bits
/// would take if each value of them took what its share of the column says (the entropy of order zero), and the bits below
/// as they are.
pub(crate) fn bytes(index: &Index) -> f64 {
    index.streams.iter().flat_map(columns).map(|column| bits(&column)).sum::<f64>() / 8.0
}

/// The columns of a stream: its steps from chunk to chunk, and sizes and gaps of each of its tracks.
fn columns(stream: &Stream) -> Vec<Vec<u64>> {
    let mut columns = vec![places(stream.timeline.iter().map(|chunk| chunk.duration))];
    for track in &stream.tracks {
        let Media::Fragments { extents, .. } = &track.media else { continue };
        let ranges: Vec<_> = extents.iter().collect();
        columns.push(ranges.iter().map(|range| range.length()).collect());
        columns.push(ranges.windows(2).map(|pair| pair[1].start() - pair[0].end()).collect());
    }
    columns
}

/// Which of the different values each is, by when they first come.
fn places(values: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut known = HashMap::new();
    values
        .map(|value| {
            let next = known.len() as u64;
            *known.entry(value).or_insert(next)
        })
        .collect()
}

fn bits(column: &[u64]) -> f64 {
    let least = column.iter().copied().min().unwrap_or(0);
    let widest = column.iter().map(|value| value - least).max().unwrap_or(0);
    let below = (u64::BITS - widest.leading_zeros()).saturating_sub(COUNTED);
    let mut counts: HashMap<u64, f64> = HashMap::new();
    for value in column {
        *counts.entry((value - least) >> below).or_default() += 1.0;
    }
    let all = column.len() as f64;
    let upper: f64 = counts.values().map(|count| count * (all / count).log2()).sum();
    upper + all * f64::from(below)
}
