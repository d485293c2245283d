use super::*;
use crate::assemble::cuts::{self, Grid, GridCuts};
use crate::base::range::ByteRange;
use crate::base::sample::Sample;
use crate::base::time::Timescale;
use crate::scan::{Edit, Samples, ScannedSample};

const MS: u64 = 10_000;

/// Samples of `duration` milliseconds, of which every `group`th is a sync sample, behind each other
/// far into a large file.
fn samples(count: u64, duration: u32, group: u64) -> Vec<ScannedSample> {
    let sample = |at: u64| ScannedSample {
        decode: at * u64::from(duration),
        duration,
        composition_offset: 0,
        range: ByteRange::with_length((6 << 30) + at * 100, 100).unwrap(),
        flags: if at.is_multiple_of(group) { 0x0200_0000 } else { 0x0101_0000 },
    };
    (0..count).map(sample).collect()
}

fn clock() -> Clock {
    let timescale = Timescale::new(1000).unwrap();
    Clock { timescale, sooner: 0, later: 0, lifted: 0, hidden: 0 }
}

fn time(sample: &ScannedSample) -> u64 {
    clock().start(sample.decode)
}

fn cut(
    samples: &[ScannedSample],
    cuts: &[u64],
    rule: Rule,
) -> Result<Vec<SampledFragment>, CutError> {
    let syncs = samples.iter().enumerate().filter(|(_, sample)| sample.is_sync());
    let starts: Vec<usize> = syncs.map(|(place, _)| place).collect();
    let ends = starts.iter().skip(1).copied().chain([samples.len()]);
    let run = |(start, end)| SyncRun { places: start..end, decoded: samples[start].decode };
    let runs = starts.iter().copied().zip(ends).map(run);
    let samples = Samples::of(samples, Edit::default());
    Fragments::new(runs, samples.cursor(), clock(), cuts, rule).collect()
}

/// When each fragment starts, and how many samples it has.
fn shape(fragments: &[SampledFragment]) -> Vec<(u64, usize)> {
    fragments.iter().map(|fragment| (fragment.start, fragment.samples.len())).collect()
}

#[test]
fn every_sample_is_in_one_fragment() {
    let all = samples(25, 40, 5);
    let made = cut(&all, &[0, 400 * MS, 800 * MS], Rule::Exact).unwrap();
    assert_eq!(shape(&made), [(0, 10), (400, 10), (800, 5)]);
    let sample = Sample { size: 100, duration: 40, composition_offset: 0, flags: 0x0200_0000 };
    assert_eq!(made[1].samples[0], sample);
    assert_eq!(made[1].samples[1].flags, 0x0101_0000);
    // Far beyond 4 GiB, and one run, as nothing lies between.
    let range = ByteRange::with_length((6 << 30) + 1000, 1000).unwrap();
    assert_eq!(made[1].runs, [Run { samples: 10, range }]);
    assert_eq!(shape(&cut(&all[..1], &[0], Rule::Exact).unwrap()), [(0, 1)]);
}

#[test]
fn runs_end_where_something_else_lies_between() {
    let mut all = samples(5, 40, 1);
    let at = |start, length| ByteRange::with_length(start, length).unwrap();
    let ranges = [at(1000, 100), at(1100, 50), at(900, 100), at(0, 0), at(2000, 100)];
    all.iter_mut().zip(ranges).for_each(|(sample, range)| sample.range = range);
    let made = cut(&all, &[0], Rule::Exact).unwrap();
    let run = |samples, range| Run { samples, range };
    assert_eq!(
        made[0].runs,
        [run(2, at(1000, 150)), run(2, at(900, 100)), run(1, at(2000, 100))],
        "a sample without bytes is no reason to read elsewhere"
    );
}

#[test]
fn other_levels_are_cut_at_their_own_sync_samples() {
    let cuts = [0, 400 * MS, 800 * MS];
    let mut late = samples(25, 40, 10);
    late[10].decode += 1;
    assert_eq!(shape(&cut(&late, &cuts, Rule::Near).unwrap()), [(0, 10), (401, 10), (800, 5)]);
    late[10].decode = 399;
    assert_eq!(shape(&cut(&late, &cuts, Rule::Near).unwrap()), [(0, 10), (399, 10), (800, 5)]);
    late[10].decode = 402;
    assert_eq!(cut(&late, &cuts, Rule::Near), Err(CutError::NoSync(400 * MS)));
    // Keyframes elsewhere; none any more; and a level that begins late.
    assert_eq!(cut(&samples(25, 40, 7), &cuts, Rule::Near), Err(CutError::NoSync(400 * MS)));
    assert_eq!(cut(&samples(15, 40, 5), &cuts, Rule::Near), Err(CutError::NoSync(800 * MS)));
    assert_eq!(cut(&samples(25, 40, 5)[5..], &cuts, Rule::Near), Err(CutError::NoSync(0)));
}

