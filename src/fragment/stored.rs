//! The samples of a stored fragment, with their times and places, by what its `moof` says.

use super::placed::{NON_SYNC, Placed, SYNC};
use super::{FragmentError, Head};
use crate::base::chunk::Chunk;
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::index::{Defaults, StreamKind};
use crate::isobmff::{self, Moof, Traf, Trun};

/// A fragment has no more samples than this; a count alone can claim any number.
const MAX_SAMPLES: usize = 1 << 17;

/// The samples of a stored fragment, by what a `traf` of its `moof` says, and these `defaults` where it does
/// not. Its samples' bytes are in `head.payload`.
pub(super) fn samples(
    head: &Head,
    (moof, traf): (&Moof<'_>, &Traf<'_>),
    defaults: Defaults,
    chunk: Chunk,
    kind: StreamKind,
) -> Result<Vec<Placed>, FragmentError> {
    let misfit = || FragmentError::Size("what its trun says of samples");
    let front = head.moof.len().saturating_add(head.mdat_header.len());
    let front = u64::try_from(front).map_err(|_| misfit())?;
    let offset = head.payload.start().checked_sub(front).ok_or_else(misfit)?;
    let base = moof.base_of(traf, offset).ok_or_else(misfit)?;

    let stated = traf.truns.iter().flat_map(fields).take(MAX_SAMPLES + 1).collect::<Vec<_>>();
    if stated.len() > MAX_SAMPLES {
        return Err(misfit());
    }
    // Where nothing says how long they last, they do so equally long.
    let count = u64::try_from(stated.len()).map_err(|_| misfit())?;
    let even = chunk.duration.checked_div(count).and_then(|even| u32::try_from(even).ok());

    let default =
        |stated: Option<u32>, unsaid| stated.or(Some(unsaid).filter(|&unsaid| unsaid > 0));
    let default_size = default(traf.default_sample_size, defaults.size);
    let default_duration = default(traf.default_sample_duration, defaults.duration).or(even);

    let (mut at, mut end) = (0u64, base.max(head.payload.start()));
    let mut placed = Vec::new();
    for Fields { data_offset, duration, size, flags, composition_offset } in stated {
        if let Some(offset) = data_offset {
            end = base.checked_add_signed(offset.into()).ok_or_else(misfit)?;
        }
        let size = size.or(default_size).ok_or_else(misfit)?;
        let range = ByteRange::with_length(end, size.into());
        let range = range.filter(|&range| head.payload.contains(range)).ok_or_else(misfit)?;
        let duration = duration.or(default_duration).ok_or_else(misfit)?;
        // Where nothing says which samples stand by themselves, the first does, as a fragment begins
        // with one; of audio and text, all do.
        let is_sync = kind != StreamKind::Video || placed.is_empty();
        let unsaid = if is_sync { SYNC } else { NON_SYNC };
        let flags = flags.or(traf.default_sample_flags).unwrap_or(unsaid);
        let sample = Sample { size, duration, composition_offset, flags };
        placed.push(Placed { at, sample, range });
        at = at.checked_add(duration.into()).ok_or_else(misfit)?;
        end = range.end();
    }
    Ok(placed)
}

/// The fields of a sample in a run.
#[derive(Clone, Copy)]
struct Fields {
    /// The data offset of the run, at its first sample.
    data_offset: Option<i32>,
    duration: Option<u32>,
    size: Option<u32>,
    flags: Option<u32>,
    composition_offset: i32,
}

