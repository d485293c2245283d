use super::*;
use proptest::prelude::*;

/// Fragments of a track that shares its file with another.
fn interleaved(shape: &[Vec<(u32, bool)>]) -> Vec<SampledFragment> {
    let (mut start, mut end) = (90, 6 << 30);
    shape
        .iter()
        .map(|fragment| {
            let mut runs: Vec<Run> = Vec::new();
            let sample = |(at, &(size, apart)): (usize, &(u32, bool))| {
                let length = u64::from(size);
                match runs.last_mut().filter(|_| !apart) {
                    Some(run) => {
                        run.samples += 1;
                        run.range = ByteRange::new(run.range.start(), end + length).unwrap();
                    }
                    None => {
                        // Half of the gaps lead back: tables may name chunks in any order.
                        end = if size % 2 == 0 { end + 7001 } else { end - 7001 };
                        runs.push(Run {
                            samples: 1,
                            range: ByteRange::with_length(end, length).unwrap(),
                        });
                    }
                }
                end += length;
                Sample {
                    size,
                    duration: 512 + u32::from(at % 7 == 0),
                    composition_offset: if apart { -1024 } else { 512 },
                    flags: if at == 0 { 0x0200_0000 } else { 0x0101_0000 },
                }
            };
            let samples: Vec<Sample> = fragment.iter().enumerate().map(sample).collect();
            let fragment = SampledFragment { start, samples, runs };
            start += 25_600;
            fragment
        })
        .collect()
}

fn there_and_back(fragments: &[SampledFragment]) {
    let page = Page::new(fragments);
    let bytes = page.encode();
    let decoded = Page::decode(&bytes, Digest::of(&bytes)).unwrap();
    assert_eq!(decoded, page);
    assert_eq!(decoded.len(), fragments.len());
    for (at, fragment) in fragments.iter().enumerate() {
        assert_eq!(decoded.fragment(at).as_ref(), Some(fragment), "{at}");
    }
    assert_eq!(decoded.fragment(fragments.len()), None);
}

proptest! {
    #[test]
    fn gives_back_what_went_in(
        shape in prop::collection::vec(prop::collection::vec((0u32..9000, any::<bool>()), 1..40), 0..20),
    ) {
        there_and_back(&interleaved(&shape));
    }
}

#[test]
fn every_shorter_or_altered_value_is_refused() {
    let bytes =
        Page::new(&interleaved(&[vec![(700, true), (80, false)], vec![(900, true)]])).encode();
    let digest = Digest::of(&bytes);
    for len in 0..bytes.len() {
        assert!(Page::decode(&bytes[..len], digest).is_err(), "cut to {len}");
        let mut altered = bytes.clone();
        altered[len] ^= 0x10;
        assert!(Page::decode(&altered, digest).is_err(), "altered at {len}");
        // Whoever made the digest too is still not believed more than the bytes allow.
        if let Ok(page) = Page::decode(&altered, Digest::of(&altered)) {
            (0..3).for_each(|at| drop(page.fragment(at)));
        }
    }
}
