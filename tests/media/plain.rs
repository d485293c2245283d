//! Progressive MP4s: sample tables, one box at a time or made of samples.

use super::{File, Track, boxed, ftyp, full_boxed, moov, words};

// Boxes.

pub(crate) fn stts(runs: &[(u32, u32)]) -> Vec<u8> {
    runs_box(b"stts", 0, runs.iter().copied())
}

pub(crate) fn ctts(version: u8, runs: &[(u32, i32)]) -> Vec<u8> {
    let runs =
        runs.iter().map(|&(count, offset)| (count, u32::from_be_bytes(offset.to_be_bytes())));
    runs_box(b"ctts", version, runs)
}

fn runs_box(code: &[u8; 4], version: u8, runs: impl Iterator<Item = (u32, u32)>) -> Vec<u8> {
    let runs: Vec<[u32; 2]> = runs.map(Into::into).collect();
    full_boxed(code, version, 0, &counted(&runs))
}

pub(crate) fn stss(numbers: &[u32]) -> Vec<u8> {
    full_boxed(b"stss", 0, 0, &counted(&numbers.iter().map(|&number| [number]).collect::<Vec<_>>()))
}

/// First chunk, samples a chunk, description.
pub(crate) fn stsc(runs: &[[u32; 3]]) -> Vec<u8> {
    full_boxed(b"stsc", 0, 0, &counted(runs))
}

pub(crate) fn stsz(sizes: &[u32]) -> Vec<u8> {
    let sizes: Vec<[u32; 1]> = sizes.iter().map(|&size| [size]).collect();
    full_boxed(b"stsz", 0, 0, &[words(&[0]), counted(&sizes)].concat())
}

/// An `stsz` of equal sizes.
pub(crate) fn stsz_of(size: u32, count: u32) -> Vec<u8> {
    full_boxed(b"stsz", 0, 0, &words(&[size, count]))
}

/// An `stz2` of so many sizes, in these bytes.
pub(crate) fn stz2(bits: u8, count: u32, sizes: &[u8]) -> Vec<u8> {
    full_boxed(b"stz2", 0, 0, &[&words(&[bits.into(), count])[..], sizes].concat())
}

pub(crate) fn stco(offsets: &[u32]) -> Vec<u8> {
    let offsets: Vec<[u32; 1]> = offsets.iter().map(|&offset| [offset]).collect();
    full_boxed(b"stco", 0, 0, &counted(&offsets))
}

pub(crate) fn co64(offsets: &[u64]) -> Vec<u8> {
    let count = words(&[u32::try_from(offsets.len()).unwrap()]);
    let offsets = offsets.iter().flat_map(|offset| offset.to_be_bytes()).collect();
    full_boxed(b"co64", 0, 0, &[count, offsets].concat())
}

pub(crate) fn sdtp(dependencies: &[u8]) -> Vec<u8> {
    full_boxed(b"sdtp", 0, 0, dependencies)
}

/// An `elst` of version 0, of durations, media times and rates.
pub(crate) fn elst(edits: &[(u32, i32, u32)]) -> Vec<u8> {
    let edits = edits.iter();
    let edits: Vec<[u32; 3]> = edits
        .map(|&(duration, time, rate)| [duration, u32::from_be_bytes(time.to_be_bytes()), rate])
        .collect();
    full_boxed(b"elst", 0, 0, &counted(&edits))
}

/// The same, of version 1.
pub(crate) fn long_elst(edits: &[(u64, i64, u32)]) -> Vec<u8> {
    let mut payload = words(&[u32::try_from(edits.len()).unwrap()]);
    for (duration, time, rate) in edits {
        payload.extend([duration.to_be_bytes(), time.to_be_bytes()].concat());
        payload.extend(rate.to_be_bytes());
    }
    full_boxed(b"elst", 1, 0, &payload)
}

fn counted<const N: usize>(rows: &[[u32; N]]) -> Vec<u8> {
    words(&[&[u32::try_from(rows.len()).unwrap()][..], &rows.concat()].concat())
}

// Samples.

