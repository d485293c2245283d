//! Fragmented files whose fragments are of no use, indexed by their samples: as the progressive file of the
//! same encode is.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod ffmpeg;
mod media;
mod memory;

use ffmpeg::Workshop;
use memory::{Call, Memory};
use millrace::base::range::ByteRange;
use millrace::index::{Bundle, Media, Page, Stream};
use millrace::library::build::{BuildError, Limits, Rules, build};
use millrace::scan::Way;

const SECOND: u64 = 10_000_000;

fn stored(workshop: &Workshop, names: &[&str]) -> Memory {
    let stores = Memory::default();
    names.iter().for_each(|name| stores.put_object(name, &workshop.read(name)));
    stores
}

fn built(stores: &Memory, tracks: &str, limits: &Limits) -> Result<Bundle, BuildError> {
    let ism = format!("<smil><body><switch>{tracks}</switch></body></smil>");
    stores.put_object("a.ism", ism.as_bytes());
    let built = build(stores, "a.ism", limits, Way::Tables, Rules::default());
    pollster::block_on(built).map(|built| built.unwrap().bundle)
}

/// What is said of a presentation that is indexed.
fn said(stores: &Memory) -> String {
    let built = build(stores, "a.ism", &Limits::NONE, Way::Tables, Rules::default());
    pollster::block_on(built).unwrap().unwrap().warnings.iter().map(ToString::to_string).collect()
}

/// One sample: duration, composition offset, whether it is sync, bytes.
type Sample = (u32, i32, bool, Vec<u8>);

/// The fragments of a bundle's track at place `track` of all, whose file has these bytes: when each starts,
/// in the file's ticks, and its samples.
fn fragments(bundle: &Bundle, track: usize, file: &[u8]) -> Vec<(u64, Vec<Sample>)> {
    let of = bundle.index.streams.iter().flat_map(|stream| &stream.tracks).nth(track).unwrap();
    let Media::Samples(pages) = &of.media else { panic!("{:?}", of.media) };
    let mut fragments = Vec::new();
    for entry in &pages.entries {
        let stored = bundle.pages.iter().find(|page| page.digest == entry.digest).unwrap();
        let page = Page::decode(&stored.value, entry.digest).unwrap();
        for fragment in (0..page.len()).map(|at| page.fragment(at).unwrap()) {
            let mut bytes = fragment.runs.iter().flat_map(|run| slice(file, run.range)).copied();
            let samples = fragment.samples.iter().map(|sample| {
                let bytes = bytes.by_ref().take(usize::try_from(sample.size).unwrap()).collect();
                (sample.duration, sample.composition_offset, sample.is_sync(), bytes)
            });
            fragments.push((fragment.start, samples.collect()));
        }
    }
    fragments
}

fn slice(file: &[u8], range: ByteRange) -> &[u8] {
    &file[usize::try_from(range.start()).unwrap()..usize::try_from(range.end()).unwrap()]
}

fn starts(stream: &Stream) -> Vec<u64> {
    stream.timeline.iter().map(|chunk| chunk.start).collect()
}

fn both(name: &str) -> String {
    format!("<video src='{name}'/><audio src='{name}'/>")
}

/// How ffmpeg can cut a file so that its fragments are of no use.
const WAYS: [&str; 4] = [
    "-movflags frag_every_frame+delay_moov",
    "-movflags frag_every_frame+delay_moov+separate_moof+omit_tfhd_offset",
    "-frag_duration 500000 -movflags delay_moov+default_base_moof+separate_moof",
    "-use_editlist 1 -movflags frag_keyframe+separate_moof",
];

