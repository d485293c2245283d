//! Samples in the ticks of another timescale.

use super::FragmentError;
use crate::base::sample::Sample;
use crate::base::time::Timescale;

/// `samples`, the first of which is decoded at `start`, from the ticks of one timescale to those of
/// another; and when the first of them is decoded then. `None` is a sample whose times do not fit.
pub(super) fn rescaled(
    start: i128,
    samples: impl ExactSizeIterator<Item = Option<Sample>>,
    scales: (Timescale, Timescale),
) -> Result<(u64, Vec<Sample>), FragmentError> {
    let (first, mut scale) = Scale::at(start, scales).ok_or(FragmentError::Times)?;
    let mut rescaled = Vec::with_capacity(samples.len());
    for sample in samples {
        let sample = sample.and_then(|sample| scale.next(sample)).ok_or(FragmentError::Times)?;
        rescaled.push(sample);
    }
    Ok((first, rescaled))
}

/// From the ticks of one timescale to those of another, sample by sample.
///
/// Times are rescaled to the nearest tick as they count from the start of the track, and durations are what lies
/// between two of them, so that nothing drifts, however long the film is. What of a tick was rounded away is all
/// that has to be carried along.
struct Scale {
    from: u64,
    to: u64,
    /// By how much the next sample is decoded later than in whole ticks: so many `from`ths of one, less half a tick.
    left: u64,
}

impl Scale {
    /// When `ticks` of the first of these timescales are in ticks of the second, and what is carried on from there; `None` if that
    /// is before 0 or beyond 2^64.
    fn at(ticks: i128, (from, to): (Timescale, Timescale)) -> Option<(u64, Self)> {
        let [from, to] = [from, to].map(|scale| u64::from(scale.ticks_per_second()));
        let all =
            u128::try_from(ticks).ok()?.checked_mul(to.into())?.checked_add((from / 2).into())?;
        let whole = u64::try_from(all / u128::from(from)).ok()?;
        let left = u64::try_from(all % u128::from(from)).ok()?;
        Some((whole, Self { from, to, left }))
    }

    /// The next sample; `None` if its times do not fit.
    ///
    /// Neither product leaves 64 bits, as timescales and durations have 32 and offsets 31 and a sign. To ask whether it does takes
    /// WebAssembly longer than all the rest.
    #[inline(always)]
    fn next(&mut self, sample: Sample) -> Option<Sample> {
        let Self { from, to, left } = *self;
        let late = i64::from(sample.composition_offset).wrapping_mul(to.cast_signed());
        let composed = late.wrapping_add(left.cast_signed());
        let composed = match u64::try_from(composed) {
            Ok(composed) => i32::try_from(composed / from),
            Err(_) => i32::try_from(composed.div_euclid(from.cast_signed())),
        };
        let end = u64::from(sample.duration).wrapping_mul(to).wrapping_add(left);
        let duration = end / from;
        self.left = end.wrapping_sub(duration.wrapping_mul(from));
        Some(Sample {
            duration: u32::try_from(duration).ok()?,
            composition_offset: composed.ok()?,
            ..sample
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn timescale(ticks: u32) -> Timescale {
        Timescale::new(ticks).unwrap()
    }

    /// `ticks` in ticks of another timescale, to the nearest.
    fn nearest(ticks: i128, (from, to): (u32, u32)) -> i128 {
        (ticks * i128::from(to) + i128::from(from / 2)).div_euclid(i128::from(from))
    }

    proptest! {
        #[test]
        fn every_time_is_the_nearest_to_what_it_was(
            scales in (prop_oneof![1u32..100, any::<u32>()], prop_oneof![1u32..100, any::<u32>()]),
            start in prop_oneof![0u64..1000, any::<u64>()],
            samples in prop::collection::vec(
                (prop_oneof![0u32..5000, any::<u32>()], prop_oneof![-5000i32..5000, any::<i32>()]),
                0..20,
            ),
        ) {
            prop_assume!(scales.0 > 0 && scales.1 > 0);
            let sample = |&(duration, composition_offset): &(u32, i32)| {
                Some(Sample { size: 1, duration, composition_offset, flags: 0 })
            };
            let mut at = i128::from(start);
            let first = u64::try_from(nearest(at, scales)).ok();
            let expected: Option<Vec<(u32, i32)>> = samples
                .iter()
                .map(|&(duration, offset)| {
                    let [begin, composed, end] = [0, offset.into(), duration.into()]
                        .map(|ticks: i128| nearest(at + ticks, scales));
                    at += i128::from(duration);
                    Some((u32::try_from(end - begin).ok()?, i32::try_from(composed - begin).ok()?))
                })
                .collect();
            let rescaled = rescaled(
                start.into(),
                samples.iter().map(sample),
                (timescale(scales.0), timescale(scales.1)),
            );
            let told = rescaled.ok().map(|(first, samples)| {
                let told = samples.iter().map(|it| (it.duration, it.composition_offset));
                (first, told.collect::<Vec<_>>())
            });
            prop_assert_eq!(told, first.zip(expected));
        }
    }
}
