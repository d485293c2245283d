//! Boxes in memory, and the boxes in them.

use super::{BoxError, BoxType, Fields, Header, HeaderError};
use std::ops::Range;

/// One whole box in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BoxRef<'a> {
    kind: BoxType,
    base: u64,
    at: usize,
    payload_at: usize,
    whole: &'a [u8],
    payload: &'a [u8],
}

impl<'a> BoxRef<'a> {
    /// The one box that `bytes`, which lie at `offset` in their source, consist of. It may say that it runs to the
    /// end.
    pub fn whole(bytes: &'a [u8], offset: u64) -> Result<Self, BoxError> {
        let mut boxes = Boxes { base: offset, at: 0, rest: bytes };
        let fault = |problem| BoxError { kind: NAMELESS, offset, problem };
        if bytes.iter().all(|&byte| byte == 0) {
            return Err(fault("there are no bytes of it"));
        }
        let whole = boxes.read(u64::try_from(bytes.len()).ok())?;
        match boxes.rest {
            [] => Ok(whole),
            _ => Err(whole.error("it is smaller than stated elsewhere")),
        }
    }

    /// What it is.
    pub fn kind(&self) -> BoxType {
        self.kind
    }

    /// Where it begins in its source.
    pub fn offset(&self) -> u64 {
        position(self.base, self.at)
    }

    /// Where it lies in the slice that was parsed, header included.
    pub fn place(&self) -> Range<usize> {
        self.at..self.payload_at.saturating_add(self.payload.len())
    }

    /// Its bytes, header included.
    pub fn bytes(&self) -> &'a [u8] {
        self.whole
    }

    /// The boxes in it, where it holds nothing else.
    pub fn children(&self) -> Boxes<'a> {
        Boxes { base: self.base, at: self.payload_at, rest: self.payload }
    }

    /// The first box of this type in it.
    pub fn child(&self, kind: BoxType) -> Result<Option<BoxRef<'a>>, BoxError> {
        self.children().first(kind)
    }

    /// The first box of this four-character type in it, which it must have.
    pub fn expect(&self, code: &[u8; 4], missing: &'static str) -> Result<BoxRef<'a>, BoxError> {
        self.child(BoxType::Code(*code))?.ok_or(self.error(missing))
    }

    /// Its fields, in order.
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(self.kind, self.base, self.offset(), self.payload_at, self.payload)
    }

    /// An error that names this box.
    pub fn error(&self, problem: &'static str) -> BoxError {
        BoxError { kind: self.kind, offset: self.offset(), problem }
    }
}

/// The boxes that follow each other in a slice. Ends after the first error, and where nothing but
/// zeros is left: QuickTime ends lists with 32 of their bits, and editors fill room with them.
#[derive(Clone, Debug)]
pub struct Boxes<'a> {
    base: u64,
    at: usize,
    rest: &'a [u8],
}

/// The type of a box whose type cannot be read.
const NAMELESS: BoxType = BoxType::Code(*b"????");

impl<'a> Boxes<'a> {
    pub(super) fn new(base: u64, at: usize, rest: &'a [u8]) -> Self {
        Self { base, at, rest }
    }

