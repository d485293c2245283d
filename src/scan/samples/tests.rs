use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn as_many_are_decoded_before_a_time_as_start_then(
        durations in prop::collection::vec(0u32..4, 0..20),
        ticks in 0u64..40,
    ) {
        let (mut decode, range) = (0, ByteRange::new(1, 2).unwrap());
        let sample = |duration| {
            let sample =
                ScannedSample { decode, duration, composition_offset: 0, range, flags: 0 };
            decode += u64::from(duration);
            sample
        };
        let all: Vec<_> = durations.into_iter().map(sample).collect();
        let expected = all.iter().filter(|sample| sample.decode < ticks).count();
        prop_assert_eq!(Samples::of(&all, Edit::default()).before(ticks), expected);
    }
}
