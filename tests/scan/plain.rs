//! Progressive MP4s: samples that the `moov` lists, and no fragments.

use crate::media::{
    File, MoovPlace, Piece, PlainSample, Track, audio_entry, boxed, co64, elst, esds, ftyp,
    full_boxed, long_boxed, long_elst, moov, moov_of, plain, sdtp, stco, stsc, stsz, stsz_of, stts,
    text_entry, visual_entry,
};
use crate::scan;
use millrace::base::matrix::Matrix;
use millrace::base::range::ByteRange;
use millrace::base::turns::Turns;
use millrace::index::{Format, StreamKind};
use millrace::scan::{Edit, InOrder, Samples, ScannedMedia, ScannedSample, ScannedTrack};

/// The samples of a track.
pub(crate) fn samples(track: &ScannedTrack) -> &Samples {
    match &track.media {
        ScannedMedia::Samples(samples) => samples,
        ScannedMedia::Fragments { .. } | ScannedMedia::Cues(_) => panic!("{track:?} is not plain"),
    }
}

fn list(track: &ScannedTrack) -> Vec<ScannedSample> {
    let samples = samples(track);
    let list: Vec<_> = samples.iter().collect();
    assert_eq!((list.len(), list.is_empty()), (samples.len(), samples.is_empty()));
    list
}

/// Video of 25 frames a second, each of `size` bytes, a sync sample and two others each time.
fn video(count: usize, size: u32) -> (Track, Vec<PlainSample>) {
    let sample = |at: usize| PlainSample {
        composition_offset: [1024, 1536, 512][at % 3],
        is_sync: at.is_multiple_of(3),
        ..PlainSample::of(size, 512)
    };
    let track =
        Track { timescale: 12_800, elst: elst(&[(9_000, 1024, 1 << 16)]), ..Track::video(1) };
    (track, (0..count).map(sample).collect())
}

fn audio(count: usize, size: u32) -> (Track, Vec<PlainSample>) {
    let track = Track { timescale: 48_000, language: *b"deu", ..Track::audio(2) };
    (track, vec![PlainSample::of(size, 1024); count])
}

/// What is asked for at the start of a file.
const START: u64 = 4 << 10;

fn range((start, end): (u64, u64)) -> ByteRange {
    ByteRange::new(start, end).unwrap()
}

#[test]
fn samples_are_found_wherever_the_movie_is() {
    for place in [MoovPlace::First, MoovPlace::Last] {
        let file = plain(place, &[video(7, 1000), audio(5, 100)], 3);
        let (scanned, reads) = scan(&file);
        let [video, audio] = scanned.unwrap().try_into().unwrap();
        // The start of the file, where the `moov` is; or that, and the `moov`.
        let behind_media = u64::try_from(ftyp().len()).unwrap() + 8 + 7500;
        let expected = [(0, START), (behind_media, file.size())].map(range);
        assert_eq!(reads, expected[..if place == MoovPlace::First { 1 } else { 2 }]);

        assert_eq!((video.track_id, audio.track_id), (1, 2));
        assert_eq!(video.timescale.ticks_per_second(), 12_800);
        assert_eq!(audio.language.as_deref(), Some("deu"));
        assert_eq!(video.format.kind(), StreamKind::Video);
        assert_eq!(samples(&video).edit(), Edit { delay: 0, media_time: 1024, end: Some(115_200) });
        assert_eq!(samples(&audio).edit(), Edit::default());

        let (video, audio) = (list(&video), list(&audio));
        let first = video[0].range.start();
        assert_eq!(file.read(first - 4, first), b"mdat");
        // Three of video, three of audio, three of video, two of audio, one of video.
        let starts = |list: &[ScannedSample]| {
            list.iter().map(|sample| sample.range.start() - first).collect::<Vec<_>>()
        };
        assert_eq!(starts(&video), [0, 1000, 2000, 3300, 4300, 5300, 6500]);
        assert_eq!(starts(&audio), [3000, 3100, 3200, 6300, 6400]);
        assert!(video.iter().all(|sample| (sample.range.length(), sample.duration) == (1000, 512)));
        assert!(audio.iter().all(|sample| (sample.range.length(), sample.duration) == (100, 1024)));
        let times: Vec<_> = video.iter().map(|it| (it.decode, it.composition_offset)).collect();
        assert_eq!(times[..4], [(0, 1024), (512, 1536), (1024, 512), (1536, 1024)]);
        assert_eq!(audio[4].decode, 4096);
        let sync: Vec<_> = video.iter().map(ScannedSample::is_sync).collect();
        assert_eq!(sync, [true, false, false, true, false, false, true]);
        assert!(audio.iter().all(ScannedSample::is_sync));
    }
}

