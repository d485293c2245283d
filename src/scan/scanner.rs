//! The scan: what is wanted next, and what it leads to.

use super::fragment::Fragment;
use super::gather::Gather;
use super::left_out::LeftOut;
use super::table::{Table, Verdict};
use super::track::{self, Track};
use super::walk::Walk;
use super::window::{Stop, TopBox, Window};
use super::{
    MAX_MFRA_LENGTH, MAX_MOOV_LENGTH, MAX_OTHER_BOXES, MAX_SIDX_LENGTH, Samples, ScanError,
    Scanned, ScannedTrack, Unfit,
};
use super::{places, plain};
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use crate::isobmff::{MFRO_LENGTH, Mfra, Movie, Sidx, mfra_size};
use futures_util::FutureExt;

/// How a scan finds fragments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// By a table in the file, where it proves true of the first and last fragment of each track;
    /// else by its boxes.
    Tables,
    /// By its boxes always, one after the other.
    Boxes,
    /// Not at all: every sample of a fragmented file is looked for by itself, as in a progressive one.
    Samples,
}

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
    way: Way,
    window: Window,
    wanted: Option<ByteRange>,
    tracks: Vec<Track>,
    left_out: Vec<LeftOut>,
    /// What lies in each `mdat` that was passed, unless the file is walked by its fragments.
    mdats: Vec<ByteRange>,
    stage: Stage,
}

/// How far a scan is. A stage is entered anew each time that bytes it needed have come.
#[derive(Debug)]
enum Stage {
    /// Looking for the `moov`, from here on.
    Movie { at: u64, passed: u32 },
    /// Making sure, from here on and up to there, that a file that lists these samples has an `mdat` for each
    /// of them, and no fragments too.
    Plain { at: u64, end: u64, passed: u32, plain: Vec<ScannedTrack> },
    /// Looking for the first fragment, from here on, behind a `sidx` perhaps.
    First { at: u64, passed: u32, sidx: Option<Table> },
    /// Checking what a `sidx` says.
    Sidx { table: Table, first: Fragment },
    /// Looking for an `mfra` at the end of the file.
    Tail { first: Fragment },
    /// Reading the `mfra`.
    Mfra { range: ByteRange, first: Fragment },
    /// Checking what the `mfra` says.
    Listed { table: Table, mfra: Mfra, first: Fragment },
    /// Walking from fragment to fragment.
    Walk(Walk),
    /// Taking in the samples of each fragment.
    Gather(Gather),
    /// At an end.
    End(Result<Vec<ScannedTrack>, ScanError>),
}

impl Scanner {
    /// A scan of a file of `size` bytes, in this `way`.
    pub fn new(size: u64, way: Way) -> Self {
        let stage = Stage::Movie { at: 0, passed: 0 };
        let mut this = Self {
            way,
            window: Window::new(size),
            wanted: None,
            tracks: Vec::new(),
            left_out: Vec::new(),
            mdats: Vec::new(),
            stage,
        };
        // Without bytes there is nothing to take turns for.
        let _ = this.advance(&Turns::alone()).now_or_never();
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

    /// The same, by `turns` with others: sample tables of a long file take a while to go through.
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
        self.window.push(bytes);
        self.wanted = Some(missing);
        if missing.is_empty() {
            self.advance(turns).await;
        }
        match &self.stage {
            Stage::End(Err(error)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// What was found.
    pub fn finish(self) -> Result<Scanned, ScanError> {
        let left_out = self.left_out;
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
                    self.wanted = Some(self.window.move_to(range));
                    return;
                }
            }
        }
    }

