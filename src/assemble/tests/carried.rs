//! Fragmented files whose edit lists move them, whose moofs are shared, or whose timescales differ.

use super::*;
use crate::index::{Carriage, EntryPair, Media, Rewriting};
use crate::isobmff::{BoxError, BoxType};
use crate::scan::{ClearStart, FirstSample, Share};

fn edited(mut track: ScannedTrack, edit: Edit, first: FirstSample) -> ScannedTrack {
    let ScannedMedia::Fragments { manner, .. } = &mut track.media else { panic!("samples") };
    (manner.edit, manner.first) = (Ok(edit), first);
    track
}

fn edit(delay: u64, media_time: u64) -> Edit {
    Edit { delay, media_time, end: None }
}

/// One that is composed so much later than it is decoded, and lasts a 25th of a second.
fn first(composition_offset: i32) -> FirstSample {
    FirstSample { composition_offset, duration: 400_000 }
}

/// When the chunks of the only stream are, and how much its only track is early.
fn carried(track: ScannedTrack) -> Result<(Vec<(u64, u64)>, u64), AssembleError> {
    let kind = match track.format.kind() {
        StreamKind::Text => "textstream",
        kind => kind.as_str(),
    };
    let index = built(&format!("<{kind} src='a'/>"), "", vec![("a", vec![track])])?;
    let stream = &index.streams[0];
    let chunks = stream.timeline.iter().map(|chunk| (chunk.start, chunk.duration)).collect();
    match stream.tracks[0].media {
        Media::Fragments { carriage: Carriage::Rewritten(rewriting), .. } => {
            assert!(rewriting.is_edited);
            Ok((chunks, rewriting.early))
        }
        _ => panic!("as it is stored"),
    }
}

fn moved(chunks: Vec<(u64, u64)>, by: u64) -> Vec<(u64, u64)> {
    chunks.into_iter().map(|(start, duration)| (start + by, duration)).collect()
}

#[test]
fn video_is_decoded_as_it_is_and_shown_early() {
    let of = |decoded, edit| {
        carried(edited(track(1, video(), &moved(even(3), decoded)), edit, first(800_000)))
    };
    assert_eq!(of(0, edit(0, 800_000)), Ok((even(3), 800_000)));
    assert_eq!(of(0, edit(SECOND, 0)), Ok((moved(even(3), SECOND), 0)));
    assert_eq!(of(0, edit(SECOND, 800_000)), Ok((moved(even(3), SECOND), 800_000)));
    // One that takes back where the file begins.
    assert_eq!(of(9 * SECOND, edit(0, 9 * SECOND + 800_000)), Ok((even(3), 800_000)));
    assert_eq!(of(9 * SECOND, edit(0, 8 * SECOND)), Ok((moved(even(3), SECOND), 0)));
    // Into the first frame, but not past it.
    assert_eq!(of(0, edit(0, 1_000_000)), Ok((even(3), 800_000)));
    assert_eq!(
        of(0, edit(0, 1_200_000)).unwrap_err().to_string(),
        "track 1 of a: its edit list begins at 0.120 s (1200000 ticks of 1/10000000 s), \
         which is not where a keyframe is shown: cut the file at one, or encode it again"
    );
}

#[test]
fn audio_is_shown_less_what_the_edit_list_leaves_out() {
    let of = |edit| carried(edited(track(1, audio(), &even(3)), edit, FirstSample::default()));
    let shorter = |by: u64| {
        let mut chunks = even(3);
        chunks[0].1 -= by;
        chunks[1].0 -= by;
        chunks[2].0 -= by;
        chunks
    };
    assert_eq!(of(edit(0, 213_333)), Ok((shorter(213_333), 213_333)));
    assert_eq!(of(edit(100_000, 213_333)), Ok((shorter(113_333), 113_333)));
    assert_eq!(of(edit(SECOND, 213_333)), Ok((moved(even(3), SECOND - 213_333), 0)));
    // What is nowhere shown is not sent.
    assert_eq!(of(edit(0, 2 * SECOND)), Ok((even(2), 0)));
    assert_eq!(
        of(edit(0, 6 * SECOND)).unwrap_err().to_string(),
        "track 1 of a: no sample of it is shown, or none of those that are can be decoded"
    );
}

