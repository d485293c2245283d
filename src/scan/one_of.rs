//! Iterators of two kinds, as one.

/// The items of whichever of the two is there.
pub(super) struct OneOf<A, B>(pub(super) Option<A>, pub(super) Option<B>);

impl<A: Iterator<Item = T>, B: Iterator<Item = T>, T> Iterator for OneOf<A, B> {
    type Item = T;

    #[inline(always)]
    fn next(&mut self) -> Option<T> {
        match self {
            Self(Some(items), _) => items.next(),
            Self(None, items) => items.as_mut()?.next(),
        }
    }

    fn nth(&mut self, count: usize) -> Option<T> {
        match self {
            Self(Some(items), _) => items.nth(count),
            Self(None, items) => items.as_mut()?.nth(count),
        }
    }
}