/// A sample of a progressive MP4.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainSample {
    pub(crate) size: u32,
    pub(crate) duration: u32,
    pub(crate) composition_offset: i32,
    pub(crate) is_sync: bool,
}

impl PlainSample {
    /// A sync sample that is shown when it is decoded.
    pub(crate) fn of(size: u32, duration: u32) -> Self {
        Self { size, duration, composition_offset: 0, is_sync: true }
    }
}

/// Where a progressive MP4 has its `moov`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MoovPlace {
    First,
    Last,
}

/// A progressive MP4 of tracks and their samples, in chunks of `per_chunk`, one track's after another's.
pub(crate) fn plain(
    place: MoovPlace,
    tracks: &[(Track, Vec<PlainSample>)],
    per_chunk: usize,
) -> File {
    let media = tracks.iter().flat_map(|(_, samples)| samples);
    let media = media.map(|sample| u64::from(sample.size)).sum::<u64>();
    let header = if media + 8 > u32::MAX.into() { 16 } else { 8 };
    let length = |bytes: Vec<u8>| u64::try_from(bytes.len()).unwrap();
    // Offsets take eight bytes whatever they are, and so the movie as many as with the right ones.
    let before = match place {
        MoovPlace::First => length(ftyp()) + length(movie(tracks, per_chunk, 0)),
        MoovPlace::Last => length(ftyp()),
    };
    let movie = movie(tracks, per_chunk, before + header);
    let mut file = File::default();
    file.boxes(&ftyp());
    if place == MoovPlace::First {
        file.boxes(&movie);
    }
    file.mdat(media);
    if place == MoovPlace::Last {
        file.boxes(&movie);
    }
    file
}

fn movie(tracks: &[(Track, Vec<PlainSample>)], per_chunk: usize, media_at: u64) -> Vec<u8> {
    let mut offsets = vec![Vec::new(); tracks.len()];
    let mut at = media_at;
    let turns = tracks.iter().map(|(_, samples)| samples.len().div_ceil(per_chunk)).max();
    for turn in 0..turns.unwrap_or(0) {
        for ((_, samples), offsets) in tracks.iter().zip(&mut offsets) {
            if let Some(chunk) = samples.chunks(per_chunk).nth(turn) {
                offsets.push(at);
                at += chunk.iter().map(|sample| u64::from(sample.size)).sum::<u64>();
            }
        }
    }
    let tracks = tracks.iter().zip(&offsets).map(|((track, samples), offsets)| Track {
        tables: tables(samples, per_chunk, offsets),
        ..track.clone()
    });
    moov(&tracks.collect::<Vec<_>>())
}

fn tables(samples: &[PlainSample], per_chunk: usize, offsets: &[u64]) -> Vec<u8> {
    let full = u32::try_from(samples.len() / per_chunk).unwrap();
    let rest = u32::try_from(samples.len() % per_chunk).unwrap();
    let mut chunks = Vec::new();
    if full > 0 {
        chunks.push([1, u32::try_from(per_chunk).unwrap(), 1]);
    }
    if rest > 0 {
        chunks.push([full + 1, rest, 1]);
    }
    let mut boxes = vec![
        stts(&runs(samples.iter().map(|sample| sample.duration))),
        stsc(&chunks),
        stsz(&samples.iter().map(|sample| sample.size).collect::<Vec<_>>()),
        co64(offsets),
    ];
    if samples.iter().any(|sample| sample.composition_offset != 0) {
        boxes.push(ctts(1, &runs(samples.iter().map(|sample| sample.composition_offset))));
    }
    if samples.iter().any(|sample| !sample.is_sync) {
        let sync = (1..).zip(samples).filter(|(_, sample)| sample.is_sync);
        boxes.push(stss(&sync.map(|(number, _)| number).collect::<Vec<_>>()));
    }
    boxes.concat()
}

fn runs<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<(u32, T)> {
    let mut runs: Vec<(u32, T)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((count, same)) if *same == value => *count += 1,
            _ => runs.push((1, value)),
        }
    }
    runs
}

/// An `edts` of this `elst`.
pub(super) fn edts(elst: &[u8]) -> Vec<u8> {
    if elst.is_empty() { Vec::new() } else { boxed(b"edts", elst) }
}
