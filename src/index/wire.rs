//! Reading and writing the stored bytes: little-endian integers, varints, counted strings.

use crate::base::varint;
use thiserror::Error;

/// Why stored bytes are not an index. To a request that is a miss: the index is built again.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum FormatError {
    /// They do not begin as an index does.
    #[error("not an index: the value does not begin with the magic bytes")]
    Magic,
    /// They are of another version of the format.
    #[error("index format {0}, where this build reads {expected}", expected = super::FORMAT_VERSION)]
    Version(u8),
    /// Their digest is not the generation that they name.
    #[error("the index is corrupt: its bytes do not have the digest it names")]
    Digest,
    /// A field runs past the end or holds what it must not.
    #[error("the index is malformed: {0}")]
    Malformed(&'static str),
}

/// A cursor over stored bytes; every step is checked.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8], FormatError> {
        let (head, rest) =
            self.rest.split_at_checked(len).ok_or(FormatError::Malformed("it ends too early"))?;
        self.rest = rest;
        Ok(head)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let (head, rest) =
            self.rest.split_first_chunk().ok_or(FormatError::Malformed("it ends too early"))?;
        self.rest = rest;
        Ok(*head)
    }

    pub(super) fn u8(&mut self) -> Result<u8, FormatError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn varint(&mut self) -> Result<u64, FormatError> {
        let (value, len) =
            varint::decode(self.rest).ok_or(FormatError::Malformed("a number is cut short"))?;
        self.bytes(len)?;
        Ok(value)
    }

    /// A varint that must fit a narrower integer.
    pub(super) fn narrow<T: TryFrom<u64>>(&mut self) -> Result<T, FormatError> {
        T::try_from(self.varint()?).map_err(|_| FormatError::Malformed("a number is too large"))
    }

    /// How many entries follow. Each takes a byte at least, so a count beyond the bytes that are
    /// left is refused before anything is reserved for it.
    pub(super) fn count(&mut self) -> Result<usize, FormatError> {
        let count: usize = self.narrow()?;
        if count > self.rest.len() {
            return Err(FormatError::Malformed("a count exceeds the bytes that are left"));
        }
        Ok(count)
    }

    pub(super) fn blob(&mut self) -> Result<&'a [u8], FormatError> {
        let len = self.count()?;
        self.bytes(len)
    }

    pub(super) fn string(&mut self) -> Result<String, FormatError> {
        let text = std::str::from_utf8(self.blob()?)
            .map_err(|_| FormatError::Malformed("a string is not UTF-8"))?;
        Ok(text.to_owned())
    }

    /// Counted entries, each read by `entry`.
    pub(super) fn list<T>(
        &mut self,
        mut entry: impl FnMut(&mut Self) -> Result<T, FormatError>,
    ) -> Result<Vec<T>, FormatError> {
        (0..self.count()?).map(|_| entry(self)).collect()
    }

    /// The absolute positions that stand every so many entries of a column.
    pub(super) fn checkpoints(&mut self, count: usize) -> Result<Vec<u64>, FormatError> {
        let len = count.checked_mul(8).ok_or(FormatError::Malformed("a column is too long"))?;
        let (words, _) = self.bytes(len)?.as_chunks();
        Ok(words.iter().map(|&word| u64::from_le_bytes(word)).collect())
    }

    pub(super) fn finish(self) -> Result<(), FormatError> {
        match self.rest {
            [] => Ok(()),
            _ => Err(FormatError::Malformed("bytes follow its end")),
        }
    }
}

/// The other direction; appending cannot fail.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
}

impl Writer {
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(super) fn u8(&mut self, value: u8) {
        self.out.push(value);
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(super) fn varint(&mut self, value: u64) {
        varint::encode(value, &mut self.out);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.varint(u64::try_from(count).unwrap_or(u64::MAX));
    }

    pub(super) fn blob(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes(bytes);
    }

    pub(super) fn string(&mut self, text: &str) {
        self.blob(text.as_bytes());
    }

    pub(super) fn list<T>(&mut self, entries: &[T], mut entry: impl FnMut(&mut Self, &T)) {
        self.count(entries.len());
        for each in entries {
            entry(self, each);
        }
    }
}
