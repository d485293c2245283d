//! Scanning whole files, from the outside: what is found, and what is read to find it.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "../ffmpeg/mod.rs"]
mod ffmpeg;
#[path = "../media/mod.rs"]
mod media;

mod frame_rate;
mod gather;
mod hostile;
mod left_out;
mod oracle;
mod plain;
mod probe;
mod protected;
mod refusals;
mod shared;
mod tables;
mod unfit;
mod walks;

use media::File;
use millrace::base::chunk::Chunk;
use millrace::base::range::ByteRange;
use millrace::scan::{
    ScanError, Scanned as Findings, ScannedFragment, ScannedMedia, ScannedTrack, Scanner, Way,
};

type Scanned = Result<Vec<ScannedTrack>, ScanError>;

/// Scans a file of `size` bytes that `read` reads; every read is written down. Where all tracks are left
/// out, the first says why.
fn scan_with(
    size: u64,
    way: Way,
    read: impl FnMut(ByteRange) -> Vec<u8>,
) -> (Scanned, Vec<ByteRange>) {
    let (found, reads) = find_with(size, way, read);
    let or_why = |Findings { tracks, left_out }| match left_out.into_iter().next() {
        Some(left) if tracks.is_empty() => Err(left.why),
        _ => Ok(tracks),
    };
    (found.and_then(or_why), reads)
}

/// The same, with the tracks that are left out.
fn find_with(
    size: u64,
    way: Way,
    mut read: impl FnMut(ByteRange) -> Vec<u8>,
) -> (Result<Findings, ScanError>, Vec<ByteRange>) {
    let mut scanner = Scanner::new(size, way);
    let mut reads = Vec::new();
    while let Some(range) = scanner.wants() {
        assert!(!range.is_empty() && range.end() <= size, "{range} of {size}");
        reads.push(range);
        if let Err(error) = scanner.feed(range.start(), &read(range)) {
            assert_eq!(scanner.wants(), None, "nothing more is wanted once {error}");
            assert_eq!(scanner.finish(), Err(error.clone()));
            return (Err(error), reads);
        }
    }
    (scanner.finish(), reads)
}

/// Scans a file of whose media no read may take more than what lies behind a `moof` that is shorter than
/// most.
fn scan(file: &File) -> (Scanned, Vec<ByteRange>) {
    scan_by(Way::Tables, file)
}

/// The same, one way or the other.
fn scan_by(way: Way, file: &File) -> (Scanned, Vec<ByteRange>) {
    scan_with(file.size(), way, |range| {
        let media = file.media_in(range.start(), range.end());
        assert!(media < 4 << 10, "{media} bytes of {range} are media");
        file.read(range.start(), range.end())
    })
}

/// Scans bytes.
fn scan_bytes(bytes: &[u8]) -> (Scanned, Vec<ByteRange>) {
    let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
    scan_with(u64::try_from(bytes.len()).unwrap_or(0), Way::Tables, |range| {
        bytes.get(place(range.start())..place(range.end())).unwrap_or_default().to_vec()
    })
}

/// A track's fragments.
fn fragments(track: &ScannedTrack) -> &[ScannedFragment] {
    match &track.media {
        ScannedMedia::Fragments { fragments, .. } => fragments,
        ScannedMedia::Samples(_) | ScannedMedia::Cues(_) => panic!("{track:?} is not fragmented"),
    }
}

/// Whether they carry their own start time.
fn has_times(track: &ScannedTrack) -> bool {
    matches!(&track.media, ScannedMedia::Fragments { manner, .. } if manner.timed)
}

/// Where a track's fragments begin and end.
fn ranges(track: &ScannedTrack) -> Vec<(u64, u64)> {
    fragments(track).iter().map(|each| (each.range.start(), each.range.end())).collect()
}

/// When a track's chunks start and how long they last.
fn chunks(track: &ScannedTrack) -> Vec<(u64, u64)> {
    let times = |&ScannedFragment { chunk: Chunk { start, duration }, .. }: &_| (start, duration);
    fragments(track).iter().map(times).collect()
}
