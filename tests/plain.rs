//! Progressive MP4s as ffmpeg writes them, held against the fragmented ones that it makes of the same
//! encode.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod ffmpeg;
mod media;
mod memory;

use ffmpeg::Workshop;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use media::{MoovPlace, PlainSample, Track, plain};
use memory::Memory;
use millrace::assemble::Cuts;
use millrace::base::range::ByteRange;
use millrace::base::time::Timescale;
use millrace::base::turns::{Others, Turns};
use millrace::index::{Bundle, Media, Page, Stream, StreamKind};
use millrace::library::build::{BuildError, Limits, Rules, build, build_among};
use millrace::scan::Way;
use mp4_atom::{Any, Decode};
use std::collections::BTreeMap;

const SECOND: u64 = 10_000_000;

/// One sample, in Smooth Streaming's ticks.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Sample {
    decoded: i64,
    shown: i64,
    duration: u32,
    bytes: Vec<u8>,
}

fn stored(workshop: &Workshop, names: &[&str]) -> Memory {
    let stores = Memory::default();
    names.iter().for_each(|name| stores.put_object(name, &workshop.read(name)));
    stores
}

fn try_built(stores: &Memory, tracks: &str, cuts: Cuts) -> Result<Option<Bundle>, BuildError> {
    let ism = format!("<smil><body><switch>{tracks}</switch></body></smil>");
    stores.put_object("a.ism", ism.as_bytes());
    let rules = Rules { cuts, ..Rules::default() };
    let built = build(stores, "a.ism", &Limits::REQUEST, Way::Tables, rules);
    Ok(pollster::block_on(built)?.map(|built| built.bundle))
}

fn built(stores: &Memory, tracks: &str) -> Bundle {
    try_built(stores, tracks, Cuts::default()).unwrap().unwrap()
}

fn chunks(stream: &Stream) -> Vec<(u64, u64)> {
    stream.timeline.iter().map(|chunk| (chunk.start, chunk.duration)).collect()
}

/// The samples of a bundle's track at place `track` of all, whose file has these bytes, as clients of
/// Smooth Streaming are sent them. Every fragment starts when the timeline says.
fn samples(bundle: &Bundle, track: usize, file: &[u8]) -> Vec<Sample> {
    let streams = bundle.index.streams.iter();
    let tracks = streams.flat_map(|stream| stream.tracks.iter().map(move |track| (stream, track)));
    let (stream, of) = tracks.clone().nth(track).unwrap();
    let Media::Samples(pages) = &of.media else { panic!("{:?}", of.media) };
    let mut starts = stream.timeline.iter().map(|chunk| chunk.start);
    // What comes early: clients of Smooth Streaming do not get it.
    let early = i64::try_from(pages.early).unwrap();
    let (composed_late, hidden) =
        if stream.kind == StreamKind::Video { (early, 0) } else { (0, early) };
    let mut samples = Vec::new();
    for entry in &pages.entries {
        let stored = bundle.pages.iter().find(|page| page.digest == entry.digest).unwrap();
        let page = Page::decode(&stored.value, entry.digest).unwrap();
        for fragment in (0..page.len()).map(|at| page.fragment(at).unwrap()) {
            let ticks = |ticks: i64| {
                let ticks = u64::try_from(ticks).unwrap();
                let ticks = pages.timescale.rescale(ticks, Timescale::SMOOTH).unwrap();
                i64::try_from(ticks).unwrap()
            };
            let mut bytes = fragment.runs.iter().flat_map(|run| slice(file, run.range)).copied();
            let mut decode = i64::try_from(fragment.start).unwrap() - hidden;
            assert_eq!(u64::try_from(ticks(decode.max(0))).ok(), starts.next());
            for sample in &fragment.samples {
                let end = decode + i64::from(sample.duration);
                let bytes = bytes.by_ref().take(usize::try_from(sample.size).unwrap()).collect();
                if end > 0 {
                    let start = decode.max(0);
                    samples.push(Sample {
                        decoded: ticks(start),
                        shown: ticks(start + i64::from(sample.composition_offset) - composed_late),
                        duration: u32::try_from(ticks(end) - ticks(start)).unwrap(),
                        bytes,
                    });
                }
                decode = end;
            }
            assert_eq!(bytes.next(), None);
        }
    }
    assert_eq!(starts.next(), None);
    samples
}

fn slice(file: &[u8], range: ByteRange) -> &[u8] {
    &file[usize::try_from(range.start()).unwrap()..usize::try_from(range.end()).unwrap()]
}

