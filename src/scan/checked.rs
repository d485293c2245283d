//! The stages in which a file's own table of fragments is found and held against them.

use super::MAX_MFRA_LENGTH;
use super::file::File;
use super::fragment::Fragment;
use super::stage::Stage;
use super::table::{Table, Verdict};
use super::walk::Walk;
use super::window::{Stop, Window};
use crate::base::range::ByteRange;
use crate::isobmff::{MFRO_LENGTH, Mfra, mfra_size};

/// So many bytes at the end of a file are looked at for an `mfra` that does not end there.
const TAIL_LENGTH: u64 = 3 << 10;
/// So many fragments are walked, rather than such an `mfra` looked for.
const FEW_FRAGMENTS: u64 = 16;

impl File {
    /// One thing more that a `sidx` says.
    pub(super) fn sidx(
        &mut self,
        table: &mut Table,
        first: &Fragment,
    ) -> Result<Option<Stage>, Stop> {
        let untrue = || Stage::Tail { first: first.clone() };
        self.checked(table, first, untrue)
    }

    /// One thing more that the `mfra` says.
    pub(super) fn listed(
        &mut self,
        table: &mut Table,
        mfra: &Mfra,
        first: &Fragment,
    ) -> Result<Option<Stage>, Stop> {
        let untrue = || Stage::Walk(Walk::new(first, Some(mfra)));
        self.checked(table, first, untrue)
    }

    fn checked(
        &mut self,
        table: &mut Table,
        first: &Fragment,
        untrue: impl FnOnce() -> Stage,
    ) -> Result<Option<Stage>, Stop> {
        Ok(match table.check(&self.window, &mut self.tracks, first)? {
            Verdict::Open => None,
            Verdict::True(scanned) => Some(Stage::End(Ok(scanned))),
            Verdict::Untrue => Some(untrue()),
        })
    }

    /// The end of the file, where an `mfra` may be.
    pub(super) fn tail(&self, first: &Fragment) -> Result<Option<Stage>, Stop> {
        Ok(Some(match mfra_range(&self.window, first)? {
            Some(range) => Stage::Mfra { range, first: first.clone() },
            None => Stage::Walk(Walk::new(first, None)),
        }))
    }

    /// The `mfra`.
    pub(super) fn mfra(&self, range: ByteRange, first: &Fragment) -> Result<Option<Stage>, Stop> {
        let Ok(mfra) = Mfra::parse(self.window.bytes(range)?, range.start()) else {
            return Ok(Some(Stage::Walk(Walk::new(first, None))));
        };
        let table = Table::from_mfra(&mfra, range.start(), &self.tracks);
        Ok(Some(match table.filter(|_| self.trusts_tables()) {
            Some(table) => Stage::Listed { table, mfra, first: first.clone() },
            None => Stage::Walk(Walk::new(first, Some(&mfra))),
        }))
    }
}

/// Where the file's last bytes say that its `mfra` lies, if they do: its very last, or those before what was put behind it.
fn mfra_range(window: &Window, first: &Fragment) -> Result<Option<ByteRange>, Stop> {
    let behind_first = ByteRange::new(first.range.end(), window.size());
    let mfro = window.size().checked_sub(MFRO_LENGTH);
    let mfro = mfro.and_then(|at| ByteRange::new(at, window.size()));
    let Some((behind_first, mfro)) = behind_first.zip(mfro).filter(|(all, it)| all.contains(*it))
    else {
        return Ok(None);
    };
    let end_and_length = match mfra_size(window.bytes(mfro)?) {
        Some(length) => Some((window.size(), length)),
        None if is_short(first, behind_first) => None,
        None => shifted(window, behind_first)?,
    };
    let range = end_and_length
        .filter(|&(_, length)| length <= MAX_MFRA_LENGTH)
        .and_then(|(end, length)| ByteRange::new(end.checked_sub(length)?, end));
    Ok(range.filter(|&range| behind_first.contains(range)))
}

/// Whether few fragments can be `behind_first`, if they are as large as that is.
fn is_short(first: &Fragment, behind_first: ByteRange) -> bool {
    behind_first.length() <= first.range.length().saturating_mul(FEW_FRAGMENTS)
}

/// Where the last `mfra` within the file's last bytes ends, and its length.
fn shifted(window: &Window, behind_first: ByteRange) -> Result<Option<(u64, u64)>, Stop> {
    let start = behind_first.end().saturating_sub(TAIL_LENGTH);
    let tail = ByteRange::new(start, behind_first.end());
    let Some(tail) = tail.filter(|&tail| behind_first.contains(tail)) else { return Ok(None) };
    let bytes = window.bytes(tail)?;
    let length = usize::try_from(MFRO_LENGTH).unwrap_or(usize::MAX);
    let mut last = bytes.windows(length).enumerate().rev();
    let found = last.find_map(|(at, bytes)| Some((at.checked_add(length)?, mfra_size(bytes)?)));
    let end = |at| tail.start().checked_add(u64::try_from(at).ok()?);
    Ok(found.and_then(|(at, length)| Some((end(at)?, length))))
}