    /// The first box of this type.
    pub fn first(mut self, kind: BoxType) -> Result<Option<BoxRef<'a>>, BoxError> {
        self.find(|found| !matches!(found, Ok(other) if other.kind != kind)).transpose()
    }

    /// The next box, whose size is `unsaid` if it says none.
    fn read(&mut self, unsaid: Option<u64>) -> Result<BoxRef<'a>, BoxError> {
        let (base, at) = (self.base, self.at);
        let fault = |kind, problem| BoxError { kind, offset: position(base, at), problem };
        let header = Header::parse(self.rest).map_err(|error| match error {
            HeaderError::Short(_) => fault(NAMELESS, "its header is cut short"),
            HeaderError::Small(code) => {
                fault(BoxType::Code(code), "its size is less than its header's")
            }
        })?;
        let kind = BoxType::Code(header.code);
        let size = header.size.or(unsaid);
        let size = size.ok_or(fault(kind, "it runs to the end, as only top boxes may"))?;
        let (whole, rest) = usize::try_from(size)
            .ok()
            .and_then(|size| self.rest.split_at_checked(size))
            .ok_or(fault(kind, "it is larger than what it lies in"))?;
        let header_len = usize::try_from(header.length).unwrap_or(usize::MAX);
        let payload = whole.get(header_len..).unwrap_or_default();
        let payload_at = at.saturating_add(header_len);
        self.at = at.saturating_add(whole.len());
        self.rest = rest;
        if header.code != *b"uuid" {
            return Ok(BoxRef { kind, base, at, payload_at, whole, payload });
        }
        let (&uuid, payload) =
            payload.split_first_chunk().ok_or(fault(kind, "its extended type is cut short"))?;
        let payload_at = payload_at.saturating_add(uuid.len());
        Ok(BoxRef { kind: BoxType::Uuid(uuid), base, at, payload_at, whole, payload })
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Result<BoxRef<'a>, BoxError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.iter().all(|&byte| byte == 0) {
            return None;
        }
        let read = self.read(None);
        if read.is_err() {
            self.rest = &[];
        }
        Some(read)
    }
}

/// Where the byte at `at` of a slice at `base` lies in the source.
fn position(base: u64, at: usize) -> u64 {
    base.saturating_add(u64::try_from(at).unwrap_or(u64::MAX))
}

impl<'a> Fields<'a> {
    /// What is left, as boxes.
    pub fn boxes(&self) -> Boxes<'a> {
        let (base, at, rest) = self.left();
        Boxes::new(base, at, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{boxed, long_boxed, uuid_boxed};

    #[test]
    fn boxes_know_what_and_where_they_are() {
        let uuid = [0x6d; 16];
        let bytes =
            [boxed(b"free", &[1]), long_boxed(b"skip", &[2, 3]), uuid_boxed(uuid, &[4])].concat();
        let boxes: Vec<_> = Boxes::new(1000, 0, &bytes).map(Result::unwrap).collect();
        let seen: Vec<_> =
            boxes.iter().map(|each| (each.kind(), each.offset(), each.payload)).collect();
        assert_eq!(
            seen,
            [
                (BoxType::Code(*b"free"), 1000, &[1][..]),
                (BoxType::Code(*b"skip"), 1009, &[2, 3]),
                (BoxType::Uuid(uuid), 1027, &[4]),
            ]
        );
        assert_eq!(boxes[1].place(), 9..27);
    }

    #[test]
    fn zeros_end_a_list() {
        for zeros in [1, 4, 8, 100] {
            let bytes = [boxed(b"free", &[1]), vec![0; zeros]].concat();
            assert_eq!(Boxes::new(0, 0, &bytes).map(Result::unwrap).count(), 1);
        }
        let bytes = [boxed(b"free", &[1]), vec![0; 4], boxed(b"skip", &[])].concat();
        let error = Boxes::new(0, 0, &bytes).last().unwrap().unwrap_err();
        assert_eq!(error.problem, "it runs to the end, as only top boxes may");
    }

    #[test]
    fn a_box_by_itself_may_run_to_the_end() {
        let mut bytes = boxed(b"moov", &boxed(b"free", &[1]));
        bytes[..4].fill(0);
        let whole = BoxRef::whole(&bytes, 1000).unwrap();
        assert_eq!((whole.kind(), whole.bytes()), (BoxType::Code(*b"moov"), &bytes[..]));
        assert_eq!(whole.children().map(Result::unwrap).count(), 1);
        let error = BoxRef::whole(&[0; 8], 1000).unwrap_err();
        assert_eq!(error.problem, "there are no bytes of it");
    }

    #[test]
    fn a_lying_box_is_named_and_ends_the_walk() {
        let mut bytes = [boxed(b"free", &[]), boxed(b"skip", &[0; 4])].concat();
        bytes[11] = 13;
        let mut boxes = Boxes::new(64, 0, &bytes);
        assert!(boxes.next().unwrap().is_ok());
        let error = boxes.next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "box 'skip' at 72: it is larger than what it lies in");
        assert_eq!(boxes.next(), None);
    }
}