/// The samples of every track of a fragmented file, from `start` on, as another reader of boxes
/// understands them.
fn fragmented(file: &[u8], starts: &[(u32, i64)]) -> BTreeMap<u32, Vec<Sample>> {
    let mut tracks: BTreeMap<u32, (i64, Vec<Sample>)> =
        starts.iter().map(|&(track, start)| (track, (start, Vec::new()))).collect();
    let mut rest = file;
    let mut moof = None;
    while !rest.is_empty() {
        match Any::decode(&mut rest).unwrap() {
            Any::Moof(found) => moof = Some(found),
            Any::Mdat(mdat) => {
                let traf = moof.take().unwrap().traf.remove(0);
                let (decode, samples) = tracks.get_mut(&traf.tfhd.track_id).unwrap();
                let mut bytes = mdat.data.iter().copied();
                for entry in traf.trun.iter().flat_map(|run| &run.samples) {
                    let duration = entry.duration.or(traf.tfhd.default_sample_duration).unwrap();
                    let size = entry.size.or(traf.tfhd.default_sample_size).unwrap();
                    samples.push(Sample {
                        decoded: *decode,
                        shown: *decode + entry.cts.unwrap_or(0),
                        duration,
                        bytes: bytes.by_ref().take(usize::try_from(size).unwrap()).collect(),
                    });
                    *decode += i64::from(duration);
                }
            }
            _ => {}
        }
    }
    tracks.into_iter().map(|(track, (_, samples))| (track, samples)).collect()
}

const MUXED: &str = "<video src='a.mp4'><param name='trackID' value='1'/></video>
    <audio src='a.mp4'><param name='trackID' value='2'/></audio>";

#[test]
fn samples_and_chunks_are_those_of_the_ismv_of_the_same_encode() {
    let workshop = Workshop::new("plain-ismv");
    workshop.film("a.mp4", 11, 50, "400k");
    workshop.ffmpeg("-i a.mp4 -c copy -movflags +faststart first.mp4");
    // Left to itself, ffmpeg moves all times until none is negative.
    workshop.ffmpeg("-i a.mp4 -c copy -avoid_negative_ts disabled -f ismv a.ismv");
    let stores = stored(&workshop, &["a.mp4", "first.mp4", "a.ismv"]);
    let plain = built(&stores, MUXED);
    let other = built(&stores, &MUXED.replace("a.mp4", "a.ismv"));
    let [video, audio] = plain.index.streams.as_slice() else { panic!("two streams") };
    assert_eq!(chunks(video), chunks(&other.index.streams[0]));
    let two = |at: u64| (at * 2 * SECOND, 2 * SECOND);
    let expected = [two(0), two(1), two(2), two(3), two(4), (10 * SECOND, SECOND)];
    assert_eq!(chunks(video), expected);
    // The first frame of audio that starts once the video's chunk has.
    let starts: Vec<u64> = audio.timeline.iter().map(|chunk| chunk.start).collect();
    let frames = (0..6).map(|at: u64| {
        let scale = Timescale::new(48_000).unwrap();
        scale.rescale((at * 96_000).div_ceil(1024) * 1024, Timescale::SMOOTH).unwrap()
    });
    assert_eq!(starts, frames.collect::<Vec<_>>());

    let file = workshop.read("a.mp4");
    let (pictures, sound) = (samples(&plain, 0, &file), samples(&plain, 1, &file));
    assert_eq!(pictures.len(), 275);
    // What encoding begins with, one frame that is no audio, is sent by ffmpeg and not from here.
    let mut ismv = fragmented(&workshop.read("a.ismv"), &[(1, 0), (2, -213_333)]);
    assert_eq!(pictures, ismv[&1]);
    assert_eq!(ismv.get_mut(&2).unwrap().remove(0).decoded, -213_333);
    assert_eq!(sound, ismv[&2]);
    assert_eq!(sound[0].decoded, 0);

    let first = built(&stores, &MUXED.replace("a.mp4", "first.mp4"));
    assert_eq!(samples(&first, 0, &workshop.read("first.mp4")), pictures);
    assert_eq!(first.index.streams[1].timeline, audio.timeline);
}

