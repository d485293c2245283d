//! What an answer is made of.

use crate::base::range::ByteRange;

/// A run of bytes of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// Bytes made for this answer.
    Generated(Vec<u8>),
    /// Bytes as they are stored in the source.
    Stored(ByteRange),
}

impl Part {
    fn length(&self) -> u64 {
        match self {
            Self::Generated(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Stored(range) => range.length(),
        }
    }

    /// The bytes of this part that `inner` names, counted from its start.
    fn slice(&self, inner: ByteRange) -> Option<Self> {
        Some(match self {
            Self::Generated(bytes) => {
                let start = usize::try_from(inner.start()).ok()?;
                let end = usize::try_from(inner.end()).ok()?;
                Self::Generated(bytes.get(start..end)?.to_vec())
            }
            Self::Stored(range) => Self::Stored(range.slice(inner)?),
        })
    }
}

/// The parts of an answer, in order; none of them empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Parts(Vec<Part>);

impl Parts {
    /// Nothing but bytes made for this answer.
    pub fn generated(bytes: Vec<u8>) -> Self {
        Self(Vec::new()).and(Part::Generated(bytes))
    }

    /// Nothing but bytes as they are stored.
    pub fn stored(range: ByteRange) -> Self {
        Self(Vec::new()).and(Part::Stored(range))
    }

    /// These parts and, behind them, `part`. What lies behind each other in the source is one part.
    #[must_use]
    pub fn and(mut self, part: Part) -> Self {
        match (self.0.last_mut(), &part) {
            (Some(Part::Stored(last)), Part::Stored(range)) if last.end() == range.start() => {
                *last = last.through(*range);
            }
            _ if part.length() > 0 => self.0.push(part),
            _ => {}
        }
        self
    }

    /// These parts and, behind them, `others`.
    #[must_use]
    pub fn then(self, others: Self) -> Self {
        others.into_iter().fold(self, Self::and)
    }

    /// Bytes of the whole answer.
    pub fn length(&self) -> u64 {
        self.0.iter().map(Part::length).fold(0, u64::saturating_add)
    }

    /// The parts of the bytes that `range` names; `None` if they are not all there.
    pub fn slice(&self, range: ByteRange) -> Option<Self> {
        if range.end() > self.length() {
            return None;
        }
        let mut sliced = Self::default();
        let mut position = 0u64;
        for part in &self.0 {
            let end = position.checked_add(part.length())?;
            let start = range.start().max(position);
            let stop = range.end().min(end);
            if start < stop {
                sliced =
                    sliced.and(part.slice(ByteRange::new(start - position, stop - position)?)?);
            }
            position = end;
        }
        Some(sliced)
    }
}

impl IntoIterator for Parts {
    type Item = Part;
    type IntoIter = std::vec::IntoIter<Part>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(start: u64, end: u64) -> ByteRange {
        ByteRange::new(start, end).unwrap()
    }

    fn head_and_media() -> Parts {
        Parts::generated(vec![1, 2, 3]).and(Part::Stored(range(100, 110)))
    }

    #[test]
    fn an_empty_part_is_no_part() {
        assert_eq!(Parts::generated(Vec::new()), Parts::default());
        assert_eq!(head_and_media().and(Part::Stored(range(7, 7))), head_and_media());
    }

    #[test]
    fn what_lies_behind_each_other_is_one_part() {
        let parts = Parts::stored(range(100, 110)).and(Part::Stored(range(110, 120)));
        assert_eq!(parts, Parts::stored(range(100, 120)));
        let apart = parts.and(Part::Stored(range(121, 122)));
        assert_eq!(apart.into_iter().count(), 2);
    }

    #[test]
    fn slices_across_parts() {
        let parts = head_and_media();
        assert_eq!(parts.length(), 13);
        assert_eq!(parts.slice(range(0, 13)), Some(parts.clone()));
        assert_eq!(
            parts.slice(range(2, 5)),
            Some(Parts::generated(vec![3]).and(Part::Stored(range(100, 102))))
        );
        assert_eq!(parts.slice(range(5, 6)), Some(Parts::stored(range(102, 103))));
        assert_eq!(parts.slice(range(5, 14)), None);
    }

    /// The bytes that `parts` stand for, where the source's byte at each offset is that offset.
    fn bytes(parts: Parts) -> Vec<u8> {
        let each = |part| match part {
            Part::Generated(bytes) => bytes,
            Part::Stored(range) => {
                (range.start()..range.end()).map(|at| u8::try_from(at).unwrap()).collect()
            }
        };
        parts.into_iter().flat_map(each).collect()
    }

    proptest! {
        #[test]
        fn a_slice_is_those_bytes(generated: Vec<u8>, start in 0u64..100, a in 0u64..300, b in 0u64..300) {
            let parts = Parts::generated(generated).and(Part::Stored(range(start, 200)));
            let whole = bytes(parts.clone());
            let (from, to) = (a.min(b), a.max(b));
            match parts.slice(range(from, to)) {
                Some(slice) => {
                    let span = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
                    prop_assert_eq!(bytes(slice), &whole[span]);
                }
                None => prop_assert!(to > parts.length()),
            }
        }
    }
}