#[test]
fn they_are_cut_like_the_progressive_file_of_the_same_encode() {
    let workshop = Workshop::new("by-samples");
    workshop.film("a.mp4", 9, 50, "200k");
    let stores = stored(&workshop, &["a.mp4"]);
    let whole = built(&stores, &both("a.mp4"), &Limits::REQUEST).unwrap();
    for (at, way) in WAYS.iter().enumerate() {
        let name = format!("{at}.mp4");
        workshop.ffmpeg(&format!("-i a.mp4 -c copy {way} {name}"));
        let file = workshop.read(&name);
        stores.put_object(&name, &file);
        let bundle = built(&stores, &both(&name), &Limits::NONE);
        let bundle = bundle.unwrap_or_else(|error| panic!("{way}: {error}"));
        let said = said(&stores);
        assert!(said.starts_with(&format!("{name} is indexed by its samples: ")), "{said}");
        for track in 0..2 {
            let stream = &bundle.index.streams[track];
            assert_eq!(starts(stream), starts(&whole.index.streams[track]), "{way}");
            let found = fragments(&bundle, track, &file);
            let expected = fragments(&whole, track, &workshop.read("a.mp4"));
            assert_eq!(found.len(), expected.len(), "{way}");
            let last = found.len() - 1;
            for (at, (mut found, mut expected)) in found.into_iter().zip(expected).enumerate() {
                // Nothing says how long the last sample lasts but the muxer's guess.
                if at == last {
                    found.1.last_mut().unwrap().0 = 0;
                    expected.1.last_mut().unwrap().0 = 0;
                }
                assert!(found == expected, "{way}, track {track}, fragment {at}");
            }
        }
    }
}

#[test]
fn a_request_says_so_after_a_few_reads() {
    let workshop = Workshop::new("by-samples-refused");
    workshop.film("a.mp4", 30, 50, "200k");
    for (at, way) in WAYS.iter().enumerate() {
        let name = format!("{at}.mp4");
        workshop.ffmpeg(&format!("-i a.mp4 -c copy {way} {name}"));
        let stores = stored(&workshop, &[&name]);
        let error = built(&stores, &both(&name), &Limits::REQUEST).unwrap_err();
        assert!(matches!(error, BuildError::BySamples { .. }), "{way}: {error}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("{name}: ")), "{text}");
        assert!(text.ends_with("do so with `millrace index` or `millrace publish`"), "{text}");
        let reads = |call: &&Call| matches!(call, Call::Read(key, _) if *key == name);
        let reads = stores.calls().iter().filter(reads).count();
        assert!(reads <= 8, "{way}: {reads} reads");
    }
}

#[test]
fn levels_whose_fragments_do_not_line_up_are_indexed_by_their_samples() {
    let workshop = Workshop::new("by-samples-ladder");
    for (name, bitrate) in [("a.mp4", "100k"), ("b.mp4", "200k"), ("c.mp4", "300k")] {
        workshop.film(name, 9, 50, bitrate);
    }
    let cut = |name: &str, of: &str, duration: u32| {
        workshop.ffmpeg(&format!(
            "-i {of} -an -c copy -frag_duration {duration} -movflags empty_moov+default_base_moof {name}"
        ));
    };
    cut("two.mp4", "a.mp4", 2_000_000);
    cut("four.mp4", "b.mp4", 4_000_000);
    cut("too.mp4", "c.mp4", 2_000_000);
    let stores = stored(&workshop, &["two.mp4", "four.mp4", "too.mp4", "b.mp4"]);
    let ladder = "<video src='two.mp4'/><video src='four.mp4'/><video src='too.mp4'/>";
    let refused = built(&stores, ladder, &Limits::REQUEST).unwrap_err().to_string();
    assert!(refused.starts_with("track 1 of four.mp4 has a fragment at 4.000 s"), "{refused}");
    let mixed = "<video src='two.mp4'/><video src='b.mp4'/>";
    for ladder in [ladder, mixed] {
        let bundle = built(&stores, ladder, &Limits::NONE).unwrap();
        let expected: Vec<u64> = [0, 2, 4, 6, 8].map(|at| at * SECOND).into();
        assert_eq!(starts(&bundle.index.streams[0]), expected);
        assert!(said(&stores).contains("two.mp4 is indexed by its samples: "));
        for track in &bundle.index.streams[0].tracks {
            assert!(matches!(track.media, Media::Samples(_)));
        }
    }
    let frames = |bundle: &Bundle, track, file: &str| {
        let file = workshop.read(file);
        let fragments = fragments(bundle, track, &file).into_iter();
        fragments.flat_map(|(_, samples)| samples.into_iter().map(|sample| sample.3)).count()
    };
    let bundle = built(&stores, ladder, &Limits::NONE).unwrap();
    for (track, name) in ["two.mp4", "four.mp4", "too.mp4"].iter().enumerate() {
        assert_eq!(frames(&bundle, track, name), 225);
    }
}