#[test]
fn times_that_are_no_whole_ticks_are_rounded_as_ffmpeg_does() {
    let workshop = Workshop::new("plain-ntsc");
    workshop.ffmpeg(
        "-f lavfi -i testsrc2=s=160x90:r=30000/1001:d=9 -f lavfi -i anoisesrc=d=9:c=pink:r=44100:a=0.3 \
         -c:v libx264 -preset veryfast -threads 1 -bf 2 -g 60 -keyint_min 60 -sc_threshold 0 \
         -c:a aac a.mp4",
    );
    workshop.ffmpeg("-i a.mp4 -c copy -avoid_negative_ts disabled -f ismv a.ismv");
    let stores = stored(&workshop, &["a.mp4", "a.ismv"]);
    let plain = built(&stores, MUXED);
    let other = built(&stores, &MUXED.replace("a.mp4", "a.ismv"));
    let file = workshop.read("a.mp4");
    let mut ismv = fragmented(&workshop.read("a.ismv"), &[(1, 0), (2, -232_200)]);
    ismv.get_mut(&2).unwrap().remove(0);
    assert_eq!(samples(&plain, 1, &file), ismv[&2]);
    // Of video, ffmpeg rounds when they are decoded before it moves that to 0: a tick of 100 ns
    // more or less.
    let near = |a: i64, b: i64| a.abs_diff(b) <= 1;
    let pictures = samples(&plain, 0, &file);
    assert_eq!(pictures.len(), ismv[&1].len());
    for (ours, theirs) in pictures.iter().zip(&ismv[&1]) {
        assert!(near(ours.decoded, theirs.decoded), "{} {}", ours.decoded, theirs.decoded);
        assert!(near(ours.shown, theirs.shown), "{} {}", ours.shown, theirs.shown);
        assert_eq!(ours.bytes, theirs.bytes);
    }
    let starts = |bundle: &Bundle| -> Vec<u64> {
        bundle.index.streams[0].timeline.iter().map(|chunk| chunk.start).collect()
    };
    assert_eq!(starts(&plain), [0, 20_020_000, 40_040_000, 60_060_000, 80_080_000]);
    assert_eq!(starts(&plain), starts(&other));
}

#[test]
fn sound_comes_from_the_file_where_it_lies_closest_together() {
    let workshop = Workshop::new("plain-cheapest");
    workshop.film("low.mp4", 5, 50, "100k");
    workshop.film("high.mp4", 5, 50, "900k");
    let stores = stored(&workshop, &["low.mp4", "high.mp4"]);
    let bundle = built(
        &stores,
        "<video src='high.mp4'/><video src='low.mp4'/><audio src='high.mp4' systemLanguage='eng'/>",
    );
    let source = |track: &millrace::index::Track| bundle.index.sources[track.source].key.as_str();
    let [video, audio] = bundle.index.streams.as_slice() else { panic!("two streams") };
    assert_eq!(video.tracks.iter().map(source).collect::<Vec<_>>(), ["high.mp4", "low.mp4"]);
    assert_eq!(audio.tracks.iter().map(source).collect::<Vec<_>>(), ["low.mp4"]);
    assert!((60_000..70_000).contains(&audio.tracks[0].bitrate), "{}", audio.tracks[0].bitrate);
}

#[test]
fn levels_that_do_not_line_up_are_refused_or_cut_where_they_do() {
    let workshop = Workshop::new("plain-levels");
    workshop.film("a.mp4", 13, 50, "200k");
    workshop.film("b.mp4", 13, 75, "200k");
    let stores = stored(&workshop, &["a.mp4", "b.mp4"]);
    let tracks = "<video src='a.mp4'/><video src='b.mp4'/>";
    let strict = try_built(&stores, tracks, Cuts::default());
    assert_eq!(
        strict.unwrap_err().to_string(),
        "track 1 of b.mp4 has no keyframe at 2.000 s (20000000 ticks of 1/10000000 s), \
         where a chunk of track 1 of a.mp4 starts; encode all quality levels with the same \
         keyframes, or have them cut where all have one: --shared-cuts on the command line, \
         CUTS = \"shared\" at a deployment"
    );
    let shared = try_built(&stores, tracks, Cuts { shared: true, ..Cuts::default() });
    let shared = shared.unwrap().unwrap();
    let expected = [(0, 6 * SECOND), (6 * SECOND, 6 * SECOND), (12 * SECOND, SECOND)];
    assert_eq!(chunks(&shared.index.streams[0]), expected);
    for (track, name) in [(0, "a.mp4"), (1, "b.mp4")] {
        assert_eq!(samples(&shared, track, &workshop.read(name)).len(), 325);
    }
    let four = try_built(&stores, MUXED, Cuts { target_ms: 4000, shared: false });
    let four = chunks(&four.unwrap().unwrap().index.streams[0]);
    assert_eq!(four.iter().map(|(start, _)| start / SECOND).collect::<Vec<_>>(), [0, 4, 8, 12]);
}

