//! Media time: ticks, and how many of them make a second.

use std::fmt;
use std::num::NonZeroU32;

/// Ticks a second; never zero. `ISO/IEC 14496-12` 8.4.2 calls it `timescale`,
/// `[MS-SSTR]` 2.2.2.1 `TimeScale`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Timescale(NonZeroU32);

impl Timescale {
    /// Smooth Streaming's own: ten million ticks a second (`[MS-SSTR]` 2.2.2.1).
    pub const SMOOTH: Self = match NonZeroU32::new(10_000_000) {
        Some(ticks) => Self(ticks),
        None => Self(NonZeroU32::MIN),
    };

    /// A thousand ticks a second.
    pub const MILLISECONDS: Self = match NonZeroU32::new(1000) {
        Some(ticks) => Self(ticks),
        None => Self(NonZeroU32::MIN),
    };

    /// The timescale of MPEG's systems: 90,000 ticks a second.
    pub const MPEG: Self = match NonZeroU32::new(90_000) {
        Some(ticks) => Self(ticks),
        None => Self(NonZeroU32::MIN),
    };

    /// A timescale of so many ticks a second; `None` for zero.
    pub fn new(ticks_per_second: u32) -> Option<Self> {
        NonZeroU32::new(ticks_per_second).map(Self)
    }

    /// Ticks a second.
    pub fn ticks_per_second(self) -> u32 {
        self.0.get()
    }

    /// `ticks` of this timescale in ticks of `other`, to the nearest; `None` beyond 2^64.
    pub fn rescale(self, ticks: u64, other: Self) -> Option<u64> {
        if self == other {
            return Some(ticks);
        }
        let (from, to) = (u64::from(self.0.get()), u64::from(other.0.get()));
        // WebAssembly divides 64 bits by an instruction and 128 by a long function, and few films need those. To ask
        // whether a product fits would be such a function too; numbers of so few digits have one that does.
        let fits = ticks.leading_zeros() + to.leading_zeros() >= u64::BITS;
        let product = fits.then(|| ticks.wrapping_mul(to));
        if let Some(scaled) = product.and_then(|product| product.checked_add(from / 2)) {
            return Some(scaled / from);
        }
        let scaled = (u128::from(ticks) * u128::from(to) + u128::from(from / 2)) / u128::from(from);
        u64::try_from(scaled).ok()
    }

    /// The least ticks of this timescale that [`Self::rescale`] has no fewer than `ticks` of `other` for; `None` beyond 2^64.
    pub fn reaching(self, ticks: u64, other: Self) -> Option<u64> {
        if self == other {
            return Some(ticks);
        }
        let (from, to) = (u128::from(self.0.get()), u128::from(other.0.get()));
        let least = (u128::from(ticks) * from).saturating_sub(from / 2).div_ceil(to);
        u64::try_from(least).ok()
    }

    /// `ticks` as seconds, for people to read.
    pub fn seconds(self, ticks: u64) -> Seconds {
        Seconds { ticks, timescale: self }
    }
}

impl fmt::Display for Timescale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A time that prints as seconds and milliseconds, such as `4.000 s`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seconds {
    ticks: u64,
    timescale: Timescale,
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_second = u128::from(self.timescale.ticks_per_second());
        let milliseconds = u128::from(self.ticks) * 1000 / per_second;
        write!(f, "{}.{:03} s", milliseconds / 1000, milliseconds % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scale(ticks: u32) -> Timescale {
        Timescale::new(ticks).unwrap()
    }

    #[test]
    fn zero_ticks_a_second_is_no_timescale() {
        assert_eq!(Timescale::new(0), None);
        assert_eq!(Timescale::SMOOTH.ticks_per_second(), 10_000_000);
    }

    #[test]
    fn rescales_to_the_nearest_tick() {
        assert_eq!(scale(48_000).rescale(1024, Timescale::SMOOTH), Some(213_333));
        assert_eq!(scale(90_000).rescale(180_000, Timescale::SMOOTH), Some(20_000_000));
        assert_eq!(Timescale::SMOOTH.rescale(213_333, scale(48_000)), Some(1024));
        assert_eq!(scale(1).rescale(u64::MAX, scale(2)), None);
        assert_eq!(scale(3).rescale(u64::MAX, scale(3)), Some(u64::MAX));
    }

    proptest! {
        #[test]
        fn what_reaches_a_time_is_not_before_it(
            ticks in prop_oneof![any::<u64>(), 0u64..100],
            from in 1u32..50,
            to in 1u32..50,
        ) {
            let (from, to) = (scale(from), scale(to));
            let reaches = |at: u64| from.rescale(at, to).is_none_or(|at| at >= ticks);
            match from.reaching(ticks, to) {
                Some(least) => {
                    prop_assert!(reaches(least));
                    prop_assert!(least.checked_sub(1).is_none_or(|before| !reaches(before)));
                }
                None => prop_assert!(!reaches(u64::MAX)),
            }
        }
    }

    #[test]
    fn prints_seconds() {
        assert_eq!(Timescale::SMOOTH.seconds(40_000_000).to_string(), "4.000 s");
        assert_eq!(scale(48_000).seconds(1024).to_string(), "0.021 s");
    }
}
