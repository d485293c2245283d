//! The bytes that a scan has at hand.

use super::ScanError;
use crate::base::range::ByteRange;
use crate::isobmff::{BoxError, BoxType, Header, HeaderError};

/// Most `moof`s have no more bytes than this: two seconds of video at 60 frames a second have half of it.
pub(super) const USUAL_MOOF_LENGTH: u64 = 4 << 10;

/// Bytes of a file that are read first: a `moov` of a fragmented file is among them as often as not.
pub(super) const USUAL_START_LENGTH: u64 = 4 << 10;

/// So many bytes behind an `mdat`, and no more, are taken for a `moov` at the end of the file: that of two hours of video
/// and audio has five million.
pub(super) const LAST_BOXES_LENGTH: u64 = 8 << 20;

/// Bytes of the headers behind a `moov` or a `moof`: of an `mdat`, and of a `free` before it.
const HEADERS_BEHIND: u64 = 2 * Header::LONG;

/// Why a step of a scan goes no further for now, or at all.
#[derive(Debug)]
pub(super) enum Stop {
    /// It needs these bytes, all of them at once, and is then taken again from its beginning.
    Need(ByteRange),
    /// The file is at fault.
    Fault(ScanError),
}

impl<E: Into<ScanError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// A stretch of a file, and the size of the whole. Asking for bytes outside of the stretch stops
/// the step that does, with a statement of what it needs.
#[derive(Debug)]
pub(super) struct Window {
    size: u64,
    start: u64,
    bytes: Vec<u8>,
}

/// A box at the top level of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TopBox {
    pub(super) code: [u8; 4],
    pub(super) range: ByteRange,
    /// Bytes of its header.
    header: u64,
    /// Whether it says no size, and so ends where the file does.
    pub(super) is_endless: bool,
}

impl TopBox {
    /// What lies in it.
    pub(super) fn payload(&self) -> ByteRange {
        let start = self.range.start().saturating_add(self.header);
        ByteRange::new(start, self.range.end()).unwrap_or(self.range)
    }

    pub(super) fn error(&self, problem: &'static str) -> BoxError {
        BoxError { kind: BoxType::Code(self.code), offset: self.range.start(), problem }
    }
}

impl Window {
    pub(super) fn new(size: u64) -> Self {
        Self { size, start: 0, bytes: Vec::new() }
    }

    /// The size of the file.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Moves to the start of `range`, and says what of it is still to be pushed.
    pub(super) fn move_to(&mut self, range: ByteRange) -> ByteRange {
        let keep = range.start().checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        match keep.filter(|&at| at <= self.bytes.len()) {
            Some(at) => drop(self.bytes.drain(..at)),
            None => self.bytes.clear(),
        }
        self.start = range.start();
        let held = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        let missing =
            range.start().checked_add(held).and_then(|at| ByteRange::new(at, range.end()));
        let missing = missing.unwrap_or(range);
        // Growing piece by piece would take twice the room in the end.
        self.bytes.reserve_exact(usize::try_from(missing.length()).unwrap_or(0));
        missing
    }

    /// Hands over the bytes of `range`, all of which it has, and keeps those behind them.
    pub(super) fn take(&mut self, range: ByteRange) -> Vec<u8> {
        let held = self.bytes.len();
        let place = |offset: u64| {
            let place = usize::try_from(offset.saturating_sub(self.start));
            place.map_or(held, |place| place.min(held))
        };
        let (start, end) = (place(range.start()), place(range.end()));
        let behind = self.bytes.split_off(end);
        self.start = range.end();
        let mut taken = std::mem::replace(&mut self.bytes, behind);
        taken.drain(..start);
        taken
    }