#[test]
fn the_start_in_the_clear_is_counted_in_what_is_sent() {
    let entries = EntryPair::new(2, 1).unwrap();
    let first = |until, edit| {
        let mut track = edited(track(1, audio(), &even(5)), edit, FirstSample::default());
        let ScannedMedia::Fragments { manner, .. } = &mut track.media else { panic!("samples") };
        manner.clear = Some(ClearStart { entries, until });
        let index = built("<audio src='a'/>", "", vec![("a", vec![track])]).unwrap();
        index.streams[0].tracks[0].media.clear().unwrap().first
    };
    assert_eq!(first(6 * SECOND, Edit::default()), 3);
    assert_eq!(first(6 * SECOND, edit(0, 2 * SECOND)), 2, "the first fragment is nowhere shown");
    assert_eq!(first(0, Edit::default()), 0);
    assert_eq!(first(u64::MAX, Edit::default()), 5);
}

#[test]
fn an_edit_list_that_cannot_be_heeded_is_refused_if_its_track_is_named() {
    let ending = |end| Edit { end: Some(end), ..Edit::default() };
    let of = |edit| carried(edited(track(1, audio(), &even(3)), edit, FirstSample::default()));
    assert_eq!(
        of(ending(4 * SECOND)).unwrap_err().to_string(),
        "track 1 of a: its edit list ends at 4.000 s (40000000 ticks of 1/10000000 s), \
         before its last fragment begins"
    );
    let ends_within = edited(track(1, video(), &even(3)), ending(4 * SECOND + 1), first(0));
    let index = built("<video src='a'/>", "", vec![("a", vec![ends_within])]).unwrap();
    let media = &index.streams[0].tracks[0].media;
    assert!(matches!(media, Media::Fragments { carriage: Carriage::Stored { timed: true }, .. }));

    let kind = BoxType::Code(*b"elst");
    let mut odd = track(2, audio(), &even(3));
    let ScannedMedia::Fragments { manner, .. } = &mut odd.media else { panic!("samples") };
    manner.edit = Err(BoxError { kind, offset: 99, problem: "it is odd" });
    let file = || vec![("a", vec![track(1, video(), &even(3)), odd.clone()])];
    assert_eq!(
        refused("<audio src='a'/>", "", file()),
        "track 2 of a: box 'elst' at 99: it is odd"
    );
    assert!(built("<video src='a'/>", "", file()).is_ok());

    let text = edited(track(1, text(), &even(3)), edit(SECOND, 0), FirstSample::default());
    assert_eq!(
        carried(text).unwrap_err().to_string(),
        "track 1 of a: it is text, and its edit list moves it, which is served of video and audio only"
    );
}

#[test]
fn what_players_were_told_is_moved_by_the_edit_list_too() {
    let track = edited(track(1, audio(), &even(3)), edit(0, 213_333), FirstSample::default());
    let listed = "<StreamIndex Type='audio'><c t='1000' d='20000000' r='3'/></StreamIndex>";
    let index = built("<audio src='a'/>", listed, vec![("a", vec![track])]).unwrap();
    let starts: Vec<_> = index.streams[0].timeline.iter().map(|chunk| chunk.start).collect();
    assert_eq!(starts, [0, 2 * SECOND + 1000 - 213_333, 4 * SECOND + 1000 - 213_333]);
}

/// Where its media are rewritten, that of each level.
fn rewritten(index: &Index) -> Vec<Option<Rewriting>> {
    let of = |track: &crate::index::Track| match track.media {
        Media::Fragments { carriage: Carriage::Rewritten(rewriting), .. } => Some(rewriting),
        _ => None,
    };
    index.streams[0].tracks.iter().map(of).collect()
}