#[test]
fn files_beyond_four_gibibytes() {
    for place in [MoovPlace::First, MoovPlace::Last] {
        // A gibibyte a sample: six of them, and a little audio between.
        let file = plain(place, &[video(6, 1 << 30), audio(6, 100)], 2);
        let (scanned, reads) = scan(&file);
        let scanned = scanned.unwrap();
        let last = list(&scanned[0])[5].range;
        assert_eq!((last.length(), last.start() > 5 << 30), (1 << 30, true));
        let end = if place == MoovPlace::First { file.size() } else { last.end() + 200 };
        assert_eq!(list(&scanned[1])[5].range.end(), end);
        assert_eq!(reads.len(), if place == MoovPlace::First { 1 } else { 2 });
        assert!(reads.iter().map(|range| range.length()).sum::<u64>() < START + 2500);
    }
}

#[test]
fn the_tables_of_a_long_film_take_a_read_behind_the_start_of_the_file() {
    for place in [MoovPlace::First, MoovPlace::Last] {
        let file = plain(place, &[video(20_000, 1000), audio(9000, 100)], 3);
        let (scanned, reads) = scan(&file);
        assert_eq!(scanned.unwrap().iter().map(|track| list(track).len()).sum::<usize>(), 29_000);
        let media = 20_000 * 1000 + 9000 * 100;
        let tables = match place {
            // And the headers behind them.
            MoovPlace::First => (START, file.size() - media - 8 + 32),
            MoovPlace::Last => (u64::try_from(ftyp().len()).unwrap() + 8 + media, file.size()),
        };
        assert_eq!(reads, [(0, START), tables].map(range));
    }
}

#[test]
fn boxes_about_the_movie_are_passed_over() {
    let samples = [stts(&[(1, 40)]), stsc(&[[1, 1, 1]]), stsz(&[10])];
    let with = |offset: u32| {
        let tables = [samples.concat(), stco(&[offset])].concat();
        moov(&[Track { tables, ..Track::video(1) }])
    };
    let mut file = File::default();
    file.boxes(&ftyp());
    file.boxes(&boxed(b"free", &[]));
    file.boxes(&long_boxed(b"wide", &[1; 4]));
    file.mdat(10);
    let offset = u32::try_from(file.size() - 10).unwrap();
    file.boxes(&boxed(b"uuid", &[7; 16]));
    file.boxes(&with(offset));
    file.boxes(&boxed(b"free", &[]));
    let [track] = scan(&file).0.unwrap().try_into().unwrap();
    assert_eq!(
        list(&track)[0].range,
        ByteRange::new(offset.into(), u64::from(offset) + 10).unwrap()
    );
}

#[test]
fn a_movie_that_might_have_fragments_and_has_none_is_plain() {
    let (track, _) = video(0, 0);
    let tables =
        [stts(&[(2, 40)]), stsc(&[[1, 2, 1]]), stsz(&[10, 20]), stco(&[32]), sdtp(&[0x20, 0x18])];
    let tracks = [Track { tables: tables.concat(), ..track }];
    let mut file = File::default();
    file.boxes(&ftyp());
    file.mdat(30);
    file.boxes(&moov_of(&tracks, true));
    file.boxes(&boxed(b"free", &[0; 30]));
    let [track] = scan(&file).0.unwrap().try_into().unwrap();
    assert_eq!(
        list(&track).iter().map(|sample| sample.flags).collect::<Vec<_>>(),
        [0x0200_0000, 0x0180_0000]
    );

    file.boxes(&Piece { tfdt: Some(80), ..Piece::lasting(1, 40) }.moof());
    file.mdat(100);
    let error = scan(&file).0.unwrap_err().to_string();
    let why =
        "follows a 'moov' that lists samples of its own, so it has to be indexed by its samples";
    assert!(error.starts_with("the fragment at ") && error.ends_with(why), "{error}");
}

