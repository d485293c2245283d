//! The boxes at the front of a stored fragment: its `moof`, and the header of its `mdat`.
//!
//! How long they are is written in them alone: an index made from `mfra` does not know. They are
//! taken off the front of a transfer that has begun anyway, so knowing costs no second read, and
//! what comes after them is media, which is handed on untouched.
//!
//! An object of a folder may begin with other boxes, such as a `styp`. They are no part of the fragment, and as not all objects
//! need have the same, they are looked for in each.

use super::FragmentError;
use crate::base::range::ByteRange;
use crate::isobmff::{BoxType, Header, HeaderError};
use crate::scan::{MAX_LEAD_LENGTH, MAX_MOOF_LENGTH};

/// Bytes of a box's header, unless its size takes 64 bits.
const HEADER_LEN: usize = 8;

/// The front of a stored fragment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The whole `moof` box.
    pub moof: Vec<u8>,
    /// The header of the `mdat` box behind it.
    pub mdat_header: Vec<u8>,
    /// Where the rest lies in the source: the samples.
    pub payload: ByteRange,
}

impl Head {
    /// The head of a fragment that is at hand, read by a fresh `reader`.
    pub fn of(fragment: &[u8], mut reader: HeadReader) -> Result<Self, FragmentError> {
        let mut rest = fragment;
        loop {
            match reader.progress()? {
                Progress::Wants(len) => {
                    let cut = rest.split_at_checked(len);
                    let (bytes, behind) = cut.ok_or(FragmentError::Size("what it begins with"))?;
                    reader.feed(bytes);
                    rest = behind;
                }
                Progress::Done(head) => return Ok(head),
            }
        }
    }
}

/// Says step by step how many more bytes of the front are needed, as each size is only known from
/// the bytes before it.
pub struct HeadReader {
    fragment: ByteRange,
    /// Whether other boxes may come before the `moof`.
    may_lead: bool,
    /// Bytes of those boxes, as far as they are known.
    lead: usize,
    bytes: Vec<u8>,
}

/// The progress of a [`HeadReader`]: the bytes that it needs next, or the head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Bytes that it needs besides those that it has.
    Wants(usize),
    /// It is all there.
    Done(Head),
}

impl HeadReader {
    /// A reader of the front of the fragment that lies at `fragment` in its source, behind other boxes if it
    /// `may_lead` with them.
    pub fn new(fragment: ByteRange, may_lead: bool) -> Self {
        Self { fragment, may_lead, lead: 0, bytes: Vec::new() }
    }

    /// Takes the bytes asked for last.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        while self.may_lead
            && let Some(behind) = self.bytes.get(self.lead..)
            && let Ok(header) = Header::parse(behind)
            && !matches!(&header.code, b"moof" | b"mdat")
        {
            let len = header.size.and_then(|size| usize::try_from(size).ok());
            self.lead = self.lead.saturating_add(len.unwrap_or(usize::MAX));
        }
    }

    /// What is needed next. Never more than the fragment has.
    pub fn progress(&self) -> Result<Progress, FragmentError> {
        if u64::try_from(self.lead).is_ok_and(|lead| lead > MAX_LEAD_LENGTH) {
            return Err(FragmentError::Size("what comes before its moof"));
        }
        let Some((lead, behind)) = self.bytes.split_at_checked(self.lead) else {
            let with_header = self.lead.saturating_add(HEADER_LEN);
            return self.wants(with_header.saturating_sub(self.bytes.len()));
        };
        let moof = match stated(behind, "moof")? {
            Stated::Cut(missing) => return self.wants(missing),
            Stated::Box(header) => header,
        };
        let moof_size = moof.size.filter(|&size| size <= MAX_MOOF_LENGTH);
        let moof_len = moof_size.and_then(|size| usize::try_from(size).ok());
        let moof_len = moof_len.ok_or(FragmentError::Size("moof"))?;
        let Some((moof, after)) = behind.split_at_checked(moof_len) else {
            // Each read is a wait of its own, so the next box's header comes along.
            let with_header = moof_len.saturating_add(HEADER_LEN);
            return self.wants(with_header.saturating_sub(behind.len()));
        };
        let mdat = match stated(after, "mdat")? {
            Stated::Cut(missing) => return self.wants(missing),
            Stated::Box(header) => header,
        };
        let front = lead.len().saturating_add(moof.len());
        let payload = self.payload(front, mdat).ok_or(FragmentError::Size("mdat"))?;
        Ok(Progress::Done(Head { moof: moof.to_vec(), mdat_header: after.to_vec(), payload }))
    }

    fn wants(&self, missing: usize) -> Result<Progress, FragmentError> {
        let needed = u64::try_from(self.bytes.len().saturating_add(missing)).unwrap_or(u64::MAX);
        match needed <= self.fragment.length() {
            true => Ok(Progress::Wants(missing)),
            false => Err(FragmentError::Size("what it begins with")),
        }
    }

    /// Where the samples lie: behind so many bytes of the fragment and the header of an `mdat` that fills it to its end.
    fn payload(&self, front: usize, mdat: Header) -> Option<ByteRange> {
        let start = self.fragment.start().checked_add(u64::try_from(front).ok()?)?;
        let whole = match mdat.size {
            Some(size) => ByteRange::with_length(start, size)?,
            // It is the last of its file, which ends where the fragment does.
            None => ByteRange::new(start, self.fragment.end())?,
        };
        (whole.end() == self.fragment.end())
            .then(|| ByteRange::new(start.checked_add(mdat.length)?, whole.end()))?
    }
}

