//! What a presentation of two hours and ten tracks costs outside of a Worker: its index, a lookup
//! in it, its manifest. `npm run bench` runs it.
//!
//! Prints one `{"name", "value", "unit"}` a line. With `--write FILE` it writes the index of the
//! presentation that `bench/` serves, with `--write-service FILE` that of one of a service's size under the same name,
//! and measures nothing. With `--index FILE` it says of that index alone what its columns take.

#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "as in tests: what is wrong here ends the run"
)]

mod entropy;
mod library;
mod lookups;
#[path = "../../tests/media/mod.rs"]
mod media;
mod service;
mod turns;

use library::{CHUNKS, Layout, Library};
use lookups::Lookups;
use millrace::describe::{shown, stretch};
use millrace::fragment::locate;
use millrace::index::Index;
use millrace::library::build::{self, Limits, Rules};
use millrace::manifest::{dash, smooth};
use millrace::scan::Way;
use millrace::url::{Form, Request};
use millrace::view::View;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    // `cargo bench` passes `--bench` along.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match arguments.as_slice() {
        [write, file] if write == "--write" => {
            std::fs::write(file, build(&Library::new(Layout::Evenly)).encode()).unwrap();
        }
        [write, file] if write == "--write-service" => {
            let service = service::of(&build(&Library::new(Layout::Evenly)));
            std::fs::write(file, service.encode()).unwrap();
        }
        [read, file] if read == "--index" => {
            let value = std::fs::read(file).unwrap();
            columns(&Index::decode(&value).unwrap(), value.len(), "file");
        }
        [] => measure(),
        _ => panic!("not understood: {arguments:?}"),
    }
}

fn measure() {
    for (layout, name) in [(Layout::OneEach, "single"), (Layout::Interleaved, "interleaved")] {
        let library = Library::new(layout);
        let index = build(&library);
        let len = index.encode().len();
        columns(&index, len, name);
        say(&format!("index_bytes_{name}_2h"), len as f64, "B");
        say(&format!("index_build_ms_{name}_2h"), ms(|| build(&library)), "ms");
    }
    let (whole, longest) = turns::of_two_hours();
    say("build_cpu_ms_progressive_2h", 1e3 * whole.as_secs_f64(), "ms");
    say("build_longest_stretch_ms", 1e3 * longest.as_secs_f64(), "ms");
    let library = Library::new(Layout::OneEach);
    let index = build(&library);
    let value = index.encode();
    say("index_encode_ms_2h", ms(|| index.encode()), "ms");
    say("index_decode_ms_2h", ms(|| Index::decode(&value).unwrap()), "ms");
    say("library_shown_ms_2h", ms(|| shown(&index).to_string()), "ms");
    let stream = &index.streams[0];
    let part = || stretch(&index, stream, stream.tracks.last(), stream.timeline.end() / 2);
    say("library_stretch_ms_2h", ms(|| part().to_string()), "ms");
    for (name, at) in [("first", 0), ("longest", CHUNKS - 17), ("last", CHUNKS - 1)] {
        let path = path(&index, &library, at);
        let Ok(Request::Fragment(request)) = Request::parse(&path) else { panic!("{path}") };
        say(&format!("lookup_ns_{name}"), 1e6 * ms(|| locate(&index, &request).unwrap()), "ns");
    }
    for (name, chunks, levels) in lookups::SIZES {
        let lookups = Lookups::of(&index, chunks, levels);
        say(&format!("lookup_ns_{name}"), 1e6 * lookups.each(|all| ms(all)), "ns");
    }
    let path = path(&index, &library, 0);
    say("parse_path_ns", 1e6 * ms(|| Request::parse(&path).unwrap()), "ns");
    for (form, name) in [(Form::Compact, "2h"), (Form::Legacy, "2h_legacy")] {
        let render = || smooth::render(&View::whole(&index), form).unwrap();
        say(&format!("manifest_render_ms_{name}"), ms(render), "ms");
        say(&format!("manifest_bytes_{name}"), render().len() as f64, "B");
    }
    let service = service::of(&index);
    let manifest = || smooth::render(&View::whole(&service), Form::Compact).unwrap();
    say("manifest_render_ms_service", ms(manifest), "ms");
    say("mpd_render_ms_service", ms(|| dash::render(&View::whole(&service)).unwrap()), "ms");
}

/// Says how many bytes a fragment of `index` takes, whose stored form has `len`, and how many its columns say.
fn columns(index: &Index, len: usize, name: &str) {
    let tracks = index.streams.iter().flat_map(|stream| &stream.tracks);
    let fragments = tracks.map(|track| track.media.len()).sum::<usize>() as f64;
    let (taken, said) = (len as f64 / fragments, entropy::bytes(index) / fragments);
    say(&format!("index_bytes_per_fragment_{name}"), taken, "B");
    say(&format!("index_entropy_per_fragment_{name}"), said, "B");
    say(&format!("index_over_entropy_{name}"), taken / said, "ratio");
}

/// What `millrace index` does, save for the disk.
fn build(library: &Library) -> Index {
    let built =
        build::build(library, library.presentation, &Limits::NONE, Way::Tables, Rules::default());
    pollster::block_on(built).unwrap().unwrap().bundle.index
}

/// The path of the first audio track's fragment in place `at`.
fn path(index: &Index, library: &Library, at: u64) -> String {
    let (presentation, generation) = (library.presentation, index.generation);
    let audio = &index.streams[1];
    let start = audio.timeline.chunk(at as usize).unwrap().start;
    format!("/{presentation}/{generation}/QualityLevels(80000)/Fragments({}={start})", audio.name)
}

/// Milliseconds that `work` takes: the best of half a second's tries, which is what is left when
/// nothing else comes in between.
fn ms<T>(work: impl Fn() -> T) -> f64 {
    let begun = Instant::now();
    let (mut best, mut times) = (f64::MAX, 1u32);
    while begun.elapsed() < Duration::from_millis(500) {
        let batch = Instant::now();
        for _ in 0..times {
            black_box(work());
        }
        let taken = batch.elapsed();
        best = best.min(taken.as_secs_f64() * 1e3 / f64::from(times));
        if taken < Duration::from_millis(1) {
            times *= 2;
        }
    }
    best
}

fn say(name: &str, value: f64, unit: &str) {
    println!(r#"{{"name":"{name}","value":{value},"unit":"{unit}"}}"#);
}