#[test]
fn plain_sound_follows_fragmented_pictures_but_levels_are_of_one_sort() {
    let workshop = Workshop::new("plain-mixed");
    workshop.film("a.mp4", 7, 75, "200k");
    workshop.ffmpeg("-i a.mp4 -an -c copy -avoid_negative_ts disabled -f ismv v.ismv");
    let stores = stored(&workshop, &["a.mp4", "v.ismv"]);
    let bundle = built(&stores, "<audio src='a.mp4'/><video src='v.ismv'/>");
    let [audio, video] = bundle.index.streams.as_slice() else { panic!("two streams") };
    assert_eq!((audio.kind, video.kind), (StreamKind::Audio, StreamKind::Video));
    let starts = |stream: &Stream| -> Vec<u64> {
        stream.timeline.iter().map(|chunk| chunk.start / (SECOND / 10)).collect()
    };
    assert_eq!(starts(video), [0, 30, 60]);
    assert_eq!(starts(audio), [0, 30, 60]);
    assert_eq!(Bundle::decode(&bundle.encode()), Ok(bundle));
    let mixed = try_built(&stores, "<video src='a.mp4'/><video src='v.ismv'/>", Cuts::default());
    assert_eq!(
        mixed.unwrap_err().to_string(),
        "track 1 of a.mp4 is indexed by its samples and track 1 of v.ismv by its fragments: the quality \
         levels of a stream must all be indexed in one way, which `millrace index` and `millrace publish` \
         see to"
    );
}

#[test]
fn a_lone_file_is_a_presentation_where_that_is_allowed() {
    let workshop = Workshop::new("plain-lone");
    workshop.film("a.mp4", 3, 50, "200k");
    let stores = stored(&workshop, &["a.mp4"]);
    stores.put_object("films/a.mp4", &workshop.read("a.mp4"));
    let build = |key, lone| {
        let rules = Rules { lone, ..Rules::default() };
        pollster::block_on(build(&stores, key, &Limits::REQUEST, Way::Tables, rules)).unwrap()
    };
    for (file, key) in [("a.mp4", "a.mp4.ism"), ("films/a.mp4", "films/a.mp4.ism")] {
        assert_eq!(build(key, false), None);
        let index = build(key, true).unwrap().bundle.index;
        let keys: Vec<_> = index.sources.iter().map(|source| source.key.as_str()).collect();
        assert_eq!(keys, [file]);
        assert!(index.is_of(key));
        assert!(!index.is_of("b.mp4.ism") && !index.is_of("a.ism"));
        let names: Vec<_> = index.streams.iter().map(|stream| stream.name.as_str()).collect();
        assert_eq!(names, ["video", "audio_eng"]);
        assert_eq!(index.streams[1].language, "eng");
    }
    assert_eq!(build("b.mp4.ism", true), None);
    assert_eq!(build("a.ism", true), None);
}

#[test]
fn what_no_box_can_hold_is_refused_with_its_time() {
    // A frame that stands for eight minutes: its duration does not fit a `trun` in ticks of 100 ns.
    let mut pictures = vec![PlainSample::of(100, 2 * 1000); 5];
    pictures[3].duration = 480 * 1000;
    let track = Track { timescale: 1000, ..Track::video(1) };
    let file = plain(MoovPlace::First, &[(track, pictures)], 2);
    let stores = Memory::default();
    stores.put_object("a.mp4", &file.bytes());
    let error = try_built(&stores, "<video src='a.mp4'/>", Cuts::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "track 1 of a.mp4: the fragment at 6.000 s (60000000 ticks of 1/10000000 s) cannot be sent: \
         the times of its samples do not fit the fields that hold them"
    );
}

/// Counts the turns that others have.
#[derive(Default)]
struct Counted(std::cell::Cell<usize>);

impl Others for Counted {
    fn turn(&self) -> LocalBoxFuture<'_, ()> {
        self.0.set(self.0.get() + 1);
        async {}.boxed_local()
    }

    fn room(&self, _: u64) -> LocalBoxFuture<'_, bool> {
        async { true }.boxed_local()
    }
}

#[test]
fn sample_tables_are_gone_through_by_turns() {
    const SAMPLES: usize = 240_000;
    let video =
        (0..SAMPLES).map(|at| PlainSample { is_sync: at % 50 == 0, ..PlainSample::of(10, 512) });
    let track = Track { timescale: 12_800, ..Track::video(1) };
    let stores = Memory::default();
    stores.put_file("a.mp4", plain(MoovPlace::First, &[(track, video.collect())], 10));
    stores.put_object("a.ism", b"<smil><body><switch><video src='a.mp4'/></switch></body></smil>");
    let others = Counted::default();
    let turns = Turns::among(&others);
    let (limits, rules) = (Limits::REQUEST, Rules::default());
    let built = build_among(&stores, "a.ism", &limits, Way::Tables, rules, &turns);
    let among = pollster::block_on(built).unwrap().unwrap();
    // To cut a sample takes four steps. The rest is done by chunks, runs and sync samples.
    let steps = 4;
    let turns = others.0.get();
    assert!(turns >= steps * SAMPLES / Turns::STEPS, "{turns} turns");
    let alone = build(&stores, "a.ism", &limits, Way::Tables, rules);
    assert_eq!(pollster::block_on(alone).unwrap().unwrap(), among, "which changes nothing");
}
