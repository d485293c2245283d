//! The end of the clear start of a protected track, found by reading few of its fragments.

/// The extent to which a track is known to be in the clear from its first fragment on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Bound {
    /// Fragments from the first up to the last that was found in the clear.
    clear: usize,
    /// The place of the first that was found protected.
    protected: Option<usize>,
}

impl Bound {
    /// Takes in whether the fragment at `place` is in the clear. What is behind a protected one is not of the start.
    pub(super) fn note(&mut self, place: usize, is_clear: bool) {
        match (is_clear, self.protected) {
            (true, None) => self.clear = self.clear.max(place.saturating_add(1)),
            (true, Some(end)) if place < end => {
                self.clear = self.clear.max(place.saturating_add(1));
            }
            (true, Some(_)) => {}
            (false, end) => self.protected = Some(end.map_or(place, |end| end.min(place))),
        }
    }

    /// The place of the fragment to be read next, if there are some of which it is not known: near the front, as
    /// starts are short, and else in the middle.
    pub(super) fn next(self) -> Option<usize> {
        let end = self.protected?;
        let last = self.clear.checked_sub(1)?;
        let between = end.checked_sub(last)?;
        let middle = last.saturating_add(between / 2);
        (between > 1).then(|| last.saturating_mul(2).saturating_add(1).min(middle))
    }

    /// The place of the first fragment that is protected; `None` if none is.
    pub(super) fn end(self) -> Option<usize> {
        self.protected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the start of `count` fragments ends of which the first `clear` are in the clear, and how many were read
    /// besides the first, the second and the last.
    fn found(clear: usize, count: usize) -> (Option<usize>, usize) {
        let mut bound = Bound::default();
        [0, 1, count - 1].into_iter().for_each(|at| bound.note(at, at < clear));
        let mut reads = 0;
        while let Some(next) = bound.next() {
            bound.note(next, next < clear);
            reads += 1;
        }
        (bound.end(), reads)
    }

    #[test]
    fn the_end_of_every_start_is_found() {
        for count in 2..40 {
            for clear in 0..count {
                assert_eq!(found(clear, count).0, Some(clear), "{clear} of {count}");
            }
            assert_eq!(found(count, count), (None, 0), "all of it");
        }
    }

    #[test]
    fn a_short_start_takes_few_reads() {
        assert_eq!(found(0, 3600), (Some(0), 0));
        assert_eq!(found(1, 3600), (Some(1), 0));
        assert_eq!(found(3, 3600), (Some(3), 2));
        assert_eq!(found(5, 3600), (Some(5), 4));
        assert_eq!(found(3000, 3600), (Some(3000), 21));
    }

    #[test]
    fn what_is_in_the_clear_further_on_is_not_of_the_start() {
        let mut bound = Bound::default();
        for (place, is_clear) in [(0, true), (1, false), (9, true)] {
            bound.note(place, is_clear);
        }
        assert_eq!((bound.next(), bound.end()), (None, Some(1)));
    }
}