#[test]
fn a_level_with_an_edit_list_shares_the_timeline_of_one_without() {
    let with = edited(track(1, video(), &even(3)), edit(0, 800_000), first(800_000));
    let media = vec![("a", vec![with]), ("b", vec![track(1, video(), &even(3))])];
    let index = built("<video src='a'/><video src='b'/>", "", media).unwrap();
    let rewriting =
        Rewriting { early: 800_000, is_edited: true, ..Rewriting::none(Timescale::SMOOTH) };
    assert_eq!(rewritten(&index), [Some(rewriting), None]);
    assert!(index.streams[0].timeline.iter().map(|it| (it.start, it.duration)).eq(even(3)));
}

#[test]
fn levels_of_different_timescales_have_smooth_streaming_s() {
    let in_ticks = |timescale: u32, chunks: &[(u64, u64)]| {
        let timescale = Timescale::new(timescale).unwrap();
        ScannedTrack { timescale, ..track(1, video(), chunks) }
    };
    let hi = in_ticks(60_000, &[(0, 120_120), (120_120, 120_120), (240_240, 1001)]);
    let lo = in_ticks(30_000, &[(0, 60_060), (60_060, 60_060), (120_120, 1001)]);
    let media = vec![("a", vec![hi]), ("b", vec![lo.clone()])];
    let index = built("<video src='a'/><video src='b'/>", "", media).unwrap();
    let stream = &index.streams[0];
    assert_eq!(stream.timescale, Timescale::SMOOTH);
    let chunks: Vec<_> =
        stream.timeline.iter().map(|chunk| (chunk.start, chunk.duration)).collect();
    assert_eq!(chunks, [(0, 20_020_000), (20_020_000, 20_020_000), (40_040_000, 166_833)]);
    let of = |timescale| Rewriting::none(Timescale::new(timescale).unwrap());
    assert_eq!(rewritten(&index), [Some(of(60_000)), Some(of(30_000))]);

    let smooth = track(1, video(), &[(0, 20_020_000), (20_020_000, 20_020_000), (40_040_000, 1)]);
    let media = vec![("a", vec![smooth]), ("b", vec![lo.clone()])];
    let index = built("<video src='a'/><video src='b'/>", "", media).unwrap();
    assert_eq!(rewritten(&index), [None, Some(of(30_000))]);

    let late = in_ticks(60_000, &[(0, 120_120), (120_181, 120_120), (240_240, 1001)]);
    assert_eq!(
        refused("<video src='a'/><video src='b'/>", "", vec![("a", vec![lo]), ("b", vec![late])]),
        "track 1 of b has a fragment at 2.003 s (120181 ticks of 1/60000 s), \
         where track 1 of a has a fragment at 2.002 s (60060 ticks of 1/30000 s); \
         `millrace index` and `millrace publish` index such files by their samples"
    );
}

#[test]
fn of_a_shared_moof_each_track_takes_its_own() {
    let share = |own, others| Share { own, others, ticks: 2 * SECOND };
    let mut tracks = [track(1, video(), &even(3)), track(1, audio(), &even(3))];
    tracks[1].track_id = 2;
    for (track, share) in tracks.iter_mut().zip([share(900, 100), share(100, 900)]) {
        let ScannedMedia::Fragments { manner, .. } = &mut track.media else { panic!("samples") };
        manner.share = Some(share);
    }
    let media = vec![("a", tracks.to_vec())];
    let index = built("<video src='a'/><audio src='a'/>", "", media).unwrap();
    // Each fragment has 1000 bytes, and takes 40 more as a segment.
    let average = |stream: usize| index.streams[stream].tracks[0].rates.average;
    assert_eq!([average(0), average(1)], [(1000 - 75 + 40) * 4, (125 + 40) * 4]);
    assert_eq!([bitrates(&index)[0], index.streams[1].tracks[0].bitrate], [925 * 4, 125 * 4]);
}
