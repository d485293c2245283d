use super::*;
use crate::base::range::ByteRange;
use crate::scan::Edit;

const SYNC: u32 = 0x0200_0000;
const OTHER: u32 = 0x0101_0000;

/// Samples of these durations and composition offsets; those at `syncs` are sync samples.
fn samples(timing: &[(u32, i32)], syncs: &[usize]) -> Vec<ScannedSample> {
    let mut decode = 0;
    let sample = |(at, &(duration, composition_offset)): (usize, &(u32, i32))| {
        let flags = if syncs.contains(&at) { SYNC } else { OTHER };
        let range = ByteRange::with_length(6 << 30, 1).unwrap();
        let sample = ScannedSample { decode, duration, composition_offset, range, flags };
        decode += u64::from(duration);
        sample
    };
    timing.iter().enumerate().map(sample).collect()
}

/// So many frames of audio of 1024 ticks.
fn frames(count: usize) -> Vec<ScannedSample> {
    frames_of(1024, count)
}

fn frames_of(ticks: u32, count: usize) -> Vec<ScannedSample> {
    samples(&vec![(ticks, 0); count], &(0..count).collect::<Vec<_>>())
}

/// Two groups of frames, decoded I P B B, of ten ticks each; the first is shown at 20.
fn pictures() -> Vec<ScannedSample> {
    let group = [(10, 20), (10, 40), (10, 10), (10, 10)];
    samples(&[group, group].concat(), &[0, 4])
}

fn timescale() -> Timescale {
    Timescale::new(1000).unwrap()
}

/// When samples are decoded and shown, and when the last one ends, all in milliseconds.
fn shown(
    kind: StreamKind,
    edit: Edit,
    all: &[ScannedSample],
) -> Result<(Vec<(u64, i64)>, u64), EditError> {
    let (samples, turns) = (Samples::of(all, edit), Turns::alone());
    let shown = Shown::new(kind, timescale(), &samples, &turns);
    let shown = pollster::block_on(shown)?;
    let early = i64::try_from(shown.early()).unwrap();
    let clock = shown.clock();
    let times = all[shown.places.clone()].iter().map(|sample| {
        let decoded = clock.decoded(sample.decode);
        let mut sent = [sample.alone()];
        clock.lift(&mut sent);
        let composed = i64::try_from(decoded).unwrap() + i64::from(sent[0].composition_offset);
        (clock.start(decoded) / 10_000, composed - early)
    });
    let times = times.collect();
    assert_eq!(shown.end() % 10_000, 0);
    Ok((times, shown.end() / 10_000))
}

fn from(media_time: u64) -> Edit {
    Edit { media_time, ..Edit::default() }
}

#[test]
fn pictures_are_decoded_from_0_and_shown_from_0() {
    let (times, end) = shown(StreamKind::Video, from(20), &pictures()).unwrap();
    let expected = [(0, 0), (10, 30), (20, 10), (30, 20), (40, 40), (50, 70), (60, 50), (70, 60)];
    assert_eq!(times, expected);
    assert_eq!(end, 80);
    // Without an edit list they are shown as late as they are composed.
    let (times, _) = shown(StreamKind::Video, Edit::default(), &pictures()).unwrap();
    assert_eq!(times[..3], [(0, 20), (10, 50), (20, 30)]);
    // After an empty edit, all of them later.
    let edit = Edit { delay: 500, media_time: 20, end: None };
    let (times, end) = shown(StreamKind::Video, edit, &pictures()).unwrap();
    assert_eq!((times[0], end), ((500, 500), 580));
}

