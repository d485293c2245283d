//! Parts of a manifest that are made once and copied from then on: tracks of many languages share one timeline.

use std::ops::Range;

/// Where in a text each part stands, by what it is made of.
pub(super) struct Once<K> {
    parts: Vec<(K, Range<usize>)>,
}

impl<K: PartialEq> Once<K> {
    /// None so far.
    pub(super) fn new() -> Self {
        Self { parts: Vec::new() }
    }

    /// Appends to `out` what `write` makes of `key`, or a copy of it where that was appended to `out` before.
    pub(super) fn append(&mut self, out: &mut String, key: K, write: impl FnOnce(&mut String, &K)) {
        if let Some((_, part)) = self.parts.iter().find(|(known, _)| *known == key) {
            out.extend_from_within(part.clone());
            return;
        }
        let start = out.len();
        write(out, &key);
        self.parts.push((key, start..out.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_parts_are_made_once() {
        let (mut out, mut once, mut made) = (String::from("<"), Once::new(), 0);
        for key in ["a", "bb", "a", "a", "bb"] {
            once.append(&mut out, key, |out, key| {
                made += 1;
                out.push_str(key);
            });
        }
        assert_eq!((out.as_str(), made), ("<abbaabb", 2));
    }
}
