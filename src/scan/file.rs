//! What a scan knows of a file, and how each stage gets further by it.
//!
//! A stage gives the next one; `None` if it is not over yet.

use super::foreign::Foreign;
use super::fragment::Fragment;
use super::gather::Gather;
use super::left_out::LeftOut;
use super::limits::{BEFORE_MOVIE, NO_FRAGMENT};
use super::stage::{Stage, one_more};
use super::table::Table;
use super::track::{self, Track};
use super::walk::Walk;
use super::window::{LAST_BOXES_LENGTH, Stop, TopBox, USUAL_START_LENGTH, Window};
use super::{
    MAX_MOOV_LENGTH, MAX_SIDX_LENGTH, Samples, ScanError, Scanned, ScannedTrack, UnfitError, Way,
};
use super::{places, plain};
use crate::base::range::ByteRange;
use crate::base::turns::Turns;
use crate::isobmff::{Movie, Sidx};
use std::mem::take;

/// A file under scan.
#[derive(Debug)]
pub(super) struct File {
    pub(super) way: Way,
    pub(super) window: Window,
    pub(super) tracks: Vec<Track>,
    pub(super) left_out: Vec<LeftOut>,
    /// When each chunk starts by its name, and where it lies, if it is a folder.
    pub(super) chunks: Vec<(u64, ByteRange)>,
    /// What lies in each `mdat` that was passed, unless the file is walked by its fragments.
    pub(super) mdats: Vec<ByteRange>,
    /// What lies behind the last box, and is none.
    pub(super) junk: Option<ByteRange>,
}

/// The properties of a `moov` that decide how its file is read.
struct Kind {
    /// Whether it lists samples of a track that is played.
    lists_samples: bool,
    is_fragmented: bool,
    /// Whether it lists no samples at all, and nothing in it was passed over.
    is_empty: bool,
}

impl File {
    pub(super) fn new(size: u64, way: Way) -> Self {
        let (tracks, left_out, chunks, mdats, junk) = Default::default();
        Self { way, window: Window::new(size), tracks, left_out, chunks, mdats, junk }
    }

    /// One box on the way to the `moov`.
    pub(super) async fn movie(
        &mut self,
        at: u64,
        passed: u32,
        turns: &Turns<'_>,
    ) -> Result<Option<Stage>, Stop> {
        // Of a folder, its header has it.
        let end = self.chunks.first().map_or(self.window.size(), |(_, first)| first.start());
        if at >= end {
            return Err(ScanError::NoMovie.into());
        }
        let top = self.window.header_and(at, self.likely(at));
        if at == 0
            && !matches!(top, Err(Stop::Need(_)))
            && let Some(foreign) = Foreign::of(self.window.held())
        {
            return Err(ScanError::Foreign(foreign).into());
        }
        let top = top?;
        if top.range.end() > end {
            return Err(ScanError::NoMovie.into());
        }
        match &top.code {
            b"moov" => self.moov(&top, turns).await.map(Some),
            b"moof" => Err(top.error("it has no 'moov' before it").into()),
            code => {
                if code == b"mdat" {
                    self.mdats.push(top.payload());
                }
                let passed = one_more(passed, &top, BEFORE_MOVIE)?;
                Ok(Some(Stage::Movie { at: top.range.end(), passed }))
            }
        }
    }

    /// How many bytes are asked for with the header of the box at `at`, as they will be wanted next in all likelihood:
    /// the first boxes of the file, and behind the media its last, the `moov`.
    fn likely(&self, at: u64) -> u64 {
        let left = self.window.size().saturating_sub(at);
        // Behind one of several there may be more media.
        let is_behind_media = matches!(&*self.mdats, [mdat] if mdat.end() == at);
        match at {
            0 => USUAL_START_LENGTH,
            _ if is_behind_media && left <= LAST_BOXES_LENGTH => left,
            _ => 0,
        }
    }

    /// The `moov`, which decides whether samples or fragments are looked for.
    async fn moov(&mut self, top: &TopBox, turns: &Turns<'_>) -> Result<Stage, Stop> {
        let bytes = self.window.whole(top, MAX_MOOV_LENGTH)?;
        let movie = Movie::parse(bytes, top.range.start())?;
        let mut listed = movie.tracks.iter().filter(|track| track.sample_count > 0);
        let kind = Kind {
            is_empty: listed.clone().next().is_none() && movie.unread.is_empty(),
            lists_samples: listed.any(|track| track::is_played(&movie, track)),
            is_fragmented: movie.is_fragmented,
        };
        match kind {
            Kind { lists_samples: false, is_fragmented: false, is_empty: true } => {
                Err(ScanError::NoSamples.into())
            }
            Kind { lists_samples: false, is_fragmented: true, .. } => {
                (self.tracks, self.left_out) = track::tracks(&movie)?;
                self.fragmented(top.range.end())
            }
            Kind { is_fragmented, .. } => {
                if is_fragmented && self.way == Way::Samples {
                    (self.tracks, _) = track::tracks(&movie)?;
                }
                self.progressive(top, is_fragmented, turns).await
            }
        }
    }