#[test]
fn pictures_begin_with_the_sync_sample_that_is_to_be_seen() {
    let second_group = || (vec![(0, 0), (10, 30), (20, 10), (30, 20)], 40);
    assert_eq!(shown(StreamKind::Video, from(60), &pictures()), Ok(second_group()));
    // It began to be seen a little earlier: rounding, or a frame of an edit that was not aligned.
    assert_eq!(shown(StreamKind::Video, from(69), &pictures()), Ok(second_group()));
    let cut = |media_time| shown(StreamKind::Video, from(media_time), &pictures()).unwrap_err();
    assert_eq!(
        cut(70).to_string(),
        "its edit list begins at 0.070 s (70 ticks of 1/1000 s), \
         which is not where a keyframe is shown: cut the file at one, or encode it again"
    );
    assert_eq!(cut(30), EditError::IntoPictures(Moment { ticks: 30, timescale: timescale() }));
    assert_eq!(shown(StreamKind::Video, from(21), &pictures()).unwrap().0[0], (0, 0));
    assert_eq!(shown(StreamKind::Video, from(19), &pictures()).unwrap().0[0], (0, 1));
}

#[test]
fn pictures_before_the_first_sync_sample_are_left_out() {
    let all = samples(&[(10, 0), (10, 0), (10, 0)], &[1]);
    let times = shown(StreamKind::Video, Edit::default(), &all).unwrap();
    assert_eq!(times, (vec![(10, 10), (20, 20)], 30));
    let none = samples(&[(10, 0), (10, 0)], &[]);
    assert_eq!(shown(StreamKind::Video, Edit::default(), &none), Err(EditError::Nothing));
}

#[test]
fn audio_begins_with_what_its_decoder_may_need() {
    let audio = |media_time, count| {
        shown(StreamKind::Audio, from(media_time), &frames(count))
            .map(|(times, end)| (times[0], end))
    };
    assert_eq!(audio(0, 3), Ok(((0, 0), 3072)));
    assert_eq!(audio(1024, 3), Ok(((0, 0), 2048)));
    // Apple's encoder: two frames and 64 ticks of priming. Of the third a part is shown.
    assert_eq!(audio(2112, 4), Ok(((0, -64), 1984)));
    let delayed = Edit { delay: 100, media_time: 1024, end: None };
    let (times, end) = shown(StreamKind::Audio, delayed, &frames(3)).unwrap();
    assert_eq!((times[0], end), ((100, 100), 2148));
    // A second of what comes before may be needed to decode it, and is sent.
    let (times, end) = shown(StreamKind::Audio, from(2112), &frames_of(400, 8)).unwrap();
    assert_eq!(times[..5], [(0, -912), (0, -512), (0, -112), (288, 288), (688, 688)]);
    assert_eq!(end, 1088);
    // Nothing but priming.
    assert_eq!(audio(1024, 1), Err(EditError::Nothing));
    assert_eq!(audio(0, 0), Err(EditError::Nothing));
    assert_eq!(audio(0, 1), Ok(((0, 0), 1024)));
}

#[test]
fn what_starts_after_the_end_is_left_out() {
    let edit = |media_time, end| Edit { delay: 0, media_time, end: Some(end) };
    let audio = |end| shown(StreamKind::Audio, edit(1024, end), &frames(5)).unwrap().1;
    assert_eq!(audio(2048), 2048);
    assert_eq!(audio(2049), 3072);
    assert_eq!(audio(1_000_000), 4096);
    // Of video, only those that no other one after them is shown before.
    let video = |end| shown(StreamKind::Video, edit(20, end), &pictures()).unwrap();
    assert_eq!(video(80).0.len(), 8);
    assert_eq!(video(70).0.len(), 8, "the one shown at 70 is decoded before those of 50 and 60");
    assert_eq!(video(41).0.len(), 5);
    assert_eq!(video(41).1, 50);
    let nothing = Edit { delay: 10, media_time: 20, end: Some(10) };
    assert_eq!(shown(StreamKind::Video, nothing, &pictures()), Err(EditError::Nothing));
}

#[test]
fn times_that_no_box_can_hold_are_refused() {
    let edit = Edit { delay: u64::MAX - 50, ..Edit::default() };
    assert_eq!(shown(StreamKind::Video, edit, &pictures()), Err(EditError::TooFar));
    let far = samples(&[(10, 20), (10, i32::MIN)], &[0]);
    assert_eq!(shown(StreamKind::Video, from(20), &far), Err(EditError::TooFar));
}