    async fn step(&mut self, turns: &Turns<'_>) -> Result<(), Stop> {
        let Self { way, window, tracks, left_out, mdats, stage, .. } = self;
        let trusting = *way == Way::Tables;
        let next = match stage {
            Stage::Movie { at, .. } if *at == window.size() => {
                return Err(ScanError::NoMovie.into());
            }
            Stage::Movie { at, passed } => {
                let top = window.header(*at)?;
                match &top.code {
                    b"moov" => {
                        let movie = Movie::parse(window.whole(&top, MAX_MOOV_LENGTH)?, *at)?;
                        let mut listed = movie.tracks.iter().filter(|it| it.sample_count > 0);
                        let is_empty = listed.clone().next().is_none() && movie.unread.is_empty();
                        let is_plain = listed.any(|track| track::is_played(&movie, track));
                        match (is_plain, movie.is_fragmented) {
                            (false, false) if is_empty => return Err(ScanError::NoSamples.into()),
                            (false, true) => {
                                (*tracks, *left_out) = track::tracks(&movie)?;
                                let at = top.range.end();
                                match tracks.iter().any(Track::is_played) {
                                    true if *way == Way::Samples => gather(at, tracks, &[], mdats)?,
                                    true => Stage::First { at, passed: 0, sidx: None },
                                    false => Stage::End(Ok(Vec::new())),
                                }
                            }
                            (_, may_go_on) => {
                                if may_go_on && *way == Way::Samples {
                                    (*tracks, _) = track::tracks(&movie)?;
                                }
                                let moov = window.take(top.range);
                                let plain;
                                Scanned { tracks: plain, left_out: *left_out } =
                                    plain::tracks(moov, *at, window.size(), turns).await?;
                                let at = top.range.end();
                                if tracks.is_empty() {
                                    let end = if may_go_on { window.size() } else { end(&plain) };
                                    Stage::Plain { at, end, passed: 0, plain }
                                } else {
                                    gather(at, tracks, &plain, mdats)?
                                }
                            }
                        }
                    }
                    b"moof" => return Err(top.error("it has no 'moov' before it").into()),
                    code => {
                        if code == b"mdat" {
                            mdats.push(top.payload());
                        }
                        let passed = one_more(*passed, &top, BEFORE_MOVIE)?;
                        Stage::Movie { at: top.range.end(), passed }
                    }
                }
            }
            Stage::First { at, .. } if *at == window.size() => {
                return Err(ScanError::NoSamples.into());
            }
            Stage::First { at, passed, sidx } => {
                let top = window.header(*at)?;
                if &top.code == b"moof" {
                    let first = Fragment::read(window, tracks, *at)?;
                    first.check_fit(tracks)?;
                    match sidx.take().filter(|_| trusting) {
                        Some(table) => Stage::Sidx { table, first },
                        None => Stage::Tail { first },
                    }
                } else {
                    if &top.code == b"sidx" && top.range.length() <= MAX_SIDX_LENGTH {
                        let found = Sidx::parse(window.whole(&top, MAX_SIDX_LENGTH)?, *at).ok();
                        let (end, size) = (top.range.end(), window.size());
                        let table = found.and_then(|it| Table::from_sidx(&it, end, size, tracks));
                        *sidx = sidx.take().or(table);
                    }
                    let passed = one_more(*passed, &top, NO_FRAGMENT)?;
                    Stage::First { at: top.range.end(), passed, sidx: sidx.take() }
                }
            }
            Stage::Plain { at, end, plain, .. } if *at >= (*end).min(window.size()) => {
                places::check(plain, mdats, turns).await?;
                Stage::End(Ok(std::mem::take(plain)))
            }
            Stage::Plain { at, end, passed, plain } => {
                let top = window.header(*at)?;
                if &top.code == b"moof" {
                    return Err(ScanError::Unfit(Unfit::SamplesInMovie(*at)).into());
                }
                if &top.code == b"mdat" {
                    mdats.push(top.payload());
                }
                let passed = one_more(*passed, &top, NO_FRAGMENT)?;
                let (at, plain) = (top.range.end(), std::mem::take(plain));
                Stage::Plain { at, end: *end, passed, plain }
            }
            Stage::Sidx { table, first } => match table.check(window, tracks, first)? {
                Verdict::Open => return Ok(()),
                Verdict::True(scanned) => Stage::End(Ok(scanned)),
                Verdict::Untrue => Stage::Tail { first: first.clone() },
            },
            Stage::Tail { first } => match mfra_range(window, first)? {
                Some(range) => Stage::Mfra { range, first: first.clone() },
                None => Stage::Walk(Walk::new(first, None)),
            },
            Stage::Mfra { range, first } => match Mfra::parse(window.bytes(*range)?, range.start())
            {
                Ok(mfra) => {
                    match Table::from_mfra(&mfra, range.start(), tracks).filter(|_| trusting) {
                        Some(table) => Stage::Listed { table, mfra, first: first.clone() },
                        None => Stage::Walk(Walk::new(first, Some(&mfra))),
                    }
                }
                Err(_) => Stage::Walk(Walk::new(first, None)),
            },
            Stage::Listed { table, mfra, first } => match table.check(window, tracks, first)? {
                Verdict::Open => return Ok(()),
                Verdict::True(scanned) => Stage::End(Ok(scanned)),
                Verdict::Untrue => Stage::Walk(Walk::new(first, Some(mfra))),
            },
            Stage::Walk(walk) => match walk.step(window, tracks)? {
                true => Stage::End(walk.scanned(tracks)),
                false => return Ok(()),
            },
            Stage::Gather(gather) => match gather.step(window, tracks)? {
                true => {
                    let (scanned, mdats) = gather.scanned(tracks)?;
                    places::check(&scanned, &mdats, turns).await?;
                    Stage::End(Ok(scanned))
                }
                false => return Ok(()),
            },
            Stage::End(_) => return Ok(()),
        };
        *stage = next;
        Ok(())
    }
}

/// The samples of each fragment are taken in from `at` on, besides those that the `moov` lists: for that all
/// have to be in the clear.
fn gather(
    at: u64,
    tracks: &[Track],
    listed: &[ScannedTrack],
    mdats: &mut Vec<ByteRange>,
) -> Result<Stage, ScanError> {
    tracks.iter().try_for_each(Track::check_clear)?;
    Ok(Stage::Gather(Gather::new(at, tracks, listed, std::mem::take(mdats))))
}

/// Where the last sample of `tracks` ends.
fn end(tracks: &[ScannedTrack]) -> u64 {
    tracks.iter().filter_map(ScannedTrack::samples).map(Samples::end).max().unwrap_or(0)
}

const BEFORE_MOVIE: &str = "more than 16384 boxes come before the 'moov'";
pub(super) const NO_FRAGMENT: &str = "more than 16384 boxes in a row are no part of a fragment";

/// The count of boxes passed over, with `top`; `too_many` says what is wrong where it is.
fn one_more(passed: u32, top: &TopBox, too_many: &'static str) -> Result<u32, ScanError> {
    match passed {
        MAX_OTHER_BOXES => Err(top.error(too_many).into()),
        passed => Ok(passed + 1),
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