/// A file of these tracks with one sample of ten bytes each, at 32.
fn one_sample_each(tracks: &[Track]) -> File {
    let tables = [stts(&[(1, 40)]), stsc(&[[1, 1, 1]]), stsz(&[10]), stco(&[32])].concat();
    let of = |track: &Track| match track.tables.is_empty() {
        true => Track { tables: tables.clone(), ..track.clone() },
        false => track.clone(),
    };
    let mut file = File::default();
    file.boxes(&ftyp());
    file.mdat(10);
    file.boxes(&moov(&tracks.iter().map(of).collect::<Vec<_>>()));
    file
}

fn found(tracks: &[Track]) -> Result<Vec<u32>, String> {
    let scanned = scan(&one_sample_each(tracks)).0.map_err(|error| error.to_string())?;
    Ok(scanned.iter().map(|track| track.track_id).collect())
}

#[test]
fn tracks_that_cannot_be_served_are_left_out_where_others_can_be() {
    let of = |id, handler: &[u8; 4], entry| Track { handler: *handler, entry, ..Track::video(id) };
    let sinf = boxed(b"sinf", &boxed(b"frma", b"mp4a"));
    let others = [
        of(2, b"vide", visual_entry(b"jpeg", 600, 600, &[])),
        of(3, b"text", text_entry(b"tx3g")),
        of(4, b"tmcd", boxed(b"tmcd", &[0; 26])),
        of(5, b"soun", audio_entry(b"mp4a", 2, 48_000, &esds(0x6b, &[]))),
        of(6, b"soun", audio_entry(b"enca", 2, 48_000, &sinf)),
    ];
    let all = [&others[..], &[Track::video(1)]].concat();
    assert_eq!(found(&all), Ok(vec![1]));
    // What is left out need not make sense.
    let senseless = Track { tables: stsz_of(9, 1 << 31), ..others[1].clone() };
    assert_eq!(found(&[Track::video(1), senseless]), Ok(vec![1]));
    // Alone, the first of them says why.
    let why = found(&others).unwrap_err();
    assert!(why.starts_with("track 2: box 'jpeg' at "), "{why}");
    assert!(why.ends_with("it is of no codec that can be served"), "{why}");
    let why = found(&others[4..]).unwrap_err();
    assert!(why.ends_with("it is protected, which can be served of fragments only"), "{why}");
    assert_eq!(found(&others[2..3]), Ok(vec![]));
}

#[track_caller]
fn refused(track: Track, kind: &str, problem: &str) {
    let error = found(&[track]).unwrap_err();
    assert!(error.starts_with(&format!("track 1{kind} at ")), "{error}");
    assert!(error.ends_with(problem), "{error}");
}

#[test]
fn turned_video_is_said_to_be_in_progressive_and_fragmented_files() {
    const ONE: i32 = 0x1_0000;
    let matrix = |[a, b, c, d]: [i32; 4]| [a, b, 0, c, d, 0, 0, 0, 0x4000_0000];
    let upright = Matrix::IDENTITY.numbers();
    let cases = [[0, ONE, -ONE, 0], [-ONE, 0, 0, -ONE], [0, -ONE, ONE, 0], [-ONE, 0, 0, ONE]];
    let cases = cases.map(|turned| (matrix(turned), matrix(turned)));
    let others = [(matrix([2 * ONE, 0, 0, ONE]), upright), ([0; 9], upright)];
    for (stated, expected) in cases.into_iter().chain(others) {
        let track = Track { matrix: stated.map(i32::cast_unsigned), ..Track::video(1) };
        let mut fragmented = File::new(std::slice::from_ref(&track));
        fragmented.fragment(Piece { tfdt: Some(0), ..Piece::lasting(1, 100) }, 0, 100);
        fragmented.mfra();
        for file in [one_sample_each(&[track]), fragmented] {
            let [scanned] = scan(&file).0.unwrap().try_into().unwrap();
            let Format::Video(video) = scanned.format else { panic!("video") };
            assert_eq!(video.matrix.numbers(), expected);
        }
    }
}