    /// All bytes at hand.
    pub(super) fn held(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends what was missing, or a part of it.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The bytes of `range`, which lies in the file.
    pub(super) fn bytes(&self, range: ByteRange) -> Result<&[u8], Stop> {
        let place = |offset: u64| usize::try_from(offset.checked_sub(self.start)?).ok();
        let (start, end) = (place(range.start()), place(range.end()));
        let held = start.zip(end).and_then(|(start, end)| self.bytes.get(start..end));
        held.ok_or(Stop::Need(range))
    }

    /// The header of the box at `at`, which is asked for together with `more` bytes: as many as will be wanted next in all
    /// likelihood, so that it takes one read.
    pub(super) fn header_and(&self, at: u64, more: u64) -> Result<TopBox, Stop> {
        match self.header(at) {
            Err(Stop::Need(need)) => {
                let end = at.saturating_add(more).min(self.size).max(need.end());
                Err(Stop::Need(ByteRange::new(need.start(), end).unwrap_or(need)))
            }
            read => read,
        }
    }

    /// The header of the box at `at`, which lies in the file.
    pub(super) fn header(&self, at: u64) -> Result<TopBox, Stop> {
        let fault =
            |code, problem| Stop::from(BoxError { kind: BoxType::Code(code), offset: at, problem });
        let cut_short = || fault(*b"????", "the file ends within its header");
        // Zeros that fill a file up are a box to its end, also where they are fewer than its header has.
        let rest = ByteRange::new(at, self.size)
            .filter(|rest| (1..Header::SHORT).contains(&rest.length()));
        if let Some(rest) = rest
            && self.bytes(rest)?.iter().all(|&byte| byte == 0)
        {
            let header = rest.length();
            return Ok(TopBox { code: [0; 4], range: rest, header, is_endless: false });
        }
        let mut length = Header::SHORT;
        let header = loop {
            let range = ByteRange::with_length(at, length).filter(|range| range.end() <= self.size);
            match Header::parse(self.bytes(range.ok_or_else(cut_short)?)?) {
                Ok(header) => break header,
                Err(HeaderError::Short(needed)) if needed > length => length = needed,
                Err(HeaderError::Short(_)) => return Err(cut_short()),
                Err(HeaderError::Small(code)) => {
                    return Err(fault(code, "its size is less than its header's"));
                }
            }
        };
        let range = match header.size {
            Some(size) => ByteRange::with_length(at, size),
            None => ByteRange::new(at, self.size),
        };
        let range = range
            .filter(|range| range.end() <= self.size)
            .ok_or_else(|| fault(header.code, beyond(&header.code)))?;
        let is_endless = header.size.is_none();
        Ok(TopBox { code: header.code, range, header: header.length, is_endless })
    }

    /// The whole of a box, of `limit` bytes at most. The headers behind it are asked for with it, for they
    /// will be wanted next.
    pub(super) fn whole(&self, top: &TopBox, limit: u64) -> Result<&[u8], Stop> {
        if top.range.length() > limit {
            let (kind, offset) = (BoxType::Code(top.code), top.range.start());
            return Err(ScanError::Large { kind, offset, size: top.range.length(), limit }.into());
        }
        match self.bytes(top.range) {
            Err(Stop::Need(range)) => {
                let end = range.end().saturating_add(HEADERS_BEHIND).min(self.size);
                Err(Stop::Need(ByteRange::new(range.start(), end).unwrap_or(range)))
            }
            held => held,
        }
    }
}

/// That a box of this type has fewer bytes than it says. Of those that make up a file, an upload lost the rest.
fn beyond(code: &[u8; 4]) -> &'static str {
    match code {
        b"moov" | b"moof" | b"mdat" => {
            "it ends beyond the end of the file, of which a part is missing"
        }
        _ => "it ends beyond the end of the file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u64, end: u64) -> ByteRange {
        ByteRange::new(start, end).unwrap()
    }

    #[test]
    fn keeps_what_it_has_of_what_is_wanted_next() {
        let mut window = Window::new(100);
        assert_eq!(window.move_to(range(10, 20)), range(10, 20));
        window.push(&[1; 10]);
        assert_eq!(window.move_to(range(15, 30)), range(20, 30));
        window.push(&[2; 10]);
        assert_eq!(window.bytes(range(18, 22)).unwrap(), [1, 1, 2, 2]);
        assert!(matches!(window.bytes(range(10, 20)), Err(Stop::Need(_))));
        assert_eq!(window.move_to(range(30, 40)), range(30, 40));
        assert_eq!(window.move_to(range(50, 60)), range(50, 60));
    }

    #[test]
    fn has_room_for_what_is_wanted_and_no_more() {
        let mut window = Window::new(100_000);
        window.move_to(range(0, 8));
        window.push(&[0; 8]);
        window.move_to(range(0, 50_008));
        (0..50).for_each(|_| window.push(&[1; 1000]));
        assert_eq!(window.bytes.capacity(), 50_008);
        let taken = window.take(range(0, 50_000));
        assert_eq!((taken.len(), taken.capacity()), (50_000, 50_008));
        assert_eq!(window.bytes(range(50_000, 50_008)).unwrap(), [1; 8]);
        assert!(matches!(window.bytes(range(0, 8)), Err(Stop::Need(_))));
    }

    #[test]
    fn asks_for_more_of_a_long_header_and_refuses_a_lying_one() {
        let mut window = Window::new(1 << 34);
        window.push(b"\0\0\0\x01mdat");
        assert!(matches!(window.header(0), Err(Stop::Need(need)) if need == range(0, 16)));
        window.push(&(1u64 << 33).to_be_bytes());
        let (code, range_of_all) = (*b"mdat", range(0, 1 << 33));
        let mdat = TopBox { code, range: range_of_all, header: 16, is_endless: false };
        assert_eq!(window.header(0).unwrap(), mdat);
        window.size = 1 << 32;
        assert!(matches!(window.header(0), Err(Stop::Fault(_))));
        window.size = 15;
        assert!(matches!(window.header(0), Err(Stop::Fault(_))));
    }
}