/// The header of the box that the bytes begin with, as far as they say it.
enum Stated {
    /// Bytes of its header that are missing.
    Cut(usize),
    Box(Header),
}

fn stated(bytes: &[u8], expected: &'static str) -> Result<Stated, FragmentError> {
    match Header::parse(bytes) {
        Ok(header) if header.code == expected.as_bytes() => Ok(Stated::Box(header)),
        Ok(Header { code, .. }) => Err(FragmentError::Box { expected, found: BoxType::Code(code) }),
        Err(HeaderError::Short(length)) => {
            let len = usize::try_from(length).unwrap_or(usize::MAX);
            Ok(Stated::Cut(len.saturating_sub(bytes.len())))
        }
        Err(HeaderError::Small(_)) => Err(FragmentError::Size(expected)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Piece, boxed, long_boxed};

    /// Reads the front of `fragment`, which lies at 1000, as a store would give it.
    fn read(fragment: &[u8]) -> Result<Head, FragmentError> {
        read_behind(fragment, false)
    }

    /// Reads the head of a fragment that other boxes may come before, if `may_lead`.
    fn read_behind(fragment: &[u8], may_lead: bool) -> Result<Head, FragmentError> {
        let length = u64::try_from(fragment.len()).unwrap();
        let range = ByteRange::with_length(1000, length).unwrap();
        let mut reader = HeadReader::new(range, may_lead);
        let mut at = 0;
        loop {
            match reader.progress()? {
                Progress::Wants(len) => reader.feed(&fragment[at..at + len]),
                Progress::Done(head) => return Ok(head),
            }
            if let Ok(Progress::Wants(_)) = reader.progress() {
                assert!(at < reader.bytes.len(), "it makes no progress");
            }
            at = reader.bytes.len();
        }
    }

    #[test]
    fn stops_before_the_first_sample() {
        let moof = Piece::of(1, 3).moof();
        let after_moof = 1000 + u64::try_from(moof.len()).unwrap();
        for (mdat, header_len) in
            [(boxed(b"mdat", &[7; 90]), 8), (long_boxed(b"mdat", &[7; 90]), 16)]
        {
            let head = read(&[moof.clone(), mdat.clone()].concat()).unwrap();
            assert_eq!(head.moof, moof);
            assert_eq!(head.mdat_header, &mdat[..header_len]);
            let samples = after_moof + u64::try_from(header_len).unwrap();
            assert_eq!(head.payload, ByteRange::with_length(samples, 90).unwrap());
        }
    }

    #[test]
    fn what_comes_before_the_moof_in_an_object_is_passed_over() {
        let (moof, mdat) = (Piece::of(1, 3).moof(), boxed(b"mdat", &[7; 90]));
        let leads = [
            vec![],
            boxed(b"styp", &[0; 16]),
            [boxed(b"styp", &[0; 8]), boxed(b"emsg", &[1; 300]), boxed(b"free", &[])].concat(),
            long_boxed(b"prft", &[0; 24]),
        ];
        for lead in leads {
            let object = [lead.clone(), moof.clone(), mdat.clone()].concat();
            let head = read_behind(&object, true).unwrap();
            assert_eq!((&head.moof, &head.mdat_header[..]), (&moof, &mdat[..8]));
            let samples = u64::try_from(1000 + object.len() - 90).unwrap();
            assert_eq!(head.payload, ByteRange::with_length(samples, 90).unwrap());
            for len in 0..object.len() {
                assert!(read_behind(&object[..len], true).is_err(), "{len} bytes");
            }
            let again = [object, moof.clone(), mdat.clone()].concat();
            assert_eq!(read_behind(&again, true), Err(FragmentError::Size("mdat")));
        }
        let found = BoxType::Code(*b"mdat");
        assert_eq!(read_behind(&mdat, true), Err(FragmentError::Box { expected: "moof", found }));
        let far = FragmentError::Size("what comes before its moof");
        for lead in [boxed(b"free", &[0; 70_000]), boxed(b"free", &[0; 600]).repeat(120)] {
            let object = [lead, moof.clone(), mdat.clone()].concat();
            assert_eq!(read_behind(&object, true), Err(far.clone()));
        }
        let endless = b"\0\0\0\0free".repeat(20);
        assert_eq!(read_behind(&endless, true), Err(far));
    }

    #[test]
    fn refuses_what_is_no_fragment() {
        let moof = Piece::of(1, 3).moof();
        let styp = boxed(b"styp", &[0; 8]);
        let found = BoxType::Code(*b"styp");
        assert_eq!(read(&styp), Err(FragmentError::Box { expected: "moof", found }));
        let twice = [moof.clone(), styp].concat();
        assert_eq!(read(&twice), Err(FragmentError::Box { expected: "mdat", found }));
        let mut short = [moof.clone(), boxed(b"mdat", &[7; 90])].concat();
        short.pop();
        assert_eq!(read(&short), Err(FragmentError::Size("mdat")));
        assert!(read(&moof).is_err());
        let huge = [&u32::MAX.to_be_bytes()[..], b"moof", &[0; 100]].concat();
        assert_eq!(read(&huge), Err(FragmentError::Size("moof")));
        for len in 0..short.len() {
            assert!(read(&short[..len]).is_err(), "{len} bytes");
        }
    }
}