#[test]
fn edits_become_one_or_are_refused() {
    const NORMAL: u32 = 1 << 16;
    let edit = |elst: Vec<u8>| {
        let track = Track { timescale: 48_000, elst, ..Track::audio(1) };
        let scanned = scan(&one_sample_each(&[track])).0.map_err(|error| error.to_string())?;
        Ok::<_, String>(samples(&scanned[0]).edit())
    };
    let expected = |delay, media_time, end| Ok(Edit { delay, media_time, end });
    // The movie has a thousand ticks a second.
    assert_eq!(edit(elst(&[])), expected(0, 0, None));
    assert_eq!(edit(elst(&[(0, 2112, NORMAL)])), expected(0, 2112, None));
    assert_eq!(edit(elst(&[(1001, 1024, NORMAL)])), expected(0, 1024, Some(48_048)));
    let delayed = [(20, -1, NORMAL), (5, -1, NORMAL), (1000, 1024, NORMAL)];
    assert_eq!(edit(elst(&delayed)), expected(1200, 1024, Some(49_200)));
    let long = [(1 << 33, 1 << 34, NORMAL)];
    assert_eq!(edit(long_elst(&long)), expected(0, 1 << 34, Some(48 << 33)));

    // One stretch in several entries, to the next tick of the movie; and what shows nothing behind it.
    let parts = [(500, 1024, NORMAL), (500, 1024 + 24_000, NORMAL), (1, 1024 + 48_040, NORMAL)];
    assert_eq!(edit(elst(&parts)), expected(0, 1024, Some(48_048)));
    assert_eq!(edit(elst(&[parts[0], (0, 1024 + 24_000, NORMAL)])), expected(0, 1024, None));
    let empty_behind = [(1001, 1024, NORMAL), (40, -1, NORMAL), (9, -1, 0)];
    assert_eq!(edit(elst(&empty_behind)), expected(0, 1024, Some(48_048)));
    assert_eq!(edit(elst(&[(0, 1024, NORMAL); 3])), expected(0, 1024, None));
    // Speeds and times as some writers have them.
    assert_eq!(edit(elst(&[(1001, 1024, 1)])), expected(0, 1024, Some(48_048)));
    assert_eq!(edit(elst(&[(1001, -2, NORMAL)])), expected(0, 0, Some(48_048)));

    let several = "it shows several stretches of the track";
    let pause = (40, -1, NORMAL);
    assert_eq!(edit(elst(&[parts[0], (0, -1, NORMAL), parts[1]])), expected(0, 1024, Some(48_000)));
    let cases = [
        (elst(&[parts[0], pause, parts[1]]), several),
        (elst(&[(10, 0, NORMAL), (10, 9_000_000, NORMAL)]), several),
        (elst(&[(10, 0, NORMAL), (10, 0, NORMAL)]), several),
        (elst(&[(0, 0, NORMAL), (0, 500_000, NORMAL)]), several),
        (elst(&[(10, 0, 2 * NORMAL)]), "it shows the track at another speed"),
        (elst(&[(10, 0, 0)]), "it shows the track at another speed"),
        (elst(&[(10, -1, NORMAL)]), "it shows nothing of the track"),
        (long_elst(&[(u64::MAX, 0, NORMAL)]), "it lasts longer than 2^64 ticks"),
        (long_elst(&[(9, -1, NORMAL), (u64::MAX, 0, NORMAL)]), "it lasts longer than 2^64 ticks"),
        (
            full_boxed(b"elst", 0, 0, &[0, 0, 0, 1, 0]),
            "it states more entries than it has bytes for",
        ),
        (full_boxed(b"elst", 2, 0, &[0; 4]), "it is of an unknown version"),
    ];
    for (elst, why) in cases {
        refused(Track { elst, ..Track::video(1) }, ": box 'elst'", why);
    }
}

