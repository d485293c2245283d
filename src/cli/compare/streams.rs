//! The pairs of streams and levels of two manifests.

use super::offer::{Level, Protocol, Stream};
use millrace::view::shortest_tag;

/// Streams that are the same to a client, and those of either side that have none.
pub(super) struct Matched<'a, T> {
    pub(super) pairs: Vec<(&'a T, &'a T)>,
    pub(super) missing: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
}

/// Whether two streams or levels are the same to a client.
type Rule<'r, T> = &'r dyn Fn(&T, &T) -> bool;

/// Pairs what is alike by the first of `rules` that pairs it.
fn matched<'a, T>(old: &'a [T], new: &'a [T], rules: &[Rule<'_, T>]) -> Matched<'a, T> {
    let mut missing: Vec<&T> = old.iter().collect();
    let mut added: Vec<&T> = new.iter().collect();
    let mut pairs = Vec::new();
    for rule in rules {
        missing.retain(|&one| match added.iter().position(|&other| rule(one, other)) {
            Some(at) => {
                pairs.push((one, added.remove(at)));
                false
            }
            None => true,
        });
    }
    Matched { pairs, missing, added }
}

/// The streams of two manifests of one `protocol`. By their names alone where addresses have those.
pub(super) fn streams<'a>(
    protocol: Protocol,
    old: &'a [Stream],
    new: &'a [Stream],
) -> Matched<'a, Stream> {
    let coding = |stream: &Stream| stream.levels.first().map(Level::coding);
    let by_name = |one: &Stream, other: &Stream| one.kind == other.kind && one.name == other.name;
    let by_language = |one: &Stream, other: &Stream| {
        one.kind == other.kind
            && tag(&one.language) == tag(&other.language)
            && coding(one) == coding(other)
    };
    let by_all = |one: &Stream, other: &Stream| by_name(one, other) && by_language(one, other);
    match protocol {
        Protocol::Smooth => matched(old, new, &[&by_name]),
        Protocol::Hls | Protocol::Dash => matched(old, new, &[&by_all, &by_language]),
    }
}

/// The levels of two streams: by their bitrates where addresses have those; else by what a player chooses them by, the
/// bitrate if it is about the same.
pub(super) fn levels<'a>(
    protocol: Protocol,
    old: &'a [Level],
    new: &'a [Level],
) -> Matched<'a, Level> {
    let by_bitrate = |one: &Level, other: &Level| one.bitrate == other.bitrate;
    let is_alike = |one: &Level, other: &Level| {
        one.coding() == other.coding()
            && one.size == other.size
            && one.bitrate.abs_diff(other.bitrate) <= one.bitrate / 5
    };
    match protocol {
        Protocol::Smooth => matched(old, new, &[&by_bitrate]),
        Protocol::Hls | Protocol::Dash => matched(old, new, &[&by_bitrate, &is_alike]),
    }
}

/// A language, however it is spelt; `None` where none is known.
pub(super) fn tag(language: &str) -> Option<String> {
    shortest_tag(language)
}
