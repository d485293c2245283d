//! The fields of one box, read in order.

use super::{BoxError, BoxType};

/// A cursor over the contents of one box; every step is checked, and every error names the box.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    kind: BoxType,
    base: u64,
    offset: u64,
    at: usize,
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// What is left, and where in its source and in the slice that was parsed it lies.
    pub(super) fn left(&self) -> (u64, usize, &'a [u8]) {
        (self.base, self.at, self.rest)
    }

    pub(super) fn new(kind: BoxType, base: u64, offset: u64, at: usize, rest: &'a [u8]) -> Self {
        Self { kind, base, offset, at, rest }
    }

    /// Where the next field lies in the slice that was parsed.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// An error that names the box.
    pub fn error(&self, problem: &'static str) -> BoxError {
        BoxError { kind: self.kind, offset: self.offset, problem }
    }

    /// The next `len` bytes.
    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8], BoxError> {
        let (head, rest) =
            self.rest.split_at_checked(len).ok_or(self.error("it ends within a field"))?;
        self.rest = rest;
        self.at = self.at.saturating_add(len);
        Ok(head)
    }

    /// Passes `len` bytes over.
    pub fn skip(&mut self, len: usize) -> Result<(), BoxError> {
        self.bytes(len).map(|_| ())
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], BoxError> {
        let bytes = self.bytes(N)?;
        bytes.first_chunk().copied().ok_or(self.error("it ends within a field"))
    }

    /// An 8-bit integer.
    pub fn u8(&mut self) -> Result<u8, BoxError> {
        self.array().map(u8::from_be_bytes)
    }

    /// A 16-bit integer.
    pub fn u16(&mut self) -> Result<u16, BoxError> {
        self.array().map(u16::from_be_bytes)
    }

    /// A 32-bit integer.
    pub fn u32(&mut self) -> Result<u32, BoxError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A 32-bit signed integer.
    pub fn i32(&mut self) -> Result<i32, BoxError> {
        self.array().map(i32::from_be_bytes)
    }

    /// A 64-bit integer.
    pub fn u64(&mut self) -> Result<u64, BoxError> {
        self.array().map(u64::from_be_bytes)
    }

    /// An integer that takes 64 bits in version 1 of a box and 32 in version 0.
    pub fn sized(&mut self, version: u8) -> Result<u64, BoxError> {
        if version == 0 { self.u32().map(u64::from) } else { self.u64() }
    }

    /// An integer of one to four bytes.
    pub fn narrow(&mut self, len: usize) -> Result<u32, BoxError> {
        Ok(self.bytes(len)?.iter().fold(0, |value, &byte| (value << 8) | u32::from(byte)))
    }

    /// A table: the count of its rows, and then those, of `N` bytes each.
    pub fn entries<const N: usize>(&mut self) -> Result<&'a [[u8; N]], BoxError> {
        let count = self.u32()?;
        self.rows(count)
    }

    /// The next `count` rows of `N` bytes each.
    pub fn rows<const N: usize>(&mut self, count: u32) -> Result<&'a [[u8; N]], BoxError> {
        let stated = usize::try_from(count).ok().and_then(|count| count.checked_mul(N));
        let held = stated.filter(|&len| len <= self.rest.len());
        let len = held.ok_or(self.error("it states more entries than it has bytes for"))?;
        let (rows, _) = self.bytes(len)?.as_chunks();
        Ok(rows)
    }

    /// The version and flags that a full box begins with (`ISO/IEC 14496-12` 4.2).
    pub fn version_and_flags(&mut self) -> Result<(u8, u32), BoxError> {
        Ok((self.u8()?, self.narrow(3)?))
    }

    /// Version and flags of a box of which versions 0 and 1 are known; any other version is an error.
    pub fn known_version(&mut self) -> Result<(u8, u32), BoxError> {
        match self.version_and_flags()? {
            (version @ 0..=1, flags) => Ok((version, flags)),
            _ => Err(self.error("it is of an unknown version")),
        }
    }
}