#[test]
fn tables_that_lie_are_refused_with_track_box_and_time() {
    let with = |boxes: &[Vec<u8>]| Track { tables: boxes.concat(), ..Track::video(1) };
    let usual =
        |instead: Vec<u8>| with(&[stts(&[(1, 40)]), stsc(&[[1, 1, 1]]), stsz(&[10]), instead]);
    refused(usual(co64(&[u64::MAX])), " at 0.000 s: box 'co64'", "a sample ends beyond 2^64");
    let why = "a sample ends beyond the end of the file";
    refused(usual(stco(&[3000])), " at 0.000 s: box 'stco'", why);
    let second = [stts(&[(2, 10_000_000)]), stsc(&[[1, 1, 1]]), stsz(&[10, 10]), stco(&[32, 9999])];
    refused(with(&second), " at 1.000 s: box 'stco'", why);
    refused(with(&[stsz(&[10])]), ": box 'stbl'", "it has no 'stts'");

    let elsewhere = Track { reference: full_boxed(b"url ", 0, 0, b"b.mp4\0"), ..Track::video(1) };
    refused(elsewhere, ": box 'dref'", "the track's samples are in another file");
    let nowhere = Track { reference: Vec::new(), ..Track::video(1) };
    refused(nowhere, ": box 'dref'", "it does not have the track's data reference");
}

#[test]
fn counts_without_bytes_cost_nothing() {
    // Four thousand million samples of a byte, or of none, in a file of a kilobyte.
    let claim = |count, size| {
        let tables =
            [stts(&[(count, 1)]), stsc(&[[1, count, 1]]), stsz_of(size, count), stco(&[32])];
        found(&[Track { tables: tables.concat(), ..Track::video(1) }])
    };
    assert_eq!(claim(u32::MAX, 1), Err("has more than 16777216 samples".into()));
    assert!(claim(1 << 24, 1).unwrap_err().ends_with("a sample ends beyond the end of the file"));
    assert_eq!(
        claim(0, 1),
        Err("has no samples: neither does its 'moov' list any, nor are there fragments".into())
    );
}

#[test]
fn tables_in_any_order_are_read_in_that_of_the_file() {
    const LEN: u32 = 20_000;
    // 7919 has no factor in common with LEN: the chunks lie all over the file, each in a place of its own.
    let place = |at: u32| u64::from(at * 7919 % LEN);
    let file = |overlapping: Option<u32>| {
        let is_moved = |at| overlapping == Some(at);
        let offsets: Vec<u64> =
            (0..LEN).map(|at| 32 + 10 * place(at) + u64::from(is_moved(at))).collect();
        let tables = [stts(&[(LEN, 40)]), stsc(&[[1, 1, 1]]), stsz_of(10, LEN), co64(&offsets)];
        let track = Track { tables: tables.concat(), ..Track::video(1) };
        let mut file = File::default();
        file.boxes(&ftyp());
        file.mdat(32 + 10 * u64::from(LEN));
        file.boxes(&moov(&[track]));
        file
    };
    let tracks = scan(&file(None)).0.unwrap();
    let in_order = pollster::block_on(InOrder::new(&tracks, &Turns::alone())).unwrap();
    let starts: Vec<u64> = in_order.map(|(_, place)| place.range.start()).collect();
    assert_eq!(starts, (0..u64::from(LEN)).map(|at| 32 + 10 * at).collect::<Vec<_>>());

    let error = scan(&file(Some(11_111))).0.unwrap_err().to_string();
    assert!(error.contains("overlaps another"), "{error}");
}
