//! The scan: what is wanted next, and what it leads to.

use super::file::File;
use super::stage::Stage;
use super::window::{Stop, USUAL_START_LENGTH};
use super::{ScanError, Scanned, Way};
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use crate::index::Source;
use futures_util::FutureExt;

/// A scan under way.
///
/// ```
/// # use millrace::scan::{ScanError, Scanner, Way};
/// # fn read(_: millrace::base::range::ByteRange) -> Vec<u8> { Vec::new() }
/// # fn scan(size: u64) -> Result<(), ScanError> {
/// let mut scanner = Scanner::new(size, Way::Tables);
/// while let Some(range) = scanner.wants() {
///     scanner.feed(range.start(), &read(range))?;
/// }
/// let scanned = scanner.finish()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Scanner {
    file: File,
    stage: Stage,
    wanted: Option<ByteRange>,
}

impl Scanner {
    /// Bytes that a scan wants first, if the file has as many: they can be read before its size is known.
    pub const START: u64 = USUAL_START_LENGTH;

    /// A scan of a file of `size` bytes, in this `way`.
    pub fn new(size: u64, way: Way) -> Self {
        let stage = Stage::Movie { at: 0, passed: 0 };
        let mut this = Self { file: File::new(size, way), stage, wanted: None };
        // Without bytes there is nothing to take turns for.
        let _ = this.advance(&Turns::alone()).now_or_never();
        this
    }

    /// A scan of `source`, in this `way`. The objects of a folder are its table of fragments.
    pub fn of(source: &Source, way: Way) -> Self {
        let mut this = Self::new(source.size, way);
        this.file.chunks = source.folder.iter().flat_map(|folder| folder.chunks()).collect();
        this
    }

    /// What is to be fed next; `None` when the scan is at its end.
    pub fn wants(&self) -> Option<ByteRange> {
        self.wanted
    }

    /// Takes bytes that lie at `offset`: all that [`Self::wants`], or the beginning of it.
    pub fn feed(&mut self, offset: u64, bytes: &[u8]) -> Result<(), ScanError> {
        let fed = self.feed_among(offset, bytes, &Turns::alone()).now_or_never();
        fed.unwrap_or(Err(ScanError::Unfinished))
    }

    /// [`Scanner::feed`], in `turns` with other work: sample tables of a long file take a while to go through.
    pub async fn feed_among(
        &mut self,
        offset: u64,
        bytes: &[u8],
        turns: &Turns<'_>,
    ) -> Result<(), ScanError> {
        let unasked = ScanError::Unasked { wanted: self.wanted, offset };
        let Some(wanted) = self.wanted.filter(|wanted| wanted.start() == offset) else {
            return Err(unasked);
        };
        if bytes.is_empty() {
            return Err(ScanError::Ended(offset));
        }
        let missing = u64::try_from(bytes.len())
            .ok()
            .and_then(|length| ByteRange::new(offset.checked_add(length)?, wanted.end()))
            .ok_or(unasked)?;
        self.file.window.push(bytes);
        self.wanted = Some(missing);
        if missing.is_empty() {
            self.advance(turns).await;
        }
        match &self.stage {
            Stage::End(Err(error)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// What lies behind the last box of the file, is none, and was passed over; known at the end of the scan.
    pub fn junk(&self) -> Option<ByteRange> {
        self.file.junk
    }

    /// What was found.
    pub fn finish(self) -> Result<Scanned, ScanError> {
        let left_out = self.file.left_out;
        match self.stage {
            Stage::End(result) => result.map(|tracks| Scanned { tracks, left_out }),
            _ => Err(ScanError::Unfinished),
        }
    }

    /// Goes as far as the bytes at hand lead.
    async fn advance(&mut self, turns: &Turns<'_>) {
        self.wanted = None;
        while !matches!(self.stage, Stage::End(_)) {
            match self.step(turns).await {
                Ok(()) => {}
                Err(Stop::Fault(error)) => self.stage = Stage::End(Err(error)),
                Err(Stop::Need(range)) => {
                    self.wanted = Some(self.file.window.move_to(range));
                    return;
                }
            }
        }
    }

    async fn step(&mut self, turns: &Turns<'_>) -> Result<(), Stop> {
        let Self { file, stage, .. } = self;
        let next = match stage {
            Stage::Movie { at, passed } => file.movie(*at, *passed, turns).await?,
            Stage::Plain { at, end, passed, plain } => {
                file.plain(*at, *end, *passed, plain, turns).await?
            }
            Stage::First { at, passed, sidx } => file.first(*at, *passed, sidx)?,
            Stage::Sidx { table, first } => file.sidx(table, first)?,
            Stage::Tail { first } => file.tail(first)?,
            Stage::Mfra { range, first } => file.mfra(*range, first)?,
            Stage::Listed { table, mfra, first } => file.listed(table, mfra, first)?,
            Stage::Walk(walk) => file.walk(walk)?,
            Stage::Gather(gather) => file.gathered(gather, turns).await?,
            Stage::End(_) => None,
        };
        if let Some(next) = next {
            *stage = next;
        }
        Ok(())
    }
}
