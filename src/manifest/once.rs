//! Parts of a manifest that are made once and copied from then on: tracks of many languages share one timeline, and
//! most chunks of a film last as long as others.

use std::ops::Range;

/// The place of each part in a text, by what the part is made of.
pub(super) struct Once<K> {
    parts: Vec<(K, Range<usize>)>,
    most: usize,
    /// How many were made.
    made: usize,
}

impl<K: PartialEq> Once<K> {
    /// None so far, and all from then on.
    pub(super) fn new() -> Self {
        Self::of_last(usize::MAX)
    }

    /// None so far, and no more than the last `most` from then on: to look through them is to cost less than a part.
    pub(super) fn of_last(most: usize) -> Self {
        Self { parts: Vec::new(), most, made: 0 }
    }

    /// Appends to `out` what `write` makes of `key`, or a copy of it where that was appended to `out` before.
    pub(super) fn append(&mut self, out: &mut String, key: K, write: impl FnOnce(&mut String, &K)) {
        if let Some((_, part)) = self.parts.iter().find(|(known, _)| *known == key) {
            out.extend_from_within(part.clone());
            return;
        }
        let start = out.len();
        write(out, &key);
        let part = (key, start..out.len());
        // The oldest makes room.
        match self.parts.get_mut(self.made.checked_rem(self.most).unwrap_or(0)) {
            Some(oldest) => *oldest = part,
            None => self.parts.push(part),
        }
        self.made = self.made.saturating_add(1);
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
