//! Parts of a manifest that are made once and copied from then on: tracks of many languages share one timeline, and
//! most chunks of a film last as long as others.

use std::collections::VecDeque;
use std::ops::Range;

/// Where in a text each part stands, by what it is made of.
pub(super) struct Once<K> {
    parts: VecDeque<(K, Range<usize>)>,
    most: usize,
}

impl<K: PartialEq> Once<K> {
    /// None so far, and all from then on.
    pub(super) fn new() -> Self {
        Self::of_last(usize::MAX)
    }

    /// None so far, and no more than the last `most` from then on: to look through them is to cost less than a part.
    pub(super) fn of_last(most: usize) -> Self {
        Self { parts: VecDeque::new(), most }
    }

    /// Appends to `out` what `write` makes of `key`, or a copy of it where that was appended to `out` before.
    pub(super) fn append(&mut self, out: &mut String, key: K, write: impl FnOnce(&mut String, &K)) {
        if let Some((_, part)) = self.parts.iter().find(|(known, _)| *known == key) {
            out.extend_from_within(part.clone());
            return;
        }
        let start = out.len();
        write(out, &key);
        if self.parts.len() >= self.most {
            self.parts.pop_front();
        }
        self.parts.push_back((key, start..out.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is appended for `keys`, and how many of them are made.
    fn appended(mut once: Once<&str>, keys: &[&'static str]) -> (String, usize) {
        let (mut out, mut made) = (String::from("<"), 0);
        for key in keys {
            once.append(&mut out, key, |out, key| {
                made += 1;
                out.push_str(key);
            });
        }
        (out, made)
    }

    #[test]
    fn equal_parts_are_made_once() {
        let keys = ["a", "bb", "a", "a", "bb"];
        assert_eq!(appended(Once::new(), &keys), ("<abbaabb".to_owned(), 2));
    }

    #[test]
    fn no_more_than_the_last_are_remembered() {
        let keys = ["a", "bb", "a", "c", "bb", "a", "c"];
        assert_eq!(appended(Once::of_last(2), &keys), ("<abbacbbac".to_owned(), 4));
    }
}