    /// Behind the `moov` of a file that has its samples in fragments.
    fn fragmented(&mut self, at: u64) -> Result<Stage, Stop> {
        match self.tracks.iter().any(Track::is_played) {
            true if self.way == Way::Samples => Ok(self.gather(at, &[])?),
            true => Ok(Stage::First { at, passed: 0, sidx: None }),
            false => Ok(Stage::End(Ok(Vec::new()))),
        }
    }

    /// The samples that the `moov` lists; there may be fragments too if it is of a fragmented file.
    async fn progressive(
        &mut self,
        top: &TopBox,
        is_fragmented: bool,
        turns: &Turns<'_>,
    ) -> Result<Stage, Stop> {
        let (moov, size) = (self.window.take(top.range), self.window.size());
        let Scanned { tracks: plain, left_out } =
            plain::tracks(moov, top.range.start(), size, turns).await?;
        self.left_out = left_out;
        let at = top.range.end();
        if !self.tracks.is_empty() {
            return Ok(self.gather(at, &plain)?);
        }
        let end = if is_fragmented { size } else { end(&plain) };
        Ok(Stage::Plain { at, end, passed: 0, plain })
    }

    /// One box behind the `moov` of a progressive file.
    pub(super) async fn plain(
        &mut self,
        at: u64,
        end: u64,
        passed: u32,
        plain: &mut Vec<ScannedTrack>,
        turns: &Turns<'_>,
    ) -> Result<Option<Stage>, Stop> {
        if at >= end.min(self.window.size()) {
            places::check(plain, &self.mdats, turns).await?;
            return Ok(Some(Stage::End(Ok(take(plain)))));
        }
        let top = self.window.header(at)?;
        match &top.code {
            b"moof" => return Err(ScanError::Unfit(UnfitError::SamplesInMovie(at)).into()),
            b"mdat" => self.mdats.push(top.payload()),
            _ => {}
        }
        let passed = one_more(passed, &top, NO_FRAGMENT)?;
        Ok(Some(Stage::Plain { at: top.range.end(), end, passed, plain: take(plain) }))
    }

    /// One box on the way to the first fragment.
    pub(super) fn first(
        &mut self,
        at: u64,
        passed: u32,
        sidx: &mut Option<Table>,
    ) -> Result<Option<Stage>, Stop> {
        let Self { window, tracks, chunks, .. } = self;
        if at == window.size() {
            return Err(ScanError::NoSamples.into());
        }
        let top = window.header(at)?;
        if &top.code == b"moof" {
            let first = Fragment::read(window, tracks, at)?;
            first.check_fit(tracks)?;
            let table = match chunks.is_empty() {
                true => sidx.take(),
                // A `sidx` in a chunk is of that chunk.
                false => Table::from_chunks(chunks, at, tracks),
            };
            return Ok(Some(match table.filter(|_| self.trusts_tables()) {
                Some(table) => Stage::Sidx { table, first },
                None => Stage::Tail { first },
            }));
        }
        if &top.code == b"sidx" && top.range.length() <= MAX_SIDX_LENGTH {
            let found = Sidx::parse(window.whole(&top, MAX_SIDX_LENGTH)?, at).ok();
            let (end, size) = (top.range.end(), window.size());
            let table = found.and_then(|found| Table::from_sidx(&found, end, size, tracks));
            *sidx = sidx.take().or(table);
        }
        let passed = one_more(passed, &top, NO_FRAGMENT)?;
        Ok(Some(Stage::First { at: top.range.end(), passed, sidx: sidx.take() }))
    }

    /// One fragment more on the way through all of them.
    pub(super) fn walk(&mut self, walk: &mut Walk) -> Result<Option<Stage>, Stop> {
        let is_over = walk.step(&self.window, &mut self.tracks)?;
        walk.check_alone(&self.chunks)?;
        self.junk = walk.junk;
        Ok(is_over.then(|| Stage::End(walk.scanned(&self.tracks, &self.chunks))))
    }

    /// The samples of one fragment more.
    pub(super) async fn gathered(
        &mut self,
        gather: &mut Gather,
        turns: &Turns<'_>,
    ) -> Result<Option<Stage>, Stop> {
        if !gather.step(&self.window, &self.tracks)? {
            return Ok(None);
        }
        self.junk = gather.junk;
        let (scanned, mdats) = gather.scanned(&self.tracks)?;
        places::check(&scanned, &mdats, turns).await?;
        Ok(Some(Stage::End(Ok(scanned))))
    }

    /// The samples of each fragment are taken in from `at` on, besides those that the `moov` lists: for that
    /// all have to be in the clear.
    fn gather(&mut self, at: u64, listed: &[ScannedTrack]) -> Result<Stage, ScanError> {
        self.tracks.iter().try_for_each(Track::check_clear)?;
        Ok(Stage::Gather(Gather::new(at, &self.tracks, listed, take(&mut self.mdats))))
    }

    pub(super) fn trusts_tables(&self) -> bool {
        self.way == Way::Tables
    }
}

/// Where the last sample of `tracks` ends.
fn end(tracks: &[ScannedTrack]) -> u64 {
    tracks.iter().filter_map(ScannedTrack::samples).map(Samples::end).max().unwrap_or(0)
}
