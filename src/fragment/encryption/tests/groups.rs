//! Groups of samples, each encrypted in its own way.

use super::*;

fn seig(entries: &[Encryption]) -> Vec<u8> {
    let count = u32::try_from(entries.len()).unwrap();
    let entries = entries.iter().flat_map(Encryption::bytes).collect::<Vec<_>>();
    full_boxed(b"sgpd", 1, 0, &[&b"seig"[..], &words(&[20, count]), &entries].concat())
}

fn sbgp(runs: &[u32]) -> Vec<u8> {
    let count = u32::try_from(runs.len() / 2).unwrap();
    full_boxed(b"sbgp", 0, 0, &[&b"seig"[..], &words(&[count]), &words(runs)].concat())
}

#[test]
fn stored_groups_are_kept() {
    let other = Encryption { pattern: 0, vectors: Some(Vectors::Own16), key_id: [8; 16] };
    let clear = Encryption { pattern: 0, vectors: None, key_id: [0; 16] };
    let groups = [seig(&[other, clear]), sbgp(&[1, 0x1_0002, 1, 0x1_0001])];
    let vectors = [vec![], vec![1; 16], vec![2; 8]];
    let stored = [&groups[..], &[senc(0, &vectors)]].concat();
    let moof = segment(&cenc(), &stored).unwrap();
    assert_eq!(led_to(&moof), vectors);
    let parsed = Moof::parse(&moof, 0).unwrap();
    let boxes = parsed.only_traf().unwrap().encryption;
    assert_eq!(boxes.sgpd.unwrap().bytes(), groups[0]);
    let runs = isobmff::sample_groups(&boxes.sbgp.unwrap()).unwrap();
    assert_eq!(runs, [(1, 0x1_0002), (1, 0x1_0001), (1, 0)]);
    // Of keyframes, the second sample goes, and with it its group.
    let moof = made(Noun::KeyFrames, &cenc(), &stored).unwrap();
    assert_eq!(led_to(&moof), [vec![], vec![2; 8]]);
    let runs = traf_of(&moof).sbgp[0].entries.clone();
    assert_eq!(runs.iter().map(|run| run.sample_count).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn groups_of_version_2_are_told_in_version_1() {
    let other = Encryption { pattern: 0, vectors: Some(Vectors::Own16), key_id: [8; 16] };
    let clear = Encryption { pattern: 0, vectors: None, key_id: [0; 16] };
    let version_2 = |of_others: u32, fields: &[u32]| {
        let entries = [clear.bytes(), other.bytes()].concat();
        let front = [&b"seig"[..], &words(fields), &words(&[of_others, 2]), &entries].concat();
        full_boxed(b"sgpd", 2, 0, &front)
    };
    let told = |sgpd: Vec<u8>, runs: &[Vec<u8>], vectors: &[Vec<u8>]| {
        let stored = [&[sgpd][..], runs, &[senc(0, vectors)]].concat();
        let moof = segment(&cenc(), &stored).unwrap();
        assert_eq!(led_to(&moof), vectors);
        let parsed = Moof::parse(&moof, 0).unwrap();
        let boxes = parsed.only_traf().unwrap().encryption;
        assert_eq!(boxes.sgpd.unwrap().bytes(), seig(&[clear, other]));
        isobmff::sample_groups(&boxes.sbgp.unwrap()).unwrap()
    };
    let clear_lead = [vec![], vec![2; 8], vec![2; 8]];
    for fields in [&[][..], &[20]] {
        let runs = told(version_2(0, fields), &[sbgp(&[1, 0x1_0001])], &clear_lead);
        assert_eq!(runs, [(1, 0x1_0001), (2, 0)]);
        let runs = told(version_2(2, fields), &[], &vec![vec![3; 16]; 3]);
        assert_eq!(runs, [(3, 0x1_0002)], "of those that nothing is said of");
    }
}

#[test]
fn groups_that_are_not_there_are_refused() {
    let senc = senc(0, &vec![vec![7; 8]; 3]);
    let of = |runs: &[u32]| segment(&cenc(), &[sbgp(runs), seig(&[]), senc.clone()]);
    assert_eq!(of(&[3, 1]), Err(UnsupportedError::Elsewhere.into()), "it is in the moov");
    assert!(matches!(of(&[3, 0x1_0001]), Err(MakeError::Fragment(FragmentError::Size(_)))));
    assert!(matches!(of(&[4, 0]), Err(MakeError::Fragment(FragmentError::Size(_)))));
    assert!(matches!(of(&[u32::MAX, 0]), Err(MakeError::Fragment(FragmentError::Size(_)))));
}

#[test]
fn what_is_left_over_in_a_clear_track_is_passed_by() {
    let clear = visual_entry(b"avc1", 640, 360, &[]);
    let left = [senc(2, &vectors()), full_boxed(b"saiz", 0, 0, &[8, 0, 0, 0, 3]), seig(&[])];
    assert_eq!(segment(&clear, &left), segment(&clear, &[]));
    assert_eq!(segment(&clear, &[piff(2, &[], &vectors())]), segment(&clear, &[]));
}
