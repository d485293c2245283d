//! Whether samples are what their tracks say they are: the media itself looked into, as far as it can be
//! without decoding.
//!
//! Tables can be well-formed and lead to the wrong bytes, as those of a file do whose `moov` was made longer
//! by an editor of tags. Nothing but the command line reads media for this.

use crate::base::range::ByteRange;
use crate::base::time::Seconds;
use crate::base::turns::Turns;
use crate::index::{Bundle, Media, Page, Source, Track};
use crate::scan::{Coded, InOrder, ScanError, Scanned, Scanner, Way};
use crate::store::{self, ObjectStore, StoreError};
use thiserror::Error;

/// Bytes that are read at once.
const PIECE: u64 = 4 << 20;

/// The most bytes of a sample that are looked into: no honest sample has more.
const MAX_SAMPLE: u64 = 64 << 20;

/// Bytes that are checked at each end of a track: a sample at least.
const AT_AN_END: u64 = 1 << 20;

/// Why samples are not what they should be, or why that cannot be known.
#[derive(Debug, Error)]
pub enum ProofError {
    /// Storage failed, or an object changed while it was read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be scanned by its samples.
    #[error("{key}: {cause}")]
    Scan {
        /// The file.
        key: String,
        /// What is wrong with it.
        cause: ScanError,
    },
    /// A sample is not what its track says.
    #[error(
        "{key}, track {track_id} at {time}: the sample at bytes {range} {problem}; \
         has the file been edited without its tables?"
    )]
    Sample {
        /// The file.
        key: String,
        /// The track's ID.
        track_id: u32,
        /// When the sample is decoded, or the fragment that it is of.
        time: Seconds,
        /// Where it lies.
        range: ByteRange,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// Looks into every sample of a media file, in the order of the file, and gives how many there are whose bytes
/// say anything of themselves. Those of a file with protected tracks do not, nor those of one whose fragments
/// overlap in time, which no table of samples can say.
pub async fn all<O: ObjectStore>(objects: &O, source: &Source) -> Result<u64, ProofError> {
    let broken = |cause| ProofError::Scan { key: source.key.clone(), cause };
    let tracks = match scanned(objects, source, Way::Samples).await? {
        Err(ScanError::Protected(_) | ScanError::Time { .. }) => return Ok(0),
        scanned => scanned.map_err(broken)?.tracks,
    };
    let end = source.size;
    let mut window = Window { objects, source, end, start: 0, bytes: Vec::new() };
    let mut count = 0;
    for (track, place) in InOrder::new(&tracks, &Turns::alone()).await.map_err(broken)? {
        let coded = Coded::of(&track.format, &track.sample_entry);
        if coded != Coded::Unknown {
            let time = track.timescale.seconds(place.decode);
            window.check(place.range, coded, (track.track_id, time)).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Looks into the first and the last samples of every track of a bundle that is indexed by its samples: two
/// small reads for each.
pub async fn ends<O: ObjectStore>(objects: &O, bundle: &Bundle) -> Result<(), ProofError> {
    let streams = bundle.index.streams.iter();
    let tracks = streams.flat_map(|stream| stream.tracks.iter().map(move |track| (stream, track)));
    for (stream, track) in tracks {
        let coded = Coded::of(&track.format, &track.sample_entry);
        let source = bundle.index.sources.get(track.source).filter(|_| coded != Coded::Unknown);
        let Some(source) = source else { continue };
        let start = stream.timescale.seconds(stream.timeline.start());
        let last = stream.timeline.iter().last().map_or(0, |chunk| chunk.start);
        let last = stream.timescale.seconds(last);
        for (time, places) in [(start, first(bundle, track)), (last, last_of(bundle, track))] {
            let places = places.unwrap_or_default();
            let end = places.last().map_or(0, |place| place.end());
            let mut window = Window { objects, source, end, start: 0, bytes: Vec::new() };
            for range in places {
                window.check(range, coded, (track.track_id, time)).await?;
            }
        }
    }
    Ok(())
}

/// Where the first samples lie of a bundle's track: those that lie behind each other.
fn first(bundle: &Bundle, track: &Track) -> Option<Vec<ByteRange>> {
    let page = page(bundle, track, 0)?;
    let fragment = page.fragment(0)?;
    let places = fragment.places()?;
    let run = places.get(..fragment.runs.first()?.samples)?;
    let first = run.first()?.start();
    let near = run.iter().take_while(|place| place.start() - first < AT_AN_END);
    Some(near.copied().collect())
}

/// Where the last ones lie.
fn last_of(bundle: &Bundle, track: &Track) -> Option<Vec<ByteRange>> {
    let Media::Samples(pages) = &track.media else { return None };
    let page = page(bundle, track, pages.entries.len().checked_sub(1)?)?;
    let fragment = page.fragment(page.len().checked_sub(1)?)?;
    let places = fragment.places()?;
    let run = places.get(places.len().checked_sub(fragment.runs.last()?.samples)?..)?;
    let last = run.last()?.end();
    let near = run.iter().filter(|place| last - place.end() < AT_AN_END);
    Some(near.copied().collect())
}

fn page(bundle: &Bundle, track: &Track, at: usize) -> Option<Page> {
    let Media::Samples(pages) = &track.media else { return None };
    let digest = pages.entries.get(at)?.digest;
    let page = bundle.pages.iter().find(|page| page.digest == digest)?;
    Page::decode(&page.value, digest).ok()
}

/// What there is in a media file that is scanned in this `way`; or why it cannot be. By [`Way::Samples`], that is every
/// sample of a fragmented file, too.
pub async fn scanned<O: ObjectStore>(
    objects: &O,
    source: &Source,
    way: Way,
) -> Result<Result<Scanned, ScanError>, StoreError> {
    let mut scanner = Scanner::of(source, way);
    while let Some(range) = scanner.wants() {
        let end = range.end().min(range.start().saturating_add(PIECE));
        let piece = ByteRange::new(range.start(), end).unwrap_or(range);
        let bytes = store::read(objects, source, piece).await?;
        if let Err(error) = scanner.feed(range.start(), &bytes) {
            return Ok(Err(error));
        }
    }
    Ok(scanner.finish())
}

/// A stretch of a source, which moves on as samples are asked for.
struct Window<'a, O> {
    objects: &'a O,
    source: &'a Source,
    /// Nothing is asked for behind this.
    end: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl<O: ObjectStore> Window<'_, O> {
    /// Looks into the sample at `range`, of a track that is coded like this.
    async fn check(
        &mut self,
        range: ByteRange,
        coded: Coded,
        (track_id, time): (u32, Seconds),
    ) -> Result<(), ProofError> {
        let wrong = |problem| {
            let key = self.source.key.clone();
            Err(ProofError::Sample { key, track_id, time, range, problem })
        };
        if range.length() > MAX_SAMPLE {
            return wrong("has more than 64 MiB, which no sample has");
        }
        if self.held(range).is_none() {
            let end = range.start().saturating_add(PIECE).min(self.end).max(range.end());
            let piece = ByteRange::new(range.start(), end).unwrap_or(range);
            self.bytes = store::read(self.objects, self.source, piece).await?;
            self.start = range.start();
        }
        match self.held(range).map(|sample| coded.check(sample)) {
            Some(Ok(())) => Ok(()),
            Some(Err(problem)) => wrong(problem),
            None => wrong("lies beyond the end of the file"),
        }
    }

    fn held(&self, range: ByteRange) -> Option<&[u8]> {
        let place = |offset: u64| usize::try_from(offset.checked_sub(self.start)?).ok();
        self.bytes.get(place(range.start())?..place(range.end())?)
    }
}