/// What `run` says of each of its samples; where samples have no fields of their own, as many as it counts.
fn fields<'a>(run: &'a Trun<'_>) -> impl Iterator<Item = Fields> + 'a {
    let silent = if run.samples().next().is_none() { run.sample_count } else { 0 };
    let silent = (0..silent).map(|_| isobmff::Sample::default());
    run.samples().chain(silent).enumerate().map(|(at, sample)| {
        let first = at == 0;
        Fields {
            data_offset: run.data_offset.filter(|_| first).map(|offset| offset.value),
            duration: sample.duration,
            size: sample.size,
            flags: sample.flags.or(run.first_sample_flags.filter(|_| first)),
            composition_offset: sample.composition_offset,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{boxed, full_boxed};

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// A `moof` of these boxes, and the header of an `mdat` of 100 bytes, at 1000.
    fn head(traf: &[Vec<u8>]) -> Head {
        let mfhd = full_boxed(b"mfhd", 0, 0, &words(&[9]));
        let moof = boxed(b"moof", &[mfhd, boxed(b"traf", &traf.concat())].concat());
        let start = 1008 + u64::try_from(moof.len()).unwrap();
        let mdat_header = [&108u32.to_be_bytes(), &b"mdat"[..]].concat();
        Head { moof, mdat_header, payload: ByteRange::with_length(start, 100).unwrap() }
    }

    const CHUNK: Chunk = Chunk { start: 500, duration: 90 };

    fn samples(head: &Head) -> Result<Vec<Placed>, FragmentError> {
        samples_of(head, Defaults::default())
    }

    fn samples_of(head: &Head, defaults: Defaults) -> Result<Vec<Placed>, FragmentError> {
        let moof = Moof::parse(&head.moof, 0).unwrap();
        let traf = moof.only_traf().unwrap();
        super::samples(head, (&moof, traf), defaults, CHUNK, StreamKind::Video)
    }

    /// When, how long, how large, where in the payload, and whether it is sync.
    fn told(head: &Head) -> Vec<(u64, u32, u32, u64, bool)> {
        let of = |Placed { at, sample, range }| {
            let place = range.start() - head.payload.start();
            (at, sample.duration, sample.size, place, sample.is_sync())
        };
        samples(head).unwrap().into_iter().map(of).collect()
    }

    #[test]
    fn a_column_counts_before_a_default() {
        let tfhd = full_boxed(b"tfhd", 0, 0x38, &words(&[1, 7, 8, NON_SYNC]));
        let columns = [5, 10, SYNC, 6, 20, NON_SYNC];
        let trun = full_boxed(b"trun", 0, 0x700, &words(&[&[2][..], &columns].concat()));
        let plain = full_boxed(b"trun", 0, 0, &words(&[2]));
        let expected = [
            (0, 5, 10, 0, true),
            (5, 6, 20, 10, false),
            (11, 7, 8, 30, false),
            (18, 7, 8, 38, false),
        ];
        assert_eq!(told(&head(&[tfhd, trun, plain])), expected);
    }

    #[test]
    fn the_first_sample_has_flags_of_its_own() {
        let tfhd = full_boxed(b"tfhd", 0, 0x30, &words(&[1, 8, NON_SYNC]));
        let trun = full_boxed(b"trun", 0, 0x104, &words(&[2, SYNC, 5, 6]));
        let expected = [(0, 5, 8, 0, true), (5, 6, 8, 8, false)];
        assert_eq!(told(&head(&[tfhd, trun])), expected);
    }

    #[test]
    fn where_nothing_is_said_they_last_equally_long_and_the_first_is_sync() {
        let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, 8]));
        let trun = full_boxed(b"trun", 0, 0, &words(&[3]));
        let expected = [(0, 30, 8, 0, true), (30, 30, 8, 8, false), (60, 30, 8, 16, false)];
        assert_eq!(told(&head(&[tfhd, trun])), expected);
    }

    #[test]
    fn what_the_moof_does_not_say_the_track_does() {
        let tfhd =
            |flags, rest: &[u32]| full_boxed(b"tfhd", 0, flags, &words(&[&[1], rest].concat()));
        let trun = full_boxed(b"trun", 0, 0, &words(&[2]));
        let of = |tfhd| {
            let defaults = Defaults { duration: 7, size: 8 };
            let told = samples_of(&head(&[tfhd, trun.clone()]), defaults).unwrap();
            let of = |placed: &Placed| (placed.sample.duration, placed.sample.size);
            told.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(of(tfhd(0, &[])), [(7, 8); 2]);
        assert_eq!(of(tfhd(0x8, &[5])), [(5, 8); 2]);
        assert_eq!(of(tfhd(0x10, &[4])), [(7, 4); 2]);
    }

    #[test]
    fn runs_lie_where_their_offsets_say() {
        let run = |offset: u32| full_boxed(b"trun", 0, 1, &words(&[1, offset]));
        let with = |first: u32, second: u32| {
            let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, 8]));
            head(&[tfhd, run(first), run(second)])
        };
        let front = u32::try_from(with(0, 0).moof.len() + 8).unwrap();
        let places = |head: &Head| told(head).iter().map(|sample| sample.3).collect::<Vec<_>>();
        assert_eq!(places(&with(front + 50, front + 10)), [50, 10]);
        let beyond = with(front, front + 93);
        assert!(samples(&beyond).is_err());
        assert!(samples(&with(front - 1, front)).is_err());

        let based = |base: u64| {
            let fields = [&words(&[1])[..], &base.to_be_bytes(), &words(&[8])];
            head(&[full_boxed(b"tfhd", 0, 0x11, &fields.concat()), run(30)])
        };
        assert_eq!(places(&based(based(0).payload.start() - 10)), [20]);
    }

    #[test]
    fn a_count_is_not_believed() {
        let trun = full_boxed(b"trun", 0, 0, &words(&[u32::MAX]));
        for size in [0, 1] {
            let tfhd = full_boxed(b"tfhd", 0, 0x10, &words(&[1, size]));
            assert!(samples(&head(&[tfhd, trun.clone()])).is_err());
        }
        let silent = full_boxed(b"tfhd", 0, 0, &words(&[1]));
        let one = full_boxed(b"trun", 0, 0, &words(&[1]));
        assert!(samples(&head(&[silent, one])).is_err(), "of no known size");
    }
}
