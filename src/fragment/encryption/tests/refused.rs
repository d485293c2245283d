//! Encryption that is not sent: it contradicts itself, or no client could be told of it.

use super::*;

#[test]
fn what_contradicts_itself_is_broken() {
    let broken = |entry: &[u8], traf: &[Vec<u8>]| match segment(entry, traf) {
        Err(MakeError::Fragment(broken)) => broken.to_string(),
        other => panic!("{other:?}"),
    };
    let nothing = "its track is encrypted, but nothing tells of initialisation vectors";
    assert_eq!(broken(&cenc(), &[]), nothing);
    assert_eq!(broken(&cenc(), &[senc(0, &[])]), nothing);
    let sums = "what subsamples make up does not fit the fragment";
    for wrong in [(8, 15), (8, 17), (u16::MAX, u32::MAX)] {
        let [_, second, third] = vectors();
        let vectors = [vector(1, &[wrong, (0, 16)]), second, third];
        assert_eq!(broken(&cenc(), &[piff(2, &[], &vectors)]), sums);
    }
    let short = broken(&cenc(), &[senc(0, &[vec![7; 23]])]);
    assert!(short.ends_with("it is not of as many samples as there are"), "{short}");
    for size in [0, 3, 255] {
        let front = [&[0, 0, 1, size][..], &KEY].concat();
        let sized = broken(&cenc(), &[piff(1, &front, &vec![vec![7; size.into()]; 3])]);
        assert!(sized.contains("neither 8 nor 16 bytes"), "{sized}");
        let entry = entry(b"cenc", &[&[0, 0, 1, size][..], &KEY, &[size; 300]].concat());
        let sized = broken(&entry, &[senc(0, &[])]);
        assert!(sized.contains("how its track is protected") || size == 0, "{sized}");
    }
}

#[test]
fn what_is_well_but_not_told_is_named() {
    let adobe = entry(b"adkm", &[]);
    assert_eq!(
        segment(&adobe, &[]),
        Err(UnsupportedError::Scheme(SchemeError::UnknownScheme(*b"adkm")).into())
    );
    let front = [&[0, 0, 2, 16][..], &KEY].concat();
    let cbc = segment(&cenc(), &[piff(1, &front, &vec![vec![7; 16]; 3])]);
    assert_eq!(cbc, Err(UnsupportedError::Scheme(SchemeError::UnknownAlgorithm(2)).into()));
    let saiz = full_boxed(b"saiz", 0, 0, &[8, 0, 0, 0, 3]);
    assert_eq!(segment(&cenc(), &[saiz]), Err(UnsupportedError::Elsewhere.into()));
    let [_, second, third] = vectors();
    let many = [vector(1, &[[(1, 0); 40].as_slice(), &[(0, 0)]].concat()), second, third];
    assert_eq!(segment(&cenc(), &[senc(2, &many)]), Err(UnsupportedError::Subsamples.into()));
}

proptest! {
    #[test]
    fn nothing_that_a_box_can_say_is_a_panic(
        is_piff: bool,
        flags in 0u8..4,
        fields in prop::collection::vec(prop_oneof![Just(0), Just(1), Just(3), any::<u8>()], 0..120),
    ) {
        let stored = if is_piff {
            uuid_boxed(Senc::PIFF, &[&[0, 0, 0, flags][..], &fields].concat())
        } else {
            full_boxed(b"senc", 0, flags.into(), &fields)
        };
        for entry in [cenc(), cbcs()] {
            if let Ok(moof) = segment(&entry, std::slice::from_ref(&stored)) {
                let again = Moof::parse(&moof, 0).unwrap();
                prop_assert!(again.only_traf().is_some());
            }
        }
    }

    #[test]
    fn every_vector_comes_out_as_it_went_in(
        is_piff: bool,
        numbers: [u8; 3],
        clear in prop::collection::vec(0u16..7, 3),
    ) {
        let each = numbers.iter().zip(&clear).zip(SIZES);
        let stored: Vec<Vec<u8>> = each
            .map(|((&number, &clear), size)| vector(number, &[(clear, 0), (0, size - u32::from(clear))]))
            .collect();
        let told = if is_piff { piff(2, &[], &stored) } else { senc(2, &stored) };
        let moof = segment(&cenc(), &[told]).unwrap();
        prop_assert_eq!(led_to(&moof), stored);
    }
}