#[test]
fn levels_that_do_not_line_up_are_cut_where_they_do() {
    let (first, other) = (samples(50, 40, 5), samples(50, 40, 15));
    let syncs = |all: &[ScannedSample]| -> Vec<u64> {
        all.iter().filter(|sample| sample.is_sync()).map(time).collect()
    };
    let strict = cuts::pictures(syncs(&first).into_iter(), 2000 * MS, 400 * MS);
    assert_eq!(strict, [0, 400 * MS, 800 * MS, 1200 * MS, 1600 * MS]);
    assert_eq!(cut(&other, &strict, Rule::Near), Err(CutError::NoSync(400 * MS)));
    let shared = cuts::shared(syncs(&first).into_iter(), syncs(&other).into_iter());
    let shared = cuts::pictures(shared, 2000 * MS, 400 * MS);
    assert_eq!(shared, [0, 600 * MS, 1200 * MS, 1800 * MS]);
    for level in [&first, &other] {
        let shape = shape(&cut(level, &shared, Rule::Near).unwrap());
        assert_eq!(shape, [(0, 15), (600, 15), (1200, 15), (1800, 5)]);
    }
}

#[test]
fn sound_of_another_frame_length_follows_the_same_cuts() {
    let grid =
        Grid { pictures: vec![0, 400 * MS, 800 * MS], pictures_end: 1000 * MS, target: 400 * MS };
    let (short, long) = (samples(48, 21, 1), samples(24, 42, 1));
    let mut cuts = GridCuts::new(grid, 1008 * MS);
    short.iter().map(time).for_each(|start| cuts.push(start));
    let cuts = cuts.finish();
    assert_eq!(cuts, [0, 420 * MS, 819 * MS]);
    assert_eq!(shape(&cut(&short, &cuts, Rule::Exact).unwrap()), [(0, 20), (420, 19), (819, 9)]);
    assert_eq!(shape(&cut(&long, &cuts, Rule::After).unwrap()), [(0, 10), (420, 10), (840, 4)]);
    // One that stops before the last chunk begins, and one whose samples outlast a chunk.
    assert_eq!(cut(&long[..18], &cuts, Rule::After), Err(CutError::NoSync(819 * MS)));
    assert_eq!(cut(&samples(2, 900, 1), &cuts, Rule::After), Err(CutError::NoSync(420 * MS)));
}

#[test]
fn what_is_between_its_sync_runs_is_not_sent() {
    let all = samples(20, 40, 5);
    let run =
        |(start, end): (usize, usize)| SyncRun { places: start..end, decoded: all[start].decode };
    let runs = [(0, 5), (10, 15), (15, 20)].map(run).into_iter();
    let samples = Samples::of(&all, Edit::default());
    let made = Fragments::new(runs, samples.cursor(), clock(), &[0, 600 * MS], Rule::Exact);
    let made: Vec<_> = made.collect::<Result<_, _>>().unwrap();
    assert_eq!(shape(&made), [(0, 10), (600, 5)]);
    let range = |place: usize| all[place].range.through(all[place + 4].range);
    let run = |place| Run { samples: 5, range: range(place) };
    assert_eq!(made[0].runs, [run(0), run(10)]);
    assert_eq!(made[1].runs, [run(15)]);
}

#[test]
fn frames_of_any_length_make_chunks_of_any_length() {
    let mut decode = 0;
    let mut all = samples(6, 0, 1);
    for (sample, duration) in all.iter_mut().zip([33, 1, 999, 17, 40, 5]) {
        (sample.decode, sample.duration) = (decode, duration);
        decode += u64::from(duration);
    }
    let cuts = cuts::pictures(all.iter().map(time), decode * MS, 50 * MS);
    assert_eq!(cuts, [0, 34 * MS, 1033 * MS, 1090 * MS]);
    let made = cut(&all, &cuts, Rule::Exact).unwrap();
    assert_eq!(shape(&made), [(0, 2), (34, 1), (1033, 2), (1090, 1)]);
}

#[test]
fn a_fragment_has_its_limit() {
    let most = u64::try_from(Page::SAMPLES).unwrap();
    let all = samples(most, 1, most);
    assert_eq!(shape(&cut(&all, &[0], Rule::Exact).unwrap()), [(0, Page::SAMPLES)]);
    assert_eq!(cut(&samples(most + 1, 1, most), &[0], Rule::Exact), Err(CutError::Long(0)));
}
