use super::*;
use crate::base::range::ByteRange;
use crate::media::{boxed, co64, ctts, sdtp, stco, stsc, stss, stsz, stsz_of, stts, stz2};

fn table<T>(boxes: &[Vec<u8>], then: impl FnOnce(Result<SampleTable<'_>, BoxError>) -> T) -> T {
    let bytes = boxed(b"stbl", &boxes.concat());
    then(SampleTable::parse(&BoxRef::whole(&bytes, 0).unwrap()))
}

fn samples(boxes: &[Vec<u8>]) -> Vec<TableSample> {
    table(boxes, |table| {
        let table = table.unwrap();
        let samples: Vec<_> = table.samples().collect();
        assert_eq!(u32::try_from(samples.len()), Ok(table.count()));
        come_out_alike(&table, &samples);
        samples
    })
}

/// Whatever is passed over, `samples` come out of `table`.
fn come_out_alike(table: &SampleTable<'_>, samples: &[TableSample]) {
    for first in 0..=samples.len() {
        for passed in 0..=samples.len() {
            let mut rest = table.samples();
            for _ in 0..first {
                rest.next();
            }
            let place = first + passed;
            let (mut taken, mut lying) = (Vec::new(), Vec::new());
            let mut taking = rest.clone();
            let passing = u32::try_from(passed).unwrap();
            taking.take_into(passing, &mut taken, |count, range| lying.push((count, range)));
            let all = samples.get(first..place.min(samples.len())).unwrap();
            assert_eq!(taken, all.iter().map(|sample| sample.alone()).collect::<Vec<_>>());
            come_out_together(all, &lying);
            assert_eq!(taking.next(), samples.get(place).copied(), "{first}, {passed}");
            assert_eq!(rest.nth(passed), samples.get(place).copied(), "{first}, {passed}");
            assert_eq!(rest.next(), samples.get(place + 1).copied(), "{first}, {passed}");
        }
    }
    let all = samples.iter().copied().enumerate();
    let syncs: Vec<_> = all.filter(|(_, sample)| sample.is_sync()).collect();
    assert_eq!(table.syncs().collect::<Vec<_>>(), syncs);
    let times: Vec<_> = syncs.iter().map(|(place, sample)| (*place, sample.decode)).collect();
    assert_eq!(table.sync_times().collect::<Vec<_>>(), times);
    let (least, most) = table.composition_offsets();
    assert!(samples.iter().all(|it| (least..=most).contains(&it.composition_offset)));
}

/// `samples` lie where they are said to: so many in each range.
fn come_out_together(samples: &[TableSample], lying: &[(usize, ByteRange)]) {
    let mut rest = samples.iter();
    for &(count, range) in lying {
        let mut end = range.start();
        for sample in rest.by_ref().take(count) {
            assert_eq!(sample.range.start(), end);
            end = sample.range.end();
        }
        assert_eq!(range.end(), end);
    }
    assert_eq!(rest.next(), None);
}

fn problem(boxes: &[Vec<u8>]) -> String {
    table(boxes, |table| table.unwrap_err().to_string())
}

/// Four samples in two chunks, the first of three and one of size 0 among them; `instead` replaces
/// what is of the same type, or says the same.
fn boxes(instead: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let usual = [
        stts(&[(3, 10), (1, 15)]),
        stsc(&[[1, 3, 1], [2, 1, 1]]),
        stsz(&[100, 0, 50, 20]),
        stco(&[1000, 5000]),
    ];
    let kind = |table: &[u8]| match &table[4..8] {
        b"co64" => *b"stco",
        b"stz2" => *b"stsz",
        code => *code.first_chunk().unwrap(),
    };
    let is_replaced = |usual: &&Vec<u8>| instead.iter().any(|it| kind(it) == kind(usual));
    let kept = usual.iter().filter(|usual| !is_replaced(usual));
    kept.chain(instead).cloned().collect()
}

fn range(start: u64, length: u64) -> ByteRange {
    ByteRange::with_length(start, length).unwrap()
}

#[test]
fn tables_are_joined() {
    let all = boxes(&[ctts(1, &[(1, 20), (2, -5), (1, 0)]), stss(&[1, 3])]);
    let sample = |decode, duration, composition_offset, range, flags| TableSample {
        decode,
        duration,
        composition_offset,
        range,
        flags,
    };
    assert_eq!(
        samples(&all),
        [
            sample(0, 10, 20, range(1000, 100), 0x0200_0000),
            sample(10, 10, -5, range(1100, 0), 0x0101_0000),
            sample(20, 10, -5, range(1100, 50), 0x0200_0000),
            sample(30, 15, 0, range(5000, 20), 0x0101_0000),
        ]
    );
    assert_eq!(
        samples(&all).iter().map(TableSample::is_sync).collect::<Vec<_>>(),
        [true, false, true, false]
    );
    // Without tables of them, every sample is a sync sample and shown when it is decoded.
    assert!(
        samples(&boxes(&[])).iter().all(|it| it.flags == 0x0200_0000 && it.composition_offset == 0)
    );
    // Version 0 is read as version 1.
    assert_eq!(samples(&boxes(&[ctts(0, &[(4, -7)])]))[3].composition_offset, -7);
    assert_eq!(samples(&boxes(&[co64(&[1 << 40, 5000])]))[0].range, range(1 << 40, 100));
    assert_eq!(samples(&[stts(&[]), stsc(&[]), stsz(&[]), stco(&[])]), []);
}

#[test]
fn sizes_of_all_forms() {
    let lengths = |sizes: Vec<u8>| {
        let all = [stts(&[(3, 1)]), stsc(&[[1, 3, 1]]), sizes, stco(&[0])];
        samples(&all).iter().map(|sample| sample.range.length()).collect::<Vec<_>>()
    };
    assert_eq!(lengths(stsz_of(7, 3)), [7, 7, 7]);
    assert_eq!(lengths(stz2(16, 3, &[1, 0, 0, 2, 0, 3])), [256, 2, 3]);
    assert_eq!(lengths(stz2(8, 3, &[1, 2, 255])), [1, 2, 255]);
    assert_eq!(lengths(stz2(4, 3, &[0x1f, 0x30])), [1, 15, 3]);
}

#[test]
fn dependencies_are_as_stated_or_else_implied() {
    let flags = |dependencies: &[u8]| {
        let all = boxes(&[stss(&[1]), sdtp(dependencies)]);
        samples(&all).iter().map(|sample| sample.flags).collect::<Vec<_>>()
    };
    // A leading picture that others depend on; one that nothing depends on; an I-picture that is no
    // sync sample; and one of which nothing is said.
    assert_eq!(flags(&[0x24, 0x98, 0x20, 0]), [0x0240_0000, 0x0981_0000, 0x0201_0000, 0x0101_0000]);
    // It is advice only: what is missing is unknown, what is too much belongs to no sample.
    assert_eq!(flags(&[0x18]), [0x0180_0000, 0x0101_0000, 0x0101_0000, 0x0101_0000]);
    assert_eq!(flags(&[0; 9]), [0x0200_0000, 0x0101_0000, 0x0101_0000, 0x0101_0000]);
}

#[test]
fn chunks_may_be_empty_and_more_than_needed() {
    let spare = boxes(&[stsc(&[[1, 3, 1], [2, 0, 1], [3, 2, 1]]), stco(&[1000, 1, 5000, 9000])]);
    let starts: Vec<_> = samples(&spare).iter().map(|sample| sample.range.start()).collect();
    assert_eq!(starts, [1000, 1100, 1100, 5000]);
}

#[test]
fn samples_are_passed_over_by_runs_and_chunks() {
    let runs = [stts(&[(2, 10), (0, 9), (7, 20)]), ctts(1, &[(1, 5), (3, -7), (5, 2)])];
    let chunks =
        [stsc(&[[1, 1, 1], [3, 0, 1], [4, 2, 1], [6, 5, 1]]), co64(&[90, 7, 1, 60, 20, 8])];
    let sizes = [stsz(&[1, 2, 4, 8, 16, 32, 64, 128, 256]), stss(&[2, 5, 9])];
    let all = samples(&[&runs[..], &chunks, &sizes, &[sdtp(&[4, 8, 0x18])]].concat());
    let starts: Vec<_> = all.iter().map(|sample| sample.range.start()).collect();
    assert_eq!(starts, [90, 7, 60, 64, 20, 36, 8, 72, 200]);
}

#[test]
fn times_of_too_many_samples_or_too_few_are_read_as_players_do() {
    let times = |runs: &[(u32, u32)], offsets: &[(u32, i32)]| {
        let samples = samples(&boxes(&[stts(runs), ctts(0, offsets)]));
        samples.iter().map(|it| (it.duration, it.composition_offset)).collect::<Vec<_>>()
    };
    let exact = times(&[(3, 1), (1, 2)], &[(4, 9)]);
    assert_eq!(exact, [(1, 9), (1, 9), (1, 9), (2, 9)]);
    assert_eq!(times(&[(3, 1), (7, 2)], &[(u32::MAX, 9), (5, 1)]), exact);
    assert_eq!(times(&[(1, 1), (1, 2)], &[(3, 9)]), [(1, 9), (2, 9), (2, 9), (2, 0)]);
    assert_eq!(times(&[(3, 1)], &[]), [(1, 0); 4]);
}

#[test]
fn tables_that_do_not_fit_each_other_are_named() {
    assert_eq!(
        problem(&boxes(&[stts(&[])])),
        "box 'stts' at 108: it says how long no sample lasts"
    );
    for runs in [vec![], vec![[1, 1, 1]]] {
        let problem = problem(&boxes(&[stsc(&runs)]));
        assert!(problem.ends_with("its chunks do not hold as many samples as there are sizes"));
    }
    for runs in [vec![[2, 3, 1]], vec![[0, 3, 1]], vec![[1, 3, 1], [1, 1, 1]]] {
        let problem = problem(&boxes(&[stsc(&runs)]));
        assert!(problem.ends_with("its chunks do not ascend from the first on"), "{problem}");
    }
    let other = problem(&boxes(&[stsc(&[[1, 3, 1], [2, 1, 2]])]));
    assert!(other.ends_with("it has chunks of another than the track's first sample description"));
    for numbers in [&[0][..], &[1, 1], &[3, 2], &[5]] {
        let problem = problem(&boxes(&[stss(numbers)]));
        assert!(problem.ends_with("its samples do not ascend, or are more than there are"));
    }
    let odd = problem(&boxes(&[stz2(5, 4, &[0; 8])]));
    assert!(odd.ends_with("its sizes are of neither 4 nor 8 nor 16 bits"), "{odd}");
}

#[test]
fn a_table_that_is_missing_is_named() {
    let all = boxes(&[]);
    for (at, missing) in
        ["'stts'", "'stsc'", "neither 'stsz' nor 'stz2'", "neither 'stco' nor 'co64'"]
            .into_iter()
            .enumerate()
    {
        let mut some = all.clone();
        some.remove(at);
        let expected =
            format!("box 'stbl' at 0: it has no {missing}").replace("no neither", "neither");
        assert_eq!(problem(&some), expected);
    }
}

#[test]
fn more_entries_than_bytes_are_refused() {
    let tables = [
        stts(&[(4, 1)]),
        ctts(0, &[(4, 1)]),
        stss(&[1]),
        stsc(&[[1, 4, 1]]),
        stsz(&[1; 4]),
        stco(&[1; 2]),
    ];
    for mut table in tables {
        // The count's last byte, which is behind the version, and behind the common size of `stsz`.
        let at = if &table[4..8] == b"stsz" { 19 } else { 15 };
        table[at] += 1;
        let kind = String::from_utf8(table[4..8].to_vec()).unwrap();
        let problem = problem(&boxes(&[table]));
        assert!(problem.starts_with(&format!("box '{kind}' at ")), "{problem}");
        assert!(problem.ends_with("it states more entries than it has bytes for"), "{problem}");
    }
    let claims = [stz2(4, u32::MAX, &[0; 8]), stz2(8, 9, &[0; 8]), stz2(16, 5, &[0; 8])];
    for claim in claims {
        let problem = problem(&[claim]);
        assert_eq!(problem, "box 'stz2' at 8: it states more entries than it has bytes for");
    }
}

#[test]
fn samples_end_before_they_wrap() {
    let all = boxes(&[co64(&[u64::MAX - 120, 5000])]);
    table(&all, |table| {
        let table = table.unwrap();
        assert_eq!((table.samples().count(), table.count()), (2, 4));
        assert_eq!(table.misplaced("why").to_string(), "box 'co64' at 116: why");
    });
}
