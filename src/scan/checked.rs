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

/// Where the file's last bytes say that its `mfra` lies, if they do.
fn mfra_range(window: &Window, first: &Fragment) -> Result<Option<ByteRange>, Stop> {
    let behind_first = ByteRange::new(first.range.end(), window.size());
    let mfro = window.size().checked_sub(MFRO_LENGTH);
    let mfro = mfro.and_then(|at| ByteRange::new(at, window.size()));
    let Some((behind_first, mfro)) = behind_first.zip(mfro).filter(|(all, it)| all.contains(*it))
    else {
        return Ok(None);
    };
    let range = mfra_size(window.bytes(mfro)?)
        .filter(|&length| length <= MAX_MFRA_LENGTH)
        .and_then(|length| ByteRange::new(window.size().checked_sub(length)?, window.size()));
    Ok(range.filter(|&range| behind_first.contains(range)))
}
